import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'

const SECOND_MS = 1_000

/** Tries again; before a limit has passed it counts down to when that is of use. */
export function RetryButton({
  look,
  waitMs = 0,
  onRetry,
}: {
  look: 'primary' | 'plain'
  waitMs?: number | undefined
  onRetry: () => void
}) {
  const { t } = useTranslation()
  const [seconds, setSeconds] = useState(Math.ceil(waitMs / SECOND_MS))
  const waits = seconds > 0
  useEffect(() => {
    if (!waits) return
    const tick = setInterval(() => setSeconds((left) => left - 1), SECOND_MS)
    return () => clearInterval(tick)
  }, [waits])
  return (
    <Button look={look} size="sm" disabled={waits} onClick={onRetry}>
      <span className="tabular">{waits ? t('chat.retryIn', { seconds }) : t('common.retry')}</span>
    </Button>
  )
}
