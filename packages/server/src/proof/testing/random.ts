/** Reproducible randomness: the same seed draws the same values in the same order. */
export type Random = {
  /** 0 (included) to 1. */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number
  /** One of these. @throws Error for an empty list */
  pick<T>(from: readonly T[]): T
}

/**
 * Mulberry32: small, fast, and good enough to spread kills and cuts.
 * @param seed a 32-bit integer
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    integer,
    pick(from) {
      const found = from[integer(0, from.length - 1)]
      if (found === undefined) throw new Error('there is nothing to pick from')
      return found
    },
  }
}
