import { MESSAGE_VERSION, type Part } from '@keyway/contract'
import type { Selectable } from 'kysely'
import type { ConversationRecord, MessageRecord, Whose } from '../chat-records.ts'
import type { Schema } from '../schema.ts'
import { type ActContext, oneOf } from './context.ts'
import { findConversation } from './conversations.ts'
import { ownedBy, storable } from './person.ts'

const MESSAGE_ROLES = ['user', 'assistant', 'tool'] as const
const STATUSES = ['streaming', 'done', 'stopped', 'interrupted', 'failed'] as const

export function fromMessageRow(row: Selectable<Schema['message']>): MessageRecord {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    parentId: row.parent_id,
    role: oneOf(MESSAGE_ROLES, row.role),
    parts: JSON.parse(row.parts),
    status: oneOf(STATUSES, row.status),
    model: row.model,
    groupId: row.group_id,
    promptVersionId: row.prompt_version_id,
    generationId: row.generation_id,
    figures: row.figures === null ? null : JSON.parse(row.figures),
    failure: row.failure === null ? null : JSON.parse(row.failure),
    createdAt: Number(row.created_at),
  }
}

/** A message as its columns. JSON holds what a text column cannot: NULs and lone surrogates are escaped. */
export function messageColumns(
  whose: Whose,
  message: MessageRecord,
  made: { askId: string; instance: number },
): Omit<Selectable<Schema['message']>, 'seq'> {
  return {
    ...ownedBy(whose),
    id: message.id,
    conversation_id: message.conversationId,
    parent_id: message.parentId,
    ask_id: made.askId,
    role: message.role,
    version: BigInt(MESSAGE_VERSION),
    status: message.status,
    model: message.model === null ? null : storable(message.model),
    group_id: message.groupId,
    prompt_version_id: message.promptVersionId,
    generation_id: message.generationId,
    figures: message.figures && JSON.stringify(message.figures),
    failure: message.failure && JSON.stringify(message.failure),
    instance: BigInt(made.instance),
    deltas: 0n,
    created_at: BigInt(message.createdAt),
    parts: JSON.stringify(message.parts),
  }
}

/** The ids of attachments that parts name. */
export function attachmentsIn(parts: readonly Part[]): string[] {
  return parts.flatMap((part) =>
    (part.kind === 'image' || part.kind === 'file') && part.attachment !== undefined ? [part.attachment] : [],
  )
}

export async function listMessages(
  context: ActContext,
  whose: Whose,
  conversationId: string,
): Promise<MessageRecord[]> {
  return (await readConversation(context, whose, conversationId))?.messages ?? []
}

export async function readConversation(
  context: ActContext,
  whose: Whose,
  id: string,
): Promise<{ conversation: ConversationRecord; messages: MessageRecord[] } | undefined> {
  // The conversation first: what is told to have changed since is read again, what was read too early would be missed.
  const conversation = await findConversation(context, whose, id)
  if (!conversation) return undefined
  const rows = await context.db
    .selectFrom('message')
    .selectAll()
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('conversation_id', '=', id)
    .orderBy('seq')
    .execute()
  return { conversation, messages: rows.map(fromMessageRow) }
}

/** A message's row, unless its conversation is not there for the person. */
export async function presentMessage(
  context: ActContext,
  whose: Whose,
  id: string,
): Promise<Selectable<Schema['message']> | undefined> {
  const row = await context.db
    .selectFrom('message')
    .selectAll()
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && (await findConversation(context, whose, row.conversation_id)) ? row : undefined
}

export async function findMessage(context: ActContext, whose: Whose, id: string): Promise<MessageRecord | undefined> {
  const row = await presentMessage(context, whose, id)
  return row && fromMessageRow(row)
}

export async function findProgress(
  context: ActContext,
  whose: Whose,
  messageId: string,
): Promise<{ message: MessageRecord; offset: number } | undefined> {
  const row = await presentMessage(context, whose, messageId)
  return row && { message: fromMessageRow(row), offset: Number(row.deltas) }
}
