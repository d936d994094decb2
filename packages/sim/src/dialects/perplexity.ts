import type { ApiError } from '../api-error.ts'
import { dialectOf, listModels } from '../dialect.ts'
import type { JsonObject } from '../json.ts'
import { plainModel, reasoningModel } from '../models.ts'

const SOURCE = { title: 'A simulated source', url: 'https://example.com/simulated', date: null }
const FOUND = { citations: [SOURCE.url], search_results: [SOURCE] }

/** A request to a search model costs this beside its tokens, in dollars: the price of little search context. */
const REQUEST_COST = 0.005

function errorBody(error: ApiError): JsonObject {
  const type = error.reason === 'authentication' ? 'invalid_api_key' : error.reason.replaceAll('-', '_')
  return { error: { message: error.message, type, code: error.status } }
}

/**
 * Perplexity's chat completions. Citations and search results on the reply and on every chunk; `usage.cost` is an object;
 * usage ends the stream unasked.
 * @see https://docs.perplexity.ai/docs/sonar/openai-compatibility read 2026-11
 */
export const perplexity = dialectOf({
  name: 'perplexity',
  prefix: '/perplexity',
  key: 'pplx-sim-not-a-real-key-0000000000000000',
  docs: [
    'https://docs.perplexity.ai/docs/sonar/openai-compatibility',
    'https://docs.perplexity.ai/api-reference/chat-completions-post',
  ],
  models: [
    plainModel('sonar', 128_000),
    plainModel('sonar-pro', 200_000),
    reasoningModel('sonar-reasoning-pro', 128_000),
  ],
  refuseKey: () => ({ status: 401, reason: 'authentication', message: 'Invalid API key provided.', param: null }),
  errorBody,
  errorEvent: errorBody,
  answerId: (ids) => ids.uuid('answer'),
  usage: (counts) => {
    const completion = counts.completion + counts.reasoning
    return {
      prompt_tokens: counts.prompt,
      completion_tokens: completion,
      total_tokens: counts.prompt + completion,
      search_context_size: 'low',
      cost: {
        input_tokens_cost: counts.prompt / 1_000_000,
        output_tokens_cost: completion / 1_000_000,
        request_cost: REQUEST_COST,
        total_cost: (counts.prompt + completion + REQUEST_COST * 1_000_000) / 1_000_000,
      },
    }
  },
  streamUsage: 'last-choice',
  replyFields: () => FOUND,
  chunkFields: () => FOUND,
  page(path, { dialect }) {
    // The list of asynchronous requests is a documented page that costs nothing and needs a key.
    if (path === '/async/chat/completions' || path === '/v1/async/sonar')
      return { status: 200, body: { next_token: null, requests: [] } }
    if (path === '/models' || path === '/v1/models') {
      return { status: 200, body: listModels(dialect.models, 'perplexity') }
    }
    return undefined
  },
})
