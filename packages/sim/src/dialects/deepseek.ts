import { dialectOf } from '../dialect.ts'
import { COMPATIBLE_MESSAGES } from '../messages/door.ts'
import { plainModel, reasoningModel } from '../models.ts'

/**
 * DeepSeek. The thinking is in `reasoning_content`; the prompt is told apart into cache hits and misses; comments keep a
 * waiting stream alive; its base needs no version.
 * @see https://api-docs.deepseek.com/api/create-chat-completion (page not opened)
 * @see https://api-docs.deepseek.com/quick_start/rate_limit (keep-alive comments) read 2026-11
 */
export const deepseek = dialectOf({
  name: 'deepseek',
  prefix: '/deepseek/v1',
  // For OpenAI's clients the documentation also offers a base with a version.
  otherPrefixes: ['/deepseek', '/deepseek/anthropic/v1'],
  messages: COMPATIBLE_MESSAGES,
  key: 'sk-sim-deepseek-not-a-real-key-0000',
  docs: [
    'https://api-docs.deepseek.com/api/create-chat-completion',
    'https://api-docs.deepseek.com/guides/reasoning_model',
    'https://api-docs.deepseek.com/quick_start/rate_limit',
    'https://api-docs.deepseek.com/quick_start/error_codes',
  ],
  models: [
    plainModel('deepseek-chat', 128_000),
    reasoningModel('deepseek-reasoner', 128_000),
    plainModel('deepseek-v4-flash', 1_000_000),
  ],
  refuseKey: () => ({
    status: 401,
    reason: 'authentication',
    message: 'Authentication Fails, Your api key is invalid',
    param: null,
    code: 'invalid_request_error',
  }),
  answerId: (ids) => ids.uuid('answer'),
  reasoningField: 'reasoning_content',
  usage: (counts) => ({
    prompt_tokens: counts.prompt,
    completion_tokens: counts.completion + counts.reasoning,
    total_tokens: counts.prompt + counts.completion + counts.reasoning,
    prompt_tokens_details: { cached_tokens: counts.cached },
    ...(counts.reasoning > 0 ? { completion_tokens_details: { reasoning_tokens: counts.reasoning } } : {}),
    prompt_cache_hit_tokens: counts.cached,
    prompt_cache_miss_tokens: counts.prompt - counts.cached,
  }),
  streamUsage: 'requested-or-last-choice',
  nullUsage: 'requested',
  streamPreamble: ': keep-alive\n\n',
  replyFields: () => ({ system_fingerprint: 'fp_simulated' }),
  chunkFields: () => ({ system_fingerprint: 'fp_simulated' }),
})
