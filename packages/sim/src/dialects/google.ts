import type { ApiError } from '../api-error.ts'
import { dialectOf } from '../dialect.ts'
import { CREATED_UNIX_S } from '../identifiers.ts'
import type { Json, JsonObject } from '../json.ts'
import { plainModel, reasoningModel } from '../models.ts'

const STATUSES: Record<ApiError['reason'], string> = {
  authentication: 'INVALID_ARGUMENT',
  permission: 'PERMISSION_DENIED',
  invalid: 'INVALID_ARGUMENT',
  'forbidden-field': 'INVALID_ARGUMENT',
  'unknown-model': 'NOT_FOUND',
  'unknown-path': 'NOT_FOUND',
  'too-large': 'INVALID_ARGUMENT',
  'rate-limit': 'RESOURCE_EXHAUSTED',
  overloaded: 'UNAVAILABLE',
  server: 'INTERNAL',
}

/** Google's error, which its OpenAI endpoint puts into an array. */
function errorBody(error: ApiError): Json {
  const body: JsonObject = { code: error.status, message: error.message, status: STATUSES[error.reason] }
  if (error.reason === 'authentication') {
    body['details'] = [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'API_KEY_INVALID',
        domain: 'googleapis.com',
        metadata: { service: 'generativelanguage.googleapis.com' },
      },
    ]
  }
  return [{ error: body }]
}

/**
 * Gemini through its OpenAI endpoint. A bad key is 400, not 401. The thinking counts in `total_tokens` alone. Asked-for
 * usage comes on every chunk, counted up to there. Tool calls come whole and without an index. Models are `models/...` and are called with or without that.
 * @see https://ai.google.dev/gemini-api/docs/openai (page not opened)
 * @see https://github.com/ogx-ai/ogx/issues/5122 (usage on every chunk) read 2026-11
 * @see https://github.com/NousResearch/hermes-agent/issues/12168 (the array around an error) read 2026-11
 */
export const google = dialectOf({
  name: 'google',
  prefix: '/google/v1beta/openai',
  key: 'AIzaSim-not-a-real-key-00000000000000000',
  docs: [
    'https://ai.google.dev/gemini-api/docs/openai',
    'https://ai.google.dev/gemini-api/docs/troubleshooting',
    'https://discuss.ai.google.dev/t/127400',
  ],
  models: [
    reasoningModel('gemini-2.5-pro', 1_048_576),
    plainModel('gemini-2.5-flash', 1_048_576),
    plainModel('gemini-2.5-flash-lite', 1_048_576),
    reasoningModel('gemini-3-pro-preview', 1_048_576),
    plainModel('gemini-3.8-flash', 1_048_576),
  ],
  findModel: (id) => google.models.find((model) => model.id === id.replace(/^models\//u, '')),
  refuseKey: (key) => ({
    status: 400,
    reason: key === undefined ? 'invalid' : 'authentication',
    param: null,
    message:
      key === undefined
        ? 'Missing or invalid Authorization header.'
        : 'API key not valid. Please pass a valid API key.',
  }),
  errorBody,
  errorEvent: errorBody,
  answerId: (ids) => ids.letters('answer', 22),
  usage: (counts) => ({
    completion_tokens: counts.completion,
    prompt_tokens: counts.prompt,
    total_tokens: counts.prompt + counts.completion + counts.reasoning,
  }),
  streamUsage: 'every-chunk',
  wholeToolCalls: true,
  unnumberedToolCalls: true,
  omitsNullFinish: true,
  page(path, { dialect }) {
    if (path !== '/models') return undefined
    const data = dialect.models.map((model) => ({
      id: `models/${model.id}`,
      object: 'model',
      created: CREATED_UNIX_S,
      owned_by: 'google',
    }))
    return { status: 200, body: { object: 'list', data } }
  },
})
