import type { ChatSettings, Conversation } from '@keyway/contract'
import { keepBegun } from './begun.ts'
import { newId } from './new-id.ts'
import { beginThread } from './thread/thread.ts'
import { keepThread, type ThreadStore } from './thread/thread-store.ts'

/** A conversation that only this browser knows: the server makes it with its first message. */
export function newThread({
  settings,
  temporary,
  folderId,
}: {
  settings: ChatSettings
  temporary: boolean
  folderId: string | null
}): ThreadStore {
  const now = new Date().toISOString()
  const conversation: Conversation = {
    id: newId(),
    title: '',
    pinned: false,
    archived: false,
    temporary,
    folder_id: folderId,
    settings,
    active_leaf_id: null,
    streaming: false,
    cost_usd: '0',
    created_at: now,
    updated_at: now,
    revision: 0,
  }
  keepBegun(conversation.id, { temporary, folderId })
  return keepThread(beginThread(conversation, []), { unborn: true })
}
