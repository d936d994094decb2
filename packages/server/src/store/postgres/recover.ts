import type { Selectable } from 'kysely'
import type pg from 'pg'
import { PRESENCE_LOCK, settleAbandoned } from '../recovery.ts'
import type { Schema } from '../schema.ts'
import { writeSettlement } from './ledger.ts'
import { inTransaction } from './pool.ts'

async function settleHoldsOf(client: pg.PoolClient, instance: number | bigint, now: number): Promise<void> {
  const { rows } = await client.query<Selectable<Schema['hold']>>('DELETE FROM hold WHERE instance = $1 RETURNING *', [
    instance,
  ])
  rows.sort((a, b) => (a.call_id < b.call_id ? -1 : 1))
  for (const hold of rows) {
    await writeSettlement(client, settleAbandoned(hold), { capId: hold.cap_id, overage: 0n, settledAt: now })
  }
}

/** Settles by estimate what processes left open that no longer live: their presence locks can be had. */
export async function settleAbandonedHolds(pool: pg.Pool, now: number): Promise<void> {
  const { rows } = await pool.query<{ instance: bigint }>('SELECT DISTINCT instance FROM hold')
  for (const { instance } of rows) {
    await inTransaction(pool, async (client) => {
      // Held to the end of the transaction, so that two processes that start together do not both settle.
      const lock = await client.query<{ dead: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS dead', [
        PRESENCE_LOCK,
        instance,
      ])
      if (lock.rows[0]?.dead === true) await settleHoldsOf(client, instance, now)
    })
  }
}

/** Settles by estimate what this process has open, before it leaves. */
export async function settleOwnHolds(pool: pg.Pool, instance: number, now: number): Promise<void> {
  await inTransaction(pool, (client) => settleHoldsOf(client, instance, now))
}
