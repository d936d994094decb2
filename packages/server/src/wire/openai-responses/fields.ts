import { NameTable } from '../../base/name-table.ts'
import { FOREIGN_FEATURES } from '../foreign-fields.ts'
import { ROUTING_FIELDS as COMMON } from '../routing-fields.ts'

/**
 * Fields that OpenRouter and we understand and no other provider does: how to route, what to plug in, whose call it is.
 * Removed towards everyone else. `max_tool_calls`, `user`, `metadata`, `service_tier`, `prompt_cache_key` and
 * `safety_identifier` are OpenAI's own and stay.
 * @see https://openrouter.ai/docs/api_reference/responses/overview (read 2026-11-24)
 */
export const ROUTING_FIELDS = COMMON

/** Fields that are features whatever they hold, unless they are null, false or an empty list. */
export const FEATURE_FIELDS: ReadonlySet<string> = new Set([
  'plugins',
  'preset',
  // A compaction on the way is a pass of the model beyond the output limit.
  'context_management',
  ...FOREIGN_FEATURES,
])

/**
 * Fields that would make an answer depend on one that a provider keeps, or come after the call is over. See
 * docs/decisions/stateless-responses.md.
 */
export const STATE_FIELDS = ['background', 'previous_response_id', 'conversation', 'store'] as const

/** Top-level fields that we read or edit: each may stand once, or we and the provider could read two different values. */
export const READ_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'input',
  'stream',
  'max_output_tokens',
  'tools',
  'modalities',
  'service_tier',
  'context_management',
  'prompt',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'metadata',
  ...STATE_FIELDS,
  ...FOREIGN_FEATURES,
  ...ROUTING_FIELDS,
])

/**
 * Every documented field of a request, so that its name costs no new string.
 * @see https://platform.openai.com/docs/api-reference/responses/create (read 2026-11-24)
 */
export const REQUEST_NAMES = new NameTable([
  ...READ_FIELDS,
  'instructions',
  'include',
  'reasoning',
  'text',
  'tool_choice',
  'parallel_tool_calls',
  'max_tool_calls',
  'stream_options',
  'temperature',
  'top_p',
  'top_k',
  'top_logprobs',
  'truncation',
  'moderation',
  'prompt_cache_options',
  'prompt_cache_retention',
  'client_metadata',
  'cache_control',
  'image_config',
  'presence_penalty',
  'frequency_penalty',
])
