import type { JsonReader } from '../../base/json-reader.ts'
import { asciiJson, type Splice } from '../../base/json-splice.ts'
import { NameTable } from '../../base/name-table.ts'
import type { ReplyContext } from '../codec.ts'
import { USAGE_BYTES_MAX } from '../estimate-usage.ts'
import { type ItemNotes, readOutput } from './output.ts'

const NAMES = new NameTable(['id', 'model', 'status', 'error', 'incomplete_details', 'output', 'usage'])
const DETAIL_NAMES = new NameTable(['reason'])

/**
 * Finds the edits that one `response` object needs, as a whole reply or inside an event, and what it says.
 *
 * The edits, and no others: `id` and `model` are ours; usage is priced where an answer ends, and null before. Repeated
 * members are all edited; one that is missing is added where an answer ends.
 */
export class ResponseEditor {
  /** In order, disjoint. */
  readonly splices: Splice[] = []
  /** Lasts: the first that was seen. */
  upstreamId: string | undefined
  /** Lasts: the first that was seen. */
  upstreamModel: string | undefined
  status: string | undefined
  /** Why it is incomplete. */
  reason: string | undefined
  /** Where `error` stands when it is an object or a string. */
  error: { start: number; end: number } | undefined
  /** Its usage object, one character for each byte. */
  usage: string | undefined
  /** What the items of `output` hold; undefined when there is no such array. */
  output: ItemNotes | undefined
  readonly #id: string
  readonly #model: string
  readonly #usagePlaces: Splice[] = []
  #missing = ''
  #hasMembers = false
  #tail = 0

  constructor(context: Pick<ReplyContext, 'id' | 'model'>) {
    this.#id = asciiJson(context.id)
    this.#model = asciiJson(context.model)
  }

  /** Forgets what was read before, but for what lasts. */
  reset(): void {
    this.splices.length = 0
    this.#usagePlaces.length = 0
    this.status = undefined
    this.reason = undefined
    this.error = undefined
    this.usage = undefined
    this.output = undefined
    this.#missing = ''
    this.#hasMembers = false
  }

  /** Steps over the object that begins here. @throws JsonError */
  read(reader: JsonReader): void {
    let hasId = false
    let hasModel = false
    reader.openObject()
    this.#tail = reader.pos
    while (reader.nextMember()) {
      const name = reader.name(NAMES)
      if (name === undefined) reader.skip()
      else this.#readMember(reader, name)
      if (name === 'id') hasId = true
      else if (name === 'model') hasModel = true
      this.#hasMembers = true
      this.#tail = reader.pos
    }
    if (!hasId) this.#missing += `,"id":${this.#id}`
    if (!hasModel) this.#missing += `,"model":${this.#model}`
  }

  /** The answer ends with this object: its usage is written, where it stood or at the end, and what is missing is added. */
  close(usage: string): void {
    for (const place of this.#usagePlaces) place.text = usage
    const added = this.#usagePlaces.length === 0 ? `${this.#missing},"usage":${usage}` : this.#missing
    if (added === '') return
    this.splices.push({ start: this.#tail, end: this.#tail, text: this.#hasMembers ? added : added.slice(1) })
  }

  #readMember(reader: JsonReader, name: string): void {
    const start = reader.pos
    const kind = reader.kind()
    switch (name) {
      case 'id':
        if (kind === 'string') this.upstreamId ??= reader.string()
        this.#replace(reader, start, this.#id)
        break
      case 'model':
        if (kind === 'string') this.upstreamModel ??= reader.string()
        this.#replace(reader, start, this.#model)
        break
      case 'usage':
        reader.skip()
        if (kind === 'object' && reader.pos - start <= USAGE_BYTES_MAX)
          this.usage = reader.bytes.toString('latin1', start, reader.pos)
        this.#usagePlaces.push({ start, end: reader.pos, text: 'null' })
        this.splices.push(this.#usagePlaces.at(-1) ?? { start, end: start, text: '' })
        break
      case 'error':
        reader.skip()
        if (kind === 'object' || kind === 'string') this.error = { start, end: reader.pos }
        break
      case 'output':
        if (kind === 'array') this.output = readOutput(reader)
        else reader.skip()
        break
      case 'status':
        if (kind === 'string') this.status = reader.string()
        else reader.skip()
        break
      default:
        if (kind === 'object') this.reason = readReason(reader)
        else reader.skip()
    }
  }

  #replace(reader: JsonReader, start: number, text: string): void {
    if (reader.pos === start) reader.skip()
    this.splices.push({ start, end: reader.pos, text })
  }
}

/** Of `incomplete_details`. */
function readReason(reader: JsonReader): string | undefined {
  let reason: string | undefined
  reader.openObject()
  while (reader.nextMember()) {
    if (reader.name(DETAIL_NAMES) !== undefined && reader.kind() === 'string') reason = reader.string()
    else reader.skip()
  }
  return reason
}
