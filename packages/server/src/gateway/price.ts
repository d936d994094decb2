import type { Nano } from '../base/money.ts'
import { type Charge, charge } from '../meter/charge.ts'
import { type PricedUsage, priceUsage } from '../meter/priced-usage.ts'
import { findUsageProblem } from '../meter/usage-check.ts'
import type { Attempt } from '../router/attempt.ts'
import type { UsageReading } from '../wire/codec.ts'

/** What was held for the call: the charge where the usage cannot be believed. `flat`, a part of `input`, is for features. */
export type Held = { input: Nano; output: Nano; flat: Nano }

/** A call's price, with what the operator must hear about it. */
export type Priced = PricedUsage & { basis: UsageReading['basis']; concern: string | undefined }

type Facts = {
  held: Held
  choices: number
  /** Tokens of context that the call asked for beyond the endpoint's own; 0 where it did not. */
  contextAsked: number
}

/**
 * Prices what a call used, once, for the client's usage chunk and for the ledger alike.
 * Usage that cannot be (negative, beyond the context) is charged at the hold; a line without a price likewise, since a
 * zero would be believed.
 */
export function priceReading(reading: UsageReading, attempt: Attempt, facts: Facts): Priced {
  const { contextLength } = attempt.endpoint
  const problem = findUsageProblem(reading.lines, {
    contextLength: contextLength === null ? null : Math.max(contextLength, facts.contextAsked),
    choices: facts.choices,
    passes: reading.passes ?? 1,
  })
  if (problem)
    return atHold(facts.held, `${attempt.provider.id} reported ${problem.item} ${problem.quantity}: ${problem.problem}`)
  const prices = attempt.endpoint.prices ?? { items: {}, tiers: [], version: 'none' }
  const priced = priceUsage({
    charge: withFlat(charge(reading.lines, prices, reading.tokensPrompt), facts.held.flat),
    reportedCost: reading.reportedCost,
    billing: attempt.provider.billing,
  })
  if (priced.problem === 'price missing') {
    return atHold(facts.held, `${attempt.endpoint.id} has no price for something it was used for`)
  }
  return {
    ...priced,
    basis: reading.basis,
    concern:
      priced.problem === undefined
        ? undefined
        : `${attempt.provider.id}: ${priced.problem}; our own prices were charged`,
  }
}

/**
 * What was asked for beside tokens stands in no usage that a price list could be put to: it is charged as it was held,
 * since as nothing it would be free under the cap. A cost that the provider bills by has it already.
 */
function withFlat(charged: Charge, flat: Nano): Charge {
  if (flat === 0n) return charged
  const line = { item: 'call', quantity: 1, price: (flat * 1_000_000n).toString(), amount: flat } as const
  return { ...charged, lines: [...charged.lines, line], amount: charged.amount + flat }
}

function atHold(held: Held, concern: string): Priced {
  const charged = charge([], { items: {}, tiers: [], version: 'hold' }, 0)
  const { wire } = priceUsage({
    charge: { ...charged, amount: held.input + held.output },
    reportedCost: undefined,
    billing: 'computed',
  })
  return {
    amount: held.input + held.output,
    check: null,
    lines: [],
    wire,
    problem: undefined,
    basis: 'estimated',
    concern,
  }
}
