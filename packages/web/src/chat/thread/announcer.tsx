import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useThread } from './use-thread.ts'

/** Says to screen readers that an answer begins and that it is there: never its words, which they read when they like. */
export function Announcer() {
  const { t } = useTranslation()
  const state = useThread(({ thread }) => {
    const leaf = thread.leaf === null ? undefined : thread.messages.get(thread.leaf)
    return leaf?.role === 'assistant' ? leaf.status : undefined
  })
  // An answer that was begun before this page was there is news to whoever comes.
  const before = useRef<typeof state>(undefined)
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (state === before.current) return
    const wasWriting = before.current === 'streaming'
    before.current = state
    if (state === 'streaming') setSaid(t('chat.saidBegins'))
    else if (wasWriting && state === 'done') setSaid(t('chat.saidComplete'))
    else if (wasWriting && state === 'stopped') setSaid(t('chat.stopped'))
    else if (wasWriting) setSaid('')
  }, [state, t])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}
