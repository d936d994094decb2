import { asciiJson, type Member } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { RequestEdits } from '../codec.ts'
import { type Draft, editRequest, setInside, setMember, textOf } from '../edit-request.ts'
import { removeForeign } from '../remove-foreign.ts'
import { REQUEST_NAMES, ROUTING_FIELDS } from './fields.ts'

const ROUTING: ReadonlySet<string> = new Set(ROUTING_FIELDS)
const NESTED_NAMES = new NameTable(['include_usage'])

/**
 * The body for the provider: the client's bytes with the edits of a request, and no others, spliced in:
 * `model`; `models` removed; routing fields removed (see {@link ROUTING_FIELDS}) except towards OpenRouter; `stream_options.include_usage`
 * set for a stream where the provider needs it, `stream_options` removed where it is refused; fields removed that the
 * provider's row drops; the output limit under the name the provider knows, and clamped; `provider.max_price`.
 * Changes inside an object keep its other members. Without a change the body itself is given back.
 * @param body has passed {@link peek}
 */
export function patch(body: Uint8Array, edits: RequestEdits): Uint8Array {
  return editRequest(body, REQUEST_NAMES, (draft) => {
    setMember(draft, 'model', asciiJson(edits.model))
    limitOutput(draft, edits)
    askForUsage(draft, edits)
    removeForeign(draft, edits, ROUTING)
  })
}

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
  else setInside({ bytes, changes }, options, { names: NESTED_NAMES, setters: { include_usage: () => 'true' } })
}
