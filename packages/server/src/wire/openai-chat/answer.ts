import { JsonReader, NameTable } from '../../base/json-reader.ts'
import { asciiJson, MemberSplicer, type Splice } from '../../base/json-splice.ts'
import type { ReplyContext } from '../codec.ts'
import { normaliseFinishReason } from './finish-reason.ts'

const TOP_NAMES = new NameTable([
  'id',
  'created',
  'model',
  'provider',
  'system_fingerprint',
  'error',
  'usage',
  'x_groq',
  'choices',
])
const GROQ_NAMES = new NameTable(['usage'])
const CHOICE_NAMES = new NameTable(['index', 'delta', 'message', 'finish_reason', 'native_finish_reason', 'usage'])
const MESSAGE_NAMES = new NameTable([
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'tool_calls',
  'function_call',
])
const TEXT_NAMES = new NameTable([
  'text',
  'content',
  'thinking',
  'summary',
  'function',
  'name',
  'arguments',
  'custom',
  'input',
])

/**
 * What is done with usage where it stands at the top.
 * 'remove': in a chunk, since it is sent once, at the end. 'place': the place is noted, to be filled later.
 */
export type UsageMode = 'remove' | 'place'

/**
 * Finds the edits that one chunk or one whole reply needs, and what it says. One editor serves a whole stream: `read`
 * fills the fields below anew, except those that are said to last.
 *
 * The edits, and no others: `id`, `model` and (where it is missing or no string) `provider` are ours; null `usage` and
 * `error` go, in chunks null `system_fingerprint` too; usage goes from wherever it stands (top, `x_groq`, choices);
 * `finish_reason` is normalised, and `native_finish_reason` stands beside it.
 * Repeated members are all edited.
 */
export class AnswerEditor {
  /** In order, disjoint. */
  splices: Splice[] = []
  /** How many choices stand in it; undefined when it has no `choices` at all. */
  choices: number | undefined
  /** The bytes of `error` when it is an object or a string. */
  error: { start: number; end: number } | undefined
  /** Bytes of its usage, one character each; the top's before x_groq's before a choice's. */
  usage: string | undefined
  /** 'place': where usage is to be written. */
  usagePlace: Splice | undefined
  /** Lasts: the first that was seen. */
  upstreamId: string | undefined
  /** Lasts: the first that was seen. */
  upstreamModel: string | undefined
  /** Lasts: who serves behind the provider, where it says so (OpenRouter does). */
  upstreamProvider: string | undefined
  /** Lasts: Unix seconds, as their own text. */
  created: string | undefined
  /** Lasts: of the last choice that finished. */
  finishReason: string | undefined
  nativeFinishReason: string | undefined
  /** Lasts, and grows. UTF-8 bytes of text, reasoning and tool arguments. */
  answerBytes = 0
  /** Lasts. Choices that have begun and not finished, by index. What follows a choice's end does not open it again. */
  readonly open = new Set<number>()
  readonly #closed = new Set<number>()

  readonly #reader = new JsonReader(Buffer.from('{}'))
  readonly #top = new MemberSplicer(this.splices, 0)
  readonly #choice = new MemberSplicer(this.splices, 0)
  readonly #id: string
  readonly #model: string
  readonly #provider: string
  #usageRank = 0

  constructor(context: Pick<ReplyContext, 'id' | 'model' | 'provider'>) {
    this.#id = asciiJson(context.id)
    this.#model = asciiJson(context.model)
    this.#provider = asciiJson(context.provider)
  }

  /**
   * Reads the JSON between `start` and `end`.
   * @returns false when it is JSON, but no object
   * @throws JsonError
   */
  read(
    bytes: Buffer,
    { start, end, whole, usage }: { start: number; end: number; whole: boolean; usage: UsageMode },
  ): boolean {
    const reader = this.#reader
    reader.reset(bytes, start, end)
    this.splices.length = 0
    this.choices = undefined
    this.error = undefined
    this.usage = undefined
    this.usagePlace = undefined
    this.#usageRank = 0
    if (reader.kind() !== 'object') {
      reader.skip()
      reader.finish()
      return false
    }
    this.#readTop(whole, usage)
    reader.finish()
    return true
  }

