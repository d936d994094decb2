import { resolve } from 'node:path'
import type { Clock } from '../../base/clock.ts'
import { type ActName, type ActResult, runAct } from '../acts/all.ts'
import type { ActContext } from '../acts/context.ts'
import { type Act, ordinaryActs } from '../acts/ordinary.ts'
import type { AuditKeyPlace } from '../audit-seal.ts'
import { MIGRATIONS } from '../migrations/all.ts'
import type { Change, Store } from '../store.ts'
import { backUpToSqlite } from './backup.ts'
import { PostgresCalls } from './calls.ts'
import { migrate } from './migrate.ts'
import { kyselyOver, openPool } from './pool.ts'
import { announceChanges, Presence } from './presence.ts'
import { settleAbandonedHolds, settleOwnHolds } from './recover.ts'

/**
 * Opens the store on a PostgreSQL database (15 or newer) that any number of processes may share: migrates it, and
 * settles what processes that died left open.
 * @param options.url `postgresql://user:password@host/database`
 * @param options.waitMs how long an act may wait for its turn at the database, milliseconds
 * @param options.beforeUpgrade runs before the first migration of a database that is in use, to back it up
 * @throws MigrationRefused by name when the database is newer than this program or not made by it
 */
export async function openPostgresStore(options: {
  url: string
  clock: Clock
  waitMs?: number
  beforeUpgrade?: () => Promise<void>
}): Promise<Store> {
  const { url, clock, waitMs, beforeUpgrade } = options
  const listeners = new Set<(change: Change) => void>()
  const tell = (change: Change) => {
    for (const listener of listeners) listener(change)
  }
  const pool = openPool(url, waitMs)
  let presence: Presence | undefined
  try {
    await migrate(pool, { migrations: MIGRATIONS, now: clock.now(), beforeUpgrade })
    presence = await Presence.join(url, tell)
    await settleAbandonedHolds(pool, clock.now())
    return await makeStore({ pool, presence, clock, listeners, tell })
  } catch (error) {
    await presence?.leave()
    await pool.end()
    throw error
  }
}

async function makeStore(parts: {
  pool: ReturnType<typeof openPool>
  presence: Presence
  clock: Clock
  listeners: Set<(change: Change) => void>
  tell: (change: Change) => void
}): Promise<Store> {
  const { pool, presence, clock, listeners, tell } = parts
  const { instance } = presence
  const db = kyselyOver(pool)
  const audit: AuditKeyPlace = {}
  const act: Act = async <N extends ActName>(name: N, rest: readonly unknown[]) => {
    const context: ActContext = {
      db,
      dialect: 'postgres',
      now: clock.now(),
      instance,
      changes: [],
      audit,
      beforeCommit: (transaction, changes) => announceChanges(transaction, instance, changes),
    }
    // The result is the act's own: `rest` was checked against its arguments where it was called.
    const value = (await runAct(context, name, rest)) as ActResult<N>
    for (const change of context.changes) tell(change)
    return value
  }
  const { installId } = await act('bootstrap', [])
  const calls = new PostgresCalls(pool, instance, () => clock.now())
  let closing: Promise<void> | undefined
  const close = async () => {
    await calls.checkpointsWritten()
    await settleOwnHolds(pool, instance, clock.now())
    await presence.leave()
    await pool.end()
  }
  return {
    ...ordinaryActs(act),
    installId,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closing ??= close()
      return closing
    },
    async ping() {
      await calls.checkpointsWritten()
      await act('ping', [])
    },
    async findGeneration(id, workspaceId) {
      await calls.settled(id)
      return act('findGeneration', [id, workspaceId])
    },
    async findExplanation(id, workspaceId) {
      await calls.settled(id)
      return act('findExplanation', [id, workspaceId])
    },
    backup: (path) => backUpToSqlite(pool, resolve(path), clock.now()),
    reserve: (hold) => calls.reserve(hold),
    checkpoint: (callId, streamed) => calls.checkpoint(callId, streamed),
    settle: (settlement) => calls.settle(settlement),
    release: (callId) => calls.release(callId),
    updateKey: (hash, patch, actor, at) => act('updateKey', [hash, { patch, actor, at }]),
    grantCredit: (userId, amount, actor, at) => act('grantCredit', [userId, { amount, actor, at }]),
    async setPrepaid(prepaid) {
      calls.prepaid = prepaid
    },
  }
}
