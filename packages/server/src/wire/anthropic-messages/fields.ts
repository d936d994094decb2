import { NameTable } from '../../base/name-table.ts'
import { FOREIGN_FEATURES } from '../foreign-fields.ts'
import { ROUTING_FIELDS as COMMON } from '../routing-fields.ts'

/**
 * Fields that OpenRouter and we understand and Anthropic does not, which refuses every name that it does not know.
 * Removed towards everyone but OpenRouter.
 * @see https://openrouter.ai/docs/api/api-reference/anthropic-messages/create-messages (read 2026-11-29)
 */
export const ROUTING_FIELDS = [...COMMON, 'user', 'max_tool_calls'] as const

/**
 * Fields that ask for something which the request's own length and `max_tokens` do not bound, and how to tell that they
 * do. 'value': anything but null and false. 'list': an array that is not empty.
 * - `mcp_servers`, `container`: tools that run at the provider, whose results are read as input again
 * - `compaction`: another pass of the model; `thread`: input that the provider keeps and bills again
 * - `plugins`, `preset`: OpenRouter's; the others are chat completions' (see {@link FOREIGN_FEATURES})
 * `tools`, `context_management`, `fallbacks`, `service_tier`, `speed` and `inference_geo` are judged by their content.
 * @see https://platform.claude.com/docs/en/api/messages/create (read 2026-11-29)
 */
export const BILLABLE_FIELDS: Readonly<Record<string, 'value' | 'list'>> = {
  mcp_servers: 'list',
  container: 'value',
  compaction: 'value',
  thread: 'value',
  plugins: 'list',
  preset: 'value',
  ...Object.fromEntries(FOREIGN_FEATURES.map((name) => [name, 'value'] as const)),
}

/**
 * Fields whose values other than these cost more than the price list's plain prices: fast mode several times as much, a
 * region of one's own a tenth more. What a `service_tier` of another provider costs, nobody can say.
 * @see https://platform.claude.com/docs/en/about-claude/pricing (read 2026-11-29)
 */
export const PLAIN_VALUES: Readonly<Record<string, readonly string[]>> = {
  service_tier: ['auto', 'standard_only', 'standard', 'default'],
  speed: ['standard'],
  inference_geo: ['global', 'not_available'],
}

/** Top-level fields that we read or edit: each may stand once, or we and the provider could read two different values. */
export const READ_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'max_tokens',
  'thinking',
  'tools',
  'metadata',
  'fallbacks',
  'context_management',
  ...Object.keys(PLAIN_VALUES),
  ...ROUTING_FIELDS,
  ...Object.keys(BILLABLE_FIELDS),
])

/** Every documented field of a request, so that its name costs no new string. */
export const REQUEST_NAMES = new NameTable([
  ...READ_FIELDS,
  'system',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tool_choice',
  'output_config',
  'output_format',
  'cache_control',
  'diagnostics',
  'fallback_credit_token',
  'billing_policy',
])
