import type { Part } from '@keyway/contract'

// A guess without a tokenizer and without I/O, good to about a fifth: it decides what is left out of a request, never what
// anything costs.

/** English prose and code have four characters a token in every tokenizer of the last years. */
const ASCII_CHARS_PER_TOKEN = 4
/** Chinese, Japanese and Korean have one to two, Cyrillic and Greek two to three, accented letters less weight anyway. */
const OTHER_CHARS_PER_TOKEN = 1.6
/** What a message takes beside its words: role and marks. */
const MESSAGE_TOKENS = 4
/** A photo of ordinary size: 765 at OpenAI, up to 1,600 at Anthropic, 258 to 1,290 at Google. */
const IMAGE_TOKENS = 1_200
/** A PDF's page is some 40 KiB and 1,500 to 3,000 tokens. */
const PDF_BYTES_PER_TOKEN = 20
/** A page at the least; a book at the most. */
const PDF_TOKENS_MIN = 1_500
const PDF_TOKENS_MAX = 200_000

/** 'Hello, world' -> 3 */
export function estimateTextTokens(text: string): number {
  let ascii = 0
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x80) ascii++
  return Math.ceil(ascii / ASCII_CHARS_PER_TOKEN + (text.length - ascii) / OTHER_CHARS_PER_TOKEN)
}

/** What a message's parts take in a prompt. What is not sent (thoughts, sources) takes nothing. */
export function estimateTokens(parts: readonly Part[]): number {
  let tokens = MESSAGE_TOKENS
  for (const part of parts) tokens += tokensOf(part)
  return tokens
}

function tokensOf(part: Part): number {
  switch (part.kind) {
    case 'text':
    case 'tool_result':
      return estimateTextTokens(part.text)
    case 'tool_call':
      return estimateTextTokens(part.name) + estimateTextTokens(part.arguments)
    case 'image':
      return IMAGE_TOKENS
    case 'file':
      if (part.media_type !== 'application/pdf') return Math.ceil(part.bytes / ASCII_CHARS_PER_TOKEN)
      return Math.min(PDF_TOKENS_MAX, Math.max(PDF_TOKENS_MIN, Math.ceil(part.bytes / PDF_BYTES_PER_TOKEN)))
    default:
      return 0
  }
}
