import { KeywayError } from '../../base/errors.ts'
import type { ConversationImport, Whose } from '../chat-records.ts'
import { attachmentUses } from './attachments.ts'
import { findableText, indexText } from './chat-index.ts'
import { type ActContext, flag } from './context.ts'
import { refuseAnotherConversation } from './conversations.ts'
import { removeConversation } from './deleted-conversations.ts'
import { attachmentsIn, messageColumns } from './messages.ts'
import { ownedBy, personsTurn, storable } from './person.ts'

/** No process writes what was brought in. */
const NO_INSTANCE = 0
/** Messages whose words are indexed in one act, so that calls are written in between. */
const INDEXED_AT_ONCE = 50

/** Adds a conversation with its messages, unless it is there. Its messages are found once they are indexed. */
export async function importConversation(
  context: ActContext,
  whose: Whose,
  { conversation, messages }: ConversationImport,
  limits: { conversations: number },
): Promise<'added' | 'skipped'> {
  await personsTurn(context, whose)
  const known = await context.db
    .selectFrom('conversation')
    .select('deleted_at')
    .where('user_id', '=', whose.userId)
    .where('id', '=', conversation.id)
    .executeTakeFirst()
  if (known && known.deleted_at === null) return 'skipped'
  if (known) await removeConversation(context, whose.userId, conversation.id)
  await refuseAnotherConversation(context, whose, limits)
  const folderId = await knownFolder(context, whose, conversation.folderId)
  const { id, createdAt, updatedAt, pinned, archived, cost } = conversation
  const title = storable(conversation.title)
  await context.db
    .insertInto('conversation')
    .values({
      ...ownedBy(whose),
      id,
      title,
      pinned: flag(pinned),
      archived: flag(archived),
      temporary_until: null,
      folder_id: folderId,
      settings: JSON.stringify(conversation.settings),
      active_leaf_id: conversation.activeLeafId,
      cost,
      created_at: createdAt,
      updated_at: updatedAt,
      revision: 1,
      deleted_at: null,
      purge_at: null,
    })
    .execute()
  await indexText(context, whose, { conversationId: id, messageId: null, text: title })
  const ids = messages.flatMap((message) => attachmentsIn(message.parts))
  await attachmentUses(context, whose, { conversationId: id, ids })
  for (const message of messages) {
    const record = { ...message, conversationId: id }
    const row = await context.db
      .insertInto('message')
      .values(messageColumns(whose, record, { askId: message.id, instance: NO_INSTANCE }))
      .onConflict((conflict) => conflict.columns(['user_id', 'id']).doNothing())
      .returning('seq')
      .executeTakeFirst()
    if (!row) throw new KeywayError('conflict', 'id: a message of this id is in another conversation')
  }
  return 'added'
}

/** The folder, if the person has it: a conversation comes in without it too. */
async function knownFolder({ db }: ActContext, whose: Whose, folderId: string | null): Promise<string | null> {
  if (folderId === null) return null
  const folder = await db
    .selectFrom('folder')
    .select('id')
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', folderId)
    .executeTakeFirst()
  return folder ? folderId : null
}

/** Makes the next messages of a conversation findable. @returns after which message to go on; undefined at the end */
export async function indexMessages(
  context: ActContext,
  whose: Whose,
  from: { conversationId: string; after: bigint },
): Promise<bigint | undefined> {
  const { conversationId, after } = from
  const rows = await context.db
    .selectFrom('message')
    .select(['seq', 'id', 'parts'])
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('conversation_id', '=', conversationId)
    .where('status', '<>', 'streaming')
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(INDEXED_AT_ONCE)
    .execute()
  for (const { id: messageId, parts } of rows) {
    await indexText(context, whose, { conversationId, messageId, text: findableText(JSON.parse(parts)) })
  }
  return rows.at(-1)?.seq
}
