import { asBuffer } from '../../base/json-reader.ts'
import {
  applySplices,
  asciiJson,
  type Member,
  MemberSplicer,
  readMembers,
  type Splice,
} from '../../base/json-splice.ts'
import { parseDecimal } from '../../base/money.ts'
import { NameTable } from '../../base/name-table.ts'
import type { RequestEdits } from '../codec.ts'
import { OUR_FIELDS, REQUEST_NAMES, ROUTING_FIELDS } from './fields.ts'

const OURS: ReadonlySet<string> = new Set(OUR_FIELDS)
const ROUTING: ReadonlySet<string> = new Set(ROUTING_FIELDS)
const NESTED_NAMES = new NameTable(['include_usage', 'max_price', 'prompt', 'completion', 'request'])
/** Decimal places at which two prices are compared; OpenRouter's have at most 12. */
const PRICE_SCALE = 30

/** What becomes of one member. Absent: it stays. */
type Change =
  | { remove: true }
  | { rename: string; value: string | undefined }
  | { value: string }
  | { inside: Splice[] }

/**
 * The body for the provider: the client's bytes with the edits of a request, and no others, spliced in:
 * `model`; `models` removed; routing fields removed (see {@link ROUTING_FIELDS}) except towards OpenRouter; `stream_options.include_usage`
 * set for a stream where the provider needs it, `stream_options` removed where it is refused; fields removed that the
 * provider's row drops; the output limit under the name the provider knows, and clamped; `provider.max_price`.
 * Changes inside an object keep its other members. Without a change the body itself is given back.
 * @param body has passed {@link peek}
 */
export function patch(body: Uint8Array, edits: RequestEdits): Uint8Array {
  const bytes = asBuffer(body)
  const members = readMembers(bytes, REQUEST_NAMES)
  const byName = new Map<string, Member>()
  for (const member of members) byName.set(member.name, member)
  const changes = new Map<Member, Change>()
  const added: string[] = []

  const model = asciiJson(edits.model)
  const named = byName.get('model')
  if (named === undefined) added.push(`"model":${model}`)
  else if (textOf(bytes, named) !== model) changes.set(named, { value: model })

  limitOutput({ bytes, byName, changes, added }, edits)
  askForUsage({ bytes, byName, changes, added }, edits)
  if (edits.dialect.keepsRoutingFields) boundPrice({ bytes, byName, changes, added }, edits)

  const dropped = edits.dialect.drop
  for (const member of members) {
    const { name } = member
    const foreign = ROUTING.has(name) && !edits.dialect.keepsRoutingFields
    if (foreign || OURS.has(name) || dropped.includes(name)) changes.set(member, { remove: true })
  }
  if (changes.size === 0 && added.length === 0) return body
  return applySplices(bytes, writeSplices(bytes, members, { changes, added }))
}

type Draft = { bytes: Buffer; byName: ReadonlyMap<string, Member>; changes: Map<Member, Change>; added: string[] }

/**
 * One name for the limit, and no more of it than the cap affords. Where both names stand and the provider knows one,
 * that one's value counts unless it is null.
 */
