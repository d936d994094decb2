import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cost,
  formatUsd,
  formatUsdPerUnit,
  parseDecimal,
  parseUsd,
  parseUsdPerMillion,
  parseUsdPerUnit,
  shortUsd,
  toUsdNumber,
} from './money.ts'

const amount = fc.bigInt({ min: 0n, max: 2n ** 62n })

describe('parseDecimal refuses', () => {
  for (const text of [
    '',
    ' ',
    '.',
    '-',
    'NaN',
    'Infinity',
    '0x10',
    '1_000',
    '1,5',
    '1e',
    '--1',
    '1.2.3',
    '1e1000',
    '$1',
    '１',
  ]) {
    it(`what is no plain decimal: ${JSON.stringify(text)}`, () => {
      expect(() => parseDecimal(text, 9)).toThrow(RangeError)
    })
  }

  it('digits beyond the scale, unless told to round them up', () => {
    expect(() => parseUsd('0.0000000001')).toThrow('more than 9 decimal places')
    expect(parseDecimal('0.0000000001', 9, 'ceil')).toBe(1n)
    expect(parseDecimal('1.0000000000', 9)).toBe(1_000_000_000n)
  })

  it('digits without end, and does not show them all', () => {
    const long = '9'.repeat(10_000)
    expect(() => parseDecimal(long, 9)).toThrow(/^not a decimal number: 9{60}$/)
  })
})

describe('money', () => {
  it('reads decimals and exponents exactly, never through a float', () => {
    expect(parseUsd('5.00')).toBe(5_000_000_000n)
    expect(parseUsd('9007199.254740993')).toBe(9_007_199_254_740_993n)
    expect(parseUsdPerUnit('0.0000025')).toBe(2_500_000_000n)
    expect(parseUsdPerUnit('2.5e-6')).toBe(2_500_000_000n)
    expect(parseUsdPerMillion('0.0375')).toBe(37_500_000n)
    expect(parseUsd('-1.5')).toBe(-1_500_000_000n)
  })

  it('comes back from its text as it was', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (value) => {
        expect(parseUsd(formatUsd(value))).toBe(value)
      }),
    )
  })

  it('is said as short as it can be, and comes back all the same', () => {
    expect([0n, 5_000_000_000n, 1_234_500_000n, 100n].map(shortUsd)).toEqual(['0', '5', '1.2345', '0.0000001'])
    fc.assert(
      fc.property(amount, (value) => {
        expect(parseUsd(shortUsd(value))).toBe(value)
        expect(shortUsd(value)).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/)
      }),
    )
  })

  it('gives prices per unit that come back as they were, without trailing zeros', () => {
    fc.assert(
      fc.property(amount, (value) => {
        const text = formatUsdPerUnit(value)
        expect(parseUsdPerUnit(text)).toBe(value)
        expect(text).toMatch(/^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/)
      }),
    )
  })

  it('rounds a negative price list entry towards the payer of nothing: a ceil of a negative does not go below it', () => {
    expect(parseDecimal('-1', 15, 'ceil')).toBe(-1_000_000_000_000_000n)
  })

  it('costs the exact product rounded up: less than a nano-dollar above it, and never below', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 9n }),
        fc.bigInt({ min: 0n, max: 10n ** 15n }),
        (quantity, price) => {
          const millionths = quantity * price
          const charged = cost(quantity, price) * 1_000_000n
          expect(charged).toBeGreaterThanOrEqual(millionths)
          expect(charged - millionths).toBeLessThan(1_000_000n)
        },
      ),
    )
  })

  it('costs more for more', () => {
    fc.assert(
      fc.property(
        amount,
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        (price, a, b) => {
          expect(cost(a + b, price)).toBeGreaterThanOrEqual(cost(a, price))
        },
      ),
    )
  })

  it('becomes the nearest float at the edge', () => {
    expect(toUsdNumber(1n)).toBe(1e-9)
    expect(toUsdNumber(1_234_500_000n)).toBe(1.2345)
  })
})
