import type { Selectable } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { IdentityRecord } from '../identity-store.ts'
import type { Actor, User } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { takeTurn } from './connect-flows.ts'
import { type ActContext, numberOrNull } from './context.ts'
import { endSessions } from './sessions.ts'
import { insertUserWithin, takeDoor } from './sign-up.ts'

function fromRow(row: Selectable<Schema['identity']>): IdentityRecord {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    provider: row.provider,
    issuer: row.issuer,
    subject: row.subject,
    label: row.label,
    createdAt: Number(row.created_at),
    lastUsedAt: numberOrNull(row.last_used_at),
  }
}

export async function findIdentity(
  { db }: ActContext,
  of: { issuer: string; subject: string },
): Promise<IdentityRecord | undefined> {
  const query = db.selectFrom('identity').selectAll().where('issuer', '=', of.issuer)
  const row = await query.where('subject', '=', of.subject).executeTakeFirst()
  return row && fromRow(row)
}

/** Oldest first. */
export async function listIdentities({ db }: ActContext, userId: string): Promise<IdentityRecord[]> {
  const query = db.selectFrom('identity').selectAll().where('user_id', '=', userId)
  return (await query.orderBy('created_at').orderBy('id').execute()).map(fromRow)
}

/** Adds it, and ends the user's other sessions. @returns false when it is somebody's already */
export async function addIdentity(
  context: ActContext,
  identity: IdentityRecord,
  terms: { keepSession: string | null; actor: Actor },
): Promise<boolean> {
  const { keepSession, actor } = terms
  const { userId } = identity
  const user = await context.db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!user || identity.workspaceId !== actor.workspaceId)
    throw new KeywayError('not_found', 'identity.userId: no user')
  if (!(await insertIdentity(context, identity))) return false
  await auditIdentity(context, identity, { action: 'identity.add', actor })
  await endSessions(context, { userId, ...(keepSession === null ? {} : { except: keepSession }) }, actor)
  return true
}

/** Makes a user with it, or finds whose it is. @returns that user's id @throws KeywayError as insertUserWithin */
export async function signUpByIdentity(
  context: ActContext,
  user: User,
  terms: { identity: IdentityRecord; usersMax: number; actor: Actor },
): Promise<string> {
  const { identity, actor } = terms
  // One at a time: of two tabs of the same person one makes the user, and the other finds them.
  await takeDoor(context)
  const known = await findIdentity(context, identity)
  if (known) return known.userId
  await insertUserWithin(context, user, terms)
  if (!(await insertIdentity(context, identity)))
    throw new KeywayError('conflict', 'identity: it is somebody\u2019s already')
  await auditIdentity(context, identity, { action: 'user.sign-up', actor })
  return user.id
}

export async function noteIdentity(
  { db }: ActContext,
  id: string,
  use: { label: string | null; at: number },
): Promise<void> {
  await db.updateTable('identity').set({ label: use.label, last_used_at: use.at }).where('id', '=', id).execute()
}

/** @throws KeywayError conflict when it is the user's only way to sign in */
export async function removeIdentity(
  context: ActContext,
  id: string,
  terms: { userId: string; keepSession: string; actor: Actor },
): Promise<boolean> {
  const { userId, keepSession, actor } = terms
  await takeTurn(context, userId)
  const row = await context.db
    .deleteFrom('identity')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .returningAll()
    .executeTakeFirst()
  if (!row) return false
  await demandWayIn(context, userId)
  await auditIdentity(context, fromRow(row), { action: 'identity.remove', actor })
  await endSessions(context, { userId, except: keepSession }, actor)
  return true
}

/** @throws KeywayError conflict when nothing is left by which the user could sign in */
export async function demandWayIn({ db }: ActContext, userId: string): Promise<void> {
  for (const table of ['passkey', 'password', 'identity'] as const) {
    if (await db.selectFrom(table).select('user_id').where('user_id', '=', userId).executeTakeFirst()) return
  }
  throw new KeywayError('conflict', 'This is the only way to sign in.', {
    fix: 'Add another passkey or a password first.',
  })
}

async function insertIdentity({ db }: ActContext, identity: IdentityRecord): Promise<boolean> {
  const { id, workspaceId, userId, provider, issuer, subject, label, createdAt, lastUsedAt } = identity
  const result = await db
    .insertInto('identity')
    .values({
      id,
      workspace_id: workspaceId,
      user_id: userId,
      provider,
      issuer,
      subject,
      label,
      created_at: createdAt,
      last_used_at: lastUsedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The label stays out of the audit log, which keeps what is in it. */
async function auditIdentity(
  context: ActContext,
  { id, userId, provider, issuer }: IdentityRecord,
  of: { action: string; actor: Actor },
): Promise<void> {
  const details = { method: 'sso', identity: id, provider, issuer }
  await writeAudit(context, { at: context.now, ...of, object: userId, details })
}
