import { bareUsage, dialectOf } from '../dialect.ts'
import { CREATED_UNIX_S } from '../identifiers.ts'
import { plainModel, reasoningModel } from '../models.ts'

/**
 * Together. Llama models end with `eos`; usage stands on the last chunk and is null on the others; the list of models is
 * a bare array.
 * @see https://github.com/mlflow/mlflow/pull/11557 (usage on the last chunk) read 2026-11
 * @see https://docs.together.ai/reference/chat-completions-1 (page not opened)
 * @see https://docs.together.ai/reference/models-1 (page not opened)
 */
export const together = dialectOf({
  name: 'together',
  prefix: '/together/v1',
  key: 'tgp_v1_sim_not_a_real_key_0000000000',
  docs: ['https://docs.together.ai/reference/chat-completions-1', 'https://docs.together.ai/reference/models-1'],
  models: [
    plainModel('meta-llama/Llama-3.3-70B-Instruct-Turbo', 131_072),
    reasoningModel('deepseek-ai/DeepSeek-R1', 163_840),
    plainModel('Qwen/Qwen2.5-7B-Instruct-Turbo', 32_768),
  ],
  refuseKey: () => ({
    status: 401,
    reason: 'authentication',
    message: 'Invalid API key provided. You can find your API key at https://api.together.ai/settings/api-keys.',
    param: null,
  }),
  answerId: (ids) => `${ids.letters('answer', 8)}-${ids.letters('ray', 16)}`,
  finishReason: (finish, model) => (finish === 'stop' && model.id.startsWith('meta-llama/') ? 'eos' : finish),
  reasoningField: 'reasoning',
  usage: (counts) => ({ ...bareUsage(counts), cached_tokens: counts.cached }),
  streamUsage: 'last-choice',
  nullUsage: 'always',
  replyFields: () => ({ prompt: [] }),
  page(path, { dialect }) {
    if (path !== '/models') return undefined
    const body = dialect.models.map((model) => ({
      id: model.id,
      object: 'model',
      created: CREATED_UNIX_S,
      type: 'chat',
      display_name: model.id,
      organization: model.id.split('/')[0] ?? '',
      context_length: model.contextLength,
      pricing: { hourly: 0, input: 0.1, output: 0.1, base: 0, finetune: 0 },
    }))
    return { status: 200, body }
  },
})
