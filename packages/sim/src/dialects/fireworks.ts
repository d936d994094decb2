import type { ApiError } from '../api-error.ts'
import { bareUsage, dialectOf } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { COMPATIBLE_MESSAGES } from '../messages/door.ts'
import { plainModel } from '../models.ts'
import { COMPATIBLE_DOOR } from '../responses/door.ts'

function errorBody(error: ApiError): JsonObject {
  const type = error.status >= 500 ? 'internal_server_error' : 'invalid_request_error'
  return { error: { object: 'error', type, code: error.code ?? type, message: error.message } }
}

/**
 * Fireworks. Usage stands on the last chunk without being asked for; models are resource names.
 * @see https://docs.fireworks.ai/tools-sdks/migrate-to-fireworks (usage in the last chunk) read 2026-11
 */
export const fireworks = dialectOf({
  name: 'fireworks',
  prefix: '/fireworks/inference/v1',
  messages: COMPATIBLE_MESSAGES,
  responses: COMPATIBLE_DOOR,
  key: 'fw_sim_not_a_real_key_0000000000',
  docs: [
    'https://docs.fireworks.ai/tools-sdks/openai-compatibility',
    'https://docs.fireworks.ai/api-reference/post-chatcompletions',
  ],
  models: [
    plainModel('accounts/fireworks/models/llama-v3p3-70b-instruct', 131_072),
    plainModel('accounts/fireworks/models/deepseek-v3p2', 163_840),
  ],
  refuseKey: () => ({
    status: 401,
    reason: 'authentication',
    message: 'The API key you provided is invalid.',
    param: null,
    code: 'UNAUTHORIZED',
  }),
  errorBody,
  errorEvent: errorBody,
  answerId: (ids) => ids.uuid('answer'),
  usage: (counts) => ({ ...bareUsage(counts), prompt_tokens_details: { cached_tokens: counts.cached } }),
  streamUsage: 'last-choice',
})
