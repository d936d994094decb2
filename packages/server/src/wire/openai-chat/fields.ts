import { NameTable } from '../../base/name-table.ts'
import { ROUTING_FIELDS as COMMON } from '../routing-fields.ts'

/**
 * Fields that OpenRouter and we understand and no other provider does: how to route, what to plug in, whose call it is.
 * Removed towards everyone else, since OpenAI and Mistral refuse names that they do not know.
 * `user`, `metadata`, `web_search_options`, `reasoning_effort`, `service_tier` and `prompt_cache_key` are OpenAI's own
 * and stay; `reasoning`, `include_reasoning`, `top_k` and the like are known to several providers and stay unless the
 * provider's row drops them.
 * @see https://openrouter.ai/docs/api_reference/parameters (read 2026-11-21)
 */
export const ROUTING_FIELDS = [...COMMON, 'x_search_filter', 'max_tool_calls'] as const

/**
 * Fields that ask for something billed beside tokens, and how to tell that they do.
 * 'value': any but null and false. 'list': an array that is not empty.
 * `tools`, `modalities` and `service_tier` are judged by their content, in peek.
 * @see https://docs.x.ai/docs/guides/live-search for search_parameters
 * @see https://platform.openai.com/docs/guides/predicted-outputs: rejected tokens are billed as output beyond the limit
 * @see https://openrouter.ai/docs/features/presets: a preset may choose plugins and models on its own
 */
export const BILLABLE_FIELDS: Readonly<Record<string, 'value' | 'list'>> = {
  web_search_options: 'value',
  plugins: 'list',
  search_parameters: 'value',
  x_search_filter: 'value',
  enable_search: 'value',
  audio: 'value',
  prediction: 'value',
  preset: 'value',
}

/** Top-level fields that we read or edit: each may stand once, or we and the provider could read two different values. */
export const READ_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'tools',
  'modalities',
  'service_tier',
  'user',
  'metadata',
  ...ROUTING_FIELDS,
  ...Object.keys(BILLABLE_FIELDS),
])

/** Every documented field of a request, so that its name costs no new string. */
export const REQUEST_NAMES = new NameTable([
  ...READ_FIELDS,
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'top_a',
  'frequency_penalty',
  'presence_penalty',
  'repetition_penalty',
  'seed',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'stop',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'structured_outputs',
  'verbosity',
  'image_config',
  'reasoning',
  'reasoning_effort',
  'include_reasoning',
  'cache_control',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
  'safety_identifier',
  'store',
  'functions',
  'function_call',
])
