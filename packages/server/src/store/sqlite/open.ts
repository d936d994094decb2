import { resolve } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Nano } from '../../base/money.ts'
import type { ActArguments, ActName, ActResult } from '../acts/all.ts'
import { ordinaryActs } from '../acts/ordinary.ts'
import type { Actor, Admitted, HoldRequest, KeyPatch, KeyRecord, Refused, Settlement } from '../records.ts'
import type { Change, Store } from '../store.ts'
import { Admission, type OpenHold, type Tally } from './admission.ts'
import { GroupCommit } from './group-commit.ts'
import { writerUrl } from './worker-url.ts'
import { WriterThread } from './writer-thread.ts'

/** How long a checkpoint waits for a batch to go with, milliseconds: short against the second between checkpoints. */
const CHECKPOINT_GRACE_MS = 200
/** Rounds of reading before a call is given up: two suffice unless facts are pushed out of memory in between. */
const LOAD_ROUNDS = 16

/**
 * Opens the store in a home folder, making both where they are not there: locks the home, migrates the database, and
 * settles what a process that died left open.
 * @throws HomeLocked by name when another process has the home; MigrationRefused by name when the database is not ours
 */
export async function openSqliteStore(options: {
  home: string
  clock: Clock
  /** How long a checkpoint may wait for other writes, milliseconds. */
  checkpointGraceMs?: number
  /** The writer's program, where a build puts it elsewhere than {@link writerUrl} says. */
  writer?: URL
}): Promise<Store> {
  const listeners = new Set<(change: Change) => void>()
  const writer = new WriterThread(options.writer ?? writerUrl(), {
    home: resolve(options.home),
    clock: options.clock,
    onChange: (change) => {
      for (const listener of listeners) listener(change)
    },
  })
  try {
    const { installId } = await writer.opened()
    const group = new GroupCommit(writer, { checkpointGraceMs: options.checkpointGraceMs ?? CHECKPOINT_GRACE_MS })
    const calls = new SqliteCalls(writer, group, options.clock)
    return {
      ...ordinaryActs((name, rest) => calls.act(name, rest)),
      installId,
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      close: () => calls.close(),
      backup: (path) => calls.backup(path),
      reserve: (hold) => calls.reserve(hold),
      checkpoint: (callId, streamed) => calls.checkpoint(callId, streamed),
      settle: (settlement) => calls.settle(settlement),
      release: (callId) => calls.release(callId),
      updateKey: (hash, patch, actor, at) => calls.updateKey(hash, { patch, actor, at }),
      grantCredit: (userId, amount, actor, at) => calls.grantCredit(userId, { amount, actor, at }),
      setPrepaid: (prepaid) => calls.setPrepaid(prepaid),
    }
  } catch (error) {
    await writer.terminate()
    throw error
  }
}

/** The acts that know of caps in memory or of batches. */
class SqliteCalls {
  readonly #writer: WriterThread
  readonly #group: GroupCommit
  readonly #clock: Clock
  readonly #admission = new Admission()
  #closing: Promise<void> | undefined

  constructor(writer: WriterThread, group: GroupCommit, clock: Clock) {
    this.#writer = writer
    this.#group = group
    this.#clock = clock
  }

  /** An act in the writer, after all hot acts that came before it. */
  act<N extends ActName>(
    name: N,
    rest: ActArguments<N>,
    apply?: (result: ActResult<N>) => void,
  ): Promise<ActResult<N>> {
    this.#group.flush()
    return this.#writer.act(name, rest, apply)
  }

  close(): Promise<void> {
    this.#group.flush()
    this.#closing ??= this.#writer.close()
    return this.#closing
  }

  async backup(path: string): Promise<void> {
    this.#group.flush()
    await this.#writer.backup(resolve(path))
  }

  async reserve(hold: HoldRequest): Promise<Admitted | Refused> {
    for (let round = 0; round < LOAD_ROUNDS; round++) {
      const verdict = this.#admission.admit(hold)
      if (verdict.kind === 'admitted') return this.#place(hold, verdict.hold)
      if (verdict.kind === 'refused') return verdict.refused
      if (verdict.kind === 'facts') await this.#learn(hold.keyHash)
      else await this.#load(verdict.tallies)
    }
    throw new KeywayError('overloaded', 'more keys are in use at once than their caps can be kept in memory')
  }

  #place(hold: HoldRequest, place: OpenHold): Admitted {
    // What cannot be put on disk is not held.
    const durable = this.#group.hold(hold, place, () => this.#admission.release(hold.callId))
    return { admitted: true, callId: hold.callId, durable }
  }

  async #learn(keyHash: string): Promise<void> {
    const facts = await this.act('readCapFacts', [keyHash], (found) => {
      if (found) this.#admission.learn(keyHash, found)
    })
    if (!facts) throw new KeywayError('key_unknown', `hold: no key ${keyHash}`)
  }

  async #load(tallies: readonly Tally[]): Promise<void> {
    const fresh = tallies.filter((tally) => !tally.loading)
    if (fresh.length > 0) {
      const questions = fresh.map(({ kind, id, window }) => ({ kind, id, window }))
      const loading = this.act('readSpends', [questions], (spent) => this.#admission.load(fresh, spent)).then(
        () => undefined,
        (error: unknown) => {
          this.#admission.forget(fresh)
          throw error
        },
      )
      for (const tally of fresh) tally.loading = loading
    }
    await Promise.all(tallies.map((tally) => tally.loading))
  }

  checkpoint(callId: string, streamed: Nano): void {
    const hold = this.#admission.find(callId)
    if (hold) this.#group.checkpoint(hold.seq, streamed)
  }

  settle(settlement: Settlement): Promise<void> {
    const hold = this.#admission.settle(settlement.callId, settlement.amount)
    if (!hold) return this.#repeat(settlement.callId)
    const excess = settlement.amount - hold.amount
    return this.#group.settle(settlement, {
      seq: hold.seq,
      capId: hold.capId,
      overage: excess > 0n ? excess : 0n,
      settledAt: this.#clock.now(),
      failed: () => this.#admission.reopen(hold),
    })
  }

  /** A settlement of what is not held must be a repetition. */
  async #repeat(callId: string): Promise<void> {
    if (await this.act('isSettled', [callId])) return
    throw new KeywayError('not_found', `callId: no hold ${callId} to settle`)
  }

  async release(callId: string): Promise<void> {
    const hold = this.#admission.release(callId)
    if (hold) await this.#group.release(hold.seq)
  }

  updateKey(hash: string, change: { patch: KeyPatch; actor: Actor; at: number }): Promise<KeyRecord | undefined> {
    return this.act('updateKey', [hash, change], (key) => {
      if (key) this.#admission.keyChanged(key)
    })
  }

  grantCredit(userId: string, grant: { amount: Nano; actor: Actor; at: number }): Promise<void> {
    return this.act('grantCredit', [userId, grant], () => this.#admission.credited(userId, grant.amount))
  }

  async setPrepaid(prepaid: 'on' | 'off'): Promise<void> {
    this.#admission.prepaid = prepaid
  }
}
