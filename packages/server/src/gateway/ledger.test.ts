import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLedger } from './ledger.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A ledger over a disk that fails as often as it is told. */
function failing(times: number) {
  let now = 0
  let left = times
  const released: string[] = []
  const concerns: string[] = []
  const store = {
    settle: async () => undefined,
    release: async (callId: string) => {
      if (left-- > 0) throw new Error('database or disk is full')
      released.push(callId)
    },
  }
  const ledger = createLedger({
    store,
    clock: { now: () => now, monotonic: () => now },
    concern: (message, callId) => concerns.push(`${callId}: ${message}`),
  })
  const pass = async (ms: number) => {
    now += ms
    await vi.advanceTimersByTimeAsync(ms)
  }
  return { ledger, released, concerns, pass }
}

describe('the ledger', () => {
  it('is not doubted before a write has failed', async () => {
    const { ledger, released, pass } = failing(0)
    ledger.release('gen-1')
    await pass(0)
    expect(ledger.doubtful()).toBe(false)
    expect(released).toEqual(['gen-1'])
  })

  it('tells the operator, and writes again what the disk did not take', async () => {
    const { ledger, released, concerns, pass } = failing(2)
    ledger.release('gen-1')
    await pass(0)
    expect(concerns).toEqual(['gen-1: the ledger could not be written: database or disk is full'])
    expect(ledger.doubtful()).toBe(true)
    await pass(200)
    await pass(1_000)
    expect(released).toEqual(['gen-1'])
    await pass(10_000)
    expect(ledger.doubtful()).toBe(false)
  })

  it('gives up in the end, and leaves the hold to the next start', async () => {
    const { ledger, released, concerns, pass } = failing(99)
    ledger.release('gen-1')
    for (const ms of [0, 200, 1_000, 5_000, 30_000, 600_000]) await pass(ms)
    expect(concerns).toHaveLength(5)
    expect(released).toEqual([])
  })
})
