import { describe, expect, it } from 'vitest'
import { findUsageProblem } from './usage-check.ts'

const limits = { contextLength: 1000, choices: 1 }

describe('findUsageProblem flags', () => {
  it.each([
    [-1, 'negative'],
    [0.5, 'not an integer'],
    [Number.NaN, 'not an integer'],
    [Number.POSITIVE_INFINITY, 'not an integer'],
    [2 ** 53, 'not an integer'],
    [2001, 'beyond the context'],
  ])('a quantity of %s: %s', (quantity, problem) => {
    expect(findUsageProblem([{ item: 'input', quantity }], limits)).toEqual({ item: 'input', quantity, problem })
  })

  it('lines that are sane one by one and absurd together', () => {
    const lines = [
      { item: 'input', quantity: 1500 },
      { item: 'input.cache-read', quantity: 1500 },
    ] as const
    expect(findUsageProblem(lines, limits)).toMatchObject({ item: 'input.cache-read', problem: 'beyond the context' })
  })

  it('what several passes cannot have read either, however many are claimed', () => {
    const lines = [{ item: 'input.cache-read', quantity: 6001 }] as const
    expect(findUsageProblem(lines, { ...limits, passes: 3 })).toBeDefined()
    expect(findUsageProblem(lines, { ...limits, passes: 4 })).toBeUndefined()
    expect(findUsageProblem(lines, { ...limits, passes: -5 })).toBeDefined()
    const absurd = [{ item: 'input', quantity: 200_001 }] as const
    expect(findUsageProblem(absurd, { ...limits, passes: 1e9 })).toBeDefined()
  })

  it('more searches than anybody sells', () => {
    expect(findUsageProblem([{ item: 'tool.web-search', quantity: 10_001 }], limits)).toBeDefined()
  })

  it('an absurd count where the context is unknown', () => {
    const unknown = { contextLength: null, choices: 1 }
    expect(findUsageProblem([{ item: 'output', quantity: 100_000_001 }], unknown)).toBeDefined()
    expect(findUsageProblem([{ item: 'output', quantity: 90_000_000 }], unknown)).toBeUndefined()
  })
})

describe('findUsageProblem passes', () => {
  it('what fits, with every answer of several at full length', () => {
    const lines = [
      { item: 'input', quantity: 1000 },
      { item: 'output', quantity: 4000 },
    ] as const
    expect(findUsageProblem(lines, { contextLength: 1000, choices: 4 })).toBeUndefined()
    expect(findUsageProblem(lines, limits)).toBeDefined()
  })
})
