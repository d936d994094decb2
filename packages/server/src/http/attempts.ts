import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { RecentMap } from '../base/recent-map.ts'

const WINDOW_MS = 60_000
/** Addresses that are remembered; about 100 bytes each. */
const ADDRESSES_MAX = 20_000

/** Counts what one address does in a minute, in this process's memory. */
export type Attempts = {
  /** @throws KeywayError `rate_limited` with `retryAfterMs` when the address has had its share */
  require(address: string): void
  count(address: string): void
  /** Counts one, if there is one left. @returns whether there was */
  take(address: string): boolean
}

/** How many refusals for coming too often one address can have noted in a minute: that it did is worth one row. */
export const FLOODS_NOTED = 1

/** @param most in any one window of a minute */
export function createAttempts(clock: Clock, most: number): Attempts {
  const counts = new RecentMap<string, { since: number; attempts: number }>(ADDRESSES_MAX)

  function of(address: string): { since: number; attempts: number } {
    const now = clock.monotonic()
    const known = counts.get(address)
    if (known !== undefined && now - known.since < WINDOW_MS) return known
    const fresh = { since: now, attempts: 0 }
    counts.set(address, fresh)
    return fresh
  }

  return {
    require(address) {
      const { since, attempts } = of(address)
      if (attempts < most) return
      const retryAfterMs = Math.max(1_000, WINDOW_MS - (clock.monotonic() - since))
      throw new KeywayError('rate_limited', 'There were too many tries from this address.', {
        retryAfterMs,
        fix: 'Try again in a minute.',
      })
    },
    count(address) {
      of(address).attempts += 1
    },
    take(address) {
      const share = of(address)
      if (share.attempts >= most) return false
      share.attempts += 1
      return true
    },
  }
}
