import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { RecentMap } from '../base/recent-map.ts'

/** The time in which failures are counted. */
const WINDOW_MS = 15 * 60_000
/** Names and addresses that are remembered; about 100 bytes each. */
const COUNTED_MAX = 20_000

/** Failures that are allowed in the window: for one name as few as a person needs, for one address those of an office. */
export const TRIES = {
  login: 10,
  address: 60,
  setup: 20,
  /** Six digits, three of them good at a time: at 5 a quarter of an hour, guessing takes years. */
  factor: 5,
  /** People who sign up, by network: a class of pupils. */
  newcomer: 30,
  /** And in all. A public server gets some more in a day than this in a quarter of an hour, robots many more. */
  newcomers: 200,
  /** Mails to one address, and by one network or person: nobody is to be flooded from here. */
  mailbox: 5,
  mailer: 30,
} as const
export type TryKind = keyof typeof TRIES

export type Throttle = {
  /**
   * Counts a try before it is made, so that tries made at once are counted too.
   * @returns what takes the try back once it succeeded
   * @throws KeywayError `rate_limited` with `retryAfterMs`
   */
  admit(tries: readonly { kind: TryKind; of: string }[]): () => void
}

type Count = { tries: number; since: number }

/** Counts tries in this process's memory. */
export function createThrottle(clock: Clock): Throttle {
  const counts = new RecentMap<string, Count>(COUNTED_MAX)

  function countOf(name: string, now: number): Count {
    const known = counts.get(name)
    if (known !== undefined && now - known.since < WINDOW_MS) return known
    const fresh = { tries: 0, since: now }
    counts.set(name, fresh)
    return fresh
  }

  return {
    admit(tries) {
      const now = clock.monotonic()
      const counted = tries.map(({ kind, of }) => ({ kind, count: countOf(`${kind} ${of}`, now) }))
      for (const { kind, count } of counted) {
        if (count.tries < TRIES[kind]) continue
        const retryAfterMs = Math.max(1_000, WINDOW_MS - (now - count.since))
        const minutes = Math.ceil(retryAfterMs / 60_000)
        if (kind === 'newcomer' || kind === 'newcomers') {
          throw new KeywayError('rate_limited', 'Too many people are making accounts here at once.', {
            retryAfterMs,
            fix: `Try again in ${minutes} minutes.`,
          })
        }
        if (kind === 'mailbox' || kind === 'mailer') {
          throw new KeywayError('rate_limited', 'Too many mails were asked for in a short time.', {
            retryAfterMs,
            fix: `Look for those that came, also among the unwanted, or try again in ${minutes} minutes.`,
          })
        }
        throw new KeywayError('rate_limited', 'There were too many failed tries to sign in.', {
          retryAfterMs,
          fix: `Try again in ${minutes} minutes, or use a passkey.`,
        })
      }
      for (const { count } of counted) count.tries += 1
      return () => {
        for (const { count } of counted) count.tries = Math.max(0, count.tries - 1)
      }
    },
  }
}
