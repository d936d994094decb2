import { KeywayError } from '../base/errors.ts'
import type { JsonKind, JsonReader } from '../base/json-reader.ts'

/** OpenAI's and OpenRouter's bounds. @see https://openrouter.ai/docs/api_reference/parameters (metadata; read 2026-11-21) */
const METADATA_PAIRS_MAX = 16
const METADATA_KEY_CHARACTERS_MAX = 64
const METADATA_VALUE_CHARACTERS_MAX = 512

/** Elements of a list of names. No request lists more models or modalities. */
const LIST_LENGTH_MAX = 256
/** Bytes of an object that is parsed. The longest provider list and metadata take some 10 kB. */
const OBJECT_BYTES_MAX = 256 * 1024

/** Steps over an integer from 1 to `max`, in any JSON spelling (`1.0`, `1e3`); undefined for null. @throws KeywayError invalid_request */
export function optionalInteger(reader: JsonReader, name: string, max: number): number | undefined {
  const expected = `an integer from 1 to ${max}`
  const raw = expectKind(reader, name, ['number', 'null'], expected).raw()
  if (raw === 'null') return undefined
  const value = Number(raw)
  if (!Number.isInteger(value) || value < 1 || value > max) throw invalid(name, expected, raw)
  return value
}

/** Steps over a string; undefined for null. @throws KeywayError invalid_request */
export function optionalText(reader: JsonReader, name: string, charactersMax: number): string | undefined {
  expectKind(reader, name, ['string', 'null'], 'a string')
  if (reader.kind() === 'null') {
    reader.skip()
    return undefined
  }
  const text = reader.string()
  if (text.length > charactersMax) throw invalid(name, `a string of at most ${charactersMax} characters`)
  return text
}

/** Steps over an array of strings; empty for null. @throws KeywayError invalid_request */
export function textList(reader: JsonReader, name: string): string[] {
  const list: string[] = []
  expectKind(reader, name, ['array', 'null'], 'an array of strings')
  if (reader.kind() === 'null') {
    reader.skip()
    return list
  }
  reader.openArray()
  while (reader.nextElement()) {
    if (reader.kind() !== 'string') throw invalid(name, 'an array of strings')
    if (list.length === LIST_LENGTH_MAX) throw invalid(name, `at most ${LIST_LENGTH_MAX} strings`)
    list.push(reader.string())
  }
  return list
}

/** Steps over an object and parses it; undefined for null. @throws KeywayError invalid_request */
export function optionalObject(reader: JsonReader, name: string): Record<string, unknown> | undefined {
  const start = expectKind(reader, name, ['object', 'null'], 'an object').pos
  reader.skip()
  if (reader.pos - start > OBJECT_BYTES_MAX) throw invalid(name, `an object of at most ${OBJECT_BYTES_MAX} bytes`)
  const value: unknown = JSON.parse(reader.bytes.toString('utf8', start, reader.pos))
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Steps over an object of short strings, each pair checked; undefined for null. @throws KeywayError invalid_request */
export function optionalMetadata(reader: JsonReader, name: string): Record<string, string> | undefined {
  const object = optionalObject(reader, name)
  if (object === undefined) return undefined
  const metadata: Record<string, string> = {}
  const pairs = Object.entries(object)
  if (pairs.length > METADATA_PAIRS_MAX) throw invalid(name, `at most ${METADATA_PAIRS_MAX} pairs`)
  for (const [key, value] of pairs) {
    if (key.length > METADATA_KEY_CHARACTERS_MAX)
      throw invalid(name, `names of at most ${METADATA_KEY_CHARACTERS_MAX} characters`)
    if (typeof value !== 'string' || value.length > METADATA_VALUE_CHARACTERS_MAX) {
      throw invalid(`${name}.${key}`, `a string of at most ${METADATA_VALUE_CHARACTERS_MAX} characters`)
    }
    // Not an assignment: a pair named __proto__ would set the prototype instead.
    Object.defineProperty(metadata, key, { value, enumerable: true, configurable: true, writable: true })
  }
  return metadata
}

/** Checks what kind of value comes next, and gives the reader back. @throws KeywayError invalid_request */
export function expectKind(reader: JsonReader, name: string, kinds: readonly JsonKind[], expected: string): JsonReader {
  const kind = reader.kind()
  // What is no value at all is left to the reader, whose message says where.
  if (kind !== 'none' && !kinds.includes(kind)) throw invalid(name, expected)
  return reader
}

/** The refusal of a field's value, which names the field and says what was expected. */
export function invalid(name: string, expected: string, found?: string): KeywayError {
  const but = found === undefined ? '' : `, not ${found.slice(0, 40)}`
  return new KeywayError('invalid_request', `The field "${name}" must be ${expected}${but}.`)
}
