import type { Invitation } from '../mail-store.ts'
import type { Actor } from '../records.ts'
import type { ActContext } from './context.ts'
import { eraseUser } from './erase-user.ts'

/** What lets somebody in, by the tables that hold it. A visitor comes in by their connection. */
const WAYS_IN = ['password', 'passkey', 'identity', 'visitor'] as const

/** People who have no way to sign in: members and admins who were invited and have not come yet. */
function invited({ db }: ActContext) {
  let query = db.selectFrom('user_account').where('user_account.deleted_at', 'is', null).where('role', '!=', 'owner')
  for (const table of WAYS_IN) {
    query = query.where((e) =>
      e.not(e.exists(e.selectFrom(table).select('user_id').whereRef('user_id', '=', 'user_account.id'))),
    )
  }
  return query
}

export async function listInvitations(context: ActContext, workspaceId: string, at: number): Promise<Invitation[]> {
  const rows = await invited(context)
    .leftJoin('setup_token', (join) =>
      join
        .onRef('setup_token.user_id', '=', 'user_account.id')
        .on('setup_token.redeemed_at', 'is', null)
        .on('setup_token.expires_at', '>', BigInt(at)),
    )
    .leftJoin('mail_token', 'mail_token.hash', 'setup_token.hash')
    .where('user_account.workspace_id', '=', workspaceId)
    .select(['user_account.id', 'setup_token.expires_at', 'mail_token.hash as mailed'])
    .execute()
  return rows.map(({ id, expires_at, mailed }) => ({
    userId: id,
    expiresAt: expires_at === null ? null : Number(expires_at),
    mailed: mailed !== null,
  }))
}

export async function withdrawInvitation(
  context: ActContext,
  userId: string,
  by: { at: number; actor: Actor },
): Promise<boolean> {
  const row = await invited(context)
    .select('user_account.id')
    .where('user_account.id', '=', userId)
    .where('user_account.workspace_id', '=', by.actor.workspaceId)
    .executeTakeFirst()
  return row !== undefined && (await eraseUser(context, userId, by))
}
