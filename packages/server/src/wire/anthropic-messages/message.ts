import type { JsonReader } from '../../base/json-reader.ts'
import { asciiJson, MemberSplicer, type Splice } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { ReplyContext } from '../codec.ts'
import { USAGE_BYTES_MAX } from '../estimate-usage.ts'
import { contentBytes } from './answer-text.ts'
import { unpricedUsage } from './write-usage.ts'

const NAMES = new NameTable(['id', 'type', 'role', 'model', 'provider', 'content', 'stop_reason', 'usage', 'error'])

/** What one message says of itself, beside its content. */
export type Message = {
  type: string | undefined
  hasContent: boolean
  hasError: boolean
  stopReason: string | undefined
  /** Its usage as it stands, one character for each byte. */
  usage: string | undefined
  /** Where its usage goes; undefined in the message that begins a stream. */
  usagePlace: Splice | undefined
  answerBytes: number
}

/**
 * Finds the edits of a message object, the whole of a JSON reply or the `message` that begins a stream: `id` and `model`
 * are ours; `provider` too where it is missing or no string; usage is noted, to be written anew, or only freed of a
 * provider's charge where it is not final.
 */
export class MessageEditor {
  /** Last: the first that was seen. */
  upstreamId: string | undefined
  upstreamModel: string | undefined
  readonly #id: string
  readonly #model: string
  readonly #provider: string
  readonly #splices: Splice[]

  /** @param splices is given the edits, in order */
  constructor(context: Pick<ReplyContext, 'id' | 'model' | 'provider'>, splices: Splice[]) {
    this.#id = asciiJson(context.id)
    this.#model = asciiJson(context.model)
    this.#provider = asciiJson(context.provider)
    this.#splices = splices
  }

  /** Steps over the message. @param usage 'place': it is the final one */
  read(reader: JsonReader, usage: 'place' | 'first'): Message {
    const message: Message = {
      type: undefined,
      hasContent: false,
      hasError: false,
      stopReason: undefined,
      usage: undefined,
      usagePlace: undefined,
      answerBytes: 0,
    }
    const has = { id: false, model: false, provider: false }
    reader.openObject()
    const members = new MemberSplicer(this.#splices, reader.pos)
    while (reader.nextMember()) {
      const name = reader.name(NAMES)
      const start = reader.pos
      const kind = reader.kind()
      if (name === 'usage' && message.usagePlace !== undefined) {
        // Repeated: parsers read the last, and one of them is enough.
        const { nameStart } = reader
        reader.skip()
        const read = kind === 'object' && reader.pos - start <= USAGE_BYTES_MAX
        message.usage = read ? reader.bytes.toString('latin1', start, reader.pos) : undefined
        members.remove(nameStart, reader.pos)
        continue
      }
      members.keep(reader.nameStart)
      if (name === 'id' || name === 'model' || name === 'provider') {
        has[name] = true
        this.#name(reader, name)
      } else if (name === 'type' && kind === 'string') {
        message.type = reader.string()
      } else if (name === 'stop_reason' && kind === 'string') {
        message.stopReason = reader.string()
      } else if (name === 'content' && kind === 'array') {
        message.hasContent = true
        message.answerBytes += contentBytes(reader)
      } else if (name === 'usage') {
        reader.skip()
        this.#noteUsage(reader, start, { message, usage })
      } else {
        reader.skip()
        if (name === 'error' && kind === 'object') message.hasError = true
      }
      members.kept(reader.pos)
    }
    const added: string[] = []
    if (!has.id) added.push(`"id":${this.#id}`)
    if (!has.model) added.push(`"model":${this.#model}`)
    if (!has.provider) added.push(`"provider":${this.#provider}`)
    if (usage === 'first' || message.usagePlace !== undefined) {
      members.close(added.join(','))
      return message
    }
    const last = members.close([...added, '"usage":'].join(','))
    if (last === undefined) return message
    message.usagePlace = { start: last.end, end: last.end, text: '' }
    this.#splices.push(message.usagePlace)
    return message
  }

  #name(reader: JsonReader, name: 'id' | 'model' | 'provider'): void {
    const start = reader.pos
    const given = reader.kind() === 'string' ? reader.string() : undefined
    if (given === undefined) reader.skip()
    if (name === 'provider') {
      if (given === undefined) this.#splices.push({ start, end: reader.pos, text: this.#provider })
      return
    }
    if (name === 'id') this.upstreamId ??= given
    else this.upstreamModel ??= given
    this.#splices.push({ start, end: reader.pos, text: name === 'id' ? this.#id : this.#model })
  }

  #noteUsage(
    reader: JsonReader,
    start: number,
    { message, usage }: { message: Message; usage: 'place' | 'first' },
  ): void {
    const raw = reader.bytes.toString('latin1', start, reader.pos)
    const isObject = raw.startsWith('{') && raw.length <= USAGE_BYTES_MAX
    if (isObject) message.usage = raw
    if (usage === 'place') {
      message.usagePlace = { start, end: reader.pos, text: '' }
      this.#splices.push(message.usagePlace)
      return
    }
    const unpriced = isObject ? unpricedUsage(raw) : raw
    if (unpriced !== raw) this.#splices.push({ start, end: reader.pos, text: unpriced })
  }
}
