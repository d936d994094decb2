import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { affordableOutput, type CeilingAttempt, type CeilingFacts, ceiling } from './ceiling.ts'
import { charge } from './charge.ts'
import { FREE_PRICES, type Prices } from './price-book.ts'

const facts: CeilingFacts = {
  textBytes: 4000,
  images: 0,
  files: 0,
  audios: 0,
  tools: false,
  outputTokensMax: 100,
  choices: 1,
}
const list: Prices = { items: { input: 2_500_000_000n, output: 10_000_000_000n }, tiers: [], version: 'test' }
const endpoint: CeilingAttempt = {
  prices: list,
  contextLength: 128_000,
  maxOutputTokens: 16_384,
  partTokensMax: { image: 2000, file: 50_000, audio: 10_000 },
}

describe('ceiling refuses', () => {
  it('an attempt without prices, or without one for output', () => {
    expect(() => ceiling(facts, [{ ...endpoint, prices: undefined }])).toThrow(
      expect.objectContaining({ code: 'price_unknown' }),
    )
    const inputOnly = { ...list, items: { input: 1n } }
    expect(() => ceiling(facts, [{ ...endpoint, prices: inputOnly }])).toThrow(
      expect.objectContaining({ code: 'price_unknown' }),
    )
  })
})

describe('ceiling', () => {
  it('holds a token per byte with the template on top, and the asked output', () => {
    // 4256 tokens at $2.50 and 100 at $10 a million, and a nano-dollar for each line that may be rounded.
    expect(ceiling(facts, [endpoint])).toEqual({
      input: 10_640_006n,
      output: 1_000_004n,
      outputTokensMax: 100,
      assumed: false,
    })
  })

  it('takes the tokenizer’s bound where it is lower', () => {
    expect(ceiling({ ...facts, textTokens: 1000 }, [endpoint]).input).toBe(3_140_006n)
    expect(ceiling({ ...facts, textTokens: 9000 }, [endpoint]).input).toBe(10_640_006n)
  })

  it('pays for every answer asked for', () => {
    expect(ceiling({ ...facts, choices: 3 }, [endpoint]).output).toBe(3_000_004n)
  })

  it('takes the model’s longest answer when none is asked for, then the context, then an assumption that it admits', () => {
    const open = { ...facts, outputTokensMax: undefined }
    expect(ceiling(open, [endpoint])).toMatchObject({ outputTokensMax: 16_384, assumed: false })
    const noMax = { ...endpoint, maxOutputTokens: null }
    expect(ceiling(open, [noMax])).toMatchObject({ outputTokensMax: 144_000, assumed: false })
    expect(ceiling(open, [{ ...noMax, contextLength: null }])).toMatchObject({ outputTokensMax: 16_384, assumed: true })
  })

  it('counts images, files and audio at the endpoint’s maximum, at their own price when it is dearer', () => {
    const prices = { ...list, items: { ...list.items, 'input.audio': 40_000_000_000n, 'input.image': 1n } }
    const bound = ceiling({ ...facts, images: 1, files: 1, audios: 1 }, [{ ...endpoint, prices }])
    expect(bound.input).toBe(10_640_006n + 52_000n * 2500n + 10_000n * 40_000n)
  })

  it('bounds a prompt by the context, at the dearest of its parts', () => {
    expect(ceiling({ ...facts, textBytes: 5_000_000 }, [endpoint]).input).toBe(144_000n * 2500n + 6n)
    const prices = { ...list, items: { ...list.items, 'input.audio': 40_000_000_000n } }
    const bound = ceiling({ ...facts, textBytes: 5_000_000, audios: 1 }, [{ ...endpoint, prices }])
    expect(bound.input).toBe(144_000n * 40_000n + 6n)
  })

  it('holds cache writes, which cost more than reading, and the tier that the prompt can reach', () => {
    const prices: Prices = {
      items: { input: 3_000_000_000n, 'input.cache-write': 3_750_000_000n, output: 1n },
      tiers: [{ abovePromptTokens: 4000, items: { 'input.cache-write': 7_500_000_000n, output: 2_000_000_000n } }],
      version: 'test',
    }
    expect(ceiling(facts, [{ ...endpoint, prices }])).toMatchObject({ input: 4256n * 7500n + 6n, output: 200_004n })
    expect(ceiling({ ...facts, textBytes: 3000 }, [{ ...endpoint, prices }]).input).toBe(3256n * 3750n + 6n)
  })

  it('holds the dearest attempt', () => {
    const dear = { ...endpoint, prices: { ...list, items: { input: 1n, output: 90_000_000_000n } } }
    expect(ceiling(facts, [dear, endpoint])).toMatchObject({ input: 10_640_006n, output: 9_000_004n })
  })

  it('is zero for a free provider', () => {
    expect(ceiling(facts, [{ ...endpoint, prices: FREE_PRICES }])).toMatchObject({ input: 0n, output: 0n })
  })

  it('is never below what the call is charged, however its tokens fall on the lines', () => {
    const price = fc.bigInt({ min: 0n, max: 10n ** 12n })
    const share = fc.nat(1000)
    const prices = fc
      .record({
        input: price,
        output: price,
        read: price,
        write: price,
        reasoning: price,
        tierInput: price,
        tierOutput: price,
        call: price,
      })
      .map(
        (p): Prices => ({
          items: {
            input: p.input,
            output: p.output,
            'input.cache-read': p.read,
            'input.cache-write': p.write,
            'output.reasoning': p.reasoning,
            call: p.call,
          },
          tiers: [{ abovePromptTokens: 2000, items: { input: p.tierInput, output: p.tierOutput } }],
          version: 'test',
        }),
      )
    fc.assert(
      fc.property(
        prices,
        fc.tuple(share, share, share, share),
        fc.nat(50),
        fc.integer({ min: 1, max: 4 }),
        (p, parts, cut, choices) => {
          const [read, write, reasoning, answer] = parts
          const prompt = 256 + read + write + cut
          const asked = Math.ceil((reasoning + answer) / choices)
          const bound = ceiling({ ...facts, textBytes: prompt - 256, outputTokensMax: asked, choices }, [
            { ...endpoint, prices: p },
          ])
          const bill = charge(
            [
              { item: 'input', quantity: prompt - read - write },
              { item: 'input.cache-read', quantity: read },
              { item: 'input.cache-write', quantity: write },
              { item: 'output', quantity: answer },
              { item: 'output.reasoning', quantity: reasoning },
            ],
            p,
            prompt,
          )
          expect(bound.input + bound.output).toBeGreaterThanOrEqual(bill.amount)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('affordableOutput', () => {
  it('refuses in OpenRouter’s words when the cap affords no useful answer', () => {
    const asked = { ...facts, outputTokensMax: 65_536 }
    expect(affordableOutput(10_640_006n + 4n + 150_000n, asked, [endpoint])).toEqual({
      kind: 'refused',
      requested: 65_536,
      affordable: 15,
      message: 'You requested up to 65536 tokens, but can only afford 15.',
    })
    expect(affordableOutput(0n, asked, [endpoint])).toMatchObject({ kind: 'refused', affordable: 0 })
  })

  it('refuses when even the input does not fit, though the output is free', () => {
    const prices = { ...list, items: { input: 2_500_000_000n, output: 0n } }
    expect(affordableOutput(5n, facts, [{ ...endpoint, prices }]).kind).toBe('refused')
  })

  it('gives a short answer that was asked for as such', () => {
    expect(affordableOutput(10n ** 12n, { ...facts, outputTokensMax: 1 }, [endpoint])).toEqual({
      kind: 'affords',
      outputTokensMax: 1,
    })
  })

  it('gives the most that fits: a ceiling with it is within the cap, and with one token more it is not', () => {
    const price = fc.bigInt({ min: 1n, max: 10n ** 11n })
    fc.assert(
      fc.property(
        price,
        price,
        price,
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        fc.integer({ min: 1, max: 4 }),
        (a, b, c, available, choices) => {
          const attempts = [
            { ...endpoint, prices: { ...list, items: { input: a, output: b } } },
            { ...endpoint, prices: { ...list, items: { input: b, output: c } } },
          ]
          const asked = { ...facts, outputTokensMax: 100_000, choices }
          const found = affordableOutput(available, asked, attempts)
          const total = (tokens: number) => {
            const bound = ceiling({ ...asked, outputTokensMax: tokens }, attempts)
            return bound.input + bound.output
          }
          const tokens = found.kind === 'affords' ? found.outputTokensMax : found.affordable
          if (found.kind === 'affords') expect(total(tokens)).toBeLessThanOrEqual(available)
          if (tokens < 100_000) expect(total(tokens + 1)).toBeGreaterThan(available)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
