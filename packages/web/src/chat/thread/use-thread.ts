import type { ChatEvent } from '@keyway/contract'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react'
import { forgetConversation, keepConversation } from '../../api/conversations.ts'
import { connectionQuery, modelsQuery, stateQuery } from '../../api/queries.ts'
import { writingAnswers } from './acts.ts'
import { watchConversation } from './event-line.ts'
import { isBehind, withEvent } from './thread.ts'
import { changeThread, forgetThread, refreshThread, type ThreadState, type ThreadStore } from './thread-store.ts'

const Open = createContext<ThreadStore | undefined>(undefined)
export const ThreadProvider = Open.Provider

/** The conversation that the page is about. */
export function useThreadStore(): ThreadStore {
  const store = useContext(Open)
  if (store === undefined) throw new Error('no conversation is open here')
  return store
}

/** A part of what is known of it. Renders again only where that part is another: `pick` must not make new objects. */
export function useThread<T>(pick: (state: ThreadState) => T): T {
  const store = useThreadStore()
  return useSyncExternalStore(store.subscribe, () => pick(store.get()))
}

/** A server that did not answer is not asked again at once. Milliseconds. */
const AFTER_FAILURE_MS = 2_000
/** What happened while it was read may have to be read too. Milliseconds. */
const AFTER_READING_MS = 100

/** With such a failure a way to models may be gone: a key that was revoked at the provider, say. */
const WAY_GONE = new Set(['provider_credential_rejected', 'no_endpoints', 'model_not_callable'])

const isWayGone = (event: ChatEvent) => event.type === 'ended' && WAY_GONE.has(event.message.failure?.code ?? '')

/** What of a conversation the lists show. */
const listed = ({ title, pinned, archived, folder_id, streaming, updated_at }: ThreadState['thread']['conversation']) =>
  JSON.stringify([title, pinned, archived, folder_id, streaming, updated_at])

/** Keeps a conversation in step with the server while the page is there, and the lists in step with it. */
export function useWatched(store: ThreadStore): void {
  const queries = useQueryClient()
  const unborn = useSyncExternalStore(store.subscribe, () => store.get().unborn)
  useEffect(() => {
    if (unborn) return
    // A house model's day, once an answer has ended: as it was told, or before the line was open.
    const dayHasOneLess = () => void queries.invalidateQueries({ queryKey: stateQuery.queryKey })
    let refreshing = false
    let closed = false
    let pausing: ReturnType<typeof setTimeout> | undefined
    const catchUp = async () => {
      const { thread, asking } = store.get()
      if (closed || refreshing || pausing !== undefined || asking > 0 || !isBehind(thread)) return
      refreshing = true
      let pauseMs = AFTER_READING_MS
      try {
        await refreshThread(store)
        dayHasOneLess()
        // What was written of an answer before it was known here is gone by: it has to come whole.
        if (writingAnswers(store).some((id) => !thread.messages.has(id))) line.reopen()
      } catch {
        // The line says it if the server is away.
        pauseMs = AFTER_FAILURE_MS
      } finally {
        refreshing = false
      }
      if (closed || !isBehind(store.get().thread)) return
      // Nothing more may ever be told of it.
      pausing = setTimeout(() => {
        pausing = undefined
        void catchUp()
      }, pauseMs)
    }
    const line = watchConversation(store.id, {
      onLine: (open) => store.change((state) => (state.line === open ? state : { ...state, line: open })),
      onEvents: (events) => {
        changeThread(store, (thread) => events.reduce(withEvent, thread))
        if (events.some(({ type }) => type === 'ended')) dayHasOneLess()
        if (events.some(isWayGone)) {
          for (const { queryKey } of [modelsQuery, connectionQuery])
            void queries.invalidateQueries({ queryKey: [...queryKey] })
        }
        if (store.get().thread.deleted) {
          forgetConversation(queries, store.id)
          forgetThread(store.id)
        }
      },
    })
    const unsubscribe = store.subscribe(() => void catchUp())
    return () => {
      closed = true
      clearTimeout(pausing)
      unsubscribe()
      line.close()
    }
  }, [store, queries, unborn])
  useEffect(() => {
    let last = ''
    const tell = () => {
      const { thread, unborn: notYet } = store.get()
      const now = listed(thread.conversation)
      if (notYet || now === last || thread.deleted) return
      last = now
      keepConversation(queries, thread.conversation)
    }
    tell()
    return store.subscribe(tell)
  }, [store, queries])
}
