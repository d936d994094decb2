import type { Nano } from '../../base/money.ts'
import type { SqlValue } from '../ledger-rows.ts'
import type { HoldRequest, Settlement } from '../records.ts'
import { addHold, addSettlement, CHECKPOINT, RELEASE } from './batch.ts'
import type { BatchErrors } from './ledger-writer.ts'
import type { WriterThread } from './writer-thread.ts'

/** How long a settlement waits for company, milliseconds: no caller waits for it, and company shares the disk's sync. */
const SETTLE_COMPANY_MS = 5

/** From this many open calls on, a hold waits for company too: their answers are still being asked for meanwhile. */
const CROWD = 8
/** How long it waits, milliseconds. */
const CROWD_WAIT_MS = 1

/** An act that waits to be on disk. `failed` undoes in memory what cannot be written. */
type Act = { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void; failed: () => void }

/**
 * Gathers the hot acts of many calls into batches. While the writer is idle a batch goes out at the end of the turn of
 * the event loop in which its first hold came, or a moment later when many calls are open; while it is busy, as soon as
 * it has answered.
 */
export class GroupCommit {
  readonly #writer: WriterThread
  readonly #checkpointGraceMs: number
  #values: SqlValue[] = []
  #acts: Act[] = []
  readonly #checkpoints = new Map<number, Nano>()
  #holds = 0
  #inFlight = 0
  #immediate: NodeJS.Immediate | undefined
  #timer: NodeJS.Timeout | undefined
  #crowdTimer: NodeJS.Timeout | undefined
  /** Calls that hold and have not settled. */
  #open = 0

  constructor(writer: WriterThread, options: { checkpointGraceMs: number }) {
    this.#writer = writer
    this.#checkpointGraceMs = options.checkpointGraceMs
  }

  /** Resolves when the hold is on disk. */
  hold(hold: HoldRequest, place: { seq: number; capId: string }, failed: () => void): Promise<void> {
    addHold(this.#values, hold, place)
    this.#holds++
    this.#open++
    if (this.#inFlight === 0) this.#scheduleHolds()
    return this.#enlist(failed)
  }

  /** Resolves when the settlement is on disk. */
  settle(
    settlement: Settlement,
    place: { seq: number; capId: string; overage: Nano; settledAt: number; failed: () => void },
  ): Promise<void> {
    this.#open--
    this.#checkpoints.delete(place.seq)
    addSettlement(this.#values, settlement, place)
    this.#wait(SETTLE_COMPANY_MS)
    return this.#enlist(place.failed)
  }

  /** Resolves when the hold is off the disk. */
  release(seq: number): Promise<void> {
    this.#open--
    this.#checkpoints.delete(seq)
    this.#values.push(RELEASE, seq)
    this.#wait(SETTLE_COMPANY_MS)
    return this.#enlist(() => undefined)
  }

  /** Goes out with the next batch, or in one of its own after the grace. */
  checkpoint(seq: number, streamed: Nano): void {
    this.#checkpoints.set(seq, streamed)
    this.#wait(this.#checkpointGraceMs)
  }

  /** Sends what was gathered. What is sent to the writer after this comes after it there. */
  flush(): void {
    clearImmediate(this.#immediate)
    clearTimeout(this.#timer)
    clearTimeout(this.#crowdTimer)
    this.#immediate = undefined
    this.#timer = undefined
    this.#crowdTimer = undefined
    if (this.#acts.length === 0 && this.#checkpoints.size === 0) return
    const [values, acts] = [this.#values, this.#acts]
    // Checkpoints come last, so that acts keep the places under which the writer names those that failed.
    for (const [seq, streamed] of this.#checkpoints) values.push(CHECKPOINT, seq, streamed)
    this.#checkpoints.clear()
    this.#values = []
    this.#acts = []
    this.#holds = 0
    this.#inFlight++
    this.#writer.write(values, {
      written: (errors) => this.#written(acts, errors),
      failed: (error) => {
        this.#inFlight--
        for (const act of acts) fail(act, error)
      },
    })
  }

  #enlist(failed: () => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#acts.push({ promise, resolve, reject, failed })
    return promise
  }

  /** Half of the open calls in one batch is as much company as can be hoped for. */
  #scheduleHolds(): void {
    if (this.#open < CROWD || this.#holds * 2 >= this.#open) this.#immediate ??= setImmediate(() => this.flush())
    else this.#crowdTimer ??= setTimeout(() => this.flush(), CROWD_WAIT_MS)
  }

  #wait(ms: number): void {
    this.#timer ??= setTimeout(() => this.flush(), ms)
  }

  #written(acts: readonly Act[], errors: BatchErrors | undefined): void {
    this.#inFlight--
    if (this.#inFlight === 0 && this.#holds > 0) this.flush()
    if (!errors) {
      for (const act of acts) act.resolve()
      return
    }
    for (const [index, act] of acts.entries()) {
      const message = errors.get(index)
      if (message === undefined) act.resolve()
      else fail(act, new Error(message))
    }
  }
}

function fail(act: Act, error: Error): void {
  act.failed()
  // A caller that gave the call up no longer listens; that must not end the process. Whoever listens hears the error.
  act.promise.catch((unheard: unknown) => void unheard)
  act.reject(error)
}
