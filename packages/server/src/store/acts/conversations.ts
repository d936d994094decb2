import { type Selectable, type SqlBool, sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type {
  ConversationPage,
  ConversationPatch,
  ConversationRecord,
  NewConversation,
  Whose,
} from '../chat-records.ts'
import type { Schema } from '../schema.ts'
import { indexText } from './chat-index.ts'
import { type ActContext, flag, numberOrNull } from './context.ts'
import { ownedBy, personsTurn, refuseOver, storable } from './person.ts'

type Row = Selectable<Schema['conversation']> & { streaming: SqlBool }

export function fromConversationRow(row: Row): ConversationRecord {
  return {
    id: row.id,
    title: row.title,
    pinned: row.pinned === 1n,
    archived: row.archived === 1n,
    temporaryUntil: numberOrNull(row.temporary_until),
    folderId: row.folder_id,
    settings: JSON.parse(row.settings),
    activeLeafId: row.active_leaf_id,
    // SQLite says 1n, PostgreSQL true.
    streaming: Number(row.streaming) === 1,
    cost: row.cost,
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
    revision: Number(row.revision),
  }
}

/** All of the person's, deleted ones too. */
function allOf({ db }: ActContext, whose: Whose) {
  return db
    .selectFrom('conversation')
    .selectAll('conversation')
    .select((build) =>
      build
        .exists(
          build
            .selectFrom('message')
            .select('message.seq')
            .whereRef('message.user_id', '=', 'conversation.user_id')
            .whereRef('message.conversation_id', '=', 'conversation.id')
            // As a literal: only then is the index of what is streaming used.
            .where('message.status', '=', sql.lit('streaming')),
        )
        .as('streaming'),
    )
    .where('conversation.workspace_id', '=', whose.workspaceId)
    .where('conversation.user_id', '=', whose.userId)
}

/** Those that are there for the person: neither deleted nor temporary and over. */
function presentOf(context: ActContext, whose: Whose) {
  return allOf(context, whose)
    .where('conversation.deleted_at', 'is', null)
    .where((build) =>
      build.or([
        build('conversation.temporary_until', 'is', null),
        build('conversation.temporary_until', '>', BigInt(context.now)),
      ]),
    )
}

export async function findConversation(
  context: ActContext,
  whose: Whose,
  id: string,
): Promise<ConversationRecord | undefined> {
  const row = await presentOf(context, whose).where('conversation.id', '=', id).executeTakeFirst()
  return row && fromConversationRow(row)
}

/** As {@link findConversation}, and no other act changes it until this one is over. */
export async function holdConversation(
  context: ActContext,
  whose: Whose,
  id: string,
): Promise<ConversationRecord | undefined> {
  if (context.dialect === 'postgres') {
    const { workspaceId, userId } = whose
    await sql`SELECT 1 FROM conversation WHERE user_id = ${userId} AND id = ${id} AND workspace_id = ${workspaceId}
      FOR NO KEY UPDATE`.execute(context.db)
  }
  return findConversation(context, whose, id)
}

/** It as it is, also when it was deleted. @throws Error when it is gone */
export async function conversationNow(context: ActContext, whose: Whose, id: string): Promise<ConversationRecord> {
  return fromConversationRow(await allOf(context, whose).where('conversation.id', '=', id).executeTakeFirstOrThrow())
}

async function requireFolder({ db }: ActContext, whose: Whose, folderId: string | null): Promise<void> {
  if (folderId === null) return
  const folder = await db
    .selectFrom('folder')
    .select('id')
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', folderId)
    .executeTakeFirst()
  if (!folder) throw new KeywayError('not_found', 'folder_id: there is no such folder')
}

/** @throws KeywayError limit_reached when the person has as many as they may, deleted ones included */
export async function refuseAnotherConversation(
  { db }: ActContext,
  whose: Whose,
  limits: { conversations: number },
): Promise<void> {
  const { count } = await db
    .selectFrom('conversation')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('user_id', '=', whose.userId)
    .executeTakeFirstOrThrow()
  refuseOver(limits.conversations, Number(count), 'conversations')
}

export async function createConversation(
  context: ActContext,
  whose: Whose,
  conversation: NewConversation,
  limits: { conversations: number },
): Promise<ConversationRecord> {
  await personsTurn(context, whose)
  const { id, createdAt } = conversation
  const [known] = await allOf(context, whose).where('conversation.id', '=', id).execute()
  if (known) {
    const present = await findConversation(context, whose, id)
    if (!present) throw new KeywayError('conflict', 'id: a conversation of this id was deleted')
    return present
  }
  await requireFolder(context, whose, conversation.folderId)
  await refuseAnotherConversation(context, whose, limits)
  await context.db
    .insertInto('conversation')
    .values({
      ...ownedBy(whose),
      id,
      title: '',
      pinned: 0,
      archived: 0,
      temporary_until: conversation.temporaryUntil,
      folder_id: conversation.folderId,
      settings: JSON.stringify(conversation.settings),
      active_leaf_id: null,
      cost: 0n,
      created_at: createdAt,
      updated_at: createdAt,
      revision: 1,
      deleted_at: null,
      purge_at: null,
    })
    .execute()
  return conversationNow(context, whose, id)
}

/** Pinned first, then the latest used. */
export async function listConversations(
  context: ActContext,
  whose: Whose,
  page: ConversationPage,
): Promise<ConversationRecord[]> {
  const { archived, folderId, before, limit } = page
  let query = presentOf(context, whose)
    .where('conversation.temporary_until', 'is', null)
    .where('conversation.archived', '=', BigInt(flag(archived)))
  if (folderId !== undefined) query = query.where('conversation.folder_id', '=', folderId)
  if (before) {
    const at = sql<SqlBool>`(conversation.pinned, conversation.updated_at, conversation.id)
      < (${flag(before.pinned)}, ${before.updatedAt}, ${before.id})`
    query = query.where(at)
  }
  const rows = await query
    .orderBy('conversation.pinned', 'desc')
    .orderBy('conversation.updated_at', 'desc')
    .orderBy('conversation.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(fromConversationRow)
}

export async function listConversationIds(
  context: ActContext,
  whose: Whose,
  page: { after: string | null; limit: number },
): Promise<string[]> {
  let query = context.db
    .selectFrom('conversation')
    .select('id')
    .where('workspace_id', '=', whose.workspaceId)
    .where('user_id', '=', whose.userId)
    .where('deleted_at', 'is', null)
    .where('temporary_until', 'is', null)
  if (page.after !== null) query = query.where('id', '>', page.after)
  return (await query.orderBy('id').limit(page.limit).execute()).map((row) => row.id)
}

export async function changeConversation(
  context: ActContext,
  whose: Whose,
  id: string,
  patch: ConversationPatch,
): Promise<ConversationRecord | undefined> {
  const { db } = context
  if (!(await holdConversation(context, whose, id))) return undefined
  const { title, pinned, archived, folderId, activeLeafId, settings, temporaryUntil } = patch
  if (folderId !== undefined) await requireFolder(context, whose, folderId)
  if (activeLeafId !== undefined && activeLeafId !== null) {
    const leaf = await db
      .selectFrom('message')
      .select('id')
      .where('user_id', '=', whose.userId)
      .where('id', '=', activeLeafId)
      .where('conversation_id', '=', id)
      .executeTakeFirst()
    if (!leaf) throw new KeywayError('not_found', 'active_leaf_id: there is no such message in the conversation')
  }
  await db
    .updateTable('conversation')
    .set(({ eb }) => ({
      revision: eb('revision', '+', 1n),
      ...(title !== undefined && { title: storable(title) }),
      ...(pinned !== undefined && { pinned: flag(pinned) }),
      ...(archived !== undefined && { archived: flag(archived) }),
      ...(folderId !== undefined && { folder_id: folderId }),
      ...(activeLeafId !== undefined && { active_leaf_id: activeLeafId }),
      ...(settings !== undefined && { settings: JSON.stringify(settings) }),
      ...(temporaryUntil !== undefined && { temporary_until: temporaryUntil }),
    }))
    .where('user_id', '=', whose.userId)
    .where('id', '=', id)
    .execute()
  if (title !== undefined) await indexText(context, whose, { conversationId: id, messageId: null, text: title })
  return conversationNow(context, whose, id)
}
