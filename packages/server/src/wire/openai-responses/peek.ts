import type { JsonReader } from '../../base/json-reader.ts'
import type { Peek } from '../codec.ts'
import { expectKind, invalid, optionalInteger, optionalText } from '../field-values.ts'
import { readOpenaiField } from '../openai-fields.ts'
import {
  asksFor,
  blankReading,
  OUTPUT_TOKENS_MAX,
  peekOf,
  type Reading,
  readCommonField,
  readFlag,
  SESSION_ID_CHARACTERS_MAX,
  USER_CHARACTERS_MAX,
} from '../reading.ts'
import { readRequest } from '../request-fields.ts'
import { FEATURE_FIELDS, READ_FIELDS, REQUEST_NAMES } from './fields.ts'
import { readItems } from './input.ts'
import { readTools } from './tools.ts'

const SHAPE = { names: REQUEST_NAMES, single: READ_FIELDS }

/**
 * Reads what the gateway needs to know of a Responses request, and checks that the body is JSON that nobody can read in
 * two ways. What would need an answer that a provider keeps is refused, with the way to do without. Values that we do
 * not read are checked as JSON only; the provider judges them.
 * @throws KeywayError invalid_json, duplicate_field, invalid_request
 */
export function peek(body: Uint8Array): Peek {
  const reading = blankReading()
  let endUser: string | undefined
  let cacheKey: string | undefined
  const fields = readRequest(body, SHAPE, (reader, name) => {
    if (name === 'safety_identifier') endUser = optionalText(reader, name, USER_CHARACTERS_MAX)
    else if (name === 'prompt_cache_key') cacheKey = optionalText(reader, name, Number.POSITIVE_INFINITY)
    else readField(reader, name, reading)
  })
  if (!reading.asked) throw invalid('input', 'a string, or an array of at least one item')
  // What OpenAI's clients call the same: `safety_identifier` has taken the place of `user`, and Codex names its session
  // in `prompt_cache_key`.
  reading.user ??= endUser
  if (cacheKey !== undefined && cacheKey.length <= SESSION_ID_CHARACTERS_MAX) reading.sessionId ??= cacheKey
  return peekOf(reading, fields, body.length)
}

function readField(reader: JsonReader, name: string, reading: Reading): void {
  if (readCommonField(reader, name, reading) || readOpenaiField(reader, name, reading)) return
  switch (name) {
    case 'input':
      readInput(reader, name, reading)
      return
    case 'max_output_tokens':
      reading.outputTokensMax = optionalInteger(reader, name, OUTPUT_TOKENS_MAX)
      return
    case 'tools':
      if (expectKind(reader, name, ['array', 'null'], 'an array').kind() === 'array') readTools(reader, reading)
      else reader.skip()
      return
    default:
      readOther(reader, name, reading)
  }
}

/** State that only a provider could keep, and what may be billed beside tokens. */
function readOther(reader: JsonReader, name: string, reading: Reading): void {
  switch (name) {
    case 'background':
      if (readFlag(reader, name)) throw invalid(name, 'false: an answer comes while the call is open; use "stream"')
      return
    case 'store':
      if (readFlag(reader, name)) throw invalid(name, 'false or left out: no answers are kept to be asked for later')
      return
    case 'previous_response_id':
    case 'conversation':
      if (reader.kind() !== 'null')
        throw invalid(name, 'null or left out: no answers are kept, so send the whole conversation in "input"')
      reader.skip()
      return
    case 'prompt':
      // A template at the provider: nobody here knows which tools and texts it brings.
      if (expectKind(reader, name, ['object', 'null'], 'an object').kind() === 'object') {
        reading.features.push(name)
        reading.asked = true
      }
      reader.skip()
      return
    default:
      if (FEATURE_FIELDS.has(name)) {
        if (asksFor(reader, 'list')) reading.features.push(name)
      } else {
        reader.skip()
      }
  }
}

function readInput(reader: JsonReader, name: string, reading: Reading): void {
  const kind = expectKind(reader, name, ['string', 'array', 'null'], 'a string, or an array of items').kind()
  if (kind === 'array') {
    const notes = { media: reading.media, features: reading.features, tools: reading.tools, sealed: undefined }
    if (readItems(reader, notes) > 0) reading.asked = true
    reading.tools = notes.tools
    reading.sealed = notes.sealed
  } else {
    if (kind === 'string') reading.asked = true
    reader.skip()
  }
}
