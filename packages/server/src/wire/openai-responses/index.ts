import type { Codec } from '../codec.ts'
import { readError } from '../upstream-error.ts'
import { errorEvent } from './error-event.ts'
import { patch } from './patch.ts'
import { peek } from './peek.ts'
import { reply } from './reply.ts'
import { ResponsesStreamEditor } from './stream.ts'

/**
 * OpenAI's Responses, stateless, as OpenRouter speaks them to clients and as the providers that have them speak to us.
 * @see https://platform.openai.com/docs/api-reference/responses (read 2026-11-24)
 * @see https://openrouter.ai/docs/api_reference/responses/overview (read 2026-11-24)
 */
export const openaiResponses: Codec = {
  id: 'openai-responses',
  name: 'OpenAI Responses',
  headers: [],
  requestIdHeaders: [],
  counting: undefined,
  contextAsked: () => 0,
  peek,
  patch,
  reply,
  stream: (context) => new ResponsesStreamEditor(context),
  readError,
  errorBody: (error) => JSON.stringify({ error }),
  errorEvent,
}
