import type { Asked, Message } from '@keyway/contract'
import { request } from '../../api/request.ts'
import { newId } from '../new-id.ts'
import type { Outgoing } from './outgoing.ts'
import { AWAITED, withConversation, withMessages, withoutMessages } from './thread.ts'
import { changeThread, type ThreadStore } from './thread-store.ts'

/**
 * Asks for answers. What is asked is shown at once; if it is refused, it is taken back and stands as the thread's trouble.
 * @param store of a conversation; one that the server does not know yet is made first
 */
export async function ask(store: ThreadStore, outgoing: Outgoing): Promise<void> {
  const id = newId()
  const before = store.get().thread.leaf
  const shown = foresee(store.id, id, outgoing)
  changeThread(store, (thread) => ({
    ...withMessages(thread, shown),
    leaf: shown.find(({ role }) => role === 'assistant')?.id ?? thread.leaf,
  }))
  store.change((state) => ({ ...state, trouble: undefined, asking: state.asking + 1 }))
  try {
    if (store.get().unborn) {
      const { temporary, folder_id, settings } = store.get().thread.conversation
      const conversation = await request('POST /api/app/conversations', {
        body: { id: store.id, temporary, folder_id, settings },
      })
      store.change((state) => ({ ...state, unborn: false, thread: { ...state.thread, conversation } }))
    }
    const asked = await post(store.id, id, outgoing)
    changeThread(store, (thread) => {
      const told = withMessages(thread, asked.messages)
      const left = shown.map((one) => one.id).filter((one) => one.startsWith(AWAITED) && told.messages.has(one))
      const rid = left.length === 0 ? told : withoutMessages(told, left, told.leaf)
      const conversation = withConversation(rid, asked.conversation)
      // Whoever went to another branch meanwhile stays there.
      const stayed = rid.leaf !== null && rid.messages.has(rid.leaf)
      return stayed ? { ...conversation, leaf: rid.leaf } : conversation
    })
  } catch (error) {
    const ids = shown.map((one) => one.id)
    changeThread(store, (thread) => withoutMessages(thread, ids, before))
    store.change((state) => ({ ...state, trouble: { error, outgoing } }))
  } finally {
    store.change((state) => ({ ...state, asking: state.asking - 1 }))
  }
}

function post(conversation: string, id: string, outgoing: Outgoing): Promise<Asked> {
  const { parentId: parent_id, models, trim } = outgoing
  const common = { id, models, ...(trim ? { trim } : {}) }
  if (outgoing.kind === 'message') {
    return request('POST /api/app/conversations/:id/messages', {
      params: { id: conversation },
      body: {
        ...common,
        parent_id,
        parts: outgoing.parts,
        ...(outgoing.promptVersionId === undefined ? {} : { prompt_version_id: outgoing.promptVersionId }),
      },
    })
  }
  return request('POST /api/app/conversations/:id/answers', {
    params: { id: conversation },
    body: {
      ...common,
      parent_id: outgoing.parentId,
      ...(outgoing.continues === undefined ? {} : { continues: outgoing.continues }),
    },
  })
}

/** The messages as they will be, so that they stand there before the server has said anything. */
function foresee(conversation_id: string, id: string, outgoing: Outgoing): Message[] {
  const blank = {
    conversation_id,
    group_id: null,
    prompt_version_id: null,
    figures: null,
    failure: null,
    created_at: new Date().toISOString(),
  }
  const answers = outgoing.models.map(
    (model, place): Message => ({
      ...blank,
      id: `${AWAITED}${id}:${place}`,
      parent_id: outgoing.kind === 'message' ? id : outgoing.parentId,
      role: 'assistant',
      parts: [],
      status: 'streaming',
      model,
      group_id: outgoing.models.length > 1 ? `${AWAITED}${id}` : null,
    }),
  )
  if (outgoing.kind === 'answer') return answers
  const own: Message = {
    ...blank,
    id,
    parent_id: outgoing.parentId,
    role: 'user',
    parts: outgoing.parts,
    status: 'done',
    model: null,
  }
  return [own, ...answers]
}
