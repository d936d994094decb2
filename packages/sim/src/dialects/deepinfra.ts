import { bareUsage, dialectOf, modelPages } from '../dialect.ts'
import { plainModel, reasoningModel } from '../models.ts'

/**
 * DeepInfra. `usage.estimated_cost` in dollars; usage ends every stream.
 * @see https://github.com/xtekky/gpt4free/issues/3446 (the error's shape) read 2026-11
 * @see https://deepinfra.com/docs/openai_api (page not opened)
 */
export const deepinfra = dialectOf({
  name: 'deepinfra',
  prefix: '/deepinfra/v1/openai',
  // The account's page stands beside the OpenAI-compatible ones.
  otherPrefixes: ['/deepinfra/v1'],
  key: 'sim-deepinfra-not-a-real-key-0000',
  docs: ['https://deepinfra.com/docs/openai_api', 'https://deepinfra.com/docs/advanced/log_probs'],
  models: [
    plainModel('meta-llama/Llama-3.3-70B-Instruct-Turbo', 131_072),
    plainModel('Qwen/Qwen3-235B-A22B-Instruct-2507', 262_144),
    reasoningModel('deepseek-ai/DeepSeek-R1-0528', 163_840),
    plainModel('deepseek-ai/DeepSeek-V3.2', 163_840),
  ],
  refuseKey: () => ({ status: 401, reason: 'permission', message: 'Not authenticated', param: null }),
  reasoningField: 'reasoning_content',
  usage: (counts) => ({
    ...bareUsage(counts),
    // Sample price: a ten-millionth of a dollar a token.
    estimated_cost: (counts.prompt + counts.completion + counts.reasoning) / 10_000_000,
    prompt_tokens_details: { cached_tokens: counts.cached },
  }),
  streamUsage: 'own-chunk',
  page: (path, context) =>
    path === '/me' ? { status: 200, body: { uid: 'simulated', display_name: 'Simulated' } } : modelPages(path, context),
})
