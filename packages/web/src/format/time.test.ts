import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { formatDistance } from './time.ts'

const DAY = 86_400
beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 29, 12) })
})
afterEach(() => {
  vi.useRealTimers()
})

const inSeconds = (seconds: number) => formatDistance(new Date(Date.now() + seconds * 1000).toISOString(), 'en')

test.each([
  [90 * DAY, 'in 3 months'],
  [90 * DAY - 5, 'in 3 months'],
  [7 * DAY - 5, 'in 7 days'],
  [DAY - 5, 'tomorrow'],
  [3_600 - 5, 'in 1 hour'],
  [20, 'in 1 minute'],
  [-20, 'now'],
  [-60, '1 minute ago'],
  [-DAY, 'yesterday'],
  [-89 * DAY, '2 months ago'],
])('%d seconds are said as "%s"', (seconds, said) => {
  expect(inSeconds(seconds)).toBe(said)
})
