import { describe, expect, it } from 'vitest'
import { generationId, randomBase62, rowId, toBase62 } from './ids.ts'

describe('generationId', () => {
  it("has OpenRouter's form", () => {
    expect(generationId(1_739_458_867_123.9)).toMatch(/^gen-1739458867-[0-9A-Za-z]{20}$/)
  })

  it('never gives the same twice, and rises within and between milliseconds', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => generationId(1_800_000_000_000 + Math.floor(i / 100)))
    expect(new Set(ids).size).toBe(ids.length)
    // The counter begins anew once in a while; the milliseconds never go back.
    const moments = ids.map((id) => id.slice(0, 17))
    expect(moments).toEqual(moments.toSorted())
    const within = Array.from({ length: 50 }, () => generationId(1_800_000_000_500).slice(0, 20))
    expect(within.filter((id, i) => i > 0 && id < (within[i - 1] ?? '')).length).toBeLessThanOrEqual(1)
  })
})

describe('randomBase62', () => {
  it('gives as many letters as are asked for, of all kinds', () => {
    const text = randomBase62(20_000)
    expect(text).toMatch(/^[0-9A-Za-z]{20000}$/)
    expect(new Set(text).size).toBe(62)
  })
})

describe('toBase62', () => {
  it('pads to its width', () => {
    expect(toBase62(0, 6)).toBe('000000')
    expect(toBase62(61, 2)).toBe('0z')
    expect(toBase62(62, 2)).toBe('10')
    expect(toBase62(2 ** 32 - 1, 6)).toMatch(/^[0-9A-Za-z]{6}$/)
  })
})

describe('rowId', () => {
  it('names what it is of', () => {
    expect(rowId('user')).toMatch(/^user_[0-9A-Za-z]{24}$/)
  })
})
