import type { ChatMessage } from './chat-request.ts'

/** Tokens that one image part counts as. OpenAI's price of a low-detail image. */
export const IMAGE_TOKENS = 85

/** Characters of a tool's arguments that make one token, and one piece of a stream. */
export const ARGUMENT_PIECE_CHARACTERS = 8

/** Prompts shorter than this are never read from a cache. The floor of OpenAI's prompt caching. */
export const CACHE_FLOOR_TOKENS = 1024

/** Cached prefixes are multiples of this many tokens. OpenAI's step. */
export const CACHE_STEP_TOKENS = 128

/** What a simulated call used. `completion` holds no reasoning; a dialect adds it where its provider does. */
export type TokenCounts = { prompt: number; cached: number; completion: number; reasoning: number }

/**
 * Splits text into tokens: a word with the white space before it is one token. Joining them gives the text back.
 * @example splitTokens('one two\n') // ['one', ' two\n']
 */
export function splitTokens(text: string): string[] {
  // Nothing but white space is looked at first: the pattern would try each of its positions in vain.
  if (text.trim() === '') return text === '' ? [] : [text]
  return text.match(/\s*\S+(?:\s+$)?/gu) ?? []
}

/** How many tokens a text is: its words, or one when it is nothing but white space. */
export function countTokens(text: string): number {
  return splitTokens(text).length
}

/** The prompt's tokens: every word of every message, and each image. At least one. */
export function countPromptTokens(messages: readonly ChatMessage[]): number {
  let total = 0
  for (const message of messages) total += countTokens(message.text) + message.images * IMAGE_TOKENS
  return Math.max(1, total)
}

/** How many of a prompt's tokens the simulated cache serves: all whole steps of a prompt that reaches the floor. */
export function countCachedTokens(promptTokens: number): number {
  if (promptTokens < CACHE_FLOOR_TOKENS) return 0
  return promptTokens - (promptTokens % CACHE_STEP_TOKENS)
}

/** Cuts a tool's arguments into the pieces that a stream carries, one token each. */
export function splitArguments(text: string): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length; start += ARGUMENT_PIECE_CHARACTERS) {
    pieces.push(text.slice(start, start + ARGUMENT_PIECE_CHARACTERS))
  }
  return pieces
}
