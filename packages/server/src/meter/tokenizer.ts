/** Counts the tokens of a text. */
export type CountTokens = (text: string) => number

/**
 * Loads the one encoding that estimates use (o200k, of the GPT-4o to GPT-6 family). It takes about a tenth of a second
 * and 30 MB, so it is loaded when a cap first needs it, by a caller that keeps the result.
 */
export async function loadTokenizer(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  // A prompt may spell a special token's name; here it is text like any other.
  const asText = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() }
  return (text) => countTokens(text, asText)
}

/** Other models' tokenizers cut finer than this one: up to about twice as fine for the languages they know least. */
const MARGIN = 2

/** UTF-16 units given to the tokenizer at once: its time grows with the square of an unbroken run of letters. */
const SLICE_UNITS = 256

/** UTF-16 units of a text that are counted; what is longer counts a token per byte. Bounds the time to some 50 ms. */
const COUNTED_UNITS = 262_144

/**
 * An upper bound of a text's tokens in any model: a tokenizer's count with a safety margin, never above one per UTF-8
 * byte. Cutting the text into slices can only cost tokens.
 */
export function tokensUpperBound(text: string, count: CountTokens): number {
  const bytes = Buffer.byteLength(text)
  let tokens = 0
  const end = Math.min(text.length, COUNTED_UNITS)
  for (let at = 0; at < end; at += SLICE_UNITS) {
    tokens += count(text.slice(at, Math.min(at + SLICE_UNITS, end)))
  }
  const rest = end < text.length ? Buffer.byteLength(text.slice(end)) : 0
  return Math.min(bytes, tokens * MARGIN + rest)
}
