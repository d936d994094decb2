import { type ApiError, invalidRequest } from '../api-error.ts'
import { dialectOf, readBearer } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { ANTHROPIC_DOOR } from '../messages/door.ts'
import { plainModel } from '../models.ts'

const ERROR_TYPES: Record<ApiError['reason'], string> = {
  authentication: 'authentication_error',
  permission: 'permission_error',
  invalid: 'invalid_request_error',
  'forbidden-field': 'invalid_request_error',
  'unknown-model': 'not_found_error',
  'unknown-path': 'not_found_error',
  'too-large': 'request_too_large',
  'rate-limit': 'rate_limit_error',
  overloaded: 'overloaded_error',
  server: 'api_error',
}

/** Anthropic's kinds of error in the OpenAI shape that its compatibility layer promises. */
function errorBody(error: ApiError): JsonObject {
  const type = ERROR_TYPES[error.reason]
  return { error: { code: type, message: error.message, type, param: null } }
}

/**
 * Anthropic through its OpenAI compatibility layer: `n` must be 1, unsupported fields are ignored, no thinking and no
 * cache details come back; the list of models and Messages are Anthropic's own.
 * @see https://platform.claude.com/docs/en/cli-sdks-libraries/libraries/openai-sdk read 2026-11
 */
export const anthropic = dialectOf({
  name: 'anthropic',
  prefix: '/anthropic/v1',
  key: 'sk-ant-sim-not-a-real-key-0000000000000000',
  docs: [
    'https://platform.claude.com/docs/en/cli-sdks-libraries/libraries/openai-sdk',
    'https://platform.claude.com/docs/en/api/models-list',
    'https://platform.claude.com/docs/en/api/errors',
    'https://platform.claude.com/docs/en/api/messages/create',
  ],
  models: [
    plainModel('claude-opus-5-5', 1_000_000),
    plainModel('claude-opus-5', 1_000_000),
    plainModel('claude-sonnet-5', 1_000_000),
    plainModel('claude-sonnet-4-5', 200_000),
    plainModel('claude-haiku-4-5', 200_000),
  ],
  readKey(headers) {
    const key = headers['x-api-key']
    return typeof key === 'string' ? key : readBearer(headers)
  },
  refuseKey: () => ({ status: 401, reason: 'authentication', message: 'invalid x-api-key', param: null }),
  errorBody,
  errorEvent: errorBody,
  refuse: (request) => (request.choices === 1 ? undefined : invalidRequest('n: must be exactly 1', 'n')),
  messages: ANTHROPIC_DOOR,
  answerId: (ids) => `msg_${ids.letters('answer', 24)}`,
  page(path, { dialect }) {
    if (path !== '/models') return undefined
    const data = dialect.models.map((model) => ({
      type: 'model',
      id: model.id,
      display_name: model.id,
      created_at: '2026-01-01T00:00:00Z',
    }))
    const body = { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
    return { status: 200, body }
  },
})
