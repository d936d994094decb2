import { type Selectable, sql } from 'kysely'
import type {
  AnswerEnd,
  AnswerProgress,
  ConversationRecord,
  InterruptedAnswer,
  MessageRecord,
  Whose,
} from '../chat-records.ts'
import { PRESENCE_LOCK } from '../recovery.ts'
import type { Schema } from '../schema.ts'
import { attachmentUses } from './attachments.ts'
import { findableText, indexText } from './chat-index.ts'
import type { ActContext } from './context.ts'
import { conversationNow } from './conversations.ts'
import { attachmentsIn, fromMessageRow } from './messages.ts'

/** How far answers have come. Only those that are still being written: an end that came before stays. */
export async function noteAnswers({ db }: ActContext, progress: readonly AnswerProgress[]): Promise<void> {
  for (const { userId, messageId, parts, offset, generationId } of progress) {
    await db
      .updateTable('message')
      .set({ parts: JSON.stringify(parts), deltas: BigInt(offset), generation_id: generationId })
      .where('user_id', '=', userId)
      .where('id', '=', messageId)
      .where('status', '=', 'streaming')
      .execute()
  }
}

export async function endAnswer(
  context: ActContext,
  whose: Whose,
  messageId: string,
  end: AnswerEnd,
): Promise<{ message: MessageRecord; conversation: ConversationRecord } | undefined> {
  const row = await context.db
    .updateTable('message')
    .set({
      status: end.status,
      parts: JSON.stringify(end.parts),
      generation_id: end.generationId,
      figures: end.figures && JSON.stringify(end.figures),
      failure: end.failure && JSON.stringify(end.failure),
    })
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', messageId)
    .where('status', '=', 'streaming')
    .returningAll()
    .executeTakeFirst()
  if (!row) return undefined
  const conversationId = row.conversation_id
  await attachmentUses(context, whose, { conversationId, ids: attachmentsIn(end.parts) })
  await indexText(context, whose, { conversationId, messageId, text: findableText(end.parts) })
  await context.db
    .updateTable('conversation')
    .set(({ eb }) => ({
      revision: eb('revision', '+', 1n),
      cost: eb('cost', '+', end.cost),
      updated_at: BigInt(end.at),
    }))
    .where('user_id', '=', whose.userId)
    .where('id', '=', conversationId)
    .execute()
  return { message: fromMessageRow(row), conversation: await conversationNow(context, whose, conversationId) }
}

export async function interruptAnswers(context: ActContext, at: number): Promise<InterruptedAnswer[]> {
  const { db } = context
  const interrupted: InterruptedAnswer[] = []
  for (const instance of await goneInstances(context)) {
    const rows = await db
      .updateTable('message')
      .set({ status: 'interrupted' })
      .where('status', '=', sql.lit('streaming'))
      .where('instance', '=', instance)
      .returningAll()
      .execute()
    for (const row of rows) interrupted.push(await interruptedRow(context, row, at))
  }
  return interrupted
}

async function interruptedRow(
  context: ActContext,
  row: Selectable<Schema['message']>,
  at: number,
): Promise<InterruptedAnswer> {
  const whose: Whose = { workspaceId: row.workspace_id, userId: row.user_id }
  const message = fromMessageRow(row)
  await indexText(context, whose, {
    conversationId: message.conversationId,
    messageId: message.id,
    text: findableText(message.parts),
  })
  await context.db
    .updateTable('conversation')
    .set(({ eb }) => ({ revision: eb('revision', '+', 1n), updated_at: BigInt(at) }))
    .where('user_id', '=', whose.userId)
    .where('id', '=', message.conversationId)
    .execute()
  return {
    ...whose,
    messageId: message.id,
    conversationId: message.conversationId,
    generationId: message.generationId,
  }
}

/** Processes that write answers by their rows and do not live: SQLite has one, PostgreSQL's show by a lock that they do. */
async function goneInstances({ db, dialect, instance }: ActContext): Promise<bigint[]> {
  const rows = await db
    .selectFrom('message')
    .select('instance')
    .distinct()
    .where('status', '=', sql.lit('streaming'))
    .where('instance', '<>', BigInt(instance))
    .execute()
  const others = rows.map((row) => row.instance)
  if (dialect === 'sqlite') return others
  const gone: bigint[] = []
  for (const other of others) {
    // Held to the end of the transaction, so that two processes do not both end them.
    const { rows: locks } = await sql<{
      dead: boolean
    }>`SELECT pg_try_advisory_xact_lock(${PRESENCE_LOCK}::int, ${other}::int) AS dead`.execute(db)
    if (locks[0]?.dead === true) gone.push(other)
  }
  return gone
}

export async function noteFigures(
  { db }: ActContext,
  whose: Whose,
  messageId: string,
  { figures, cost }: Pick<AnswerEnd, 'figures' | 'cost'>,
): Promise<boolean> {
  const row = await db
    .updateTable('message')
    .set({ figures: figures && JSON.stringify(figures) })
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', messageId)
    .where('figures', 'is', null)
    .where('status', '<>', 'streaming')
    .returning('conversation_id')
    .executeTakeFirst()
  if (!row) return false
  await db
    .updateTable('conversation')
    .set(({ eb }) => ({ revision: eb('revision', '+', 1n), cost: eb('cost', '+', cost) }))
    .where('user_id', '=', whose.userId)
    .where('id', '=', row.conversation_id)
    .execute()
  return true
}
