import type { AuthQuestion } from '@keyway/contract'
import { describe, expect, it } from 'vitest'
import { amountOf, amountsOffered, daysFixedBy, daysOffered, resetFixedBy } from './choice.ts'

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

describe('where there is nothing to choose', () => {
  const ends = (days: number) => new Date(NOW + days * 86_400_000).toISOString()
  const asking = (more: object) =>
    ({ ...question('1', 1), asked: { expires_at: null }, weak: null, ...more }) as AuthQuestion

  it('says whose doing it is: the flow, the app or the operator', () => {
    expect(resetFixedBy(asking({ weak: 'plain' }))).toBe('weak')
    expect(resetFixedBy(asking({}))).toBe('asked')
    expect(daysFixedBy(asking({ weak: 'plain' }), NOW)).toBe('weak')
    expect(daysFixedBy(asking({ asked: { expires_at: ends(1) } }), NOW)).toBe('asked')
    expect(daysFixedBy(asking({ asked: { expires_at: ends(30) } }), NOW)).toBe('operator')
    expect(daysFixedBy(asking({}), NOW)).toBe('operator')
  })

  it('says nothing where there is', () => {
    const open = asking({
      ...question('100', 90),
      bounds: { ...question('100', 90).bounds, resets: [null, 'monthly'] },
    })
    expect([resetFixedBy(open), daysFixedBy(open, NOW)]).toEqual([undefined, undefined])
  })
})
