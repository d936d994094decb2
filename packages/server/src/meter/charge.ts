import { cost, type Nano } from '../base/money.ts'
import type { UsageItem, UsageLine } from '../base/usage-line.ts'
import { type Prices, priceOf } from './price-book.ts'

/** A usage line with what it costs. `price` is nano-dollars per million units as decimal digits: exact, and fit for JSON. */
export type ChargeLine = UsageLine & { price: string; amount: Nano }

/**
 * What a call costs. 'unpriced' is an error that the operator must see: some line has no price, so `amount` is only the
 * sum of the others.
 */
export type Charge =
  | { kind: 'charged'; lines: ChargeLine[]; amount: Nano }
  | { kind: 'unpriced'; lines: ChargeLine[]; amount: Nano; missing: UsageItem[] }

/**
 * Prices usage lines, each rounded up once to a whole nano-dollar. A price per call is charged once when anything was
 * used. Empty lines are left out.
 *
 *     charge([{ item: 'input', quantity: 1000 }], prices, 1000)
 *     // { kind: 'charged', lines: [{ item: 'input', quantity: 1000, price: '2500000000', amount: 2500000n }], amount: 2500000n }
 *
 * @param lines disjoint, and already found sane by `findUsageProblem`
 * @param promptTokens the whole prompt, which selects the price tier
 * @throws RangeError when a quantity is no integer
 */
export function charge(lines: readonly UsageLine[], prices: Prices, promptTokens: number): Charge {
  const priced: ChargeLine[] = []
  const missing: UsageItem[] = []
  let amount = 0n
  let calls = 0
  for (const { item, quantity } of lines) {
    if (quantity === 0) continue
    if (item === 'call') calls += quantity
    const price = priceOf(prices, item, promptTokens)
    if (price === undefined) {
      missing.push(item)
      continue
    }
    const lineAmount = cost(BigInt(quantity), price)
    amount += lineAmount
    priced.push({ item, quantity, price: price.toString(), amount: lineAmount })
  }
  const fee = priceOf(prices, 'call', promptTokens)
  if (fee !== undefined && fee > 0n && calls === 0 && priced.length + missing.length > 0) {
    const feeAmount = cost(1n, fee)
    amount += feeAmount
    priced.push({ item: 'call', quantity: 1, price: fee.toString(), amount: feeAmount })
  }
  if (missing.length > 0) return { kind: 'unpriced', lines: priced, amount, missing }
  return { kind: 'charged', lines: priced, amount }
}
