import { KeywayError } from '../base/errors.ts'

export const DAY_MS = 24 * 60 * 60_000

/** Whole days of UTC, today included. */
export const PERIODS = { day: 1, week: 7, month: 30 } as const
export type Period = keyof typeof PERIODS

/** Days that a window has where nobody says otherwise. */
const USUAL_DAYS = 30
/** OpenRouter's dataset begins here, and no window earlier. */
const FIRST_DAY = Date.UTC(2025, 0, 1)

/** From the first moment that counts to the first that does not. */
export type RankingWindow = { from: number; to: number }

/** The last days, today included. */
export function periodWindow(period: Period, now: number): RankingWindow {
  const today = dayOf(now)
  return { from: today - (PERIODS[period] - 1) * DAY_MS, to: today + DAY_MS }
}

/**
 * The window of two days, both included: by default the thirty days before the last that is over, and it. An earlier start
 * than 2025 is that year's.
 * @throws KeywayError `invalid_request`, naming the field
 * @see https://openrouter.ai/docs/client-sdks/typescript/models/operations/getapprankingsrequest (SDK 1.3.19)
 */
export function datesWindow(
  { start, end }: { start?: string | undefined; end?: string | undefined },
  now: number,
): RankingWindow {
  const last = end === undefined ? dayOf(now) - DAY_MS : parseDay('end_date', end)
  if (last < FIRST_DAY) throw invalid('end_date', 'a day from 2025-01-01 on')
  const first = start === undefined ? last - USUAL_DAYS * DAY_MS : parseDay('start_date', start)
  if (first > last) throw invalid('start_date', 'a day not after the end')
  return { from: Math.max(first, FIRST_DAY), to: last + DAY_MS }
}

function parseDay(field: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // Date.parse turns 30 February into 2 March.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) {
    throw invalid(field, 'a day in UTC such as 2026-01-31')
  }
  return ms
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}
