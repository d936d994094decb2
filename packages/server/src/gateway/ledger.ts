import type { Clock } from '../base/clock.ts'
import type { Settlement } from '../store/records.ts'
import type { Store } from '../store/store.ts'

/** How long after a failed write the disk is not trusted. Milliseconds: a few tries of its retry. */
const DOUBT_MS = 10_000

/** When a settlement that could not be written is tried again. Milliseconds after the failure before. */
const RETRY_MS = [200, 1_000, 5_000, 30_000] as const

/**
 * The ledger as calls write it: in its own time, and again when the disk did not take it. What can never be written
 * keeps its hold, which the next start settles by its estimate.
 */
export type Ledger = {
  settle(settlement: Settlement): void
  release(callId: string): void
  /** Has a write failed a moment ago? Then no call goes out before its hold is on disk: it would cost and be refused. */
  doubtful(): boolean
  /** A write failed that was not this ledger’s own: a hold. */
  noteFailure(callId: string, cause: unknown): void
}

export function createLedger(deps: {
  store: Pick<Store, 'settle' | 'release'>
  clock: Clock
  /** What the operator must hear of. */
  concern(message: string, callId: string): void
}): Ledger {
  const { store, clock, concern } = deps
  let failedAt = Number.NEGATIVE_INFINITY

  function noteFailure(callId: string, cause: unknown): void {
    failedAt = clock.monotonic()
    concern(`the ledger could not be written: ${cause instanceof Error ? cause.message : String(cause)}`, callId)
  }

  function write(callId: string, act: () => Promise<void>, tries = 0): void {
    act().catch((cause: unknown) => {
      noteFailure(callId, cause)
      const delay = RETRY_MS[tries]
      if (delay !== undefined) setTimeout(write, delay, callId, act, tries + 1).unref()
    })
  }

  return {
    settle: (settlement) => write(settlement.callId, () => store.settle(settlement)),
    release: (callId) => write(callId, () => store.release(callId)),
    doubtful: () => clock.monotonic() - failedAt < DOUBT_MS,
    noteFailure,
  }
}
