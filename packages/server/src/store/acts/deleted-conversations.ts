import type { ConversationRecord, Whose } from '../chat-records.ts'
import { forgetTexts } from './chat-index.ts'
import type { ActContext } from './context.ts'
import { findConversation } from './conversations.ts'

/** Conversations purged in one act, so that other acts come in between. */
const PURGED_AT_ONCE = 20

export async function deleteConversation(
  context: ActContext,
  whose: Whose,
  id: string,
  times: { at: number; purgeAt: number },
): Promise<boolean> {
  const row = await context.db
    .updateTable('conversation')
    .set(({ eb }) => ({
      deleted_at: BigInt(times.at),
      purge_at: BigInt(times.purgeAt),
      revision: eb('revision', '+', 1n),
    }))
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function restoreConversation(
  context: ActContext,
  whose: Whose,
  id: string,
  at: number,
): Promise<ConversationRecord | undefined> {
  const row = await context.db
    .updateTable('conversation')
    .set(({ eb }) => ({ deleted_at: null, purge_at: null, revision: eb('revision', '+', 1n) }))
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .where('purge_at', '>', BigInt(at))
    .returning('id')
    .executeTakeFirst()
  // A temporary one whose time is over meanwhile is not there, restored or not.
  return row && findConversation(context, whose, id)
}

/** Removes some of those that are due, everybody's. @returns how many */
export async function purgeConversations(context: ActContext, at: number): Promise<number> {
  const { db } = context
  const moment = BigInt(at)
  const due = await db
    .selectFrom('conversation')
    .select(['user_id', 'id'])
    .where((build) => build.or([build('purge_at', '<=', moment), build('temporary_until', '<=', moment)]))
    .limit(PURGED_AT_ONCE)
    .execute()
  for (const { user_id, id } of due) await removeConversation(context, user_id, id)
  return due.length
}

/** Removes a conversation with all that hangs on it. Its attachments stay until they are pruned. */
export async function removeConversation(context: ActContext, userId: string, id: string): Promise<void> {
  const { db } = context
  await forgetTexts(context, userId, id)
  await db.deleteFrom('attachment_use').where('user_id', '=', userId).where('conversation_id', '=', id).execute()
  await db.deleteFrom('message').where('user_id', '=', userId).where('conversation_id', '=', id).execute()
  await db.deleteFrom('conversation').where('user_id', '=', userId).where('id', '=', id).execute()
}
