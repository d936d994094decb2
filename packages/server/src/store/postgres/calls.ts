import pg from 'pg'
import { KeywayError } from '../../base/errors.ts'
import type { Nano } from '../../base/money.ts'
import { oneOfOrNull, RESETS } from '../acts/context.ts'
import type { ScopeKind } from '../acts/money.ts'
import { HOLD_COLUMNS, pushHold, type SqlValue } from '../ledger-rows.ts'
import type { Admitted, HoldRequest, Refused, Reset, Settlement } from '../records.ts'
import { checkHold } from '../reserve-check.ts'
import { daysOf, resetsAt, windowOf } from '../windows.ts'
import { writeSettlement } from './ledger.ts'
import { inTransaction } from './pool.ts'

/** PostgreSQL's code for a key that is there already. */
const UNIQUE_VIOLATION = '23505'
const ON_DISK = Promise.resolve()

const FACTS = {
  name: 'read-caps',
  text: `SELECT k.cap_id, k.user_id, k.workspace_id, k.limit_amount, k.reset, w.budget_limit, w.budget_reset
         FROM api_key k JOIN workspace w ON w.id = k.workspace_id WHERE k.hash = $1`,
}
type Facts = {
  cap_id: string
  user_id: string
  workspace_id: string
  limit_amount: bigint | null
  reset: string | null
  budget_limit: bigint | null
  budget_reset: string | null
}

/** The row whose lock stands for the scope. Not FOR UPDATE: rows that refer to these must not wait. */
const LOCKS: Record<ScopeKind, { name: string; text: string }> = {
  key: { name: 'lock-key', text: 'SELECT FROM api_key WHERE hash = $1 FOR NO KEY UPDATE' },
  user: { name: 'lock-user', text: 'SELECT FROM user_account WHERE id = $1 FOR NO KEY UPDATE' },
  workspace: { name: 'lock-workspace', text: 'SELECT FROM workspace WHERE id = $1 FOR NO KEY UPDATE' },
}

/** Both sums in one statement and so of one moment: a settlement moves an amount from the one to the other. */
function sums(kind: ScopeKind, column: string) {
  return {
    name: `sum-${kind}`,
    text: `SELECT
      (SELECT coalesce(sum(amount), 0)::bigint FROM spend WHERE kind = '${kind}' AND id = $1 AND day >= $2 AND day < $3)
      + (SELECT coalesce(sum(input + output), 0)::bigint FROM hold
         WHERE ${column} = $1 AND at >= $2 * 86400000 AND at < $3 * 86400000) AS taken`,
  }
}
const SUMS = { key: sums('key', 'cap_id'), user: sums('user', 'user_id'), workspace: sums('workspace', 'workspace_id') }

/** Days that no moment lies before or after, small enough to be multiplied into milliseconds. */
const FIRST_DAY = -100_000_000
const LAST_DAY = 100_000_000

const INSERT_HOLD = {
  name: 'insert-hold',
  text: `INSERT INTO hold (${HOLD_COLUMNS.join(', ')})
         SELECT ${HOLD_COLUMNS.map((_, index) => `$${index + 1}`).join(', ')}
         WHERE NOT EXISTS (SELECT 1 FROM generation WHERE id = $1)`,
}
const END_HOLD = {
  name: 'end-hold',
  text: 'DELETE FROM hold WHERE call_id = $1 RETURNING cap_id, input + output AS amount',
}

type Cap = { kind: ScopeKind; id: string; limit: Nano; reset: Reset | null }

/** The hot acts, each a transaction of its own: several processes may admit under the same caps. */
export class PostgresCalls {
  /** on: a user's calls need credit. */
  prepaid: 'on' | 'off' = 'off'
  readonly #pool: pg.Pool
  readonly #instance: number
  readonly #now: () => number
  readonly #checkpoints = new Set<Promise<void>>()
  #checkpointFailure: unknown
  readonly #settling = new Map<string, Promise<unknown>>()

  constructor(pool: pg.Pool, instance: number, now: () => number) {
    this.#pool = pool
    this.#instance = instance
    this.#now = now
  }

