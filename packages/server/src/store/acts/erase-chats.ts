import { sql } from 'kysely'
import type { Erasure, Whose } from '../chat-records.ts'
import type { Actor } from '../records.ts'
import { writeAudit } from './audit.ts'
import type { ActContext } from './context.ts'

/** In the order in which they can go. */
const OF_CONVERSATIONS = ['attachment_use', 'message', 'chat_text', 'conversation', 'attachment'] as const
const BESIDE_THEM = ['folder', 'prompt_version', 'prompt'] as const

const TABLES = {
  conversations: OF_CONVERSATIONS,
  data: [...OF_CONVERSATIONS, ...BESIDE_THEM],
  everything: [...OF_CONVERSATIONS, ...BESIDE_THEM, 'preference'],
} as const

export async function eraseChats(
  context: ActContext,
  whose: Whose,
  what: Erasure,
  by: { actor: Actor; at: number },
): Promise<void> {
  const { db, dialect } = context
  if (dialect === 'sqlite') {
    await sql`DELETE FROM chat_words WHERE rowid IN (
      SELECT seq FROM chat_text WHERE user_id = ${whose.userId} AND workspace_id = ${whose.workspaceId}
    )`.execute(db)
  }
  for (const table of TABLES[what]) {
    await db
      .deleteFrom(table)
      .where('user_id', '=', whose.userId)
      .where('workspace_id', '=', whose.workspaceId)
      .execute()
  }
  const { actor, at } = by
  await writeAudit(context, { at, actor, action: 'chat.erase', object: whose.userId, details: { what } })
}
