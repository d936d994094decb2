import type { Door } from './provider.ts'

/** Where nearly every provider takes OpenAI's chat completions. */
export const CHAT: Door = { path: '/chat/completions' }
