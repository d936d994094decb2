import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseUsd } from '../base/money.ts'
import { charge } from './charge.ts'
import type { Prices } from './price-book.ts'
import { priceUsage } from './priced-usage.ts'

const list: Prices = { items: { input: 1_000_000_000n, output: 4_000_000_000n }, tiers: [], version: 'test' }
const bill = (input: number, output: number) =>
  charge(
    [
      { item: 'input', quantity: input },
      { item: 'output', quantity: output },
    ],
    list,
    input,
  )

describe('priceUsage tells of', () => {
  it('a line without a price, and gives only what the others cost', () => {
    const unpriced = charge(
      [
        { item: 'input', quantity: 1 },
        { item: 'output.audio', quantity: 1 },
      ],
      list,
      1,
    )
    expect(priceUsage({ charge: unpriced, reportedCost: undefined, billing: 'computed' })).toMatchObject({
      amount: 1000n,
      problem: 'price missing',
    })
  })

  it('a line without a price also where the provider bills by a cost that it did not report', () => {
    const unpriced = charge([{ item: 'tool.web-search', quantity: 3 }], list, 1)
    const priced = priceUsage({ charge: unpriced, reportedCost: undefined, billing: 'reported' })
    expect(priced.problem).toBe('price missing')
  })

  it.each(['-1', 'abc', '1000000.1', ''])('a reported cost that is none: %j, and charges ours', (reportedCost) => {
    const priced = priceUsage({ charge: bill(1, 1), reportedCost, billing: 'reported' })
    expect(priced).toMatchObject({ amount: 5000n, check: null, problem: 'cost invalid' })
  })

  it('a cost that was not reported where it decides', () => {
    expect(priceUsage({ charge: bill(1, 1), reportedCost: undefined, billing: 'reported' })).toMatchObject({
      amount: 5000n,
      problem: 'cost missing',
    })
  })
})

describe('priceUsage', () => {
  it('charges the reported cost where the provider bills by it, rounded up, and keeps ours as the check', () => {
    const priced = priceUsage({ charge: bill(100, 10), reportedCost: '1.400000001e-4', billing: 'reported' })
    expect(priced).toMatchObject({ amount: 140_001n, check: 140_000n, problem: undefined })
    expect(priced.wire).toEqual({ cost: '0.000140001', promptCost: '0.0001', completionCost: '0.000040001' })
  })

  it('charges by our prices elsewhere, and keeps a reported cost that differs', () => {
    expect(priceUsage({ charge: bill(100, 10), reportedCost: '0.00015', billing: 'computed' })).toMatchObject({
      amount: 140_000n,
      check: 150_000n,
    })
    expect(priceUsage({ charge: bill(100, 10), reportedCost: '0.00014', billing: 'computed' }).check).toBeNull()
  })

  it('charges a reported cost though our list lacks a price', () => {
    const unpriced = charge([{ item: 'output.audio', quantity: 1 }], list, 1)
    expect(priceUsage({ charge: unpriced, reportedCost: '0.5', billing: 'reported' })).toMatchObject({
      amount: 500_000_000n,
      check: null,
      problem: undefined,
    })
  })

  it('writes JSON numbers whose parts add up to the cost exactly', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000_000),
        fc.nat(10_000_000),
        fc.option(fc.bigInt({ min: 0n, max: 10n ** 13n })),
        (input, output, cost) => {
          const reportedCost =
            cost === null ? undefined : `${cost / 1_000_000_000n}.${String(cost % 1_000_000_000n).padStart(9, '0')}`
          const { wire, amount } = priceUsage({ charge: bill(input, output), reportedCost, billing: 'reported' })
          expect(parseUsd(wire.cost)).toBe(amount)
          expect(parseUsd(wire.promptCost) + parseUsd(wire.completionCost)).toBe(amount)
          for (const text of Object.values(wire)) expect(text).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/)
        },
      ),
    )
  })
})
