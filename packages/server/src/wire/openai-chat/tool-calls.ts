import type { JsonReader } from '../../base/json-reader.ts'
import { MemberSplicer, type Splice } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { Hole } from '../event-template.ts'
import { TEXT_NAMES, textBytes } from './message.ts'

const CALL_NAMES = new NameTable(['index', 'id', 'type', ...TEXT_NAMES])

type Latest = { id: string | undefined; next: number }

/**
 * Edits the tool calls of a stream's deltas. Clients put the pieces of a call together by its `index`, and those of
 * OpenRouter refuse a piece without one or a first piece without a `type`; Google's endpoint sends neither index nor pieces,
 * but whole calls. @see https://ai.google.dev/gemini-api/docs/openai (read 2026-11-29)
 */
export class ToolCallEditor {
  readonly #holes: Hole[]
  readonly #members: MemberSplicer
  /** By the choice's index, which may stand behind its delta. */
  readonly #latest = new Map<number, Latest>()
  /** The calls of the delta that is being read. */
  readonly #met: { id: string | undefined; index: number | undefined; splice: Splice | undefined }[] = []

  constructor(splices: Splice[], holes: Hole[]) {
    this.#holes = holes
    this.#members = new MemberSplicer(splices, 0)
  }

  /**
   * Steps over the value of a delta's `tool_calls`.
   * @returns the bytes of its text; and whether another chunk like it would need the same edits
   */
  read(reader: JsonReader): { bytes: number; repeatable: boolean } {
    if (reader.kind() !== 'array') return { bytes: textBytes(reader, this.#holes), repeatable: true }
    let bytes = 0
    let repeatable = true
    reader.openArray()
    while (reader.nextElement()) {
      if (reader.kind() !== 'object') {
        bytes += textBytes(reader, this.#holes)
        continue
      }
      const call = this.#readCall(reader)
      bytes += call.bytes
      if (call.edited) repeatable = false
    }
    return { bytes, repeatable }
  }

  #readCall(reader: JsonReader): { bytes: number; edited: boolean } {
    const members = this.#members
    let bytes = 0
    let id: string | undefined
    let index: number | undefined
    let hasIndex = false
    let hasType = false
    let hasFunction = false
    reader.openObject()
    members.reset(reader.pos)
    while (reader.nextMember()) {
      const name = reader.name(CALL_NAMES)
      members.keep(reader.nameStart)
      const kind = reader.kind()
      if (name === undefined) {
        reader.skip()
      } else if (name === 'index') {
        hasIndex = true
        if (kind === 'number') index = Number(reader.raw())
        else reader.skip()
      } else if (name === 'id') {
        if (kind === 'string') id = reader.string()
        else reader.skip()
      } else if (name === 'type') {
        hasType = true
        reader.skip()
      } else {
        if (name === 'function') hasFunction = true
        bytes += textBytes(reader, this.#holes)
      }
      members.kept(reader.pos)
    }
    if (id === '') id = undefined
    const type = !hasType && hasFunction && id !== undefined ? '"type":"function"' : ''
    // The number follows in `place`.
    const splice = members.close(hasIndex ? type : `${type === '' ? '' : `${type},`}"index":`)
    this.#met.push({ id, index, splice: hasIndex ? undefined : splice })
    return { bytes, edited: splice !== undefined }
  }

  /** Numbers the calls that were read, now that their choice is known. A call goes on until another id stands there. */
  place(choice: number): void {
    if (this.#met.length === 0) return
    const latest = this.#latest.get(choice) ?? { id: undefined, next: 0 }
    this.#latest.set(choice, latest)
    for (const { id, index, splice } of this.#met) {
      const begins = latest.next === 0 || (id !== undefined && id !== latest.id)
      const own = index ?? (begins ? latest.next : latest.next - 1)
      if (splice !== undefined) splice.text += own
      latest.next = Math.max(latest.next, own + 1)
      latest.id = id ?? latest.id
    }
    this.#met.length = 0
  }
}
