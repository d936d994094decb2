import type { Selectable } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { SecondFactorRecord } from '../account-records.ts'
import type { Actor } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, numberOrNull } from './context.ts'
import { endSessions } from './sessions.ts'

function fromRow(row: Selectable<Schema['second_factor']>): SecondFactorRecord {
  return {
    userId: row.user_id,
    workspaceId: row.workspace_id,
    sealed: new Uint8Array(row.sealed),
    lastStep: numberOrNull(row.last_step),
    createdAt: Number(row.created_at),
    confirmedAt: numberOrNull(row.confirmed_at),
  }
}

export async function findSecondFactor({ db }: ActContext, userId: string): Promise<SecondFactorRecord | undefined> {
  const row = await db.selectFrom('second_factor').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row && fromRow(row)
}

/** How many of the user's recovery codes were not used yet. */
export async function countRecoveryCodes({ db }: ActContext, userId: string): Promise<number> {
  const row = await db
    .selectFrom('recovery_code')
    .select(db.fn.countAll<bigint>().as('count'))
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/**
 * Keeps a secret that waits for its first code, in place of another that still waits.
 * @throws KeywayError conflict where a confirmed one stands; not_found when the user is not of the actor's workspace
 */
export async function beginSecondFactor(
  context: ActContext,
  factor: Pick<SecondFactorRecord, 'userId' | 'workspaceId' | 'sealed' | 'createdAt'>,
  actor: Actor,
): Promise<void> {
  const { db } = context
  const user = await db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', factor.userId)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!user || factor.workspaceId !== actor.workspaceId) throw new KeywayError('not_found', 'factor.userId: no user')
  const columns = { sealed: factor.sealed, created_at: factor.createdAt, last_step: null }
  const result = await db
    .insertInto('second_factor')
    .values({ user_id: factor.userId, workspace_id: factor.workspaceId, confirmed_at: null, ...columns })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet(columns).where('second_factor.confirmed_at', 'is', null),
    )
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) {
    throw new KeywayError('conflict', 'There is an authenticator app already.', { fix: 'Remove it first.' })
  }
}

/**
 * Makes a waiting secret count from now on, with its recovery codes, and ends the user's other sessions.
 * @returns false when that secret does not wait any more
 */
export async function confirmSecondFactor(
  context: ActContext,
  userId: string,
  terms: { sealed: Uint8Array; step: number; macs: readonly string[]; at: number; keepSession: string; actor: Actor },
): Promise<boolean> {
  const { sealed, step, macs, at, keepSession, actor } = terms
  const row = await context.db
    .updateTable('second_factor')
    .set({ confirmed_at: at, last_step: step })
    .where('user_id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .where('confirmed_at', 'is', null)
    .where('sealed', '=', sealed)
    .returning('user_id')
    .executeTakeFirst()
  if (!row) return false
  await replaceCodes(context, { userId, macs, at, actor })
  await writeAudit(context, { at, actor, action: 'factor.add', object: userId, details: {} })
  await endSessions(context, { userId, except: keepSession }, actor)
  return true
}

/** Takes a step, and every one before it. @returns false if it, or a later one, was taken before */
export async function takeTotpStep(
  { db }: ActContext,
  userId: string,
  of: { sealed: Uint8Array; step: number },
): Promise<boolean> {
  const row = await db
    .updateTable('second_factor')
    .set({ last_step: of.step })
    .where('user_id', '=', userId)
    .where('sealed', '=', of.sealed)
    .where('confirmed_at', 'is not', null)
    .where((is) => is.or([is('last_step', 'is', null), is('last_step', '<', BigInt(of.step))]))
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Uses up the one of the user's codes that is among these. @returns false when there is none, or it was used */
export async function takeRecoveryCode(
  context: ActContext,
  userId: string,
  terms: { macs: readonly string[]; at: number; actor: Actor },
): Promise<boolean> {
  const { macs, at, actor } = terms
  if (macs.length === 0) return false
  const taken = await context.db
    .updateTable('recovery_code')
    .set({ used_at: at })
    .where('user_id', '=', userId)
    .where('mac', 'in', [...macs])
    .where('used_at', 'is', null)
    .returning('mac')
    .executeTakeFirst()
  if (!taken) return false
  const left = await countRecoveryCodes(context, userId)
  await writeAudit(context, { at, actor, action: 'factor.recover', object: userId, details: { left } })
  return true
}

/** Puts new codes in place of all earlier ones. @returns false where there is no confirmed second factor */
export async function renewRecoveryCodes(
  context: ActContext,
  userId: string,
  terms: { macs: readonly string[]; at: number; actor: Actor },
): Promise<boolean> {
  const { macs, at, actor } = terms
  const factor = await context.db
    .selectFrom('second_factor')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirst()
  if (!factor) return false
  await replaceCodes(context, { userId, macs, at, actor })
  await writeAudit(context, { at, actor, action: 'factor.renew-codes', object: userId, details: {} })
  return true
}

/** Removes a user's second factor with its codes, and ends their sessions but one. @returns false if there was none */
export async function removeSecondFactor(
  context: ActContext,
  userId: string,
  terms: { keepSession: string | null; at: number; actor: Actor },
): Promise<boolean> {
  const { keepSession, at, actor } = terms
  const row = await context.db
    .deleteFrom('second_factor')
    .where('user_id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .returning('confirmed_at')
    .executeTakeFirst()
  if (!row) return false
  await context.db.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
  await writeAudit(context, { at, actor, action: 'factor.remove', object: userId, details: {} })
  await endSessions(context, { userId, ...(keepSession === null ? {} : { except: keepSession }) }, actor)
  return row.confirmed_at !== null
}

async function replaceCodes(
  { db }: ActContext,
  of: { userId: string; macs: readonly string[]; at: number; actor: Actor },
): Promise<void> {
  const { userId, macs, at, actor } = of
  await db.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
  const row = { user_id: userId, workspace_id: actor.workspaceId, created_at: at, used_at: null }
  await db
    .insertInto('recovery_code')
    .values(macs.map((mac) => ({ mac, ...row })))
    .execute()
}
