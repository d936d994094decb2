import { beforeEach, expect, test } from 'vitest'
import { createHealth, type Health, type HealthTarget } from './health.ts'
import { stillClock } from './testing/sample.ts'

const target: HealthTarget = { provider: 'openai', credentialId: 'c1', model: 'author/m' }
let clock: ReturnType<typeof stillClock>
let health: Health

beforeEach(() => {
  clock = stillClock()
  // Half: neither early nor late.
  health = createHealth({ clock, random: () => 0.5 })
})

function call(outcome: 'success' | 'failure' | 'neutral', times = 1): void {
  for (let i = 0; i < times; i++) {
    expect(health.admit(target)).toEqual({ admitted: true })
    health.report(target, outcome === 'success' ? { outcome, latencyMs: 100 } : { outcome })
  }
}

test('19 failures leave the circuit closed, the 20th opens it for 5 s', () => {
  call('failure', 19)
  expect(health.isFailing(target)).toBe(false)
  call('failure')
  expect(health.isFailing(target)).toBe(true)
  expect(health.admit(target)).toEqual({ admitted: false, retryAfterMs: 5_000 })
  clock.advance(4_999)
  expect(health.admit(target)).toMatchObject({ admitted: false, retryAfterMs: 1 })
})

test('half of the calls must have failed', () => {
  call('success', 11)
  call('failure', 10)
  expect(health.isFailing(target)).toBe(false)
  call('failure')
  expect(health.isFailing(target)).toBe(true)
})

test('failures older than half a minute count no more', () => {
  call('failure', 19)
  clock.advance(30_001)
  call('failure', 19)
  expect(health.isFailing(target)).toBe(false)
})

test('requests at fault and cancelled calls count for nothing', () => {
  call('neutral', 100)
  call('failure', 19)
  expect(health.isFailing(target)).toBe(false)
})

test('after the pause three probes go at a time; one success closes, one failure opens again', () => {
  call('failure', 20)
  clock.advance(5_000)
  expect(health.isFailing(target)).toBe(false)
  for (let i = 0; i < 3; i++) expect(health.admit(target)).toEqual({ admitted: true })
  expect(health.admit(target)).toMatchObject({ admitted: false })
  health.report(target, { outcome: 'neutral' })
  expect(health.admit(target)).toEqual({ admitted: true })
  health.report(target, { outcome: 'failure' })
  expect(health.isFailing(target)).toBe(true)
  clock.advance(5_000)
  expect(health.admit(target)).toEqual({ admitted: true })
  health.report(target, { outcome: 'success', latencyMs: 1 })
  call('success', 50)
  expect(health.isFailing(target)).toBe(false)
})

test('one model\u2019s or credential\u2019s failures are not another\u2019s', () => {
  call('failure', 20)
  for (const other of [
    { model: 'author/n' },
    { credentialId: 'c2' },
    { credentialId: undefined },
    { provider: 'groq' },
  ]) {
    expect(health.admit({ ...target, ...other })).toEqual({ admitted: true })
  }
})

test('the pause is spread by a quarter each way', () => {
  for (const [random, wait] of [
    [0, 3_750],
    [1, 6_250],
  ] as const) {
    health = createHealth({ clock, random: () => random })
    call('failure', 20)
    expect(health.admit(target)).toEqual({ admitted: false, retryAfterMs: wait })
  }
})

test('a refused credential is tripped for half a minute, or until it is changed', () => {
  health.report(target, { outcome: 'credential' })
  expect(health.isTripped('c1')).toBe(true)
  // It still may be used where there is no other.
  expect(health.admit(target)).toEqual({ admitted: true })
  health.forgetCredential('c1')
  expect(health.isTripped('c1')).toBe(false)
  health.report(target, { outcome: 'credential' })
  clock.advance(30_000)
  expect(health.isTripped('c1')).toBe(false)
})

test('a limited credential is tripped for as long as the provider said, half a minute at most', () => {
  health.report(target, { outcome: 'limited', retryAfterMs: 2_000 })
  clock.advance(1_999)
  expect(health.isTripped('c1')).toBe(true)
  clock.advance(1)
  expect(health.isTripped('c1')).toBe(false)
  health.report(target, { outcome: 'limited', retryAfterMs: 3_600_000 })
  clock.advance(30_000)
  expect(health.isTripped('c1')).toBe(false)
})

test('changing a credential closes its circuits', () => {
  call('failure', 20)
  health.forgetCredential('c1')
  expect(health.isFailing(target)).toBe(false)
})

test('latency is a moving average that outlives an opening', () => {
  expect(health.latencyMs(target)).toBeUndefined()
  health.report(target, { outcome: 'success', latencyMs: 100 })
  health.report(target, { outcome: 'success', latencyMs: 200 })
  expect(health.latencyMs(target)).toBe(120)
})
