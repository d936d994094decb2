import { beforeAll, describe, expect, it } from 'vitest'
import { type CountTokens, loadTokenizer, tokensAbout, tokensUpperBound } from './tokenizer.ts'

describe('tokensAbout', () => {
  it('lies between the tokenizer\u2019s own count and the upper bound, and counts what is too long by its bytes', async () => {
    const count = await loadTokenizer()
    const prose = 'The quick brown fox jumps over the lazy dog, and then it does so again. '.repeat(300)
    expect(tokensAbout(prose, count)).toBeGreaterThan(count(prose))
    expect(tokensAbout(prose, count)).toBeLessThan(tokensUpperBound(prose, count))
    expect(tokensAbout('', count)).toBe(0)
    const long = 'word '.repeat(100_000)
    expect(tokensAbout(long, count)).toBeGreaterThan((long.length - 262_144) / 3)
    expect(tokensAbout(long, count)).toBeLessThan(long.length)
  })
})

describe('tokensUpperBound', () => {
  let count: CountTokens
  beforeAll(async () => {
    count = await loadTokenizer()
  })

  it('is never above one token per UTF-8 byte', () => {
    for (const text of ['', 'a', '\u{1f600}'.repeat(100), 'ﷺ'.repeat(500), '\u0000\u0001\u0002']) {
      expect(tokensUpperBound(text, count)).toBeLessThanOrEqual(Buffer.byteLength(text))
    }
  })

  it('is well below it for prose, and at least twice the tokenizer’s own count', () => {
    const prose = 'The quick brown fox jumps over the lazy dog, and then it does so again. '.repeat(300)
    const bound = tokensUpperBound(prose, count)
    expect(bound).toBeLessThan(Buffer.byteLength(prose) / 2)
    expect(bound).toBeGreaterThanOrEqual(2 * count(prose))
  })

  it('takes the name of a special token for text', () => {
    expect(tokensUpperBound('<|endoftext|>', count)).toBeGreaterThan(0)
  })

  it('counts what is beyond its limit a token per byte', () => {
    const long = 'word '.repeat(100_000)
    expect(tokensUpperBound(long, count)).toBeGreaterThanOrEqual(Buffer.byteLength(long) - 262_144)
  })

  it('takes bounded time for an unbroken run of letters', () => {
    const started = performance.now()
    tokensUpperBound('a'.repeat(1_000_000), count)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
