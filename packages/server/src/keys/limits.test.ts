import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Caller } from './caller.ts'
import { aCaller } from './keys-setup.ts'
import { createRateLimiter } from './limits.ts'

function movingClock() {
  let at = 0
  const move = (ms: number) => {
    at += ms
  }
  return { now: () => 1_800_000_000_000 + at, monotonic: () => at, move }
}

const withRpm = (caller: Caller, rpm: number | null): Caller => ({
  ...caller,
  key: { ...caller.key, policy: { ...caller.key.policy, rpm } },
})

test('the call after the last allowed one is refused until the first is 60 seconds old, with the figures', () => {
  const clock = movingClock()
  const limiter = createRateLimiter(clock)
  const caller = withRpm(aCaller(), 2)
  limiter.admit(caller)
  clock.move(20_000)
  limiter.admit(caller)
  clock.move(39_999)
  expect(() => limiter.admit(caller)).toThrow(
    expect.objectContaining({
      code: 'rate_limited',
      status: 429,
      retryAfterMs: 1,
      metadata: {
        headers: {
          'X-RateLimit-Limit': '2',
          'X-RateLimit-Remaining': '0',
          'X-RateLimit-Reset': String(1_800_000_000_000 + 60_000),
        },
      },
    }),
  )
  clock.move(1)
  limiter.admit(caller)
  expect(() => limiter.admit(caller)).toThrow(expect.objectContaining({ retryAfterMs: 20_000 }))
})

test('a key without rpm, and another key, are not held back', () => {
  const limiter = createRateLimiter(movingClock())
  const [one, other] = [withRpm(aCaller('a'), 1), withRpm(aCaller('b'), 1)]
  limiter.admit(one)
  limiter.admit(other)
  for (let i = 0; i < 100; i++) limiter.admit(withRpm(one, null))
  expect(() => limiter.admit(one)).toThrow()
})

test.each([
  [3, 1],
  [1, 0],
  [5, 2],
])('after a change of the limit from 3 to %i the calls before it count: %i more pass', (rpm, more) => {
  const limiter = createRateLimiter(movingClock())
  const caller = aCaller()
  for (let i = 0; i < (rpm === 3 ? 2 : 3); i++) limiter.admit(withRpm(caller, 3))
  for (let i = 0; i < more; i++) limiter.admit(withRpm(caller, rpm))
  expect(() => limiter.admit(withRpm(caller, rpm))).toThrow(expect.objectContaining({ code: 'rate_limited' }))
})

test('whenever calls come, never more than rpm pass in any 60 seconds, and none is refused without need', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.nat(40_000), { maxLength: 80 }), (rpm, gaps) => {
      const clock = movingClock()
      const limiter = createRateLimiter(clock)
      const caller = withRpm(aCaller(), rpm)
      const passed: number[] = []
      for (const gap of gaps) {
        clock.move(gap)
        const now = clock.monotonic()
        const recent = passed.filter((at) => at > now - 60_000).length
        let admitted = true
        try {
          limiter.admit(caller)
        } catch {
          admitted = false
        }
        expect(admitted).toBe(recent < rpm)
        if (admitted) passed.push(now)
      }
    }),
  )
})
