import { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import { type ItemNotes, readItem } from './output.ts'
import type { ResponseEditor } from './response.ts'

const NAMES = new NameTable(['type', 'sequence_number', 'response', 'delta', 'item', 'output_index', 'error'])

/** Every documented type that we act upon, and those that a stream is full of: their names cost no new string. */
const TYPES = new NameTable([
  'error',
  'response.created',
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.output_item.done',
  'response.output_text.delta',
  'response.refusal.delta',
  'response.function_call_arguments.delta',
  'response.custom_tool_call_input.delta',
  'response.reasoning_summary_text.delta',
  'response.reasoning_text.delta',
])

const NOTHING = Buffer.alloc(0)
const NO_ITEM = { bytes: 0, sealedBytes: 0, calls: false, sealed: undefined }

/** Reads the events of one stream, one after the other: `read` fills the fields below anew. */
export class EventReader {
  type = ''
  /** Undefined when it has none, or one that is no whole number. */
  sequenceNumber: number | undefined
  /** It belongs to an item of the answer's output. */
  ofOutput = false
  /** UTF-8 bytes of its `delta`, unescaped. */
  deltaBytes = 0
  /** Of its `item`. */
  item: ItemNotes & { sealedBytes: number } = NO_ITEM
  /** It has a `response`, which the editor has read. */
  hasResponse = false
  /** `error` is an object or a string. */
  hasError = false
  readonly #reader = new JsonReader(NOTHING)
  readonly #response: ResponseEditor

  constructor(response: ResponseEditor) {
    this.#response = response
  }

  /**
   * Reads the JSON between `start` and `end`.
   * @returns false when it is JSON, but no object
   * @throws JsonError
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    const reader = this.#reader
    reader.reset(bytes, start, end)
    this.type = ''
    this.sequenceNumber = undefined
    this.ofOutput = false
    this.deltaBytes = 0
    this.item = NO_ITEM
    this.hasResponse = false
    this.hasError = false
    this.#response.reset()
    const isObject = reader.kind() === 'object'
    if (isObject) this.#readMembers(reader)
    else reader.skip()
    reader.finish()
    return isObject
  }

  #readMembers(reader: JsonReader): void {
    reader.openObject()
    while (reader.nextMember()) {
      const name = reader.name(NAMES)
      if (name === undefined) {
        reader.skip()
        continue
      }
      const kind = reader.kind()
      const start = reader.pos
      switch (name) {
        case 'type':
          if (kind === 'string') this.type = readType(reader)
          break
        case 'sequence_number':
          if (kind === 'number') this.sequenceNumber = readNumber(reader)
          break
        case 'output_index':
          this.ofOutput = true
          break
        case 'delta':
          if (kind === 'string') this.deltaBytes = reader.stringBytes()
          break
        case 'item':
          if (kind === 'object') this.item = readItem(reader)
          break
        case 'response':
          if (kind === 'object' && !this.hasResponse) {
            this.hasResponse = true
            this.#response.read(reader)
          }
          break
        default:
          this.hasError = kind === 'object' || kind === 'string'
      }
      if (reader.pos === start) reader.skip()
    }
  }
}

function readType(reader: JsonReader): string {
  const start = reader.pos + 1
  reader.skip()
  return TYPES.findBytes(reader.bytes, start, reader.pos - 1) ?? readAgain(reader, start - 1)
}

function readAgain(reader: JsonReader, start: number): string {
  reader.pos = start
  return reader.string()
}

/** Steps over a number; every event has one, so no string is made of it. Undefined when it is not plainly whole. */
function readNumber(reader: JsonReader): number | undefined {
  const start = reader.pos
  reader.skip()
  let value = 0
  for (let at = start; at < reader.pos; at++) {
    const digit = (reader.bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return Number.isSafeInteger(value) ? value : undefined
}