  async reserve(hold: HoldRequest): Promise<Admitted | Refused> {
    return inTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<Facts>({ ...FACTS, values: [hold.keyHash] })
      const [facts] = rows
      if (!facts) throw new KeywayError('key_unknown', `hold: no key ${hold.keyHash}`)
      checkHold(hold, { userId: facts.user_id, workspaceId: facts.workspace_id })
      for (const cap of await this.#capsOf(client, facts)) {
        const refused = await checkCap(client, cap, hold)
        if (refused) return refused
      }
      await this.#insertHold(client, hold, facts.cap_id)
      return { admitted: true, callId: hold.callId, durable: ON_DISK }
    })
  }

  async #capsOf(client: pg.PoolClient, facts: Facts): Promise<Cap[]> {
    const caps: Cap[] = []
    if (facts.limit_amount !== null) {
      const reset = oneOfOrNull(RESETS, facts.reset)
      caps.push({ kind: 'key', id: facts.cap_id, limit: facts.limit_amount, reset })
    }
    if (this.prepaid === 'on') {
      const { rows } = await client.query<{ granted: bigint }>(
        'SELECT coalesce(sum(amount), 0)::bigint AS granted FROM credit WHERE user_id = $1',
        [facts.user_id],
      )
      caps.push({ kind: 'user', id: facts.user_id, limit: rows[0]?.granted ?? 0n, reset: null })
    }
    if (facts.budget_limit !== null) {
      const reset = oneOfOrNull(RESETS, facts.budget_reset)
      caps.push({ kind: 'workspace', id: facts.workspace_id, limit: facts.budget_limit, reset })
    }
    return caps
  }

  async #insertHold(client: pg.PoolClient, hold: HoldRequest, capId: string): Promise<void> {
    const values: SqlValue[] = []
    pushHold(values, hold, { capId, instance: this.#instance })
    const taken = () => new KeywayError('conflict', `callId: ${hold.callId} is held or settled already`)
    try {
      const { rowCount } = await client.query({ ...INSERT_HOLD, values })
      if (rowCount !== 1) throw taken()
    } catch (error) {
      throw error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION ? taken() : error
    }
  }

  /** Does not wait. A failure is told by the next {@link checkpointsWritten}; the call itself goes on. */
  checkpoint(callId: string, streamed: Nano): void {
    const written = this.#pool
      .query('UPDATE hold SET streamed = greatest(streamed, $2) WHERE call_id = $1', [callId, streamed])
      .then(
        () => undefined,
        (error: unknown) => {
          this.#checkpointFailure = error
        },
      )
      .finally(() => this.#checkpoints.delete(written))
    this.#checkpoints.add(written)
  }

  /** Resolves when every checkpoint so far is on disk. @throws the last failure since it was asked */
  async checkpointsWritten(): Promise<void> {
    await Promise.all(this.#checkpoints)
    const failure = this.#checkpointFailure
    this.#checkpointFailure = undefined
    if (failure !== undefined) throw new Error('a checkpoint could not be written', { cause: failure })
  }

  async settle(settlement: Settlement): Promise<void> {
    const { callId } = settlement
    // The first that is told wins, so a second one waits its turn instead of racing it for the row.
    const settled = this.#inTurn(settlement).finally(() => {
      if (this.#settling.get(callId) === settled) this.#settling.delete(callId)
    })
    this.#settling.set(callId, settled)
    await settled
  }

  /** Resolves when no settlement of that call is under way here. Whether it went well its own caller is told. */
  async settled(callId: string): Promise<void> {
    await Promise.allSettled([this.#settling.get(callId)])
  }

  async #inTurn(settlement: Settlement): Promise<void> {
    await Promise.allSettled([this.#settling.get(settlement.callId)])
    await this.#settle(settlement)
  }

  async #settle(settlement: Settlement): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      const { callId, amount } = settlement
      const ended = await client.query<{ cap_id: string; amount: bigint }>({ ...END_HOLD, values: [callId] })
      const [hold] = ended.rows
      if (!hold) {
        const { rowCount } = await client.query('SELECT 1 FROM generation WHERE id = $1', [callId])
        if (rowCount !== 1) throw new KeywayError('not_found', `callId: no hold ${callId} to settle`)
        return
      }
      const overage = amount > hold.amount ? amount - hold.amount : 0n
      await writeSettlement(client, settlement, { capId: hold.cap_id, overage, settledAt: this.#now() })
    })
  }

  async release(callId: string): Promise<void> {
    await this.#pool.query({ ...END_HOLD, values: [callId] })
  }
}

async function checkCap(client: pg.PoolClient, cap: Cap, hold: HoldRequest): Promise<Refused | undefined> {
  await client.query({ ...LOCKS[cap.kind], values: [cap.id] })
  const window = windowOf(cap.reset, hold.at)
  const { first, next } = daysOf(window)
  const days = [Math.max(first, FIRST_DAY), Math.min(next, LAST_DAY)]
  const { rows } = await client.query<{ taken: bigint }>({ ...SUMS[cap.kind], values: [cap.id, ...days] })
  const available = cap.limit - (rows[0]?.taken ?? 0n)
  if (hold.input + hold.output <= available) return undefined
  return {
    admitted: false,
    scope: cap.kind,
    limit: cap.limit,
    available: available > 0n ? available : 0n,
    resetsAt: resetsAt(window),
  }
}
