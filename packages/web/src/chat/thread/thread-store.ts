import { request } from '../../api/request.ts'
import type { Outgoing } from './outgoing.ts'
import { beginThread, readAgain, type Thread } from './thread.ts'

/** A conversation that is open in this browser. */
export type ThreadState = {
  thread: Thread
  /** Is the line of events open? Only then what is shown is what happens. */
  line: boolean
  /** What could not be asked for last. What was written goes back to the composer. */
  trouble: Trouble | undefined
  /** Answers whose end was asked for. */
  stopping: ReadonlySet<string>
  /** How many questions and changes of the branch are on their way: what they bring is told with their answers. */
  asking: number
  /** The server does not know the conversation yet. */
  unborn: boolean
}

export type Trouble = {
  error: unknown
  outgoing: Outgoing
  /** What was written is in the composer again: once is enough, however often one comes back here. */
  returned: boolean
}

export type ThreadStore = {
  readonly id: string
  get: () => ThreadState
  subscribe: (listener: () => void) => () => void
  change: (change: (state: ThreadState) => ThreadState) => void
}

/** Open ones, the one that was opened last at the end. */
const stores = new Map<string, ThreadStore>()
/** Going back to one of the last few shows it at once. */
const KEPT_MAX = 6

/** Opens a conversation that is known already. */
export function keepThread(thread: Thread, { unborn }: { unborn: boolean }): ThreadStore {
  const listeners = new Set<() => void>()
  let state: ThreadState = { thread, line: true, trouble: undefined, stopping: new Set(), asking: 0, unborn }
  const store: ThreadStore = {
    id: thread.conversation.id,
    get: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    change(change) {
      const next = change(state)
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
  }
  stores.set(store.id, store)
  const oldest = [...stores.keys()].slice(0, Math.max(0, stores.size - KEPT_MAX))
  for (const id of oldest) stores.delete(id)
  return store
}

/**
 * The conversation with an id: as it is known here, else as the server has it.
 * @throws AppError not_found where it is nobody's or another's
 */
export async function openThread(id: string): Promise<ThreadStore> {
  const known = stores.get(id)
  if (known !== undefined) {
    stores.delete(id)
    stores.set(id, known)
    if (known.get().thread.deleted) stores.delete(id)
    else return known
  }
  const { conversation, messages } = await request('GET /api/app/conversations/:id', { params: { id } })
  return keepThread(beginThread(conversation, messages), { unborn: false })
}

/** Reads it again from the server. */
export async function refreshThread(store: ThreadStore): Promise<void> {
  const { conversation, messages } = await request('GET /api/app/conversations/:id', { params: { id: store.id } })
  store.change((state) => ({ ...state, thread: readAgain(state.thread, conversation, messages) }))
}

/** Changes the conversation that is shown. */
export function changeThread(store: ThreadStore, change: (thread: Thread) => Thread): void {
  store.change((state) => {
    const thread = change(state.thread)
    return thread === state.thread ? state : { ...state, thread }
  })
}

/** Forgets a conversation that is gone. */
export function forgetThread(id: string): void {
  stores.delete(id)
}
