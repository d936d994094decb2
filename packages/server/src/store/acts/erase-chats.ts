import { sql } from 'kysely'
import type { Whose } from '../chat-records.ts'
import type { Actor } from '../records.ts'
import { writeAudit } from './audit.ts'
import type { ActContext } from './context.ts'

/** In the order in which they can go. */
const OF_CONVERSATIONS = ['attachment_use', 'message', 'chat_text', 'conversation', 'attachment'] as const
const THE_REST = ['folder', 'prompt_version', 'prompt', 'preference'] as const

export async function eraseChats(
  context: ActContext,
  whose: Whose,
  what: 'conversations' | 'everything',
  by: { actor: Actor; at: number },
): Promise<void> {
  const { db, dialect } = context
  if (dialect === 'sqlite') {
    await sql`DELETE FROM chat_words WHERE rowid IN (
      SELECT seq FROM chat_text WHERE user_id = ${whose.userId} AND workspace_id = ${whose.workspaceId}
    )`.execute(db)
  }
  for (const table of what === 'everything' ? [...OF_CONVERSATIONS, ...THE_REST] : OF_CONVERSATIONS) {
    await db
      .deleteFrom(table)
      .where('user_id', '=', whose.userId)
      .where('workspace_id', '=', whose.workspaceId)
      .execute()
  }
  const { actor, at } = by
  await writeAudit(context, { at, actor, action: 'chat.erase', object: whose.userId, details: { what } })
}
