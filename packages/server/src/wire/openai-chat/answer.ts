import { JsonReader } from '../../base/json-reader.ts'
import { asciiJson, MemberSplicer, type Splice } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { ReplyContext } from '../codec.ts'
import type { Hole } from '../event-template.ts'
import { ChoiceEditor } from './choice.ts'

const TOP_NAMES = new NameTable([
  'id',
  'object',
  'created',
  'model',
  'provider',
  'service_tier',
  'system_fingerprint',
  'error',
  'usage',
  'x_groq',
  'choices',
])
const GROQ_NAMES = new NameTable(['usage'])

const NOTHING = Buffer.alloc(0)

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
 * `finish_reason` is normalised, or null where it is missing, and `native_finish_reason` stands beside it; tool calls of a
 * chunk have an `index` and a `type`.
 * Repeated members are all edited.
 */
export class AnswerEditor {
  /** In order, disjoint. */
  readonly splices: Splice[] = []
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
  /** The strings that another chunk may differ in and need the same edits; undefined when there can be no such chunk. */
  holes: readonly Hole[] | undefined
  /** Lasts. */
  readonly account: ChoiceEditor

  readonly reader = new JsonReader(NOTHING)
  readonly #top = new MemberSplicer(this.splices, 0)
  readonly #holes: Hole[] = []
  #repeatable = false
  readonly #id: string
  readonly #model: string
  readonly #provider: string
  readonly #addedProvider: string
  #usageRank = 0

  constructor(context: Pick<ReplyContext, 'id' | 'model' | 'provider'>) {
    this.#id = asciiJson(context.id)
    this.#model = asciiJson(context.model)
    this.#provider = asciiJson(context.provider)
    this.#addedProvider = `"provider":${this.#provider}`
    this.account = new ChoiceEditor(this.splices, this.#holes)
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
    const reader = this.reader
    reader.reset(bytes, start, end)
    this.splices.length = 0
    this.choices = undefined
    this.error = undefined
    this.usage = undefined
    this.usagePlace = undefined
    this.#usageRank = 0
    this.#holes.length = 0
    this.#repeatable = true
    this.holes = undefined
    if (reader.kind() !== 'object') {
      reader.skip()
      reader.finish()
      return false
    }
    this.#readTop(whole, usage)
    reader.finish()
    if (this.#repeatable && this.choices !== undefined && this.choices > 0) this.holes = this.#holes
    return true
  }

  #readTop(whole: boolean, usageMode: UsageMode): void {
    const reader = this.reader
    const top = this.#top
    let hasId = false
    let hasModel = false
    let hasProvider = false
    let hasFingerprint = false
    reader.openObject()
    top.reset(reader.pos)
    while (reader.nextMember()) {
      const name = reader.name(TOP_NAMES)
      const { nameStart, pos: start } = reader
      if (name === undefined) {
        top.keep(nameStart)
        const isString = reader.kind() === 'string'
        reader.skip()
        if (isString) this.#holes.push({ start, end: reader.pos, counted: false })
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
          hasId = true
          this.upstreamId ??= kind === 'string' ? reader.string() : undefined
          this.#replace(start, this.#id)
          break
        case 'model':
          hasModel = true
          this.upstreamModel ??= kind === 'string' ? reader.string() : undefined
          this.#replace(start, this.#model)
          break
        case 'provider':
          hasProvider = true
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
        case 'system_fingerprint':
          hasFingerprint = true
          reader.skip()
          break
        default:
          reader.skip()
      }
      top.kept(reader.pos)
    }
    let added = hasProvider ? '' : this.#addedProvider
    if (!hasModel) added = join(`"model":${this.#model}`, added)
    if (!hasId) added = join(`"id":${this.#id}`, added)
    if (whole && !hasFingerprint) added = join(added, '"system_fingerprint":null')
    if (usageMode === 'remove' || this.usagePlace !== undefined) {
      if (usageMode === 'place' && this.choices === undefined) added = join(added, '"choices":[]')
      top.close(added)
      return
    }
    // The object ends with an empty splice, which its user fills with the usage.
    const last = top.close(join(added, '"usage":'))
    if (last === undefined) return
    this.usagePlace = { start: last.end, end: last.end, text: '' }
    this.splices.push(this.usagePlace)
  }

  #readTopUsage(mode: UsageMode): void {
    const reader = this.reader
    const { nameStart, pos: start } = reader
    const isObject = reader.kind() === 'object'
    reader.skip()
    if (isObject) this.#note(start, reader.pos, 3)
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
    const reader = this.reader
    reader.openObject()
    const splicer = new MemberSplicer(this.splices, reader.pos)
    while (reader.nextMember()) {
      const { nameStart, pos: start } = reader
      const isUsage = reader.name(GROQ_NAMES) !== undefined && reader.kind() === 'object'
      if (!isUsage) splicer.keep(nameStart)
      reader.skip()
      if (isUsage) {
        this.#note(start, reader.pos, 2)
        splicer.remove(nameStart, reader.pos)
      } else {
        splicer.kept(reader.pos)
      }
    }
    splicer.close('')
  }

  #readChoices(): void {
    const reader = this.reader
    let count = 0
    reader.openArray()
    while (reader.nextElement()) {
      count++
      if (reader.kind() !== 'object') {
        reader.skip()
        continue
      }
      const { usage, repeatable } = this.account.read(reader)
      if (usage !== undefined) this.#note(usage.start, usage.end, 1)
      if (!repeatable) this.#repeatable = false
    }
    this.choices = (this.choices ?? 0) + count
  }

  #replace(start: number, text: string): void {
    const reader = this.reader
    if (reader.pos === start) reader.skip()
    this.splices.push({ start, end: reader.pos, text })
  }

  #note(start: number, end: number, rank: number): void {
    this.#repeatable = false
    if (rank < this.#usageRank) return
    this.#usageRank = rank
    this.usage = this.reader.bytes.toString('latin1', start, end)
  }
}

function join(a: string, b: string): string {
  return a === '' || b === '' ? a + b : `${a},${b}`
}
