import { type ApiError, invalidRequest } from '../api-error.ts'
import type { ChatRequest } from '../chat-request.ts'
import { dialectOf } from '../dialect.ts'
import { CREATED_UNIX_S } from '../identifiers.ts'
import { elementsOf, isObject, type JsonObject } from '../json.ts'
import { openrouterDoor } from '../messages/door.ts'
import type { SimulatedModel } from '../models.ts'
import { CATALOGUE, type CatalogueModel, femtoDollars } from '../openrouter-catalogue.ts'
import { openrouterDoor as responsesDoor } from '../responses/door.ts'
import type { TokenCounts } from '../tokens.ts'
import { ERROR_TYPES, errorBody, OPENROUTER_MANAGEMENT_KEY, openrouterPage } from './openrouter-pages.ts'

const KEY = 'sk-or-v1-sim-not-a-real-key-0000000000000000'

/** An error inside a stream: beside it stands a choice that ends with `error`. */
function errorEvent(error: ApiError): JsonObject {
  return {
    id: 'gen-1767225600-SimulatedError000000',
    object: 'chat.completion.chunk',
    created: CREATED_UNIX_S,
    model: 'unknown',
    error: { code: error.status, message: error.message, metadata: { error_type: ERROR_TYPES[error.reason] } },
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error', native_finish_reason: 'error' }],
  }
}

function entryOf(model: SimulatedModel): CatalogueModel | undefined {
  return CATALOGUE.find((entry) => entry.id === model.id)
}

/** What a call costs at the catalogue's prices, in dollars: whole quadrillionths until this last division. */
function costOf(counts: TokenCounts, model: SimulatedModel): { prompt: number; completion: number; total: number } {
  const entry = entryOf(model)
  if (entry === undefined) return { prompt: 0, completion: 0, total: 0 }
  const read = femtoDollars(entry.cacheReadPrice ?? entry.promptPrice)
  const prompt = BigInt(counts.prompt - counts.cached) * femtoDollars(entry.promptPrice) + BigInt(counts.cached) * read
  const completion = BigInt(counts.completion + counts.reasoning) * femtoDollars(entry.completionPrice)
  return { prompt: dollars(prompt), completion: dollars(completion), total: dollars(prompt + completion) }
}

function dollars(femto: bigint): number {
  return Number(femto) / 1e15
}

function refuse(request: ChatRequest, model: SimulatedModel): ApiError | undefined {
  if (request.body['stream_options'] !== undefined && !isObject(request.body['stream_options'])) {
    return invalidRequest('stream_options must be an object', 'stream_options')
  }
  const routing = request.body['provider']
  const prices = isObject(routing) ? routing['max_price'] : undefined
  const entry = entryOf(model)
  if (!isObject(prices) || entry === undefined) return undefined
  // max_price is in dollars a million tokens, as a number or a decimal; the catalogue's prices are dollars a token.
  const dearer = exceeds(entry.promptPrice, prices['prompt']) || exceeds(entry.completionPrice, prices['completion'])
  if (!dearer) return undefined
  const message = `No endpoints found for ${model.id} that are at most as dear as provider.max_price.`
  return { status: 404, reason: 'unknown-model', message, param: null }
}

function exceeds(price: string, limit: JsonObject[string]): boolean {
  if (typeof limit !== 'number' && typeof limit !== 'string') return false
  return Number(price) * 1_000_000 > Number(limit) + 1e-9
}

function usageOf(counts: TokenCounts, model: SimulatedModel): JsonObject {
  const completion = counts.completion + counts.reasoning
  const cost = costOf(counts, model)
  return {
    prompt_tokens: counts.prompt,
    completion_tokens: completion,
    total_tokens: counts.prompt + completion,
    cost: cost.total,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: counts.cached, cache_write_tokens: 0, audio_tokens: 0, video_tokens: 0 },
    cost_details: {
      upstream_inference_cost: null,
      upstream_inference_prompt_cost: cost.prompt,
      upstream_inference_completions_cost: cost.completion,
    },
    completion_tokens_details: { reasoning_tokens: counts.reasoning, audio_tokens: 0, image_tokens: 0 },
  }
}

/**
 * OpenRouter. Comments while it works, `provider` and `native_finish_reason`, usage with its cost in every reply and as a
 * chunk of its own in every stream, unknown fields ignored, `provider.max_price` obeyed.
 * @see https://openrouter.ai/docs/api_reference/overview (page not opened)
 * @see https://openrouter.ai/docs/api_reference/streaming (page not opened)
 * @see https://openrouter.ai/docs/api_reference/errors-and-debugging (page not opened)
 */
export const openrouter = dialectOf({
  name: 'openrouter',
  prefix: '/openrouter/api/v1',
  key: KEY,
  docs: [
    'https://openrouter.ai/docs/api_reference/overview',
    'https://openrouter.ai/docs/api_reference/streaming',
    'https://openrouter.ai/docs/api_reference/errors-and-debugging',
    'https://openrouter.ai/docs/cookbook/administration/usage-accounting',
  ],
  models: CATALOGUE,
  otherKeys: [OPENROUTER_MANAGEMENT_KEY],
  modelIds: ({ model, body }) => [model, ...elementsOf(body['models']).filter((id) => typeof id === 'string')],
  refuseModel: (id) => invalidRequest(`${id} is not a valid model ID`, 'model'),
  refuseKey: (key) => ({
    status: 401,
    reason: 'authentication',
    message: key === undefined ? 'Missing Authentication header' : 'User not found.',
    param: null,
  }),
  errorBody,
  errorEvent,
  refuse,
  answerId: (ids) => `gen-${CREATED_UNIX_S}-${ids.letters('answer', 20)}`,
  reasoningField: 'reasoning',
  choiceFields: (finish) => ({ native_finish_reason: finish }),
  usage: usageOf,
  messages: openrouterDoor({
    errorTypes: ERROR_TYPES,
    provider: (model) => entryOf(model)?.provider ?? 'Simulated',
    usage: usageOf,
  }),
  responses: responsesDoor({ errorTypes: ERROR_TYPES, usage: usageOf, cost: costOf }),
  replyFields: (_turn, { model }) => ({ provider: entryOf(model)?.provider ?? 'Simulated', system_fingerprint: null }),
  chunkFields: (_place, { model }) => ({ provider: entryOf(model)?.provider ?? 'Simulated' }),
  streamUsage: 'own-chunk',
  streamPreamble: ': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n',
  page: openrouterPage,
})
