import type { SetupChoice, SetupTokenRecord } from '../account-records.ts'
import { writeAudit } from './audit.ts'
import type { ActContext } from './context.ts'
import { insertPasskey, insertPassword } from './logins.ts'
import { proveByInvitation } from './mail.ts'
import { redeemSetupToken } from './people.ts'
import { endSessions } from './sessions.ts'
import { putSetting, THIS_MACHINE_SETTING } from './settings.ts'

/** Whom a token is for, without using it up. */
export async function findSetupToken(
  { db }: ActContext,
  hash: string,
  at: number,
): Promise<SetupTokenRecord | undefined> {
  const row = await db
    .selectFrom('setup_token')
    .selectAll()
    .where('hash', '=', hash)
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', BigInt(at))
    .executeTakeFirst()
  return row && { userId: row.user_id, workspaceId: row.workspace_id, expiresAt: Number(row.expires_at) }
}

/**
 * Uses up a token, sets up the way to sign in that was chosen, and ends the user's sessions: all of it or nothing.
 * @returns the user's id, or undefined when the token is unknown, used or expired
 * @throws KeywayError as insertPassword and insertPasskey, which leave the token as it was
 */
export async function completeSetup(
  context: ActContext,
  hash: string,
  choice: SetupChoice,
  terms: { at: number; workspaceId: string; ip?: string },
): Promise<string | undefined> {
  const userId = await redeemSetupToken(context, hash, terms.at)
  if (userId === undefined) return undefined
  const actor = { id: userId, workspaceId: terms.workspaceId, ...(terms.ip === undefined ? {} : { ip: terms.ip }) }
  if (choice.method === 'passkey') await insertPasskey(context, { ...choice.passkey, userId }, actor)
  else if (choice.method === 'password') await insertPassword(context, { ...choice.password, userId }, actor)
  else await putSetting(context, THIS_MACHINE_SETTING, 'on')
  await writeAudit(context, {
    at: terms.at,
    actor,
    action: 'user.setup',
    object: userId,
    details: { method: choice.method },
  })
  await proveByInvitation(context, hash, terms.at)
  await endSessions(context, { userId }, actor)
  return userId
}

/** Marks a challenge as answered. @returns false if it was before */
export async function useChallenge(
  { db }: ActContext,
  hash: string,
  times: { expiresAt: number; at: number },
): Promise<boolean> {
  await db.deleteFrom('used_challenge').where('expires_at', '<=', BigInt(times.at)).execute()
  const result = await db
    .insertInto('used_challenge')
    .values({ hash, expires_at: times.expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}
