import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { Store } from '../store/store.ts'

const DAY_MS = 24 * 60 * 60_000

export type DailyDeps = { store: Store; clock: Clock; limit: number }

/** What a user has left of the operator's models today (UTC). */
export type Allowance = { limit: number; remaining: number; resetsAt: number }

/** @returns what is left, without taking any */
export async function allowanceOf({ store, clock, limit }: DailyDeps, userId: string): Promise<Allowance> {
  const now = clock.now()
  const used = await store.dailyMessages(userId, dayOf(now))
  return { limit, remaining: Math.max(0, limit - used), resetsAt: endOfDay(now) }
}

/**
 * Takes one message of the day's, atomically: parallel sends never exceed the limit.
 * @throws KeywayError `daily_limit_reached` when none is left
 */
export async function takeMessage({ store, clock, limit }: DailyDeps, userId: string): Promise<Allowance> {
  const now = clock.now()
  const used = await store.takeDailyMessage(userId, { day: dayOf(now), limit })
  const resetsAt = endOfDay(now)
  if (used !== undefined) return { limit, remaining: Math.max(0, limit - used), resetsAt }
  throw new KeywayError('daily_limit_reached', `All ${limit} messages of today are used.`, {
    retryAfterMs: resetsAt - now,
    metadata: { resets_at: new Date(resetsAt).toISOString() },
  })
}

/** Gives back what {@link takeMessage} took, of the same day: the operator's money was not touched. */
export async function returnMessage({ store }: DailyDeps, userId: string, taken: Allowance): Promise<void> {
  await store.returnDailyMessage(userId, dayOf(taken.resetsAt) - 1)
}

/** The next 00:00 UTC. */
export function endOfDay(now: number): number {
  return (dayOf(now) + 1) * DAY_MS
}

function dayOf(now: number): number {
  return Math.floor(now / DAY_MS)
}
