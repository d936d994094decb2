import type { UsageReading } from './codec.ts'

/**
 * UTF-8 bytes of a token where the provider reports no usage. English prose has about 4, code and Chinese about 3; the
 * lower figure makes the estimate err upward.
 * @see https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them (read 2026-11-21)
 */
export const BYTES_PER_TOKEN = 3

/**
 * Bytes of a usage object that is read; the longest known has some 2 kB. One that fills an event would hold up every other
 * call while it is taken apart, so it counts as none.
 */
export const USAGE_BYTES_MAX = 64 * 1024

/** What an answer used that did not come to its end: the prompt as its beginning told it, and the output by what came. */
export function completeUsage(begun: UsageReading, answerBytes: number): UsageReading {
  const more = Math.max(0, Math.ceil(answerBytes / BYTES_PER_TOKEN) - begun.tokensCompletion)
  return {
    ...begun,
    basis: 'estimated',
    promptTold: true,
    tokensCompletion: begun.tokensCompletion + more,
    // A cost that was told before the answer went on is the cost of less.
    reportedCost: more === 0 ? begun.reportedCost : undefined,
    lines: begun.lines.map((line) =>
      line.item === 'output' ? { item: line.item, quantity: line.quantity + more } : line,
    ),
  }
}

/** What an answer used, guessed from its length: the provider reported nothing. */
export function estimateUsage(bytes: { request: number; answer: number }): UsageReading {
  const prompt = Math.ceil(bytes.request / BYTES_PER_TOKEN)
  const completion = Math.ceil(bytes.answer / BYTES_PER_TOKEN)
  return {
    basis: 'estimated',
    lines: [
      { item: 'input', quantity: prompt },
      { item: 'output', quantity: completion },
    ],
    tokensPrompt: prompt,
    tokensCompletion: completion,
    tokensReasoning: 0,
    tokensCached: 0,
    tokensCacheWrite: 0,
    reportedCost: undefined,
  }
}
