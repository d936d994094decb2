import type { Door } from './provider.ts'

/** Where nearly every provider takes OpenAI's chat completions. */
export const CHAT: Door = { path: '/chat/completions' }

/** Anthropic's Messages, under the same key as the chat completions. */
export const MESSAGES: Door = { path: '/messages' }

/** OpenAI's Responses, under the same key as the chat completions. */
export const RESPONSES: Door = { path: '/responses' }
