/** OpenRouter's set. @see https://openrouter.ai/docs/api_reference/overview (finish reason; read 2026-11-21) */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'error'

/**
 * What providers say, lower-cased, in OpenRouter's words.
 * @see https://platform.openai.com/docs/api-reference/chat/object (function_call is the older tool_calls)
 * @see https://docs.mistral.ai/api/endpoint/chat (model_length, error)
 * @see https://api-docs.deepseek.com/api/create-chat-completion (insufficient_system_resource)
 * @see https://docs.anthropic.com/en/api/messages (end_turn, stop_sequence, max_tokens, tool_use, refusal, pause_turn)
 * @see https://ai.google.dev/api/generate-content#FinishReason
 * @see https://docs.together.ai/reference/chat-completions-1 (eos)
 */
const NORMALISED: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  complete: 'stop',
  length: 'length',
  max_tokens: 'length',
  max_output_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool_calls',
  tool_call: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  refusal: 'content_filter',
  sensitive: 'content_filter',
  safety: 'content_filter',
  recitation: 'content_filter',
  language: 'content_filter',
  blocklist: 'content_filter',
  prohibited_content: 'content_filter',
  spii: 'content_filter',
  image_safety: 'content_filter',
  error: 'error',
  insufficient_system_resource: 'error',
  network_error: 'error',
  malformed_function_call: 'error',
}

/** 'end_turn' -> 'stop'. What nobody has named yet counts as 'stop': the answer is there, and its own word stays beside it. */
export function normaliseFinishReason(native: string): FinishReason {
  const known = NORMALISED[native]
  if (known !== undefined && Object.hasOwn(NORMALISED, native)) return known
  const lower = native.toLowerCase()
  return Object.hasOwn(NORMALISED, lower) ? (NORMALISED[lower] ?? 'stop') : 'stop'
}
