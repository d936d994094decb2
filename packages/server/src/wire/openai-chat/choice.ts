import type { JsonReader } from '../../base/json-reader.ts'
import { asciiJson, MemberSplicer, type Splice } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { Hole } from '../event-template.ts'
import { normaliseFinishReason } from '../finish-reason.ts'
import { type MessageNotes, readMessage } from './message.ts'
import { ToolCallEditor } from './tool-calls.ts'

const CHOICE_NAMES = new NameTable(['index', 'delta', 'message', 'finish_reason', 'native_finish_reason', 'usage'])

/** Edits the elements of `choices`, and keeps account of them over a whole stream. */
export class ChoiceEditor {
  /** Of the last choice that finished. */
  finishReason: string | undefined
  nativeFinishReason: string | undefined
  /** Grows. UTF-8 bytes of text, reasoning and tool arguments. */
  answerBytes = 0
  /** Choices that have begun and not finished, by index. What follows a choice's end does not open it again. */
  readonly open = new Set<number>()
  readonly #closed = new Set<number>()
  readonly #splices: Splice[]
  readonly #tools: ToolCallEditor
  readonly #ofDelta: MessageNotes
  readonly #ofMessage: MessageNotes
  readonly #members: MemberSplicer

  constructor(splices: Splice[], holes: Hole[]) {
    this.#splices = splices
    this.#tools = new ToolCallEditor(splices, holes)
    this.#ofDelta = { holes, tools: this.#tools }
    this.#ofMessage = { holes, tools: undefined }
    this.#members = new MemberSplicer(splices, 0)
  }

  /**
   * Steps over one choice.
   * @returns where its usage stands, if it has one; and whether a chunk that is this one but for its holes would count
   * its text alike (to finish a choice twice changes nothing)
   */
  read(reader: JsonReader): { usage: { start: number; end: number } | undefined; repeatable: boolean } {
    const members = this.#members
    let index = 0
    let finish: string | undefined
    let native: string | undefined
    let hasFinish = false
    let hasNative = false
    let usage: { start: number; end: number } | undefined
    let repeatable = true
    reader.openObject()
    members.reset(reader.pos)
    while (reader.nextMember()) {
      const name = reader.name(CHOICE_NAMES)
      const { nameStart, pos: start } = reader
      const kind = reader.kind()
      if (name === 'usage' && kind === 'object') {
        // Moonshot puts a stream's usage here. https://platform.moonshot.ai/docs/api/chat (read 2026-11-21)
        reader.skip()
        usage = { start, end: reader.pos }
        members.remove(nameStart, reader.pos)
        continue
      }
      members.keep(nameStart)
      if ((name === 'delta' || name === 'message') && kind === 'object') {
        const read = readMessage(reader, name === 'delta' ? this.#ofDelta : this.#ofMessage)
        this.answerBytes += read.bytes
        if (!read.repeatable) repeatable = false
      } else if (name === 'finish_reason') {
        hasFinish = true
        if (kind === 'string') finish = this.#readFinish(reader)
        else reader.skip()
      } else if (name === 'index' && kind === 'number') {
        index = Number(reader.raw())
      } else if (name === 'native_finish_reason') {
        hasNative = true
        if (kind === 'string') native = reader.string()
        else reader.skip()
      } else {
        reader.skip()
      }
      members.kept(reader.pos)
    }
    // Google and xAI leave it out of every chunk but the last, and the official SDK refuses such a chunk.
    const added = hasFinish ? '' : '"finish_reason":null'
    const addedNative = hasNative ? '' : `"native_finish_reason":${finish === undefined ? 'null' : asciiJson(finish)}`
    members.close(added === '' || addedNative === '' ? added + addedNative : `${added},${addedNative}`)
    this.#tools.place(index)
    this.#account(index, finish, native)
    return { usage, repeatable }
  }

  #readFinish(reader: JsonReader): string {
    const start = reader.pos
    const finish = reader.string()
    const normalised = finish === '' ? 'null' : `"${normaliseFinishReason(finish)}"`
    if (normalised !== `"${finish}"`) this.#splices.push({ start, end: reader.pos, text: normalised })
    return finish
  }

  #account(index: number, finish: string | undefined, native: string | undefined): void {
    if (finish === undefined || finish === '') {
      if (!this.#closed.has(index)) this.open.add(index)
      return
    }
    this.open.delete(index)
    this.#closed.add(index)
    this.finishReason = normaliseFinishReason(finish)
    this.nativeFinishReason = native ?? finish
  }
}
