import type { AnswerFigures } from '@keyway/contract'

/** Shorter spans say nothing about a speed. Milliseconds. */
const SPAN_MIN_MS = 50

/** Tokens a second from the first one on; undefined where too little came to tell. */
export function tokensPerSecond(figures: AnswerFigures): number | undefined {
  const span = figures.total_ms - (figures.first_token_ms ?? 0)
  if (span < SPAN_MIN_MS || figures.tokens_completion < 2) return undefined
  return Math.round((figures.tokens_completion * 1000) / span)
}
