import { type ApiError, invalidRequest } from '../api-error.ts'
import type { ChatRequest } from '../chat-request.ts'
import { dialectOf, openaiUsage } from '../dialect.ts'
import { plainModel, reasoningModel, type SimulatedModel } from '../models.ts'
import { OPENAI_DOOR } from '../responses/door.ts'

/**
 * Every field of a chat completion request. Another one is refused.
 * @see https://github.com/openai/openai-node/blob/v6.49.0/src/resources/chat/completions/completions.ts read 2026-11
 */
const FIELDS = new Set(
  (
    'messages model moderation audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens ' +
    'metadata modalities n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention ' +
    'reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature ' +
    'tool_choice tools top_logprobs top_p user verbosity web_search_options'
  ).split(' '),
)

/**
 * OpenAI. Usage in a stream only on request, then `usage: null` before it; unknown fields refused; reasoning models
 * refuse `max_tokens` and any temperature but 1, and keep their thinking to themselves.
 * @see https://github.com/openai/openai-node/blob/v6.49.0/src/resources/chat/completions/completions.ts (usage in chunks) read 2026-11
 * @see https://platform.openai.com/docs/guides/reasoning (page not opened: what reasoning models refuse)
 */
export const openai = dialectOf({
  name: 'openai',
  prefix: '/openai/v1',
  responses: OPENAI_DOOR,
  key: 'sk-sim-openai-not-a-real-key-0000000000000000',
  docs: [
    'https://platform.openai.com/docs/api-reference/chat/create',
    'https://platform.openai.com/docs/api-reference/chat-streaming',
    'https://platform.openai.com/docs/guides/reasoning',
    'https://platform.openai.com/docs/guides/error-codes',
  ],
  models: [
    plainModel('gpt-4o'),
    plainModel('gpt-4o-mini'),
    plainModel('gpt-4.1', 1_000_000),
    plainModel('gpt-4.1-mini', 1_000_000),
    reasoningModel('gpt-5', 400_000),
    reasoningModel('gpt-5-mini', 400_000),
    reasoningModel('gpt-5-nano', 400_000),
    reasoningModel('gpt-5.4', 1_050_000),
    reasoningModel('o3'),
    reasoningModel('o4-mini'),
  ],
  refuseKey: (key) => ({
    status: 401,
    reason: 'authentication',
    param: null,
    message:
      key === undefined
        ? "You didn't provide an API key."
        : 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
    ...(key === undefined ? {} : { code: 'invalid_api_key' }),
  }),
  refuse: refuseRequest,
  usage: openaiUsage,
  nullUsage: 'requested',
  replyFields: () => ({ service_tier: 'default', system_fingerprint: 'fp_simulated' }),
  chunkFields: () => ({ service_tier: 'default', system_fingerprint: 'fp_simulated' }),
})

/** What OpenAI refuses of a request that is otherwise in order. */
function refuseRequest(request: ChatRequest, model: SimulatedModel): ApiError | undefined {
  const { body } = request
  for (const name of Object.keys(body)) {
    if (!FIELDS.has(name)) return invalidRequest(`Unrecognized request argument supplied: ${name}`, null)
  }
  if (body['stream_options'] !== undefined && body['stream_options'] !== null && !request.stream) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    return invalidRequest(message, 'stream_options')
  }
  if (!model.reasoning) return undefined
  if (body['max_tokens'] !== undefined && body['max_tokens'] !== null) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    return invalidRequest(message, 'max_tokens', 'unsupported_parameter')
  }
  if (typeof body['temperature'] === 'number' && body['temperature'] !== 1) {
    const message = `Unsupported value: 'temperature' does not support ${body['temperature']} with this model. Only the default (1) value is supported.`
    return invalidRequest(message, 'temperature', 'unsupported_value')
  }
  return undefined
}
