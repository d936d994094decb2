import type { Conversation, ConversationChange } from '@keyway/contract'
import { request } from '../../api/request.ts'
import { toast } from '../../ui/toast.ts'
import { AWAITED, withConversation, withMessages } from './thread.ts'
import { changeThread, type ThreadStore } from './thread-store.ts'
import { leafUnder } from './tree.ts'

/**
 * Ends an answer that is being written. What came is kept. More presses than one do nothing. One that the server has not
 * named yet is ended by whoever asked for it, as soon as it has a name.
 */
export async function stopAnswer(store: ThreadStore, id: string): Promise<void> {
  if (store.get().stopping.has(id)) return
  const without = (stopping: ReadonlySet<string>) => new Set([...stopping].filter((one) => one !== id))
  store.change((state) => ({ ...state, stopping: new Set([...state.stopping, id]) }))
  if (id.startsWith(AWAITED)) return
  try {
    const message = await request('POST /api/app/messages/:id/stop', { params: { id } })
    changeThread(store, (thread) => withMessages(thread, [message]))
  } finally {
    store.change((state) => ({ ...state, stopping: without(state.stopping) }))
  }
}

/** The answers of the branch that are being written. */
export function writingAnswers(store: ThreadStore): string[] {
  return [...store.get().thread.messages.values()].filter(({ status }) => status === 'streaming').map(({ id }) => id)
}

/** Ends every answer that is being written. */
export async function stopAll(store: ThreadStore): Promise<void> {
  await Promise.all(writingAnswers(store).map((id) => stopAnswer(store, id)))
}

/** Shows the branch through a message, here at once and everywhere from now on. */
export async function showBranch(store: ThreadStore, id: string): Promise<void> {
  await goTo(store, leafUnder(store.get().thread.messages, id))
}

/** Makes a message the end of the branch: the next one follows it. */
export async function goTo(store: ThreadStore, leaf: string): Promise<void> {
  changeThread(store, (thread) => ({ ...thread, leaf, shape: thread.shape + 1 }))
  if (leaf.startsWith(AWAITED)) return
  // What is read meanwhile does not know of it yet, and would lead back.
  store.change((state) => ({ ...state, asking: state.asking + 1 }))
  try {
    await changeConversation(store, { active_leaf_id: leaf })
  } finally {
    store.change((state) => ({ ...state, asking: state.asking - 1 }))
  }
}

/**
 * Changes something of the conversation, here at once. If the server refuses, it is as before.
 * @throws AppError in the server's words
 */
export async function changeConversation(store: ThreadStore, change: ConversationChange): Promise<Conversation> {
  const { conversation: before } = store.get().thread
  const { settings, ...rest } = change
  const wished: Conversation = { ...before, ...rest, settings: { ...before.settings, ...settings } }
  changeThread(store, (thread) => ({ ...thread, conversation: wished }))
  if (store.get().unborn) return wished
  try {
    const conversation = await request('PATCH /api/app/conversations/:id', { params: { id: store.id }, body: change })
    changeThread(store, (thread) => {
      const told = withConversation(thread, conversation)
      if (change.active_leaf_id === undefined) return told
      // Whoever has gone on meanwhile is not taken back to the branch that this was about.
      return { ...told, leaf: store.get().asking > 1 ? thread.leaf : change.active_leaf_id }
    })
    return conversation
  } catch (error) {
    changeThread(store, (thread) =>
      thread.conversation === wished ? { ...thread, conversation: before, leaf: before.active_leaf_id } : thread,
    )
    throw error
  }
}

/** Says in a corner what did not work, where there is no better place for it. */
export function sayFailure(error: unknown): void {
  toast(error instanceof Error ? error.message : String(error), { tone: 'alarm' })
}
