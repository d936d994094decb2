import { type ApiError, invalidRequest } from '../api-error.ts'
import type { ChatRequest } from '../chat-request.ts'
import { bareUsage, dialectOf } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { plainModel, reasoningModel } from '../models.ts'

/** Fields of OpenAI's that Cerebras answers with 400. */
const REFUSED = ['frequency_penalty', 'logit_bias', 'presence_penalty', 'service_tier']

const CODES: Partial<Record<ApiError['reason'], string>> = {
  authentication: 'wrong_api_key',
  'unknown-model': 'model_not_found',
  'rate-limit': 'request_quota_exceeded',
  overloaded: 'queue_exceeded',
}

/** Cerebras' error: flat, with no `error` around it. */
function errorBody(error: ApiError): JsonObject {
  const type =
    error.status === 404
      ? 'not_found_error'
      : error.status === 429
        ? 'too_many_requests_error'
        : 'invalid_request_error'
  const param = error.reason === 'authentication' ? 'api_key' : error.param
  return {
    message: error.message,
    type: error.status >= 500 ? 'server_error' : type,
    param,
    code: CODES[error.reason] ?? null,
  }
}

const TIMES = {
  queue_time: 0.001,
  prompt_time: 0.001,
  completion_time: 0.01,
  total_time: 0.012,
  created: 1_767_225_600,
}

function refuse(request: ChatRequest): ApiError | undefined {
  const name = REFUSED.find((field) => request.body[field] !== undefined)
  return name === undefined ? undefined : invalidRequest(`${name} is not supported`, name)
}

/**
 * Cerebras. Usage and `time_info` on the last chunk without being asked for; errors lie flat; some of OpenAI's fields are
 * refused.
 * @see https://inference-docs.cerebras.ai/resources/openai (page not opened)
 * @see https://inference-docs.cerebras.ai/api-reference/chat-completions (page not opened)
 */
export const cerebras = dialectOf({
  name: 'cerebras',
  prefix: '/cerebras/v1',
  key: 'csk-sim-not-a-real-key-0000000000000000',
  docs: [
    'https://inference-docs.cerebras.ai/resources/openai',
    'https://inference-docs.cerebras.ai/api-reference/chat-completions',
    'https://inference-docs.cerebras.ai/support/error',
  ],
  models: [
    plainModel('llama3.1-8b', 32_768),
    plainModel('llama-3.3-70b', 128_000),
    reasoningModel('gpt-oss-120b', 131_072),
  ],
  refuseKey: () => ({ status: 401, reason: 'authentication', message: 'Wrong API Key', param: null }),
  errorBody,
  errorEvent: errorBody,
  refuse,
  reasoningField: 'reasoning',
  usage: (counts) => ({ ...bareUsage(counts), prompt_tokens_details: { cached_tokens: counts.cached } }),
  streamUsage: 'last-choice',
  replyFields: () => ({ system_fingerprint: 'fp_simulated', time_info: TIMES }),
  chunkFields: (place) => ({
    system_fingerprint: 'fp_simulated',
    ...(place === 'last-choice' ? { time_info: TIMES } : {}),
  }),
})
