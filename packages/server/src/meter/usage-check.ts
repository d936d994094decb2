import type { UsageLine } from '../base/usage-line.ts'

/** What can be wrong with usage that a provider reports. */
export type UsageProblem = {
  item: UsageLine['item']
  quantity: number
  problem: 'not an integer' | 'negative' | 'beyond the context'
}

/** What a call could use at most, as far as it is known. */
export type UsageLimits = {
  /** Tokens. null: unknown. */
  contextLength: number | null
  /** How many answers were asked for. */
  choices: number
  /** How often the model went over its context for each: the counts of all passes are added up. 1 when not given. */
  passes?: number
}

/**
 * Tables of context lengths round and lag behind the providers, but not by as much as this: a prompt or an answer beyond
 * twice the window is no count of tokens.
 */
const CONTEXT_SLACK = 2

/** Where the context is unknown: ten times the longest one known today (10,000,000 tokens). */
const TOKENS_MAX = 100_000_000

/** Passes of one call that are believed; a provider's loop of its own tools ends well before. */
const PASSES_MAX = 100

/** Images, searches and calls in one call. No provider allows a thousand. */
const UNITS_MAX = 10_000

/**
 * Looks for a quantity that must not be multiplied: negative, fractional, not a number, or absurd. The caller charges
 * the hold instead, flags the call and tells the operator.
 * @returns the first problem, or undefined when the lines are sane
 */
export function findUsageProblem(lines: readonly UsageLine[], limits: UsageLimits): UsageProblem | undefined {
  const passes = Math.min(Math.max(limits.passes ?? 1, 1), PASSES_MAX)
  const window = limits.contextLength === null ? TOKENS_MAX : limits.contextLength * CONTEXT_SLACK * passes
  let input = 0
  let output = 0
  for (const { item, quantity } of lines) {
    if (!Number.isSafeInteger(quantity)) return { item, quantity, problem: 'not an integer' }
    if (quantity < 0) return { item, quantity, problem: 'negative' }
    if (item.startsWith('input')) input += quantity
    else if (item.startsWith('output')) output += quantity
    else if (quantity > UNITS_MAX) return { item, quantity, problem: 'beyond the context' }
    if (input > window || output > window * limits.choices) return { item, quantity, problem: 'beyond the context' }
  }
  return undefined
}
