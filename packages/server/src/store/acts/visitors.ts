import type { Kysely, Selectable } from 'kysely'
import type { Actor, User } from '../records.ts'
import type { Schema } from '../schema.ts'
import type { Identity, VisitorRecord } from '../visitor-store.ts'
import { writeAudit } from './audit.ts'
import type { ActContext } from './context.ts'
import { insertUserWithin, takeDoor } from './sign-up.ts'

/** Visitors that one step of clearing away takes. */
const STEP = 200

function fromRow(row: Selectable<Schema['visitor']>): VisitorRecord {
  const { issuer, issuer_url: issuerUrl, account_id: accountId } = row
  const known = issuer !== null && issuerUrl !== null && accountId !== null
  return {
    userId: row.user_id,
    createdAt: Number(row.created_at),
    identity: known ? { issuer, issuerUrl, accountId } : null,
  }
}

/** Adds a user who is nobody yet. Without an audit row: nothing has happened. @throws as {@link insertUserWithin} */
export async function createVisitor(
  context: ActContext,
  user: User,
  terms: { usersMax: number; actor: Actor },
): Promise<void> {
  await insertUserWithin(context, user, terms)
  await context.db
    .insertInto('visitor')
    .values({ user_id: user.id, workspace_id: user.workspaceId, created_at: user.createdAt })
    .execute()
}

export async function findVisitor({ db }: ActContext, userId: string): Promise<VisitorRecord | undefined> {
  const row = await db.selectFrom('visitor').selectAll().where('user_id', '=', userId).executeTakeFirst()
  return row && fromRow(row)
}

/**
 * Says who a visitor is, once; of several who are the same person the first keeps the identity.
 * @returns whose identity it is; undefined where there is no such visitor, or they are somebody else already
 */
export async function identifyVisitor(
  context: ActContext,
  userId: string,
  of: { identity: Identity; at: number; actor: Actor },
): Promise<string | undefined> {
  const { identity, at, actor } = of
  const { issuer, issuerUrl, accountId } = identity
  // One at a time: both of two at once would find nobody of that identity.
  await takeDoor(context)
  const known = await context.db
    .selectFrom('visitor')
    .select('user_id')
    .where('issuer', '=', issuer)
    .where('issuer_url', '=', issuerUrl)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  if (known) return known.user_id
  const named = await context.db
    .updateTable('visitor')
    .set({ issuer, issuer_url: issuerUrl, account_id: accountId })
    .where('user_id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .where('account_id', 'is', null)
    .returning('user_id')
    .executeTakeFirst()
  if (!named) return undefined
  const details = { method: 'connect', issuer, issuerUrl }
  await writeAudit(context, { at, actor, action: 'user.sign-up', object: userId, details })
  return userId
}

/** Removes a visitor who is still nobody. @returns false if there was none */
export async function removeVisitor(context: ActContext, userId: string): Promise<boolean> {
  return (await removeVisitors(context, [userId])) === 1
}

/** Removes some of those who began before the moment and are still nobody. @returns how many */
export async function forgetVisitors(context: ActContext, before: number): Promise<number> {
  const rows = await context.db
    .selectFrom('visitor')
    .select('user_id')
    .where('account_id', 'is', null)
    .where('created_at', '<', BigInt(before))
    .limit(STEP)
    .execute()
  return removeVisitors(
    context,
    rows.map((row) => row.user_id),
  )
}

/** A visitor on their way has a session and a flow; keys, credentials and conversations they cannot have. */
async function removeVisitors(context: ActContext, userIds: readonly string[]): Promise<number> {
  if (userIds.length === 0) return 0
  const { db } = context
  // First, so that one who arrives at this moment keeps everything.
  const removed = await db
    .deleteFrom('visitor')
    .where('user_id', 'in', userIds)
    .where('account_id', 'is', null)
    .returning('user_id')
    .execute()
  const gone = removed.map((row) => row.user_id)
  if (gone.length === 0) return 0
  await removeSessionsAndFlows(db, gone)
  await db.deleteFrom('user_account').where('id', 'in', gone).execute()
  for (const id of gone) context.changes.push({ kind: 'user', id })
  return gone.length
}

async function removeSessionsAndFlows(db: Kysely<Schema>, userIds: readonly string[]): Promise<void> {
  await db.deleteFrom('session').where('user_id', 'in', userIds).execute()
  await db.deleteFrom('connect_flow').where('user_id', 'in', userIds).execute()
}
