import type { JsonReader } from '../../base/json-reader.ts'
import { NameTable } from '../../base/name-table.ts'
import type { Peek } from '../codec.ts'
import { expectKind, invalid, optionalInteger } from '../field-values.ts'
import { readOpenaiField } from '../openai-fields.ts'
import { asksFor, blankReading, OUTPUT_TOKENS_MAX, peekOf, type Reading, readCommonField } from '../reading.ts'
import { readRequest } from '../request-fields.ts'
import { BILLABLE_FIELDS, READ_FIELDS, REQUEST_NAMES } from './fields.ts'
import { readMessages } from './media.ts'

/** Answers to one request; OpenAI's own bound. @see https://platform.openai.com/docs/api-reference/chat/create (read 2026-11-21) */
const CHOICES_MAX = 128
const TYPE = new NameTable(['type'])

const SHAPE = { names: REQUEST_NAMES, single: READ_FIELDS }

/**
 * Reads what the gateway needs to know of a chat request, and checks that the body is JSON that nobody can read in two
 * ways. Values that we do not read are checked as JSON only; the provider judges them.
 * @throws KeywayError invalid_json, duplicate_field, invalid_request
 */
export function peek(body: Uint8Array): Peek {
  const reading = blankReading()
  const fields = readRequest(body, SHAPE, (reader, name) => readField(reader, name, reading))
  if (!reading.asked) throw invalid('messages', 'an array of at least one message')
  return peekOf(reading, fields, body.length)
}

function readField(reader: JsonReader, name: string, reading: Reading): void {
  if (readCommonField(reader, name, reading) || readOpenaiField(reader, name, reading)) return
  switch (name) {
    case 'messages':
      expectKind(reader, name, ['array'], 'an array of at least one message')
      reading.asked = readMessages(reader, reading.media) > 0
      return
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
    case 'tools':
      readTools(reader, reading)
      return
    default: {
      const form = Object.hasOwn(BILLABLE_FIELDS, name) ? BILLABLE_FIELDS[name] : undefined
      if (form === undefined) reader.skip()
      else if (asksFor(reader, form)) reading.features.push(name)
    }
  }
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
