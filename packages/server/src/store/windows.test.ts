import fc from 'fast-check'
import { expect, it } from 'vitest'
import { DAY_MS, dayOf, daysOf, LIFETIME, resetsAt, windowOf } from './windows.ts'

it('begins days at midnight, weeks on Monday and months on the first, in UTC', () => {
  const at = Date.UTC(2024, 1, 29, 13)
  expect(windowOf('daily', at)).toEqual({ start: Date.UTC(2024, 1, 29), end: Date.UTC(2024, 2, 1) })
  expect(windowOf('weekly', at)).toEqual({ start: Date.UTC(2024, 1, 26), end: Date.UTC(2024, 2, 4) })
  expect(windowOf('monthly', at)).toEqual({ start: Date.UTC(2024, 1, 1), end: Date.UTC(2024, 2, 1) })
  expect(windowOf(null, at)).toBe(LIFETIME)
  expect(resetsAt(LIFETIME)).toBeNull()
})

it('puts every moment into one window of whole days, and the next begins where it ends', () => {
  const moment = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2200, 0) })
  fc.assert(
    fc.property(moment, fc.constantFrom('daily', 'weekly', 'monthly'), (at, reset) => {
      const window = windowOf(reset, at)
      expect(at >= window.start && at < window.end).toBe(true)
      expect(window.start % DAY_MS === 0 && window.end % DAY_MS === 0).toBe(true)
      expect(windowOf(reset, window.end).start).toBe(window.end)
      expect(windowOf(reset, window.end - 1)).toEqual(window)
      const { first, next } = daysOf(window)
      expect(dayOf(at) >= first && dayOf(at) < next).toBe(true)
      if (reset === 'weekly') expect(new Date(window.start).getUTCDay()).toBe(1)
      if (reset === 'monthly') expect(new Date(window.start).getUTCDate()).toBe(1)
    }),
  )
})
