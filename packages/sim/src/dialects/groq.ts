import { type ApiError, invalidRequest } from '../api-error.ts'
import type { ChatRequest } from '../chat-request.ts'
import { bareUsage, dialectOf } from '../dialect.ts'
import { elementsOf, isObject } from '../json.ts'
import { plainModel, reasoningModel } from '../models.ts'
import { COMPATIBLE_DOOR } from '../responses/door.ts'

/** Fields that Groq answers with 400. */
const REFUSED = ['logprobs', 'logit_bias', 'top_logprobs']

function refuse(request: ChatRequest): ApiError | undefined {
  for (const name of REFUSED) {
    if (request.body[name] !== undefined) return invalidRequest(`property '${name}' is unsupported`, name)
  }
  if (request.choices !== 1) return invalidRequest("'n' : number must be at most 1", 'n')
  const named = elementsOf(request.body['messages']).some(
    (message) => isObject(message) && message['name'] !== undefined,
  )
  return named ? invalidRequest("'messages.0' : property 'name' is unsupported", 'messages') : undefined
}

/**
 * Groq. Usage also stands in `x_groq` of the chunk that ends the answer; times are part of it; the thinking is in
 * `reasoning`; `n` above 1, log probabilities and `messages[].name` are refused.
 * @see https://github.com/Portkey-AI/gateway/issues/1338 (chunks with usage) read 2026-11
 * @see https://console.groq.com/docs/openai (page not opened)
 * @see https://console.groq.com/docs/api-reference#chat-create (page not opened)
 */
export const groq = dialectOf({
  name: 'groq',
  prefix: '/groq/openai/v1',
  responses: COMPATIBLE_DOOR,
  key: 'gsk_sim_not_a_real_key_0000000000000000',
  docs: [
    'https://console.groq.com/docs/openai',
    'https://console.groq.com/docs/api-reference#chat-create',
    'https://console.groq.com/docs/errors',
  ],
  models: [
    plainModel('llama-3.3-70b-versatile', 131_072),
    plainModel('llama-3.1-8b-instant', 131_072),
    reasoningModel('openai/gpt-oss-120b', 131_072),
    reasoningModel('openai/gpt-oss-20b', 131_072),
  ],
  refuseKey: () => ({ status: 401, reason: 'authentication', message: 'Invalid API Key', param: null }),
  refuse,
  reasoningField: 'reasoning',
  usage: (counts) => ({
    queue_time: 0.01,
    prompt_time: 0.01,
    completion_time: 0.05,
    total_time: 0.06,
    ...bareUsage(counts),
    ...(counts.cached > 0 ? { prompt_tokens_details: { cached_tokens: counts.cached } } : {}),
    ...(counts.reasoning > 0 ? { completion_tokens_details: { reasoning_tokens: counts.reasoning } } : {}),
  }),
  replyFields: (_turn, { ids }) => ({
    system_fingerprint: 'fp_simulated',
    x_groq: { id: `req_${ids.letters('request', 26)}` },
    service_tier: 'on_demand',
  }),
  chunkFields(place, { ids, usage }) {
    const id = `req_${ids.letters('request', 26)}`
    const fields = { system_fingerprint: 'fp_simulated' }
    if (place === 'first') return { ...fields, x_groq: { id } }
    return place === 'last-choice' ? { ...fields, x_groq: { id, usage } } : fields
  },
})
