import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { Caller } from './caller.ts'

/** The window of `rpm`. */
const WINDOW_MS = 60_000
/** Keys whose windows are kept. Beyond it, windows that have run empty are dropped, then the one made first. */
const WINDOWS_MAX = 10_000

/** The times of a key's last `rpm` calls. `next` is where the oldest stands once it is full. */
type Window = { rpm: number; times: number[]; next: number }

export type RateLimiter = {
  /**
   * Counts a call of the key, or refuses it: never more than `rpm` calls in any 60 seconds.
   * @throws KeywayError `rate_limited` with `retryAfterMs`, and in `metadata.headers` the X-RateLimit figures
   */
  admit(caller: Caller): void
}

/** Counts calls by key in this process's memory. */
export function createRateLimiter(clock: Clock): RateLimiter {
  const windows = new Map<string, Window>()

  function windowOf(hash: string, rpm: number): Window {
    const known = windows.get(hash)
    if (known?.rpm === rpm) return known
    // After a change of the limit the latest calls still count.
    const times = known === undefined ? [] : [...known.times.slice(known.next), ...known.times.slice(0, known.next)]
    const window = { rpm, times: times.slice(-rpm), next: 0 }
    windows.delete(hash)
    if (windows.size >= WINDOWS_MAX) makeRoom()
    windows.set(hash, window)
    return window
  }

  function makeRoom(): void {
    const now = clock.monotonic()
    for (const [hash, { times, next }] of windows) {
      const latest = times.at(next - 1)
      if (latest === undefined || latest <= now - WINDOW_MS) windows.delete(hash)
    }
    const [first] = windows.keys()
    if (windows.size >= WINDOWS_MAX && first !== undefined) windows.delete(first)
  }

  return {
    admit({ key }) {
      const { rpm } = key.policy
      if (rpm === null) return
      const window = windowOf(key.hash, rpm)
      const now = clock.monotonic()
      if (window.times.length < rpm) {
        window.times.push(now)
        return
      }
      const oldest = window.times[window.next] ?? now
      const waitMs = Math.ceil(oldest + WINDOW_MS - now)
      if (waitMs > 0) throw tooMany(rpm, waitMs, clock.now())
      window.times[window.next] = now
      window.next = (window.next + 1) % rpm
    },
  }
}

/** @see https://openrouter.ai/docs/api-reference/limits: the figures stand in the headers and in the metadata */
function tooMany(rpm: number, waitMs: number, now: number): KeywayError {
  return new KeywayError('rate_limited', `Rate limit exceeded: this key may make ${rpm} calls in 60 seconds.`, {
    retryAfterMs: waitMs,
    metadata: {
      headers: {
        'X-RateLimit-Limit': String(rpm),
        'X-RateLimit-Remaining': '0',
        'X-RateLimit-Reset': String(now + waitMs),
      },
    },
  })
}
