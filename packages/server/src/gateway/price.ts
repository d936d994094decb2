import type { Nano } from '../base/money.ts'
import { charge } from '../meter/charge.ts'
import { type PricedUsage, priceUsage } from '../meter/priced-usage.ts'
import { findUsageProblem } from '../meter/usage-check.ts'
import type { Attempt } from '../router/attempt.ts'
import type { UsageReading } from '../wire/codec.ts'

/** What was held for the call: the charge where the usage cannot be believed. */
export type Held = { input: Nano; output: Nano }

/** A call's price, with what the operator must hear about it. */
export type Priced = PricedUsage & { basis: UsageReading['basis']; concern: string | undefined }

/**
 * Prices what a call used, once, for the client's usage chunk and for the ledger alike.
 * Usage that cannot be (negative, beyond the context) is charged at the hold; a line without a price likewise, since a
 * zero would be believed.
 */
export function priceReading(reading: UsageReading, attempt: Attempt, facts: { held: Held; choices: number }): Priced {
  const problem = findUsageProblem(reading.lines, {
    contextLength: attempt.endpoint.contextLength,
    choices: facts.choices,
  })
  if (problem)
    return atHold(facts.held, `${attempt.provider.id} reported ${problem.item} ${problem.quantity}: ${problem.problem}`)
  const prices = attempt.endpoint.prices ?? { items: {}, tiers: [], version: 'none' }
  const priced = priceUsage({
    charge: charge(reading.lines, prices, reading.tokensPrompt),
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
