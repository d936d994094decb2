/**
 * Fields that OpenRouter and we understand, in every format, and no other provider does: how to route, what to plug in,
 * whose call it is. Removed towards everyone else, since OpenAI, Anthropic and Mistral refuse names that they do not know.
 * A format may have more of its own.
 * @see https://openrouter.ai/docs/api_reference/parameters (read 2026-11-21)
 */
export const ROUTING_FIELDS = [
  'provider',
  'models',
  'route',
  'plugins',
  'transforms',
  'preset',
  'session_id',
  'trace',
  'usage',
  'debug',
  'stop_server_tools_when',
  // Not documented any more, but sent by old clients of OpenRouter; it holds secrets for other providers.
  'api_keys',
] as const

/**
 * Routing fields that only we act upon, removed towards everybody. OpenRouter would fall back along `models` by itself, to
 * a model that the reply, the ledger and the hold do not know of; our own plan has tried the same models there, one by one.
 */
export const OUR_FIELDS = ['models'] as const
