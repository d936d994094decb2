import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { ATTEMPT_COLUMNS, CHARGE_COLUMNS, GENERATION_COLUMNS, HOLD_COLUMNS, type SqlValue } from '../ledger-rows.ts'
import {
  ATTEMPT_WIDTH,
  CHARGE_WIDTH,
  CHECKPOINT,
  endOfAct,
  GENERATION_WIDTH,
  HOLD,
  HOLD_WIDTH,
  RELEASE,
} from './batch.ts'
import { column } from './database.ts'

/** Acts that failed, by their place in the batch; the others are committed. */
export type BatchErrors = Map<number, string>

const marks = (count: number) => Array.from({ length: count }, () => '?').join(', ')
const list = (columns: readonly string[]) => columns.join(', ')

type Spend = { kind: string; id: string; day: SqlValue; amount: bigint }

// Statements whose count of changed rows does not matter are run by `get`, which makes no object to return it in.

/** Writes batches of the hot acts, each batch in one transaction and so with one sync of the disk. */
export class LedgerWriter {
  readonly #database: DatabaseSync
  readonly #hold: StatementSync
  readonly #checkpoint: StatementSync
  readonly #endHold: StatementSync
  readonly #generation: StatementSync
  readonly #charge: StatementSync
  readonly #attempt: StatementSync
  readonly #explanation: StatementSync
  readonly #spend: StatementSync
  #nextSeq: number
  #spends = new Map<string, Spend>()

  constructor(database: DatabaseSync) {
    this.#database = database
    const insert = (table: string, columns: readonly string[]) =>
      `INSERT INTO ${table} (${list(columns)}) VALUES (${marks(columns.length)})`
    // A call id that was settled already must not be held again: its second charge would be taken for a repetition.
    this.#hold = database.prepare(
      `INSERT INTO hold (seq, ${list(HOLD_COLUMNS)}) SELECT ${marks(HOLD_WIDTH)}
       WHERE NOT EXISTS (SELECT 1 FROM generation WHERE id = ?)`,
    )
    this.#checkpoint = database.prepare('UPDATE hold SET streamed = max(streamed, ?) WHERE seq = ?')
    this.#endHold = database.prepare('DELETE FROM hold WHERE seq = ?')
    this.#generation = database.prepare(
      `${insert('generation', ['seq', ...GENERATION_COLUMNS])} ON CONFLICT (id) DO NOTHING`,
    )
    this.#charge = database.prepare(insert('charge', CHARGE_COLUMNS))
    this.#attempt = database.prepare(insert('attempt', ATTEMPT_COLUMNS))
    this.#explanation = database.prepare(insert('explanation', ['generation_seq', 'at', 'body']))
    this.#spend = database.prepare(
      `INSERT INTO spend (kind, id, day, amount) VALUES (?, ?, ?, ?)
       ON CONFLICT (kind, id, day) DO UPDATE SET amount = amount + excluded.amount`,
    )
    this.#nextSeq = Number(column(database, 'SELECT coalesce(max(seq), 0) FROM generation')[0]) + 1
  }

  /** @returns undefined when all of it is on disk */
  write(batch: readonly SqlValue[]): BatchErrors | undefined {
    try {
      this.#commit(batch, 0, batch.length)
      return undefined
    } catch {
      // One act spoils the transaction of all: nothing was written, and each now gets its own, to find which.
      return this.#writeOneByOne(batch)
    }
  }

  #writeOneByOne(batch: readonly SqlValue[]): BatchErrors {
    const errors: BatchErrors = new Map()
    for (let start = 0, act = 0; start < batch.length; act++) {
      const end = endOfAct(batch, start)
      try {
        this.#commit(batch, start, end)
      } catch (error) {
        errors.set(act, error instanceof Error ? error.message : String(error))
      }
      start = end
    }
    return errors
  }

  #commit(batch: readonly SqlValue[], start: number, end: number): void {
    const seq = this.#nextSeq
    this.#spends.clear()
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (let at = start; at < end; ) at = this.#apply(batch, at)
      for (const { kind, id, day, amount } of this.#spends.values()) this.#spend.get(kind, id, day, amount)
      this.#database.exec('COMMIT')
    } catch (error) {
      this.#nextSeq = seq
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }

  /** @returns where the next act begins */
  #apply(batch: readonly SqlValue[], start: number): number {
    const code = batch[start]
    const first = start + 1
    if (code === HOLD) {
      const end = first + HOLD_WIDTH
      const callId = text(batch[first + 1])
      const { changes } = this.#hold.run(...batch.slice(first, end), callId)
      if (Number(changes) !== 1) throw new Error(`the call ${callId} was settled already and cannot be held again`)
      return end
    }
    if (code === CHECKPOINT) {
      this.#checkpoint.get(...batch.slice(first, first + 2).reverse())
      return first + 2
    }
    this.#endHold.get(...batch.slice(first, first + 1))
    return code === RELEASE ? first + 1 : this.#settle(batch, first + 1)
  }

  #settle(batch: readonly SqlValue[], first: number): number {
    const charge = first + GENERATION_WIDTH
    const explanation = charge + CHARGE_WIDTH
    const attempt = explanation + 4
    const attempts = Number(batch[attempt - 1])
    const end = attempt + attempts * ATTEMPT_WIDTH
    const seq = this.#nextSeq
    const { changes } = this.#generation.run(seq, ...batch.slice(first, charge))
    // It was settled before: the repetition changes nothing.
    if (Number(changes) === 0) return end
    this.#nextSeq = seq + 1
    this.#charge.get(seq, ...batch.slice(charge, explanation))
    const body = batch[explanation]
    // The sixth value of a generation is when it was settled.
    if (body instanceof Uint8Array) this.#explanation.get(seq, ...batch.slice(first + 5, first + 6), body)
    for (let number = 0, at = attempt; number < attempts; number++, at += ATTEMPT_WIDTH) {
      this.#attempt.get(seq, number, ...batch.slice(at, at + ATTEMPT_WIDTH))
    }
    const [amount, day = null] = [batch[charge], batch[explanation + 2]]
    if (typeof amount !== 'bigint') throw new TypeError('a charge is a bigint')
    this.#addSpend('key', text(batch[explanation + 1]), day, amount)
    // The second and third values of a generation are its workspace and user.
    this.#addSpend('user', text(batch[first + 2]), day, amount)
    this.#addSpend('workspace', text(batch[first + 1]), day, amount)
    return end
  }

  #addSpend(kind: string, id: string, day: SqlValue, amount: bigint): void {
    const name = `${kind}${day}${id}`
    const known = this.#spends.get(name)
    if (known) known.amount += amount
    else this.#spends.set(name, { kind, id, day, amount })
  }
}

function text(value: SqlValue | undefined): string {
  if (typeof value !== 'string') throw new TypeError(`expected text, found ${typeof value}`)
  return value
}