function limitOutput({ bytes, byName, changes, added }: Draft, edits: RequestEdits): void {
  const { outputLimit } = edits.dialect
  const clamp = edits.outputTokensMax
  const known = outputLimit === 'both' ? 'max_tokens' : outputLimit
  const mine = byName.get(known)
  const other = byName.get(known === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens')
  const kept: Member[] = []
  if (outputLimit === 'both') {
    if (mine !== undefined) kept.push(mine)
    if (other !== undefined) kept.push(other)
  } else if (other === undefined) {
    if (mine !== undefined) kept.push(mine)
  } else if (mine !== undefined && (textOf(bytes, mine) !== 'null' || textOf(bytes, other) === 'null')) {
    changes.set(other, { remove: true })
    kept.push(mine)
  } else {
    if (mine !== undefined) changes.set(mine, { remove: true })
    kept.push(other)
  }
  let limited = false
  for (const member of kept) {
    const raw = textOf(bytes, member)
    const value = clamp !== undefined && (raw === 'null' || Number(raw) > clamp) ? String(clamp) : undefined
    limited = true
    if (outputLimit !== 'both' && member.name !== known) changes.set(member, { rename: known, value })
    else if (value !== undefined) changes.set(member, { value })
  }
  if (clamp !== undefined && !limited) added.push(`"${known}":${clamp}`)
}

function askForUsage({ bytes, byName, changes, added }: Draft, edits: RequestEdits): void {
  const { streamUsage, drop } = edits.dialect
  const options = byName.get('stream_options')
  if (streamUsage === 'always' && options !== undefined) changes.set(options, { remove: true })
  const stream = byName.get('stream')
  if (
    streamUsage !== 'request' ||
    stream === undefined ||
    textOf(bytes, stream) !== 'true' ||
    drop.includes('stream_options')
  )
    return
  if (options === undefined) added.push('"stream_options":{"include_usage":true}')
  else if (textOf(bytes, options) === 'null') changes.set(options, { value: '{"include_usage":true}' })
  else setInside({ bytes, changes }, options, { include_usage: () => 'true' })
}

/** Sets `provider.max_price`, each of its prices to the lower of ours and the client's own. */
function boundPrice({ bytes, byName, changes, added }: Draft, edits: RequestEdits): void {
  const ours = edits.maxPrice
  if (ours === undefined) return
  const whole = `{"prompt":${ours.prompt},"completion":${ours.completion},"request":${ours.request}}`
  const routing = byName.get('provider')
  if (routing === undefined) {
    added.push(`"provider":{"max_price":${whole}}`)
  } else if (textOf(bytes, routing) === 'null') {
    changes.set(routing, { value: `{"max_price":${whole}}` })
  } else {
    setInside({ bytes, changes }, routing, {
      max_price: (current, member) => {
        if (member === undefined || !current.startsWith('{')) return whole
        const nested: Draft['changes'] = new Map()
        setInside({ bytes, changes: nested }, member, {
          prompt: (price) => lowerPrice(price, ours.prompt),
          completion: (price) => lowerPrice(price, ours.completion),
          request: (price) => lowerPrice(price, ours.request),
        })
        return nested.get(member) ?? current
      },
    })
  }
}

/** The lower of two prices, the first as the client wrote it (a number or a string, or '' for none). */
function lowerPrice(current: string, ours: string): string {
  const plain = current.replace(/^"(.*)"$/s, '$1')
  try {
    const theirs = parseDecimal(plain, PRICE_SCALE, 'ceil')
    return theirs >= 0n && theirs <= parseDecimal(ours, PRICE_SCALE, 'ceil') ? current : ours
  } catch (error) {
    // No decimal number, so no bound: ours stands.
    if (error instanceof RangeError) return ours
    throw error
  }
}

type Setter = (current: string, member: Member | undefined) => string | Change

/** Notes the splices that set members inside an object: each occurrence replaced, or one added. */
function setInside(
  { bytes, changes }: Pick<Draft, 'bytes' | 'changes'>,
  object: Member,
  setters: Readonly<Record<string, Setter>>,
): void {
  const members = readMembers(bytes, NESTED_NAMES, object.valueStart, object.valueEnd)
  const inner: Draft['changes'] = new Map()
  const added: string[] = []
  for (const [name, set] of Object.entries(setters)) {
    let found = false
    for (const member of members) {
      if (member.name !== name) continue
      found = true
      const current = textOf(bytes, member)
      const next = set(current, member)
      if (typeof next !== 'string') inner.set(member, next)
      else if (next !== current) inner.set(member, { value: next })
    }
    if (!found) added.push(`"${name}":${String(set('', undefined))}`)
  }
  if (inner.size === 0 && added.length === 0) return
  changes.set(object, {
    inside: writeSplices(bytes, members, { changes: inner, added, opened: object.valueStart + 1 }),
  })
}

function writeSplices(
  bytes: Buffer,
  members: readonly Member[],
  {
    changes,
    added,
    opened = bytes.indexOf('{') + 1,
  }: { changes: ReadonlyMap<Member, Change>; added: readonly string[]; opened?: number },
): Splice[] {
  const splices: Splice[] = []
  const splicer = new MemberSplicer(splices, opened)
  for (const member of members) {
    const change = changes.get(member)
    if (change !== undefined && 'remove' in change) {
      splicer.remove(member.nameStart, member.valueEnd)
      continue
    }
    splicer.keep(member.nameStart)
    if (change !== undefined) {
      if ('inside' in change) {
        splices.push(...change.inside)
      } else {
        if ('rename' in change)
          splices.push({ start: member.nameStart, end: member.nameEnd, text: `"${change.rename}"` })
        if (change.value !== undefined)
          splices.push({ start: member.valueStart, end: member.valueEnd, text: change.value })
      }
    }
    splicer.kept(member.valueEnd)
  }
  splicer.close(added.join(','))
  return splices
}

function textOf(bytes: Buffer, member: Member): string {
  return bytes.toString('latin1', member.valueStart, member.valueEnd)
}
