import { JsonReader } from '../../base/json-reader.ts'
import { MemberSplicer, type Splice } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { ReplyContext } from '../codec.ts'
import { USAGE_BYTES_MAX } from '../estimate-usage.ts'
import type { Hole } from '../event-template.ts'
import { fieldsOf, find } from '../json-fields.ts'
import { blockBytes } from './answer-text.ts'
import { MessageEditor } from './message.ts'

const NAMES = new NameTable(['type', 'index', 'message', 'delta', 'content_block', 'usage', 'error'])
const DELTA_NAMES = new NameTable(['stop_reason', 'stop_sequence', 'stop_details', 'container'])
const NOTHING = Buffer.alloc(0)

/**
 * Reads one event of a stream and finds its edits. One editor serves a whole stream: `read` fills the fields below anew,
 * except those that are said to last.
 */
export class EventEditor {
  readonly reader = new JsonReader(NOTHING)
  /** In order, disjoint. Of the event that begins a message, and nothing elsewhere. */
  readonly splices: Splice[] = []
  type: string | undefined
  hasError = false
  /** Of a `message_delta`. */
  stopReason: string | undefined
  /** Its usage as it stands, one character for each byte: the message's where one begins. */
  usage: string | undefined
  /** Where the event's own usage stands, or would be added behind `lead`. */
  usagePlace = { start: 0, end: 0, lead: '' }
  answerBytes = 0
  /** Of thoughts that only Anthropic can read. */
  sealedBytes = 0
  /** The strings that a like event may differ in; undefined when there can be no like event. */
  holes: readonly Hole[] | undefined
  /** Lasts. */
  readonly message: MessageEditor
  readonly #holes: Hole[] = []

  constructor(context: Pick<ReplyContext, 'id' | 'model' | 'provider'>) {
    this.message = new MessageEditor(context, this.splices)
  }

  /**
   * Reads the JSON between `start` and `end`.
   * @returns false when it is JSON, but no object
   * @throws JsonError
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    const reader = this.reader
    reader.reset(bytes, start, end)
    this.splices.length = 0
    this.#holes.length = 0
    this.holes = undefined
    this.type = undefined
    this.hasError = false
    this.stopReason = undefined
    this.usage = undefined
    this.answerBytes = 0
    this.sealedBytes = 0
    if (reader.kind() !== 'object') {
      reader.skip()
      reader.finish()
      return false
    }
    const repeatable = this.#readMembers()
    reader.finish()
    if (this.type !== 'message_start') this.splices.length = 0
    if (repeatable && this.type === 'content_block_delta') this.holes = this.#holes
    return true
  }

  #readMembers(): boolean {
    const reader = this.reader
    let repeatable = true
    let usageAt: { start: number; end: number } | undefined
    reader.openObject()
    const members = new MemberSplicer([], reader.pos)
    while (reader.nextMember()) {
      const name = reader.name(NAMES)
      const start = reader.pos
      const kind = reader.kind()
      members.keep(reader.nameStart)
      if (name === 'type' && kind === 'string') {
        this.type = reader.string()
      } else if (name === 'message' && kind === 'object') {
        this.usage = this.message.read(reader, 'first').usage ?? this.usage
      } else if ((name === 'delta' || name === 'content_block') && kind === 'object') {
        const read = blockBytes(reader, this.#holes)
        this.answerBytes += read.bytes
        this.sealedBytes += read.sealed
        if (!read.repeatable) repeatable = false
        if (name === 'delta' && read.bytes === 0) {
          this.stopReason = readStopReason(reader.bytes.toString('latin1', start, reader.pos))
        }
      } else {
        reader.skip()
        if (name === 'usage') {
          usageAt = { start, end: reader.pos }
          if (kind === 'object' && reader.pos - start <= USAGE_BYTES_MAX)
            this.usage = reader.bytes.toString('latin1', start, reader.pos)
        }
        if (name === 'error' && kind === 'object') this.hasError = true
      }
      members.kept(reader.pos)
    }
    const place = members.close('"usage":')
    if (usageAt !== undefined) this.usagePlace = { ...usageAt, lead: '' }
    else if (place !== undefined) this.usagePlace = { start: place.end, end: place.end, lead: place.text }
    return repeatable
  }
}

/** Of the delta of a message, one character for each byte. */
function readStopReason(delta: string): string | undefined {
  const raw = find(fieldsOf(delta, DELTA_NAMES), 'stop_reason')
  return raw?.startsWith('"') ? Buffer.from(raw, 'latin1').toString().slice(1, -1) : undefined
}