  #readTop(whole: boolean, usageMode: UsageMode): void {
    const reader = this.#reader
    const top = this.#top
    const seen = { id: false, model: false, provider: false, fingerprint: false }
    reader.openObject()
    top.reset(reader.pos)
    while (reader.nextMember()) {
      const name = reader.name(TOP_NAMES)
      const { nameStart, pos: start } = reader
      if (name === undefined) {
        top.keep(nameStart)
        reader.skip()
        top.kept(reader.pos)
        continue
      }
      const kind = reader.kind()
      if (kind === 'null' && (name === 'error' || (name === 'system_fingerprint' && !whole))) {
        reader.skip()
        top.remove(nameStart, reader.pos)
        continue
      }
      if (name === 'usage') {
        this.#readTopUsage(usageMode)
        continue
      }
      top.keep(nameStart)
      switch (name) {
        case 'id':
          seen.id = true
          this.upstreamId ??= kind === 'string' ? reader.string() : undefined
          this.#replace(start, this.#id)
          break
        case 'model':
          seen.model = true
          this.upstreamModel ??= kind === 'string' ? reader.string() : undefined
          this.#replace(start, this.#model)
          break
        case 'provider':
          seen.provider = true
          if (kind !== 'string') this.#replace(start, this.#provider)
          else if (this.upstreamProvider === undefined) this.upstreamProvider = reader.string()
          else reader.skip()
          break
        case 'created':
          if (kind === 'number') this.created ??= reader.raw()
          if (reader.pos === start) reader.skip()
          break
        case 'choices':
          if (kind === 'array') this.#readChoices()
          else reader.skip()
          break
        case 'x_groq':
          if (kind === 'object') this.#readGroq()
          else reader.skip()
          break
        case 'error':
          reader.skip()
          if (kind === 'object' || kind === 'string') this.error = { start, end: reader.pos }
          break
        default:
          seen.fingerprint = true
          reader.skip()
      }
      top.kept(reader.pos)
    }
    const added: string[] = []
    if (!seen.id) added.push(`"id":${this.#id}`)
    if (!seen.model) added.push(`"model":${this.#model}`)
    if (!seen.provider) added.push(`"provider":${this.#provider}`)
    if (whole && !seen.fingerprint) added.push('"system_fingerprint":null')
    if (usageMode === 'place' && this.choices === undefined) added.push('"choices":[]')
    this.#closeTop(added, usageMode)
  }

  #closeTop(added: string[], usageMode: UsageMode): void {
    if (usageMode === 'remove' || this.usagePlace !== undefined) {
      this.#top.close(added)
      return
    }
    // The object ends with an empty splice, which its user fills with the usage.
    added.push('"usage":')
    const last = this.#top.close(added)
    if (last === undefined) return
    this.usagePlace = { start: last.end, end: last.end, text: '' }
    this.splices.push(this.usagePlace)
  }

  #readTopUsage(mode: UsageMode): void {
    const reader = this.#reader
    const { nameStart, pos: start } = reader
    const isObject = reader.kind() === 'object'
    reader.skip()
    if (isObject) this.#note(start, 3)
    if (mode === 'remove' || this.usagePlace !== undefined) {
      this.#top.remove(nameStart, reader.pos)
      return
    }
    this.#top.keep(nameStart)
    this.usagePlace = { start, end: reader.pos, text: '' }
    this.splices.push(this.usagePlace)
    this.#top.kept(reader.pos)
  }

  /** Groq puts a stream's usage here. @see https://console.groq.com/docs/api-reference#chat-create (read 2026-11-21) */
  #readGroq(): void {
    const reader = this.#reader
    reader.openObject()
    const splicer = new MemberSplicer(this.splices, reader.pos)
    while (reader.nextMember()) {
      const { nameStart, pos: start } = reader
      const isUsage = reader.name(GROQ_NAMES) !== undefined && reader.kind() === 'object'
      if (!isUsage) splicer.keep(nameStart)
      reader.skip()
      if (isUsage) {
        this.#note(start, 2)
        splicer.remove(nameStart, reader.pos)
      } else {
        splicer.kept(reader.pos)
      }
    }
    splicer.close([])
  }

  #readChoices(): void {
    const reader = this.#reader
    let count = 0
    reader.openArray()
    while (reader.nextElement()) {
      count++
      if (reader.kind() === 'object') this.#readChoice()
      else reader.skip()
    }
    this.choices = (this.choices ?? 0) + count
  }

  #readChoice(): void {
    const reader = this.#reader
    const choice = this.#choice
    let index = 0
    let finish: string | undefined
    let hasFinish = false
    let native: string | undefined
    let hasNative = false
    reader.openObject()
    choice.reset(reader.pos)
    while (reader.nextMember()) {
      const name = reader.name(CHOICE_NAMES)
      const { nameStart, pos: start } = reader
      if (name === 'usage' && reader.kind() === 'object') {
        // Moonshot puts a stream's usage here. https://platform.moonshot.ai/docs/api/chat (read 2026-11-21)
        reader.skip()
        this.#note(start, 1)
        choice.remove(nameStart, reader.pos)
        continue
      }
      choice.keep(nameStart)
      if (name === 'delta' || name === 'message') {
        this.#readMessage()
      } else if (name === 'finish_reason') {
        hasFinish = true
        if (reader.kind() === 'string') {
          finish = reader.string()
          const normalised = finish === '' ? 'null' : `"${normaliseFinishReason(finish)}"`
          if (normalised !== `"${finish}"`) this.splices.push({ start, end: reader.pos, text: normalised })
        } else {
          reader.skip()
        }
      } else if (name === 'index' && reader.kind() === 'number') {
        index = Number(reader.raw())
      } else if (name === 'native_finish_reason') {
        hasNative = true
        if (reader.kind() === 'string') native = reader.string()
        else reader.skip()
      } else {
        reader.skip()
      }
      choice.kept(reader.pos)
    }
    if (hasFinish && !hasNative) {
      choice.close([
        finish === undefined ? '"native_finish_reason":null' : `"native_finish_reason":${asciiJson(finish)}`,
      ])
    } else {
      choice.close([])
    }
    if (finish === undefined || finish === '') {
      if (!this.#closed.has(index)) this.open.add(index)
    } else {
      this.open.delete(index)
      this.#closed.add(index)
      this.finishReason = normaliseFinishReason(finish)
      this.nativeFinishReason = native ?? finish
    }
  }

  /** Counts what an answer is paid for: text, tool calls, and reasoning once, though some providers send it under two names. */
  #readMessage(): void {
    const reader = this.#reader
    if (reader.kind() !== 'object') {
      reader.skip()
      return
    }
    let reasoning = 0
    reader.openObject()
    while (reader.nextMember()) {
      const name = reader.name(MESSAGE_NAMES)
      if (name === undefined) reader.skip()
      else if (name.startsWith('reasoning')) reasoning = Math.max(reasoning, textBytes(reader))
      else this.answerBytes += textBytes(reader)
    }
    this.answerBytes += reasoning
  }

  #replace(start: number, text: string): void {
    const reader = this.#reader
    if (reader.pos === start) reader.skip()
    this.splices.push({ start, end: reader.pos, text })
  }

  #note(start: number, rank: number): void {
    if (rank < this.#usageRank) return
    this.#usageRank = rank
    this.usage = this.#reader.bytes.toString('latin1', start, this.#reader.pos)
  }
}

/** Steps over a value; the UTF-8 bytes of the text in it: a string itself, or the text members of parts and calls. */
function textBytes(reader: JsonReader): number {
  const kind = reader.kind()
  if (kind === 'string') return reader.stringBytes()
  let bytes = 0
  if (kind === 'array') {
    reader.openArray()
    while (reader.nextElement()) bytes += textBytes(reader)
  } else if (kind === 'object') {
    reader.openObject()
    while (reader.nextMember()) {
      if (reader.name(TEXT_NAMES) === undefined) reader.skip()
      else bytes += textBytes(reader)
    }
  } else {
    reader.skip()
  }
  return bytes
}
