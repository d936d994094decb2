import type { ApiError } from '../api-error.ts'
import { dialectOf, listModels } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { COMPATIBLE_MESSAGES } from '../messages/door.ts'
import { plainModel, reasoningModel } from '../models.ts'
import { COMPATIBLE_DOOR } from '../responses/door.ts'

function errorBody(error: ApiError): JsonObject {
  const type = error.status === 404 ? 'not_found_error' : error.status >= 500 ? 'api_error' : 'invalid_request_error'
  return { error: { message: error.message, type, param: null, code: null } }
}

/**
 * A local Ollama: no key, usage in streams only on request, unknown fields ignored.
 * @see https://docs.ollama.com/api/openai-compatibility read 2026-11
 */
export const ollama = dialectOf({
  name: 'ollama',
  prefix: '/ollama/v1',
  messages: COMPATIBLE_MESSAGES,
  responses: COMPATIBLE_DOOR,
  key: undefined,
  docs: ['https://docs.ollama.com/api/openai-compatibility'],
  models: [
    plainModel('llama3.2:latest', 131_072),
    plainModel('qwen3:8b', 40_960),
    reasoningModel('gpt-oss:20b', 131_072),
  ],
  errorBody,
  errorEvent: errorBody,
  answerId: (ids) => `chatcmpl-${ids.letters('answer', 3)}`,
  reasoningField: 'reasoning',
  replyFields: () => ({ system_fingerprint: 'fp_ollama' }),
  chunkFields: () => ({ system_fingerprint: 'fp_ollama' }),
  page: (path, { dialect }) =>
    path === '/models' ? { status: 200, body: listModels(dialect.models, 'library') } : undefined,
})
