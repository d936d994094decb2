import type { AnswerFailure, Conversation, Message } from '@keyway/contract'
import { ERRORS } from '../base/errors.ts'
import { shortUsd } from '../base/money.ts'
import type { ConversationRecord, MessageRecord } from '../store/chat-records.ts'

/** A conversation as the app sees it. */
export function conversationView(record: ConversationRecord): Conversation {
  const { id, title, pinned, archived, settings, streaming, revision } = record
  return {
    id,
    title,
    pinned,
    archived,
    temporary: record.temporaryUntil !== null,
    folder_id: record.folderId,
    settings,
    active_leaf_id: record.activeLeafId,
    streaming,
    cost_usd: shortUsd(record.cost),
    created_at: new Date(record.createdAt).toISOString(),
    updated_at: new Date(record.updatedAt).toISOString(),
    revision,
  }
}

/** Of an answer whose process died: nobody was left to write down why. */
const INTERRUPTED: AnswerFailure = {
  code: 'answer_interrupted',
  message: 'Keyway stopped while this answer was written.',
  fix: ERRORS.answer_interrupted.fix,
  docs_url: '/docs/troubleshooting#answer_interrupted',
}

/** A message as the app sees it. */
export function messageView(record: MessageRecord): Message {
  const { id, role, parts, status, model, figures } = record
  return {
    id,
    conversation_id: record.conversationId,
    parent_id: record.parentId,
    role,
    parts,
    status,
    model,
    group_id: record.groupId,
    prompt_version_id: record.promptVersionId,
    figures,
    failure: record.failure ?? (status === 'interrupted' ? INTERRUPTED : null),
    created_at: new Date(record.createdAt).toISOString(),
  }
}
