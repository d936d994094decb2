import { ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

const SECOND_MS = 1_000

/**
 * What the model thought, folded away.
 * @param ms how long it took; undefined where nobody measured
 */
export function Reasoning({ text, ms, live }: { text: string; ms: number | undefined; live: boolean }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const seconds = Math.round((ms ?? 0) / SECOND_MS)
  return (
    <details className="group mb-3" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="flex w-fit list-none items-center gap-1.5 rounded-sm py-0.5 text-sm text-ink-3 transition-colors duration-100 hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight
          className="size-3.5 transition-transform duration-150 ease-turn group-open:rotate-90"
          aria-hidden="true"
        />
        {live ? (
          <span className="animate-breathe">
            {t('chat.thinking')} <Seconds />
          </span>
        ) : (
          <span>{ms === undefined || seconds < 1 ? t('chat.thought') : t('chat.thoughtFor', { seconds })}</span>
        )}
      </summary>
      {open && (
        <p className="mt-2 ml-1.5 max-h-96 overflow-y-auto border-l-2 border-line pl-4 text-sm whitespace-pre-wrap text-ink-2">
          {text === '' ? t('chat.thoughtHidden') : text}
        </p>
      )}
    </details>
  )
}

/** Seconds since it appeared. */
function Seconds() {
  const { t } = useTranslation()
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), SECOND_MS)
    return () => clearInterval(timer)
  }, [])
  // For the eye: a screen reader hears how long it took when it is over.
  return (
    <span aria-hidden="true" className="tabular">
      {seconds === 0 ? '' : t('chat.seconds', { seconds })}
    </span>
  )
}
