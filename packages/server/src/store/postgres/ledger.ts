import type pg from 'pg'
import {
  ATTEMPT_COLUMNS,
  CHARGE_COLUMNS,
  GENERATION_COLUMNS,
  pushAttempt,
  pushCharge,
  pushGeneration,
  type SqlValue,
} from '../ledger-rows.ts'
import type { Settlement } from '../records.ts'
import { dayOf } from '../windows.ts'

const insert = (table: string, columns: readonly string[]) =>
  `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((_, index) => `$${index + 1}`).join(', ')})`

const INSERT_GENERATION = {
  name: 'insert-generation',
  text: `${insert('generation', GENERATION_COLUMNS)} ON CONFLICT (id) DO NOTHING RETURNING seq`,
}
const INSERT_CHARGE = { name: 'insert-charge', text: insert('charge', CHARGE_COLUMNS) }
const INSERT_ATTEMPT = { name: 'insert-attempt', text: insert('attempt', ATTEMPT_COLUMNS) }
const INSERT_EXPLANATION = {
  name: 'insert-explanation',
  text: insert('explanation', ['generation_seq', 'at', 'body']),
}
const ADD_SPEND = {
  name: 'add-spend',
  text: `INSERT INTO spend (kind, id, day, amount) VALUES ($1, $2, $3, $4)
         ON CONFLICT (kind, id, day) DO UPDATE SET amount = spend.amount + excluded.amount`,
}

/**
 * Writes what a call left behind, inside the caller's transaction. Spend rows are taken in the order key, user,
 * workspace, so that no two settlements wait for each other.
 * @returns false when the call was settled before, and then nothing is changed
 */
export async function writeSettlement(
  client: pg.ClientBase,
  settlement: Settlement,
  place: { capId: string; overage: bigint; settledAt: number },
): Promise<boolean> {
  const generation: SqlValue[] = []
  pushGeneration(generation, settlement, place.settledAt)
  const { rows } = await client.query<{ seq: bigint }>({ ...INSERT_GENERATION, values: generation })
  const seq = rows[0]?.seq
  if (seq === undefined) return false

  const charge: SqlValue[] = [seq]
  pushCharge(charge, settlement, place.overage)
  await client.query({ ...INSERT_CHARGE, values: charge })
  for (const [number, attempt] of settlement.attempts.entries()) {
    const values: SqlValue[] = [seq, number]
    pushAttempt(values, attempt)
    await client.query({ ...INSERT_ATTEMPT, values })
  }
  if (settlement.explanation) {
    await client.query({ ...INSERT_EXPLANATION, values: [seq, place.settledAt, settlement.explanation] })
  }
  const day = dayOf(settlement.at)
  const scopes = [
    ['key', place.capId],
    ['user', settlement.userId],
    ['workspace', settlement.workspaceId],
  ]
  for (const [kind, id] of scopes) {
    await client.query({ ...ADD_SPEND, values: [kind, id, day, settlement.amount] })
  }
  return true
}
