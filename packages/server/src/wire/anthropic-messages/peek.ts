import type { JsonReader } from '../../base/json-reader.ts'
import type { Peek } from '../codec.ts'
import { expectKind, invalid, optionalObject, optionalText, textList } from '../field-values.ts'
import { readRequest } from '../request-fields.ts'
import { type Media, readMessages } from './blocks.ts'
import { readFallbacks } from './fallbacks.ts'
import { BILLABLE_FIELDS, PLAIN_VALUES, READ_FIELDS, REQUEST_NAMES } from './fields.ts'
import { readTools } from './tools.ts'

/** Output tokens. No model comes near; a larger number is a mistake, and would make sums of money overflow. */
const OUTPUT_TOKENS_MAX = 2 ** 31
/** Characters. @see https://openrouter.ai/docs/api_reference/parameters (session_id; read 2026-11-21) */
const SESSION_ID_CHARACTERS_MAX = 256
/** Characters. Ours: it is stored with every call and grouped by. Anthropic's own bound is 256. */
const USER_CHARACTERS_MAX = 512
/** Bytes of a value that is parsed: no list of fallbacks or of context edits takes more. */
const PARSED_BYTES_MAX = 64 * 1024

const SHAPE = { names: REQUEST_NAMES, single: READ_FIELDS }

type Reading = { -readonly [Field in Exclude<keyof Peek, 'fields' | 'textBytes' | keyof Media>]: Peek[Field] } & {
  media: Media
  messages: boolean
  fallbacks: string[] | undefined
}

/**
 * Reads what the gateway needs to know of a request for a message, and checks that the body is JSON that nobody can read
 * in two ways. Values that we do not read are checked as JSON only; the provider judges them.
 * @throws KeywayError invalid_json, duplicate_field, invalid_request
 */
export function peek(body: Uint8Array): Peek {
  const reading: Reading = {
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
    messages: false,
    fallbacks: undefined,
  }
  const fields = readRequest(body, SHAPE, (reader, name) => readField(reader, name, reading))
  if (!reading.messages) throw invalid('messages', 'an array of at least one message')
  const { media, messages: _messages, fallbacks, ...read } = reading
  if (fallbacks !== undefined) {
    if (fields.has('models')) throw invalid('fallbacks', 'left out where "models" is given')
    read.models = fallbacks
  }
  const { encodedBytes, ...parts } = media
  return { ...read, ...parts, fields, textBytes: body.length - encodedBytes }
}

function readField(reader: JsonReader, name: string, reading: Reading): void {
  switch (name) {
    case 'model':
      reading.model = optionalText(reader, name, Number.POSITIVE_INFINITY)
      if (reading.model === '') throw invalid(name, 'a model id, as author/slug')
      return
    case 'models':
      reading.models = textList(reader, name)
      return
    case 'messages':
      expectKind(reader, name, ['array'], 'an array of at least one message')
      reading.messages = readMessages(reader, reading.media) > 0
      return
    case 'stream':
      reading.stream = expectKind(reader, name, ['boolean', 'null'], 'true or false').raw() === 'true'
      return
    case 'max_tokens':
      reading.outputTokensMax = readLimit(reader, name)
      return
    case 'thinking':
      expectKind(reader, name, ['object', 'null'], 'an object').skip()
      return
    case 'provider':
      reading.routing = optionalObject(reader, name)
      return
    case 'user':
      reading.user = optionalText(reader, name, USER_CHARACTERS_MAX) ?? reading.user
      return
    case 'session_id':
      reading.sessionId = optionalText(reader, name, SESSION_ID_CHARACTERS_MAX)
      return
    case 'metadata':
      readMetadata(reader, reading)
      return
    case 'tools': {
      const { tools, served } = readTools(reader)
      reading.tools = tools > 0
      if (served) reading.features.push(name)
      return
    }
    case 'fallbacks': {
      const value = parseValue(reader, name)
      if (value === null) return
      reading.fallbacks = readFallbacks(value)
      if (reading.fallbacks === undefined) reading.features.push(name)
      return
    }
    case 'context_management':
      if (compacts(parseValue(reader, name))) reading.features.push(name)
      return
    default:
      if (asksForMore(reader, name)) reading.features.push(name)
  }
}

/** 0 is a limit too: it fills the prompt cache, and answers nothing. */
function readLimit(reader: JsonReader, name: string): number | undefined {
  const expected = `an integer from 0 to ${OUTPUT_TOKENS_MAX}`
  const raw = expectKind(reader, name, ['number', 'null'], expected).raw()
  if (raw === 'null') return undefined
  const value = Number(raw)
  if (!Number.isInteger(value) || value < 0 || value > OUTPUT_TOKENS_MAX) throw invalid(name, expected, raw)
  return value
}

/** Anthropic's `metadata` has one member, the end user's id; OpenRouter's `user` goes before it. */
function readMetadata(reader: JsonReader, reading: Reading): void {
  const userId = optionalObject(reader, 'metadata')?.['user_id']
  if (userId === undefined || userId === null) return
  if (typeof userId !== 'string' || userId.length > USER_CHARACTERS_MAX) {
    throw invalid('metadata.user_id', `a string of at most ${USER_CHARACTERS_MAX} characters`)
  }
  reading.user ??= userId
}

/**
 * Old tool results and thoughts may be cleared for nothing; every other edit of the context is the model's work.
 * @see https://platform.claude.com/docs/en/build-with-claude/context-editing (read 2026-11-29)
 */
function compacts(value: unknown): boolean {
  if (value === null) return false
  if (typeof value !== 'object' || !('edits' in value)) return !(typeof value === 'object' && isEmpty(value))
  const { edits } = value
  if (edits === null) return false
  if (!Array.isArray(edits)) return true
  return edits.some((edit: unknown) => {
    const type = typeof edit === 'object' && edit !== null && 'type' in edit ? edit.type : undefined
    return typeof type !== 'string' || !type.startsWith('clear_')
  })
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0
}

/** Steps over a short value and parses it. */
function parseValue(reader: JsonReader, name: string): unknown {
  const start = reader.pos
  reader.skip()
  if (reader.pos - start > PARSED_BYTES_MAX) throw invalid(name, `at most ${PARSED_BYTES_MAX} bytes`)
  return JSON.parse(reader.bytes.toString('utf8', start, reader.pos))
}

/** Steps over the value; true when it asks for something that tokens at their plain price do not pay for. */
function asksForMore(reader: JsonReader, name: string): boolean {
  if (Object.hasOwn(PLAIN_VALUES, name)) {
    const value = optionalText(reader, name, Number.POSITIVE_INFINITY)
    return value !== undefined && PLAIN_VALUES[name]?.includes(value) !== true
  }
  const form = Object.hasOwn(BILLABLE_FIELDS, name) ? BILLABLE_FIELDS[name] : undefined
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
  return form !== undefined && !off
}
