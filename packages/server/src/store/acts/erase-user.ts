import { KeywayError } from '../../base/errors.ts'
import type { Actor } from '../records.ts'
import { writeAudit } from './audit.ts'
import type { ActContext } from './context.ts'
import { takeDoor } from './sign-up.ts'

/** What a person is called in lists of what they left behind. */
export const ERASED_NAME = 'Deleted account'

/** Rows that are the person's alone, in the order in which they can go. */
export const OWN_TABLES = [
  'session',
  'setup_token',
  'passkey',
  'password',
  'identity',
  'mail_token',
  'verified_email',
  'second_factor',
  'recovery_code',
  'connect_flow',
  'connection',
  'visitor',
  'daily_message',
  'auth_code',
] as const

/**
 * Deletes what a user is known by and signs in with, and their secrets with the data keys that they were sealed under, and
 * revokes their keys. Ledger and audit log stay, and refer to a user without a name.
 * @returns false if there was none
 * @throws KeywayError conflict for the last owner who could let anyone in
 */
export async function eraseUser(
  context: ActContext,
  userId: string,
  by: { at: number; actor: Actor },
): Promise<boolean> {
  const { at, actor } = by
  const { db, changes } = context
  // One at a time: of two owners who leave at once, one is the last.
  await takeDoor(context)
  const user = await db
    .selectFrom('user_account')
    .select('role')
    .where('id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!user) return false
  if (user.role === 'owner') await refuseLastOwner(context, userId, actor.workspaceId)

  for (const table of OWN_TABLES) await db.deleteFrom(table).where('user_id', '=', userId).execute()
  const credentials = await db.deleteFrom('credential').where('user_id', '=', userId).returning('id').execute()
  await db.deleteFrom('data_key').where('user_id', '=', userId).execute()
  // What keys are called is a person's own words.
  const keys = await db
    .updateTable('api_key')
    .set((old) => ({ name: '', revoked_at: old.fn.coalesce('revoked_at', old.val(BigInt(at))) }))
    .where('user_id', '=', userId)
    .returning(['hash', 'mac'])
    .execute()
  await db
    .updateTable('user_account')
    .set((old) => ({
      name: ERASED_NAME,
      email: null,
      disabled_at: old.fn.coalesce('disabled_at', old.val(BigInt(at))),
      deleted_at: at,
    }))
    .where('id', '=', userId)
    .execute()

  changes.push({ kind: 'user', id: userId })
  for (const { id } of credentials) changes.push({ kind: 'credential', id })
  for (const { hash, mac } of keys) changes.push({ kind: 'key', hash, mac })
  const details = { keys: keys.length, credentials: credentials.length }
  await writeAudit(context, { at, actor, action: 'user.delete', object: userId, details })
  return true
}

async function refuseLastOwner({ db }: ActContext, userId: string, workspaceId: string): Promise<void> {
  const other = await db
    .selectFrom('user_account')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('role', '=', 'owner')
    .where('disabled_at', 'is', null)
    .where('id', '!=', userId)
    .executeTakeFirst()
  if (other) return
  throw new KeywayError('conflict', 'You are the last owner.', { fix: 'Make somebody else an owner first.' })
}
