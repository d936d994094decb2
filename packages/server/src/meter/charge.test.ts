import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UsageItem, UsageLine } from '../base/usage-line.ts'
import { charge } from './charge.ts'
import { FREE_PRICES, type PriceItems, type Prices, USAGE_ITEMS } from './price-book.ts'

// F17 asks for 10^7 vectors; a run of the whole suite takes a twentieth of the properties' share of it (see below).
const SCALE = Number(process.env['KEYWAY_PROOF_SCALE'] ?? '0.05')
const VECTORS = Math.ceil(10_000_000 * SCALE)

const prices = (items: PriceItems, tiers: Prices['tiers'] = []): Prices => ({ items, tiers, version: 'test' })

/** An exact fraction, for checking: two integers and nothing clever. */
type Rational = { over: bigint; under: bigint }
const plus = (a: Rational, b: Rational): Rational => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
})
const ceil = (a: Rational): bigint => a.over / a.under + (a.over % a.under === 0n ? 0n : 1n)
const atMost = (a: Rational, b: Rational): boolean => a.over * b.under <= b.over * a.under

/** The price that the list names for an item, worked out as the words say: tier over base, own over stand-in. */
function listed(list: Prices, item: UsageItem, promptTokens: number): bigint | undefined {
  const reached = list.tiers.filter((tier) => promptTokens > tier.abovePromptTokens)
  const merged = Object.assign({}, list.items, ...reached.map((tier) => tier.items))
  const standIn = { 'output.reasoning': 'output', 'input.image': 'input', 'input.cache-read': 'input' }[String(item)]
  return merged[item] ?? (standIn === undefined ? undefined : merged[standIn])
}

const TOKENS: UsageItem[] = USAGE_ITEMS.filter((item) => item !== 'call')

/** A fast seeded generator for ten million vectors (mulberry32); fast-check's own is for the smaller properties. */
function generator(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound)
  }
}

/** Quantities and prices in every order of magnitude, small ones often. */
function magnitude(random: (bound: number) => number, digits: number): number {
  return random(10 ** (1 + random(digits)))
}

function randomPrices(random: (bound: number) => number): Prices {
  const items = (): PriceItems => {
    const found: Partial<Record<UsageItem, bigint>> = {}
    for (const item of TOKENS) if (random(10) > 0) found[item] = BigInt(magnitude(random, 13))
    return found
  }
  const tiers = Array.from({ length: random(3) }, (_, index) => ({
    abovePromptTokens: 1000 * (index + 1),
    items: items(),
  }))
  return prices(items(), tiers)
}

describe('charge refuses', () => {
  it('a line without a price: it names the item, and never takes it for zero', () => {
    const result = charge(
      [
        { item: 'input', quantity: 10 },
        { item: 'tool.web-search', quantity: 1 },
      ],
      prices({ input: 1_000_000n }),
      10,
    )
    expect(result).toMatchObject({ kind: 'unpriced', missing: ['tool.web-search'], amount: 10n })
  })

  it.each<UsageItem>(['input.cache-write', 'input.cache-write-1h', 'input.audio', 'output.audio', 'output.image'])(
    'to charge %s at the price of plain text',
    (item) => {
      const result = charge([{ item, quantity: 1 }], prices({ input: 5n, output: 5n }), 1)
      expect(result).toMatchObject({ kind: 'unpriced', missing: [item] })
    },
  )

  it('a quantity that is no integer', () => {
    expect(() => charge([{ item: 'input', quantity: 0.5 }], prices({ input: 5n }), 1)).toThrow(RangeError)
    expect(() => charge([{ item: 'input', quantity: Number.NaN }], prices({ input: 5n }), 1)).toThrow(RangeError)
  })
})

