import type { Counting } from '../codec.ts'
import { promptText } from './prompt-text.ts'

/** @see https://platform.claude.com/docs/en/api/messages-count-tokens (read 2026-11-29) */
export const counting: Counting = {
  promptText,
  readCount,
  answer: (tokens) => JSON.stringify({ input_tokens: tokens }),
}

function readCount(body: Uint8Array): number | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    const tokens =
      typeof value === 'object' && value !== null && 'input_tokens' in value ? value.input_tokens : undefined
    return typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= 0 ? tokens : undefined
  } catch (error) {
    // No count, so ours it is.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
