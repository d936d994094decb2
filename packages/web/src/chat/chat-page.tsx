import { useLoaderData, useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react'
import { withTexts } from '../i18n/i18n.ts'
import { ChatHead } from './chat-head.tsx'
import { ThreadComposer } from './composer/thread-composer.tsx'
import { sayFailure, stopAll, writingAnswers } from './thread/acts.ts'
import { Announcer } from './thread/announcer.tsx'
import type { ThreadStore } from './thread/thread-store.ts'
import { ThreadView } from './thread/thread-view.tsx'
import { ThreadProvider, useWatched } from './thread/use-thread.ts'
import { useKeyboardInset } from './use-keyboard-inset.ts'

const ConnectHere = lazy(() => withTexts(['connect', 'terms'], import('../connect/connect-here.tsx')))

/** A conversation: what was said, and where one goes on. */
export function ChatPage() {
  const { store } = useLoaderData({ from: '/shell/c/$id' })
  // Another conversation is another page: nothing of this one's state is its.
  return (
    <ThreadProvider key={store.id} value={store}>
      <OpenChat store={store} />
    </ThreadProvider>
  )
}

function OpenChat({ store }: { store: ThreadStore }) {
  const { message, ...back } = useSearch({ from: '/shell/c/$id' })
  const navigate = useNavigate()
  useWatched(store)
  useKeyboardInset()
  useKeys(store)
  const deleted = useSyncExternalStore(store.subscribe, () => store.get().thread.deleted)
  const title = useSyncExternalStore(store.subscribe, () => store.get().thread.conversation.title)
  useEffect(() => {
    if (deleted) void navigate({ to: '/', replace: true })
  }, [deleted, navigate])
  useEffect(() => {
    document.title = title === '' ? 'Keyway' : `${title} · Keyway`
    return () => {
      document.title = 'Keyway'
    }
  }, [title])
  return (
    <div className="flex h-[var(--seen,100dvh)] min-w-0 flex-col">
      <ChatHead />
      <ThreadView found={message} />
      <ThreadComposer />
      <Announcer />
      <Suspense>
        {back.connect !== undefined && (
          <ConnectHere
            back={back}
            returnTo={`/c/${store.id}`}
            onClose={() => void navigate({ to: '/c/$id', params: { id: store.id }, replace: true })}
          />
        )}
      </Suspense>
    </div>
  )
}

/** Escape ends the answer that is being written; F6 goes from what was said to where one writes, and back. */
function useKeys(store: ThreadStore): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('[role="dialog"], dialog[open]')) return
      if (event.key === 'Escape' && writingAnswers(store).length > 0) {
        event.preventDefault()
        stopAll(store).catch(sayFailure)
      } else if (event.key === 'F6') {
        const transcript = document.getElementById('transcript')
        const field = document.querySelector<HTMLElement>('textarea[name="message"]')
        const inside = transcript?.contains(document.activeElement) === true
        event.preventDefault()
        ;(inside ? field : transcript)?.focus()
      }
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [store])
}
