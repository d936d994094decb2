import { asBuffer } from '../base/json-reader.ts'
import { applySplices, type Member, MemberSplicer, readMembers, type Splice } from '../base/json-splice.ts'
import type { NameTable } from '../base/name-table.ts'

/** What becomes of one member. Absent: it stays. */
export type Change =
  | { remove: true }
  | { rename: string; value: string | undefined }
  | { value: string }
  | { inside: Splice[] }

/** A request that is being edited: its members, and what becomes of them. */
export type Draft = {
  bytes: Buffer
  members: readonly Member[]
  byName: ReadonlyMap<string, Member>
  changes: Map<Member, Change>
  /** Members to be added at the end, as JSON. */
  added: string[]
}

/**
 * A request with the changes that `edit` notes, spliced into its bytes. Without a change the body itself is given back.
 * @param names documented names, so that they cost no new string
 */
export function editRequest(body: Uint8Array, names: NameTable, edit: (draft: Draft) => void): Uint8Array {
  const bytes = asBuffer(body)
  const members = readMembers(bytes, names)
  const byName = new Map<string, Member>()
  for (const member of members) byName.set(member.name, member)
  const draft: Draft = { bytes, members, byName, changes: new Map(), added: [] }
  edit(draft)
  const { changes, added } = draft
  if (changes.size === 0 && added.length === 0) return body
  return applySplices(bytes, writeSplices(bytes, members, { changes, added }))
}

export type Setter = (current: string, member: Member | undefined) => string | Change

/** Notes the splices that set members inside an object: each occurrence replaced, or one added. */
export function setInside(
  { bytes, changes }: Pick<Draft, 'bytes' | 'changes'>,
  object: Member,
  { names, setters }: { names: NameTable; setters: Readonly<Record<string, Setter>> },
): void {
  const members = readMembers(bytes, names, object.valueStart, object.valueEnd)
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

/** Gives a top-level member a value, in JSON: replaced where it stands, or added. */
export function setMember({ bytes, byName, changes, added }: Draft, name: string, value: string): void {
  const member = byName.get(name)
  if (member === undefined) added.push(`"${name}":${value}`)
  else if (textOf(bytes, member) !== value) changes.set(member, { value })
}

/** A member’s value as it stands, one character for each byte. */
export function textOf(bytes: Buffer, member: Member): string {
  return bytes.toString('latin1', member.valueStart, member.valueEnd)
}
