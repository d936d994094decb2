import { type Kysely, sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { Nano } from '../../base/money.ts'
import type { Actor, Reset, Spend } from '../records.ts'
import type { Schema } from '../schema.ts'
import { daysOf, type Window, windowOf } from '../windows.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, oneOfOrNull, RESETS } from './context.ts'

/** What a cap is set on. */
export type ScopeKind = 'key' | 'user' | 'workspace'

const HOLD_COLUMN = { key: 'cap_id', user: 'user_id', workspace: 'workspace_id' } as const

/** An exact sum of amounts: sums of 64-bit columns are wider in PostgreSQL. */
const total = (expression: ReturnType<typeof sql.ref>) => sql<bigint>`cast(coalesce(sum(${expression}), 0) as bigint)`

/** What was charged to the scope within a span of time. For keys the id is that of the cap. */
export async function sumSpend(
  db: Kysely<Schema>,
  scope: { kind: ScopeKind; id: string },
  window: Window,
): Promise<Nano> {
  const { first, next } = daysOf(window)
  const row = await db
    .selectFrom('spend')
    .select(total(sql.ref('amount')).as('amount'))
    .where('kind', '=', scope.kind)
    .where('id', '=', scope.id)
    .where('day', '>=', BigInt(first))
    .where('day', '<', BigInt(next))
    .executeTakeFirstOrThrow()
  return row.amount
}

async function sumHolds(db: Kysely<Schema>, scope: { kind: ScopeKind; id: string }): Promise<Nano> {
  const row = await db
    .selectFrom('hold')
    .select(total(sql.ref('input')).as('input'))
    .select(total(sql.ref('output')).as('output'))
    .where(HOLD_COLUMN[scope.kind], '=', scope.id)
    .executeTakeFirstOrThrow()
  return row.input + row.output
}

/** The name under which a key's spend is kept: that of its first forebear by rotation. */
async function capOf(db: Kysely<Schema>, hash: string): Promise<string> {
  const key = await db.selectFrom('api_key').select('cap_id').where('hash', '=', hash).executeTakeFirst()
  return key?.cap_id ?? hash
}

export async function spendOf({ db }: ActContext, kind: ScopeKind, id: string, at: number): Promise<Spend> {
  const scope = { kind, id: kind === 'key' ? await capOf(db, id) : id }
  const within = (reset: Reset | null) => sumSpend(db, scope, windowOf(reset, at))
  return {
    total: await within(null),
    day: await within('daily'),
    week: await within('weekly'),
    month: await within('monthly'),
    held: await sumHolds(db, scope),
  }
}

/** Only to a user of the actor's workspace. @throws KeywayError invalid_request unless positive; not_found */
export async function grantCredit(
  context: ActContext,
  userId: string,
  grant: { amount: Nano; actor: Actor; at: number },
): Promise<void> {
  const { amount, actor, at } = grant
  if (amount <= 0n) throw new KeywayError('invalid_request', 'amount: expected more than 0')
  const user = await context.db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!user) throw new KeywayError('not_found', `user: no user ${userId}`)
  await context.db
    .insertInto('credit')
    .values({ workspace_id: actor.workspaceId, user_id: userId, amount, actor: actor.id, at })
    .execute()
  await writeAudit(context, { at, actor, action: 'credit.grant', object: userId, details: { amount } })
}

export async function creditsOf(
  { db }: ActContext,
  kind: 'user' | 'workspace',
  id: string,
): Promise<{ granted: Nano; spent: Nano }> {
  const row = await db
    .selectFrom('credit')
    .select(total(sql.ref('amount')).as('granted'))
    .where(kind === 'user' ? 'user_id' : 'workspace_id', '=', id)
    .executeTakeFirstOrThrow()
  return { granted: row.granted, spent: await sumSpend(db, { kind, id }, windowOf(null, 0)) }
}

/** What admission must know of a call's three scopes. */
export type CapFacts = {
  key: { capId: string; workspaceId: string; userId: string; limit: Nano | null; reset: Reset | null }
  workspace: { limit: Nano | null; reset: Reset | null }
  user: { granted: Nano }
}

/** @returns undefined when there is no such key */
export async function readCapFacts({ db }: ActContext, keyHash: string): Promise<CapFacts | undefined> {
  const row = await db
    .selectFrom('api_key')
    .innerJoin('workspace', 'workspace.id', 'api_key.workspace_id')
    .select(['cap_id', 'workspace_id', 'user_id', 'limit_amount', 'reset', 'budget_limit', 'budget_reset'])
    .where('hash', '=', keyHash)
    .executeTakeFirst()
  if (!row) return undefined
  const { granted } = await db
    .selectFrom('credit')
    .select(total(sql.ref('amount')).as('granted'))
    .where('user_id', '=', row.user_id)
    .executeTakeFirstOrThrow()
  return {
    key: {
      capId: row.cap_id,
      workspaceId: row.workspace_id,
      userId: row.user_id,
      limit: row.limit_amount,
      reset: oneOfOrNull(RESETS, row.reset),
    },
    workspace: { limit: row.budget_limit, reset: oneOfOrNull(RESETS, row.budget_reset) },
    user: { granted },
  }
}

/** The sums of several scopes and spans at once, in the order asked. */
export async function readSpends(
  { db }: ActContext,
  questions: readonly { kind: ScopeKind; id: string; window: Window }[],
): Promise<Nano[]> {
  const sums: Nano[] = []
  for (const { kind, id, window } of questions) sums.push(await sumSpend(db, { kind, id }, window))
  return sums
}
