import type { DatabaseSync } from 'node:sqlite'
import { type Kysely, sql } from 'kysely'
import type { SqlValue } from '../ledger-rows.ts'
import { settleAbandoned } from '../recovery.ts'
import type { Schema } from '../schema.ts'
import { addSettlement } from './batch.ts'
import type { LedgerWriter } from './ledger-writer.ts'

/** Holds settled in one transaction. */
const STEP = 500

/**
 * Settles every hold in the database by its estimate: at start those of a process that died, at the end those of calls
 * that nobody settled.
 * @returns how many
 */
export async function settleHolds(db: Kysely<Schema>, writer: LedgerWriter, now: number): Promise<number> {
  for (let count = 0; ; ) {
    const holds = await db.selectFrom('hold').selectAll().select(sql<bigint>`seq`.as('seq')).limit(STEP).execute()
    if (holds.length === 0) return count
    const batch: SqlValue[] = []
    for (const hold of holds) {
      const place = { seq: Number(hold.seq), capId: hold.cap_id, overage: 0n, settledAt: now }
      addSettlement(batch, settleAbandoned(hold), place)
    }
    const errors = writer.write(batch)
    for (const [act, message] of errors ?? [])
      throw new Error(`the hold ${holds[act]?.call_id} cannot be settled: ${message}`)
    count += holds.length
  }
}

/** Copies the log into the database and empties it, so that a closed home is one file. */
export function emptyLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}
