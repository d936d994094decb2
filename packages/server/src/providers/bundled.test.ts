import { calcPrice } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { makeBundled } from '../../../../scripts/catalogue.ts'
import { toUsdNumber } from '../base/money.ts'
import { charge } from '../meter/charge.ts'
import { BUNDLED, type DatedPrices, pricesAt } from './bundled.ts'

const at = (text: string) => Date.parse(text)
const items = (input: string) => ({ input, output: '1' })

describe('the bundled table', () => {
  it('is what the generator makes of the installed package (else run: node scripts/catalogue.ts)', () => {
    expect(BUNDLED).toEqual(makeBundled())
  })

  it.each([
    ['openai', 'gpt-5.5', 'openai'],
    ['anthropic', 'claude-sonnet-5', 'anthropic'],
    ['google', 'gemini-2.5-pro', 'google'],
    ['groq', 'llama-3.3-70b-versatile', 'groq'],
    ['xai', 'grok-4.3', 'x-ai'],
  ])('prices %s %s as the package does, to the nano-dollar', (provider, nativeId, theirs) => {
    const timestamp = new Date('2026-11-21T12:00:00Z')
    const dated = BUNDLED.providers[provider]?.[nativeId]?.prices ?? []
    const { prices } = pricesAt(dated, timestamp.getTime(), 'test')
    if (prices === undefined) throw new Error('no prices')
    for (const input of [1000, 500_000]) {
      const ours = charge(
        [
          { item: 'input', quantity: input },
          { item: 'output', quantity: 777 },
        ],
        prices,
        input,
      )
      const usage = { input_tokens: input, output_tokens: 777 }
      const expected = calcPrice(usage, nativeId, { providerId: theirs, timestamp })?.total_price
      expect(toUsdNumber(ours.amount)).toBeCloseTo(expected ?? Number.NaN, 8)
    }
  })

  it('has exact integers where the package has binary floats', () => {
    const flash = BUNDLED.providers['openrouter']?.['google/gemini-flash-1.5-8b']
    expect(flash?.prices[0]?.items.input).toBe('37500000')
    const sonar = BUNDLED.providers['perplexity']?.['sonar']
    // $12 for a thousand calls.
    expect(sonar?.prices[0]?.items.call).toBe('12000000000000')
  })

  it('counts Perplexity’s searches as part of its price per call', () => {
    const dated = BUNDLED.providers['perplexity']?.['sonar']?.prices ?? []
    const { prices } = pricesAt(dated, 0, 'test')
    if (prices === undefined) throw new Error('no prices')
    const lines = [
      { item: 'input', quantity: 1 },
      { item: 'tool.web-search', quantity: 1 },
    ] as const
    expect(charge(lines, prices, 1)).toMatchObject({ kind: 'charged', amount: 12_001_000n })
  })

  it('leaves a model without prices where some of them are of things that we do not meter', () => {
    expect(BUNDLED.providers['perplexity']?.['sonar-deep-research']?.prices).toEqual([])
  })
})

describe('pricesAt', () => {
  it('takes prices from their day on, and says when they begin', () => {
    const dated: DatedPrices[] = [{ items: items('1') }, { from: '2027-01-01', items: items('2') }]
    const before = pricesAt(dated, at('2026-12-31T23:59:59Z'), 'v')
    expect(before.prices?.items.input).toBe(1n)
    expect(before.until).toBe(at('2027-01-01T00:00:00Z'))
    const after = pricesAt(dated, at('2027-01-01T00:00:00Z'), 'v')
    expect(after).toMatchObject({ until: Number.POSITIVE_INFINITY, prices: { version: 'v from 2027-01-01' } })
    expect(after.prices?.items.input).toBe(2n)
  })

  it('takes prices of some hours within them, and says when they change', () => {
    const dated: DatedPrices[] = [{ items: items('1') }, { hours: ['00:30', '16:30'], items: items('2') }]
    const input = (text: string) => pricesAt(dated, at(text), 'v').prices?.items.input
    expect(input('2026-11-21T00:29:59.999Z')).toBe(1n)
    expect(input('2026-11-21T00:30:00Z')).toBe(2n)
    expect(input('2026-11-21T16:30:00Z')).toBe(1n)
    expect(pricesAt(dated, at('2026-11-21T03:00:00Z'), 'v').until).toBe(at('2026-11-21T16:30:00Z'))
    expect(pricesAt(dated, at('2026-11-21T23:00:00Z'), 'v').until).toBe(at('2026-11-22T00:30:00Z'))
  })

  it('knows hours across midnight', () => {
    const dated: DatedPrices[] = [{ items: items('1') }, { hours: ['22:00', '06:00'], items: items('2') }]
    const input = (text: string) => pricesAt(dated, at(text), 'v').prices?.items.input
    expect([input('2026-11-21T23:00:00Z'), input('2026-11-21T05:59:00Z'), input('2026-11-21T06:00:00Z')]).toEqual([
      2n,
      2n,
      1n,
    ])
  })

  it('has no prices where none are known', () => {
    expect(pricesAt([], 0, 'v')).toEqual({ prices: undefined, until: Number.POSITIVE_INFINITY })
  })
})
