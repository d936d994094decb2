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

/**
 * Other makers' tokenizers cut finer than this one, by about so many per cent of prose and code. A guess from what people
 * report who compared counts; no maker publishes it.
 */
const FINER_PERCENT = 20

/** UTF-8 bytes of a token, about, of what is too long to be counted. */
const BYTES_PER_TOKEN = 3

/** About how many tokens a text is in the models of today: for showing, never for money. */
export function tokensAbout(text: string, count: CountTokens): number {
  const { tokens, rest } = countSlices(text, count)
  return Math.ceil((tokens * (100 + FINER_PERCENT)) / 100 + rest / BYTES_PER_TOKEN)
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
  const { tokens, rest } = countSlices(text, count)
  return Math.min(Buffer.byteLength(text), tokens * MARGIN + rest)
}

/** The count of what is counted, and the UTF-8 bytes of what is left. */
function countSlices(text: string, count: CountTokens): { tokens: number; rest: number } {
  let tokens = 0
  const end = Math.min(text.length, COUNTED_UNITS)
  for (let at = 0; at < end; at += SLICE_UNITS) {
    tokens += count(text.slice(at, Math.min(at + SLICE_UNITS, end)))
  }
  return { tokens, rest: end < text.length ? Buffer.byteLength(text.slice(end)) : 0 }
}
