import type { Codec } from '../codec.ts'
import { readError } from '../upstream-error.ts'
import { contextAsked } from './context-asked.ts'
import { counting } from './counting.ts'
import { anthropicError } from './error-body.ts'
import { patch } from './patch.ts'
import { peek } from './peek.ts'
import { reply } from './reply.ts'
import { AnthropicStreamEditor } from './stream.ts'

/**
 * Anthropic's Messages, as Claude Code and Anthropic's SDKs speak them to us, and as Anthropic and OpenRouter speak them.
 * @see https://platform.claude.com/docs/en/api/messages (read 2026-11-29)
 * @see https://openrouter.ai/docs/api/api-reference/anthropic-messages/create-messages (read 2026-11-29)
 */
export const anthropicMessages: Codec = {
  id: 'anthropic-messages',
  name: 'Anthropic Messages',
  headers: ['anthropic-version', 'anthropic-beta'],
  requestIdHeaders: ['request-id'],
  counting,
  contextAsked,
  peek,
  patch,
  reply,
  stream: (context) => new AnthropicStreamEditor(context),
  readError,
  errorBody: (error, { requestId }) => anthropicError(error, requestId),
  errorEvent: (error, { id }) => Buffer.from(`event: error\ndata: ${anthropicError(error, id)}\n\n`),
}
