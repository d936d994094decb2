import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import type { Peek } from '../codec.ts'
import {
  expectKind,
  invalid,
  optionalInteger,
  optionalMetadata,
  optionalObject,
  optionalText,
  textList,
} from '../field-values.ts'
import type { Media } from '../part-media.ts'
import { readRequest } from '../request-fields.ts'
import { BILLABLE_FIELDS, READ_FIELDS, REQUEST_NAMES } from './fields.ts'
import { readMessages } from './media.ts'

/** Output tokens. No model comes near; a larger number is a mistake, and would make sums of money overflow. */
const OUTPUT_TOKENS_MAX = 2 ** 31
/** Answers to one request; OpenAI's own bound. @see https://platform.openai.com/docs/api-reference/chat/create (read 2026-11-21) */
const CHOICES_MAX = 128
/** Characters. @see https://openrouter.ai/docs/api_reference/parameters (session_id; read 2026-11-21) */
const SESSION_ID_CHARACTERS_MAX = 256
/** Characters. Ours: it is stored with every call and grouped by; people put addresses and UUIDs here. */
const USER_CHARACTERS_MAX = 512
const TYPE = new NameTable(['type'])

const SHAPE = { names: REQUEST_NAMES, single: READ_FIELDS }

type Reading = { -readonly [Field in Exclude<keyof Peek, 'fields' | 'textBytes' | keyof Media>]: Peek[Field] } & {
  media: Media
  messages: boolean
}

/**
 * Reads what the gateway needs to know of a chat request, and checks that the body is JSON that nobody can read in two
 * ways. Values that we do not read are checked as JSON only; the provider judges them.
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
  }
  const fields = readRequest(body, SHAPE, (reader, name) => readField(reader, name, reading))
  if (!reading.messages) throw invalid('messages', 'an array of at least one message')
  const { media, messages: _messages, ...read } = reading
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
    case 'stream': {
      const raw = expectKind(reader, name, ['boolean', 'null'], 'true or false').raw()
      reading.stream = raw === 'true'
      return
    }
    case 'stream_options':
      expectKind(reader, name, ['object', 'null'], 'an object').skip()
      return
    case 'max_tokens':
    case 'max_completion_tokens': {
      const limit = optionalInteger(reader, name, OUTPUT_TOKENS_MAX)
      if (limit !== undefined) reading.outputTokensMax = Math.max(limit, reading.outputTokensMax ?? 0)
      return
    }
    case 'n':
      reading.choices = optionalInteger(reader, name, CHOICES_MAX) ?? 1
      return
    case 'provider':
      reading.routing = optionalObject(reader, name)
      return
    case 'user':
      reading.user = optionalText(reader, name, USER_CHARACTERS_MAX)
      return
    case 'session_id':
      reading.sessionId = optionalText(reader, name, SESSION_ID_CHARACTERS_MAX)
      return
    case 'metadata':
      reading.metadata = optionalMetadata(reader, name)
      return
    case 'tools':
      readTools(reader, reading)
      return
    case 'modalities':
      if (reader.kind() === 'null') reader.skip()
      else if (textList(reader, name).some((modality) => modality !== 'text')) reading.features.push(name)
      return
    case 'service_tier': {
      const tier = optionalText(reader, name, Number.POSITIVE_INFINITY)
      if (tier !== undefined && tier !== 'default' && tier !== 'auto') reading.features.push(name)
      return
    }
    default:
      if (readBillable(reader, name)) reading.features.push(name)
  }
}

/** Steps over the value; true when it asks for something billed beside tokens. */
function readBillable(reader: JsonReader, name: string): boolean {
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

/**
 * `function` tools, and OpenAI's `custom` ones, run at the client and cost nothing beside their tokens; any other type
 * runs at the provider and may.
 * @see https://platform.openai.com/docs/guides/function-calling (read 2026-11-21)
 */
function readTools(reader: JsonReader, reading: Reading): void {
  expectKind(reader, 'tools', ['array', 'null'], 'an array')
  if (reader.kind() === 'null') {
    reader.skip()
    return
  }
  let served = false
  reader.openArray()
  while (reader.nextElement()) {
    reading.tools = true
    if (reader.kind() !== 'object') {
      served = true
      reader.skip()
      continue
    }
    let types = 0
    reader.openObject()
    while (reader.nextMember()) {
      if (reader.name(TYPE) !== undefined && reader.kind() === 'string') {
        types++
        const type = reader.string()
        if (type !== 'function' && type !== 'custom') served = true
      } else {
        reader.skip()
      }
    }
    if (types !== 1) served = true
  }
  if (served) reading.features.push('tools')
}
