/** Upper bounds in tokens for one part of each kind. */
export type PartTokens = { image: number; file: number; audio: number }

/**
 * Tokens of the largest image that a provider accepts, by model id; the first pattern that fits decides.
 *
 * @see https://developers.openai.com/api/docs/guides/images-vision: gpt-4o-mini multiplies its tiles by 33;
 *   others stay below 10,000 patches with a multiplier of at most 1.2
 * @see https://platform.claude.com/docs/en/build-with-claude/vision: at most 4,784
 * @see https://ai.google.dev/gemini-api/docs/tokens: 258 a tile, up to 2,240 at the highest resolution
 */
const IMAGE_TOKENS: readonly (readonly [RegExp, number])[] = [
  [/^openai\/gpt-4o-mini/, 50_000],
  [/^openai\//, 12_288],
  [/^anthropic\//, 5000],
  [/^google\/gemini/, 4096],
]

/** Vision models with the finest patches known (28 pixels a side) take at most 12.8 million pixels: 16,384 patches. */
const IMAGE_TOKENS_MAX = 16_384

/** A book of a thousand pages at 258 tokens a page, where the context is not known. */
const DOCUMENT_TOKENS_MAX = 262_144

/** A document or a recording may fill the context, and nothing more. */
export function partTokensOf(modelId: string, contextLength: number | null): PartTokens {
  const image = IMAGE_TOKENS.find(([pattern]) => pattern.test(modelId))?.[1] ?? IMAGE_TOKENS_MAX
  const whole = contextLength ?? DOCUMENT_TOKENS_MAX
  return { image, file: whole, audio: whole }
}
