import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Spinner } from '../../ui/spinner.tsx'
import { useThread } from '../thread/use-thread.ts'

const TICK_MS = 100

/** How long a column's answer has been under way; what it took is below it, once it is there. */
export function ColumnState({ id }: { id: string }) {
  const { t, i18n } = useTranslation()
  const writing = useThread(({ thread }) => thread.messages.get(id)?.status === 'streaming')
  const [ms, setMs] = useState(0)
  useEffect(() => {
    if (!writing) return
    const begin = performance.now()
    const timer = setInterval(() => setMs(performance.now() - begin), TICK_MS)
    return () => clearInterval(timer)
  }, [writing])
  if (!writing) return null
  const seconds = new Intl.NumberFormat(i18n.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    ms / 1000,
  )
  return (
    <span className="flex shrink-0 items-center gap-2 text-xs text-ink-3">
      <span className="tabular" aria-hidden="true">
        {t('chat.seconds', { seconds })}
      </span>
      <Spinner className="size-3" />
    </span>
  )
}

/** Marks a column that one does not see just now while its answer is being written. */
export function TabState({ id }: { id: string }) {
  const writing = useThread(({ thread }) => thread.messages.get(id)?.status === 'streaming')
  return writing && <Spinner className="size-3" />
}
