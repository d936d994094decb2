import { asciiJson } from '../../base/json-splice.ts'
import type { Codec } from '../codec.ts'
import { readError } from '../upstream-error.ts'
import { patch } from './patch.ts'
import { peek } from './peek.ts'
import { reply } from './reply.ts'
import { OpenAiStreamEditor } from './stream.ts'

/**
 * OpenAI's chat completions, as OpenRouter speaks them to clients and as most providers speak them to us.
 * @see https://platform.openai.com/docs/api-reference/chat (read 2026-11-21)
 * @see https://openrouter.ai/docs/api_reference/overview (read 2026-11-21)
 */
export const openaiChat: Codec = {
  id: 'openai-chat',
  name: 'OpenAI’s chat completions',
  headers: [],
  requestIdHeaders: [],
  counting: undefined,
  contextAsked: () => 0,
  peek,
  patch,
  reply,
  stream: (context) => new OpenAiStreamEditor(context),
  readError,
  // OpenRouter's envelope.
  errorBody: (error) => JSON.stringify({ error }),
  errorEvent,
}

/** OpenRouter's mid-stream error: the error at the top, and a choice that finished because of it. */
function errorEvent(...[error, context]: Parameters<Codec['errorEvent']>): Uint8Array {
  const { id, model, provider, created } = context
  const choice = '{"index":0,"delta":{"content":""},"finish_reason":"error"}'
  const head = `"id":${asciiJson(id)},"object":"chat.completion.chunk","created":${created},"model":${asciiJson(model)},"provider":${asciiJson(provider)}`
  return Buffer.from(`data: {${head},"error":${JSON.stringify(error)},"choices":[${choice}]}\n\n`)
}
