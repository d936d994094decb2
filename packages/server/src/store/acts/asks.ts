import { sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type {
  Ask,
  AskLimits,
  AskOutcome,
  ConversationRecord,
  MessageRecord,
  NewMessage,
  Whose,
} from '../chat-records.ts'
import { attachmentUses } from './attachments.ts'
import { findableText, indexText } from './chat-index.ts'
import type { ActContext } from './context.ts'
import { conversationNow, createConversation, holdConversation } from './conversations.ts'
import { attachmentsIn, fromMessageRow, messageColumns } from './messages.ts'
import { refuseOver, storable } from './person.ts'

/** Questions with their answers, or more answers to one that is there: once for each request. All of it, or nothing. */
export async function ask(
  context: ActContext,
  whose: Whose,
  asked: Ask,
  limits: AskLimits,
): Promise<AskOutcome | undefined> {
  const conversation = await present(context, whose, { asked, limits })
  if (!conversation) return undefined
  const before = await madeBy(context, whose, asked)
  if (before.length > 0) return { messages: before, conversation, repeated: true }

  const made = asked.messages
  await refuseFull(context, whose, asked, limits)
  await requireParents(context, whose, asked, made)
  await attachmentUses(context, whose, {
    conversationId: asked.conversationId,
    ids: made.flatMap((message) => attachmentsIn(message.parts)),
  })
  for (const message of made) {
    await insert(context, whose, asked, message)
    // What is still being written is found once it has ended.
    if (message.status === 'streaming') continue
    const { id: messageId, parts } = message
    await indexText(context, whose, { conversationId: asked.conversationId, messageId, text: findableText(parts) })
  }
  const title = conversation.title === '' ? storable(asked.title) : conversation.title
  await context.db
    .updateTable('conversation')
    .set(({ eb }) => ({
      title,
      active_leaf_id: asked.activeLeafId,
      updated_at: BigInt(asked.at),
      revision: eb('revision', '+', 1n),
    }))
    .where('user_id', '=', whose.userId)
    .where('id', '=', asked.conversationId)
    .execute()
  if (title !== conversation.title) {
    await indexText(context, whose, { conversationId: asked.conversationId, messageId: null, text: title })
  }
  return {
    messages: await madeBy(context, whose, asked),
    conversation: await conversationNow(context, whose, asked.conversationId),
    repeated: false,
  }
}

async function present(
  context: ActContext,
  whose: Whose,
  { asked: { conversationId, begins }, limits }: { asked: Ask; limits: AskLimits },
): Promise<ConversationRecord | undefined> {
  const held = await holdConversation(context, whose, conversationId)
  if (held || begins === undefined) return held
  await createConversation(context, whose, begins, limits)
  // The same request a second time may have made it meanwhile, and be at work on it.
  return holdConversation(context, whose, conversationId)
}

async function madeBy({ db }: ActContext, whose: Whose, asked: Ask): Promise<MessageRecord[]> {
  const rows = await db
    .selectFrom('message')
    .selectAll()
    .where('user_id', '=', whose.userId)
    .where('conversation_id', '=', asked.conversationId)
    .where('ask_id', '=', asked.id)
    .orderBy('seq')
    .execute()
  return rows.map(fromMessageRow)
}

async function refuseFull({ db }: ActContext, whose: Whose, asked: Ask, limits: AskLimits): Promise<void> {
  const made = asked.messages
  const { count, bytes } = await db
    .selectFrom('message')
    // The length alone: what it is the length of need not be read for it.
    .select(({ fn }) => [fn.countAll<bigint>().as('count'), sql<bigint | null>`sum(octet_length(parts))`.as('bytes')])
    .where('user_id', '=', whose.userId)
    .where('conversation_id', '=', asked.conversationId)
    .executeTakeFirstOrThrow()
  refuseOver(Math.max(0, limits.messages - made.length + 1), Number(count), 'messages of the conversation')
  const added = made.reduce((sum, { parts }) => sum + Buffer.byteLength(JSON.stringify(parts)), 0)
  if (Number(bytes ?? 0) + added <= limits.conversationBytes) return
  throw new KeywayError('limit_reached', `The conversation would have more than ${limits.conversationBytes} bytes.`, {
    fix: 'Begin another conversation.',
  })
}

/** Every parent is made here before its child, or is a message of the conversation; so is the leaf. */
async function requireParents(
  { db }: ActContext,
  whose: Whose,
  asked: Ask,
  made: readonly NewMessage[],
): Promise<void> {
  const here = new Set<string>()
  for (const { id, parentId } of made) {
    if (parentId !== null && !here.has(parentId)) {
      const parent = await db
        .selectFrom('message')
        .select('id')
        .where('user_id', '=', whose.userId)
        .where('conversation_id', '=', asked.conversationId)
        .where('id', '=', parentId)
        .executeTakeFirst()
      if (!parent) throw new KeywayError('not_found', 'parent_id: there is no such message in the conversation')
    }
    here.add(id)
  }
  if (!here.has(asked.activeLeafId)) throw new KeywayError('internal', 'activeLeafId: not one of the messages made')
}

async function insert(context: ActContext, whose: Whose, asked: Ask, message: NewMessage): Promise<void> {
  const record: MessageRecord = {
    ...message,
    conversationId: asked.conversationId,
    generationId: null,
    figures: null,
    failure: null,
    createdAt: asked.at,
  }
  const row = await context.db
    .insertInto('message')
    .values(messageColumns(whose, record, { askId: asked.id, instance: context.instance }))
    .onConflict((conflict) => conflict.columns(['user_id', 'id']).doNothing())
    .returning('seq')
    .executeTakeFirst()
  // The whole act is undone by it.
  if (!row) throw new KeywayError('conflict', 'id: there is a message of this id already')
}
