import type { Reset } from './records.ts'

/** Milliseconds in a day. UTC has no daylight saving, and Unix time no leap seconds, so every day is as long. */
export const DAY_MS = 86_400_000

/** A half-open span of time, `start <= at < end`, in milliseconds since the Unix epoch. */
export type Window = { start: number; end: number }

/** The window of a cap that never begins anew. */
export const LIFETIME: Window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY }

/** Days since the Unix epoch, UTC. 1_709_164_800_000 (29 February 2024) -> 19_782 */
export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS)
}

/**
 * The window that the moment falls in: days begin at 00:00 UTC, weeks on Monday, months on the first. `null` is the
 * whole lifetime.
 */
export function windowOf(reset: Reset | null, at: number): Window {
  if (reset === null) return LIFETIME
  const day = dayOf(at)
  if (reset === 'daily') return { start: day * DAY_MS, end: (day + 1) * DAY_MS }
  if (reset === 'weekly') {
    // Day 0 was a Thursday, the fourth day of its week. The second remainder is for moments before 1970.
    const monday = day - ((((day + 3) % 7) + 7) % 7)
    return { start: monday * DAY_MS, end: (monday + 7) * DAY_MS }
  }
  const date = new Date(at)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) }
}

/** The window as whole days, `first <= day < next`, clipped to what a 64-bit column holds. */
export function daysOf(window: Window): { first: number; next: number } {
  return {
    first: Number.isFinite(window.start) ? dayOf(window.start) : Number.MIN_SAFE_INTEGER,
    next: Number.isFinite(window.end) ? dayOf(window.end) : Number.MAX_SAFE_INTEGER,
  }
}

/** When the window ends; null where it never does. */
export function resetsAt(window: Window): number | null {
  return Number.isFinite(window.end) ? window.end : null
}
