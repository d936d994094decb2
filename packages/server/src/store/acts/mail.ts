import type { Selectable } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { PasswordRecord } from '../account-records.ts'
import type { MailPurpose, MailToken } from '../mail-store.ts'
import type { Actor } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, oneOf } from './context.ts'
import { endSessions } from './sessions.ts'
import { takeDoor } from './sign-up.ts'

const PURPOSES = ['invitation', 'address', 'password'] as const satisfies readonly MailPurpose[]

function fromRow(row: Selectable<Schema['mail_token']>): MailToken {
  return {
    hash: row.hash,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    purpose: oneOf(PURPOSES, row.purpose),
    email: row.email,
    expiresAt: Number(row.expires_at),
  }
}

export async function putMailToken(context: ActContext, token: MailToken, actor: Actor): Promise<void> {
  const { db } = context
  const { hash, workspaceId, userId, purpose, email, expiresAt } = token
  const user = await db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!user || workspaceId !== actor.workspaceId) throw new KeywayError('not_found', `user: no user ${userId}`)
  const columns = { hash, workspace_id: workspaceId, email, expires_at: expiresAt }
  await db
    .insertInto('mail_token')
    .values({ user_id: userId, purpose, ...columns })
    .onConflict((conflict) => conflict.columns(['user_id', 'purpose']).doUpdateSet(columns))
    .execute()
  // Not the address: what people are called is not kept where nothing can be deleted.
  await writeAudit(context, {
    at: context.now,
    actor,
    action: 'mail.link',
    object: userId,
    details: { purpose, expiresAt },
  })
}

export async function findMailToken(
  { db }: ActContext,
  hash: string,
  of: { purpose: MailPurpose; at: number },
): Promise<MailToken | undefined> {
  const row = await db
    .selectFrom('mail_token')
    .selectAll()
    .where('hash', '=', hash)
    .where('purpose', '=', of.purpose)
    .where('expires_at', '>', BigInt(of.at))
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function pendingAddress({ db }: ActContext, userId: string, at: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('mail_token')
    .select('email')
    .where('user_id', '=', userId)
    .where('purpose', '=', 'address')
    .where('expires_at', '>', BigInt(at))
    .executeTakeFirst()
  return row?.email
}

/** Uses a link up. @returns what it was, once */
async function take(
  { db }: ActContext,
  hash: string,
  of: { purpose: MailPurpose; at: number },
): Promise<MailToken | undefined> {
  const row = await db
    .deleteFrom('mail_token')
    .where('hash', '=', hash)
    .where('purpose', '=', of.purpose)
    .where('expires_at', '>', BigInt(of.at))
    .returningAll()
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function confirmAddress(
  context: ActContext,
  hash: string,
  by: { at: number; ip?: string },
): Promise<string | undefined> {
  // One at a time: of two who confirm the same address at once, one has it.
  await takeDoor(context)
  const token = await take(context, hash, { purpose: 'address', at: by.at })
  if (token === undefined) return undefined
  const { userId, workspaceId, email } = token
  const { db } = context
  const taken = await db
    .selectFrom('user_account')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('email', '=', email)
    .where('id', '!=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (taken) throw new KeywayError('conflict', 'Somebody else here has that address.')
  const changed = await db
    .updateTable('user_account')
    .set({ email })
    .where('id', '=', userId)
    .where('deleted_at', 'is', null)
    .where('disabled_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!changed) return undefined
  context.changes.push({ kind: 'user', id: userId })
  await proveAddress(context, token, by.at)
  const actor = { id: userId, workspaceId, ...(by.ip === undefined ? {} : { ip: by.ip }) }
  await writeAudit(context, { at: by.at, actor, action: 'user.address', object: userId, details: {} })
  return userId
}

/** What an invitation by mail proves once it was followed: the mailbox. Nothing where the link was handed over otherwise. */
export async function proveByInvitation(context: ActContext, hash: string, at: number): Promise<void> {
  const token = await take(context, hash, { purpose: 'invitation', at })
  if (token === undefined) return
  const user = await context.db
    .selectFrom('user_account')
    .select('email')
    .where('id', '=', token.userId)
    .executeTakeFirst()
  // Changed meanwhile by whoever invited them: the old mailbox proves nothing of the new one.
  if (user?.email === token.email) await proveAddress(context, token, at)
}

export async function noteVouchedAddress(
  context: ActContext,
  userId: string,
  of: { email: string; at: number },
): Promise<void> {
  const user = await context.db
    .selectFrom('user_account')
    .select(['email', 'workspace_id'])
    .where('id', '=', userId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (user?.email?.toLowerCase() !== of.email.toLowerCase()) return
  // Whoever signs in every day leaves one row, and one date: the first.
  if ((await verifiedEmail(context, userId)) === user.email) return
  await proveAddress(context, { userId, workspaceId: user.workspace_id, email: user.email }, of.at)
}

async function proveAddress(
  { db }: ActContext,
  { userId, workspaceId, email }: Pick<MailToken, 'userId' | 'workspaceId' | 'email'>,
  at: number,
): Promise<void> {
  const columns = { workspace_id: workspaceId, email, verified_at: at }
  await db
    .insertInto('verified_email')
    .values({ user_id: userId, ...columns })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
    .execute()
}

export async function resetPassword(
  context: ActContext,
  hash: string,
  change: { password: Omit<PasswordRecord, 'userId' | 'workspaceId' | 'login'>; at: number; ip?: string },
): Promise<string | undefined> {
  const { password, at, ip } = change
  const token = await take(context, hash, { purpose: 'password', at })
  if (token === undefined) return undefined
  const { userId, workspaceId } = token
  const changed = await context.db
    .updateTable('password')
    .set({
      cost: password.cost,
      block_size: password.blockSize,
      parallelism: password.parallelism,
      salt: password.salt,
      hash: password.hash,
      changed_at: password.changedAt,
    })
    .where('user_id', '=', userId)
    .returning('user_id')
    .executeTakeFirst()
  if (!changed) return undefined
  const actor = { id: userId, workspaceId, ...(ip === undefined ? {} : { ip }) }
  await writeAudit(context, { at, actor, action: 'password.reset', object: userId, details: {} })
  await endSessions(context, { userId }, actor)
  return userId
}

/** Only while the account still has it. */
function verified({ db }: ActContext) {
  return db
    .selectFrom('verified_email')
    .innerJoin('user_account', (join) =>
      join
        .onRef('user_account.id', '=', 'verified_email.user_id')
        .onRef('user_account.email', '=', 'verified_email.email'),
    )
    .where('user_account.deleted_at', 'is', null)
}

export async function verifiedEmail(context: ActContext, userId: string): Promise<string | undefined> {
  const query = verified(context).select('verified_email.email').where('verified_email.user_id', '=', userId)
  return (await query.executeTakeFirst())?.email
}

export async function findUserByVerifiedEmail(
  context: ActContext,
  workspaceId: string,
  email: string,
): Promise<string | undefined> {
  const row = await verified(context)
    .select('verified_email.user_id')
    .where('verified_email.workspace_id', '=', workspaceId)
    .where('verified_email.email', '=', email)
    .executeTakeFirst()
  return row?.user_id
}
