import type { JsonReader } from '../base/json-reader.ts'
import type { Peek } from './codec.ts'
import { expectKind, invalid, optionalObject, optionalText, textList } from './field-values.ts'
import type { Media } from './part-media.ts'

/** Output tokens. No model comes near; a larger number is a mistake, and would make sums of money overflow. */
export const OUTPUT_TOKENS_MAX = 2 ** 31
/** Characters. @see https://openrouter.ai/docs/api_reference/parameters (session_id; read 2026-11-21) */
export const SESSION_ID_CHARACTERS_MAX = 256
/** Characters. Ours: it is stored with every call and grouped by; people put addresses and UUIDs here. */
export const USER_CHARACTERS_MAX = 512

/** What has been read of a request so far. */
export type Reading = {
  -readonly [Field in Exclude<keyof Peek, 'fields' | 'textBytes' | keyof Media>]: Peek[Field]
} & {
  media: Media
  /** Does it ask anything? */
  asked: boolean
}

export function blankReading(): Reading {
  return {
    model: undefined,
    models: [],
    stream: false,
    outputTokensMax: undefined,
    choices: 1,
    features: [],
    tools: false,
    routing: undefined,
    user: undefined,
    sessionId: undefined,
    sealed: undefined,
    metadata: undefined,
    media: { images: 0, files: 0, audios: 0, encodedBytes: 0 },
    asked: false,
  }
}

/**
 * Steps over the value of a field that every format has, and notes it.
 * @returns false where the field is none of these, and nothing was read
 * @throws KeywayError invalid_request
 */
export function readCommonField(reader: JsonReader, name: string, reading: Reading): boolean {
  switch (name) {
    case 'model':
      reading.model = optionalText(reader, name, Number.POSITIVE_INFINITY)
      if (reading.model === '') throw invalid(name, 'a model id, as author/slug')
      return true
    case 'models':
      reading.models = textList(reader, name)
      return true
    case 'stream':
      reading.stream = readFlag(reader, name)
      return true
    case 'provider':
      reading.routing = optionalObject(reader, name)
      return true
    case 'user':
      // What a format has beside it may have been read before.
      reading.user = optionalText(reader, name, USER_CHARACTERS_MAX) ?? reading.user
      return true
    case 'session_id':
      reading.sessionId = optionalText(reader, name, SESSION_ID_CHARACTERS_MAX)
      return true
    default:
      return false
  }
}

/** Steps over true, false or null, which is false. @throws KeywayError invalid_request */
export function readFlag(reader: JsonReader, name: string): boolean {
  return expectKind(reader, name, ['boolean', 'null'], 'true or false').raw() === 'true'
}

/**
 * Steps over the value of a field that asks for more than tokens; true when it does ask.
 * @param form 'value': anything but null and false does. 'list': of arrays, those that are not empty.
 */
export function asksFor(reader: JsonReader, form: 'value' | 'list'): boolean {
  const kind = reader.kind()
  if (form === 'list' && kind === 'array') {
    let elements = 0
    reader.openArray()
    while (reader.nextElement()) {
      elements++
      reader.skip()
    }
    return elements > 0
  }
  const off = kind === 'null' || (kind === 'boolean' && reader.bytes[reader.pos] === 0x66)
  reader.skip()
  return !off
}

/** @param fields the names of all fields  @param bodyBytes of the whole request */
export function peekOf(reading: Reading, fields: ReadonlySet<string>, bodyBytes: number): Peek {
  const { media, asked: _asked, ...read } = reading
  const { encodedBytes, ...parts } = media
  return { ...read, ...parts, fields, textBytes: bodyBytes - encodedBytes }
}
