import type { ApiError } from '../api-error.ts'
import type { ChatRequest } from '../chat-request.ts'
import { dialectOf } from '../dialect.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { plainModel } from '../models.ts'

/**
 * Every field of Mistral's chat completion request; another one is 422.
 * @see https://docs.mistral.ai/api/endpoint/chat (page not opened)
 */
const FIELDS = new Set(
  (
    'model messages temperature top_p max_tokens stream stop random_seed metadata response_format tools tool_choice ' +
    'presence_penalty frequency_penalty n prediction parallel_tool_calls prompt_mode reasoning_effort prompt_cache_key ' +
    'guardrails safe_prompt stream_options'
  ).split(' '),
)

function forbidField(path: string[], input: Json | undefined): ApiError {
  return {
    status: 422,
    reason: 'forbidden-field',
    param: path.join('.'),
    message: JSON.stringify({ loc: ['body', ...path], input: input ?? null }),
  }
}

function refuse(request: ChatRequest): ApiError | undefined {
  for (const [name, value] of Object.entries(request.body)) {
    if (!FIELDS.has(name)) return forbidField([name], value)
  }
  const options = request.body['stream_options']
  if (!isObject(options)) return undefined
  const inner = Object.keys(options)[0]
  return inner === undefined ? undefined : forbidField(['stream_options', inner], options[inner])
}

function errorBody(error: ApiError): JsonObject {
  if (error.reason === 'authentication') return { detail: 'Unauthorized' }
  if (error.reason !== 'forbidden-field') {
    const type =
      error.status >= 500 ? 'internal_server_error' : error.status === 429 ? 'rate_limited' : 'invalid_request_error'
    return {
      object: 'error',
      message: error.message,
      type,
      param: error.param,
      code: error.status === 429 ? '1300' : null,
    }
  }
  const detail: JsonObject = { type: 'extra_forbidden', msg: 'Extra inputs are not permitted' }
  const place: Json = JSON.parse(error.message)
  if (isObject(place)) Object.assign(detail, place)
  return { object: 'error', message: { detail: [detail] }, type: 'invalid_request_error', param: null, code: null }
}

/**
 * Mistral. Unknown fields, `max_completion_tokens` and `stream_options.include_usage` are 422; usage comes on the last
 * chunk by itself; tool calls come whole; a wrong key is a body with nothing but `detail`.
 * @see https://docs.mistral.ai/api/endpoint/chat (page not opened)
 * @see https://github.com/nextcloud/integration_openai/issues/332 (a wrong key) read 2026-11
 * @see https://github.com/openai/openai-agents-python/issues/442 (the 422's body) read 2026-11
 */
export const mistral = dialectOf({
  name: 'mistral',
  prefix: '/mistral/v1',
  key: 'sim-mistral-not-a-real-key-00000',
  docs: [
    'https://docs.mistral.ai/api/endpoint/chat',
    'https://docs.mistral.ai/capabilities/function_calling',
    'https://github.com/openai/openai-agents-python/issues/442',
  ],
  models: [
    plainModel('mistral-large-latest', 131_072),
    plainModel('mistral-medium-latest', 131_072),
    plainModel('mistral-small-latest', 131_072),
    plainModel('codestral-latest', 256_000),
    plainModel('ministral-8b-latest', 131_072),
  ],
  refuseKey: () => ({ status: 401, reason: 'authentication', message: 'Unauthorized', param: null }),
  errorBody,
  errorEvent: errorBody,
  refuse,
  answerId: (ids) => ids.letters('answer', 32).toLowerCase(),
  usage: (counts) => ({
    prompt_tokens: counts.prompt,
    total_tokens: counts.prompt + counts.completion,
    completion_tokens: counts.completion,
    ...(counts.cached > 0 ? { prompt_tokens_details: { cached_tokens: counts.cached } } : {}),
  }),
  streamUsage: 'last-choice',
  wholeToolCalls: true,
})
