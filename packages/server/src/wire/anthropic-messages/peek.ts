import type { JsonReader } from '../../base/json-reader.ts'
import type { Peek } from '../codec.ts'
import { expectKind, invalid, optionalObject, optionalText } from '../field-values.ts'
import {
  asksFor,
  blankReading,
  OUTPUT_TOKENS_MAX,
  peekOf,
  type Reading,
  readCommonField,
  USER_CHARACTERS_MAX,
} from '../reading.ts'
import { readRequest } from '../request-fields.ts'
import { readMessages } from './blocks.ts'
import { readFallbacks } from './fallbacks.ts'
import { BILLABLE_FIELDS, PLAIN_VALUES, READ_FIELDS, REQUEST_NAMES } from './fields.ts'
import { readTools } from './tools.ts'

/** Bytes of a value that is parsed: no list of fallbacks or of context edits takes more. */
const PARSED_BYTES_MAX = 64 * 1024

const SHAPE = { names: REQUEST_NAMES, single: READ_FIELDS }

type MessagesReading = Reading & { fallbacks: string[] | undefined }

/**
 * Reads what the gateway needs to know of a request for a message, and checks that the body is JSON that nobody can read
 * in two ways. Values that we do not read are checked as JSON only; the provider judges them.
 * @throws KeywayError invalid_json, duplicate_field, invalid_request
 */
export function peek(body: Uint8Array): Peek {
  const reading: MessagesReading = { ...blankReading(), fallbacks: undefined }
  const fields = readRequest(body, SHAPE, (reader, name) => readField(reader, name, reading))
  if (!reading.asked) throw invalid('messages', 'an array of at least one message')
  const { fallbacks, ...read } = reading
  if (fallbacks !== undefined) {
    if (fields.has('models')) throw invalid('fallbacks', 'left out where "models" is given')
    read.models = fallbacks
  }
  return peekOf(read, fields, body.length)
}

function readField(reader: JsonReader, name: string, reading: MessagesReading): void {
  if (readCommonField(reader, name, reading)) return
  switch (name) {
    case 'messages':
      expectKind(reader, name, ['array'], 'an array of at least one message')
      reading.asked = readMessages(reader, reading.media) > 0
      return
    case 'max_tokens':
      reading.outputTokensMax = readLimit(reader, name)
      return
    case 'thinking':
      expectKind(reader, name, ['object', 'null'], 'an object').skip()
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
function readMetadata(reader: JsonReader, reading: MessagesReading): void {
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
  if (form !== undefined) return asksFor(reader, form)
  reader.skip()
  return false
}