describe('charge', () => {
  it('rounds each line up once', () => {
    const result = charge(
      [
        { item: 'input', quantity: 1 },
        { item: 'output', quantity: 1 },
      ],
      prices({ input: 1n, output: 1_000_001n }),
      1,
    )
    expect(result).toEqual({
      kind: 'charged',
      amount: 3n,
      lines: [
        { item: 'input', quantity: 1, price: '1', amount: 1n },
        { item: 'output', quantity: 1, price: '1000001', amount: 2n },
      ],
    })
  })

  it('leaves out empty lines, priced or not', () => {
    expect(charge([{ item: 'input.audio', quantity: 0 }], prices({}), 0)).toEqual({
      kind: 'charged',
      lines: [],
      amount: 0n,
    })
  })

  it('bills thinking as output, images as input and cached tokens as input where the list has no other price', () => {
    const lines: UsageLine[] = [
      { item: 'output.reasoning', quantity: 1 },
      { item: 'input.image', quantity: 1 },
      { item: 'input.cache-read', quantity: 1 },
    ]
    const result = charge(lines, prices({ input: 3_000_000n, output: 15_000_000n }), 2)
    expect(result.lines.map((line) => line.amount)).toEqual([15n, 3n, 3n])
    const own = charge(
      lines,
      prices({
        input: 3_000_000n,
        output: 15_000_000n,
        'output.reasoning': 1_000_000n,
        'input.image': 0n,
        'input.cache-read': 300_000n,
      }),
      2,
    )
    expect(own.lines.map((line) => line.amount)).toEqual([1n, 0n, 1n])
  })

  it('takes the tier by the whole prompt, and only above its threshold', () => {
    const list = prices({ input: 1_000_000n, output: 1_000_000n }, [
      { abovePromptTokens: 200_000, items: { input: 2_000_000n } },
      { abovePromptTokens: 400_000, items: { input: 4_000_000n, output: 3_000_000n } },
    ])
    const at = (promptTokens: number) =>
      charge(
        [
          { item: 'input', quantity: 10 },
          { item: 'output', quantity: 10 },
        ],
        list,
        promptTokens,
      ).lines.map((line) => line.amount)
    expect(at(200_000)).toEqual([10n, 10n])
    expect(at(200_001)).toEqual([20n, 10n])
    expect(at(400_001)).toEqual([40n, 30n])
  })

  it('adds a price per call once, and only when something was used', () => {
    const list = prices({ input: 1_000_000n, call: 12_000_000_000_000n })
    expect(charge([{ item: 'input', quantity: 1 }], list, 1).amount).toBe(12_000_001n)
    expect(charge([{ item: 'call', quantity: 2 }], list, 1).amount).toBe(24_000_000n)
    expect(charge([], list, 0).amount).toBe(0n)
  })

  it('is zero for a free provider, whatever was used', () => {
    const lines = USAGE_ITEMS.map((item) => ({ item, quantity: 7 }))
    expect(charge(lines, FREE_PRICES, 1_000_000)).toMatchObject({ kind: 'charged', amount: 0n })
  })

  it('never falls when a quantity grows', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(10_000_000), fc.nat(10_000_000), (seed, quantity, more) => {
        const list = randomPrices(generator(seed))
        for (const item of TOKENS) {
          const less = charge([{ item, quantity }], list, 5000)
          const grown = charge([{ item, quantity: quantity + more }], list, 5000)
          expect(grown.amount).toBeGreaterThanOrEqual(less.amount)
        }
      }),
      { numRuns: 500 },
    )
  })

  it(`equals exact rationals, rounded up per line, for ${VECTORS} random vectors (F17)`, { timeout: 600_000 }, () => {
    const seed = Number(process.env['KEYWAY_SEED'] ?? Date.now() % 1_000_000_000)
    const random = generator(seed)
    let list = randomPrices(random)
    for (let vector = 0; vector < VECTORS; vector++) {
      if (vector % 20 === 0) list = randomPrices(random)
      const lines: UsageLine[] = []
      for (let count = random(5); count >= 0; count--) {
        const item = TOKENS[random(TOKENS.length)]
        if (item !== undefined) lines.push({ item, quantity: magnitude(random, 9) })
      }
      const promptTokens = random(4000)
      const result = charge(lines, list, promptTokens)
      const wrong = compare(lines, list, promptTokens, result)
      if (wrong !== undefined) throw new Error(`seed ${seed}, vector ${vector}: ${wrong}`)
    }
  })
})

/** What is wrong with a charge, checked against fractions; undefined when nothing is. */
function compare(
  lines: UsageLine[],
  list: Prices,
  promptTokens: number,
  result: ReturnType<typeof charge>,
): string | undefined {
  let exact: Rational = { over: 0n, under: 1n }
  let rounded = 0n
  let missing = 0
  for (const { item, quantity } of lines) {
    if (quantity === 0) continue
    const price = listed(list, item, promptTokens)
    if (price === undefined) {
      missing++
      continue
    }
    const line: Rational = { over: BigInt(quantity) * price, under: 1_000_000n }
    exact = plus(exact, line)
    rounded += ceil(line)
  }
  if ((result.kind === 'unpriced' ? result.missing.length : 0) !== missing) return `${missing} prices are missing`
  if (result.amount !== rounded) return `charged ${result.amount}, the exact sum of the rounded lines is ${rounded}`
  if (result.amount < 0n) return `charged ${result.amount}, below nothing`
  if (result.lines.reduce((sum, line) => sum + line.amount, 0n) !== result.amount) return 'the lines do not add up'
  const slack: Rational = { over: BigInt(result.lines.length), under: 1n }
  const charged: Rational = { over: result.amount, under: 1n }
  if (!atMost(exact, charged)) return 'charged less than the exact cost'
  if (!atMost(charged, plus(exact, slack))) return 'charged a nano-dollar a line or more above the exact cost'
  return undefined
}
