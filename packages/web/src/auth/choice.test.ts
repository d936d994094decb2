import type { AuthQuestion } from '@keyway/contract'
import { describe, expect, it } from 'vitest'
import { amountOf, amountsOffered, daysOffered } from './choice.ts'

const NOW = Date.UTC(2026, 10, 24)
const question = (limit_usd_max: string, days: number) =>
  ({
    bounds: { limit_usd_max, resets: [null], expires_at_max: new Date(NOW + days * 86_400_000).toISOString() },
    proposed: { limit_usd: '5', reset: null, days: Math.min(90, days) },
  }) as unknown as AuthQuestion

describe('amountOf', () => {
  it.each(['', '-1', '1e3', '5.0000001', '100.01', 'five', '1,000.00', '0x5'])('takes %j for no amount', (typed) => {
    expect(amountOf(typed, '100')).toBeUndefined()
  })

  it.each([
    ['5', '5'],
    [' $2.50 ', '2.50'],
    ['2,5', '2.5'],
    ['0', '0'],
    ['100', '100'],
  ])('reads %j as %s', (typed, amount) => {
    expect(amountOf(typed, '100')).toBe(amount)
  })
})

describe('what is offered', () => {
  it('is within the bounds, with what is proposed among it', () => {
    expect(daysOffered(question('100', 365), NOW)).toEqual([1, 7, 30, 90, 365])
    expect(daysOffered(question('100', 1), NOW)).toEqual([1])
    expect(daysOffered(question('100', 10), NOW)).toEqual([1, 7, 10])
    expect(amountsOffered(question('100', 1))).toEqual(['1', '5', '20'])
    expect(amountsOffered(question('7', 1))).toEqual(['1', '5'])
  })
})
