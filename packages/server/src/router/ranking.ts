import { priceOf } from '../meter/price-book.ts'
import { type Candidate, type Demands, isAggregator, isNamed, unsupportedFields } from './eligibility.ts'
import type { HealthTarget, HealthView } from './health.ts'

/** What ranking looks at beside the candidates. */
export type RankingFacts = {
  demands: Demands
  health: HealthView
  /** The longest answer asked for; undefined when the request names none. */
  outputTokensMax: number | undefined
}

// A call reads about three tokens for each that it writes; the ratio is fixed so that the same endpoint wins each time, and
// prompt caches stay warm.
const INPUT_WEIGHT = 3n

function priceRank({ endpoint: { prices }, provider }: Candidate, promptTokens: number): bigint | undefined {
  if (prices === undefined) return provider.free ? 0n : undefined
  const input = priceOf(prices, 'input', promptTokens)
  const output = priceOf(prices, 'output', promptTokens)
  return input === undefined || output === undefined ? undefined : INPUT_WEIGHT * input + output
}

/** What health knows a candidate by: its first credential. */
export function targetOf({ model, provider, credentials }: Candidate): HealthTarget {
  return { provider: provider.id, credentialId: credentials[0]?.id, model: model.id }
}

type Comparison = (a: Candidate, b: Candidate) => number

/** Smaller first; what is unknown comes last. */
function byKnown(rank: (candidate: Candidate) => bigint | number | undefined): Comparison {
  return (a, b) => {
    const x = rank(a)
    const y = rank(b)
    if (x === y) return 0
    if (x === undefined) return 1
    if (y === undefined) return -1
    return x < y ? -1 : 1
  }
}

/** Those that pass first. */
function preferring(test: (candidate: Candidate) => boolean): Comparison {
  return byKnown((candidate) => (test(candidate) ? 0 : 1))
}

// Wanted so badly by callers that an endpoint without them is no substitute; others are merely ignored by providers.
const SOFT_FIELDS = ['tools', 'response_format', 'verbosity']

/**
 * Orders the candidates and says by what. An explicit order or sort decides alone; else what works comes before what
 * fails, cheap before dear, direct before by way of an aggregator. Equals keep the catalogue's order.
 */
export function rank(candidates: readonly Candidate[], facts: RankingFacts): { ranked: Candidate[]; strategy: string } {
  const { demands, health, outputTokensMax } = facts
  const { preferences, promptTokensMin } = demands
  const { order, sort } = preferences
  const wanted = new Set(SOFT_FIELDS.filter((field) => demands.fields.has(field)))
  const lists = (candidate: Candidate) => candidate.endpoint.supportedParameters.length > 0
  const capable = preferring(
    (candidate) => !lists(candidate) || unsupportedFields(wanted, candidate.endpoint).length === 0,
  )
  const roomy = preferring(
    ({ endpoint }) => outputTokensMax === undefined || (endpoint.maxOutputTokens ?? outputTokensMax) >= outputTokensMax,
  )
  const sound = preferring((candidate) => !health.isFailing(targetOf(candidate)))
  const cheap = byKnown((candidate) => priceRank(candidate, promptTokensMin))
  const direct = preferring(({ provider }) => !isAggregator(provider))
  const fast = byKnown((candidate) => health.latencyMs(targetOf(candidate)))
  const listed = byKnown(({ provider }) => {
    const index = order.findIndex((name) => isNamed([name], provider))
    return index === -1 ? undefined : index
  })
  const usual = [capable, roomy, sound, cheap, direct]
  const comparisons =
    order.length > 0
      ? [listed, ...usual]
      : sort === 'price'
        ? [cheap, direct]
        : sort !== undefined
          ? [fast, cheap, direct]
          : usual
  const models = new Map<unknown, number>()
  for (const { model } of candidates) models.set(model, models.get(model) ?? models.size)
  const inTurn = byKnown(({ model }) => models.get(model))
  const all = preferences.partition === 'none' ? comparisons : [inTurn, ...comparisons]
  const ranked = candidates.toSorted((a, b) => {
    for (const compare of all) {
      const result = compare(a, b)
      if (result !== 0) return result
    }
    return 0
  })
  const strategy = order.length > 0 ? 'order' : (sort ?? (candidates.length === 1 ? 'only endpoint' : 'price'))
  return { ranked, strategy }
}
