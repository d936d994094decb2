import type { ApiError } from '../api-error.ts'
import { dialectOf, modelPages } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { plainModel, reasoningModel } from '../models.ts'
import { COMPATIBLE_DOOR } from '../responses/door.ts'

const CODES: Partial<Record<ApiError['reason'], string>> = {
  'unknown-model': 'The requested resource was not found',
  'rate-limit': 'Some resource has been exhausted',
  overloaded: 'The service is currently unavailable',
  server: 'Internal error',
}

/** What `GET /api-key` says of the sample key. */
const KEY_PAGE: JsonObject = {
  redacted_api_key: 'xai-...0000',
  user_id: '00000000-0000-4000-a000-000000000000',
  name: 'Simulated key',
  create_time: '2026-01-01T00:00:00Z',
  modify_time: '2026-01-01T00:00:00Z',
  modified_by: '00000000-0000-4000-a000-000000000000',
  team_id: '00000000-0000-4000-a000-000000000000',
  acls: ['api-key:model:*', 'api-key:endpoint:*'],
  api_key_id: '00000000-0000-4000-a000-000000000000',
  team_blocked: false,
  api_key_blocked: false,
  api_key_disabled: false,
}

/** xAI's error: a code in words and a sentence. */
function errorBody(error: ApiError): JsonObject {
  return { code: CODES[error.reason] ?? 'Client specified an invalid argument', error: error.message }
}

/**
 * xAI. `completion_tokens` leaves the thinking out although `total_tokens` holds it; the cost comes in ten-billionths of
 * a dollar; a wrong key is 400.
 * @see https://docs.x.ai/docs/key-information/consumption-and-rate-limits (page not opened)
 * @see https://docs.x.ai/docs/api-reference#api-key-information (400 for a wrong key; read as a copy of its OpenAPI) read 2026-11
 * @see https://github.com/vercel/ai/pull/12425 (measured usage) read 2026-11
 */
export const xai = dialectOf({
  name: 'xai',
  prefix: '/xai/v1',
  responses: COMPATIBLE_DOOR,
  key: 'xai-sim-not-a-real-key-0000000000000000',
  docs: [
    'https://docs.x.ai/docs/api-reference#chat-completions',
    'https://docs.x.ai/docs/key-information/consumption-and-rate-limits',
  ],
  models: [
    reasoningModel('grok-4.5', 500_000),
    reasoningModel('grok-4', 256_000),
    reasoningModel('grok-code-fast-1', 256_000),
    reasoningModel('grok-3-mini', 131_072),
    plainModel('grok-3', 131_072),
    plainModel('grok-4-fast-non-reasoning', 2_000_000),
  ],
  refuseKey: (key) =>
    key === undefined
      ? { status: 401, reason: 'authentication', message: 'No API key was provided.', param: null }
      : {
          status: 400,
          reason: 'authentication',
          message: 'Incorrect API key provided. You can obtain an API key from https://console.x.ai.',
          param: null,
        },
  errorBody,
  errorEvent: errorBody,
  answerId: (ids) => ids.uuid('answer'),
  reasoningField: 'reasoning_content',
  usage: (counts) => ({
    prompt_tokens: counts.prompt,
    completion_tokens: counts.completion,
    total_tokens: counts.prompt + counts.completion + counts.reasoning,
    prompt_tokens_details: {
      text_tokens: counts.prompt,
      audio_tokens: 0,
      image_tokens: 0,
      cached_tokens: counts.cached,
    },
    completion_tokens_details: {
      reasoning_tokens: counts.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    num_sources_used: 0,
    // Sample price: a millionth of a dollar a token, which is 10,000 ticks.
    cost_in_usd_ticks: (counts.prompt + counts.completion + counts.reasoning) * 10_000,
  }),
  page: (path, context) => (path === '/api-key' ? { status: 200, body: KEY_PAGE } : modelPages(path, context)),
  omitsNullFinish: true,
  replyFields: () => ({ system_fingerprint: 'fp_simulated' }),
  chunkFields: () => ({ system_fingerprint: 'fp_simulated' }),
})
