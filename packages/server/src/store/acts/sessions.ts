import type { Selectable } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { SessionRecord } from '../account-records.ts'
import type { Actor } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, oneOf } from './context.ts'

const METHODS = ['passkey', 'password', 'this_machine', 'visitor', 'connect', 'sso'] as const

function fromRow(row: Selectable<Schema['session']>): SessionRecord {
  return {
    id: row.id,
    mac: row.mac,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    method: oneOf(METHODS, row.method),
    authenticatedAt: Number(row.authenticated_at),
    createdAt: Number(row.created_at),
    lastSeenAt: Number(row.last_seen_at),
    expiresAt: Number(row.expires_at),
    ip: row.ip,
    userAgent: row.user_agent,
  }
}

/**
 * Begins a session in place of another, and clears away the user's ended ones and those beyond the bound, least recently
 * used first.
 * @param replaces the id of the session that ends with it
 * @param keep how many sessions a user may have
 * @throws KeywayError not_found when the user is not of the actor's workspace
 */
export async function createSession(
  context: ActContext,
  session: SessionRecord,
  terms: { replaces: string | null; keep: number; actor: Actor },
): Promise<void> {
  const { db } = context
  const { replaces, keep, actor } = terms
  const user = await db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', session.userId)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!user || session.workspaceId !== actor.workspaceId) throw new KeywayError('not_found', 'session.userId: no user')
  await db
    .insertInto('session')
    .values({
      id: session.id,
      mac: session.mac,
      workspace_id: session.workspaceId,
      user_id: session.userId,
      method: session.method,
      authenticated_at: session.authenticatedAt,
      created_at: session.createdAt,
      last_seen_at: session.lastSeenAt,
      expires_at: session.expiresAt,
      ip: session.ip,
      user_agent: session.userAgent,
    })
    .execute()
  if (replaces !== null) await db.deleteFrom('session').where('id', '=', replaces).execute()
  await db
    .deleteFrom('session')
    .where('user_id', '=', session.userId)
    .where('expires_at', '<=', BigInt(session.createdAt))
    .execute()
  const kept = db
    .selectFrom('session')
    .select('id')
    .where('user_id', '=', session.userId)
    .where('id', '!=', session.id)
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .limit(keep - 1)
  await db
    .deleteFrom('session')
    .where('user_id', '=', session.userId)
    .where('id', '!=', session.id)
    .where('id', 'not in', kept)
    .execute()
  const details = { userId: session.userId, method: session.method }
  await writeAudit(context, { at: session.createdAt, actor, action: 'session.begin', object: session.id, details })
}

export async function findSession({ db }: ActContext, mac: string): Promise<SessionRecord | undefined> {
  const row = await db.selectFrom('session').selectAll().where('mac', '=', mac).executeTakeFirst()
  return row && fromRow(row)
}

export async function touchSession(
  { db }: ActContext,
  id: string,
  seen: { at: number; ip: string | null },
): Promise<void> {
  await db.updateTable('session').set({ last_seen_at: seen.at, ip: seen.ip }).where('id', '=', id).execute()
}

/** The latest used first. */
export async function listSessions({ db }: ActContext, userId: string): Promise<SessionRecord[]> {
  const query = db.selectFrom('session').selectAll().where('user_id', '=', userId)
  return (await query.orderBy('last_seen_at', 'desc').orderBy('id').execute()).map(fromRow)
}

/** Ends a user's sessions: one, all, or all but one. @returns how many there were to end */
export async function endSessions(
  context: ActContext,
  which: { userId: string; only?: string; except?: string },
  actor: Actor,
): Promise<number> {
  let query = context.db
    .deleteFrom('session')
    .where('user_id', '=', which.userId)
    .where('workspace_id', '=', actor.workspaceId)
  if (which.only !== undefined) query = query.where('id', '=', which.only)
  if (which.except !== undefined) query = query.where('id', '!=', which.except)
  const ended = await query.returning('id').execute()
  if (ended.length > 0) {
    const details = { sessions: ended.map((row) => row.id) }
    await writeAudit(context, { at: context.now, actor, action: 'session.end', object: which.userId, details })
  }
  return ended.length
}
