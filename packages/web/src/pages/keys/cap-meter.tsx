import type { Key } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { usedShare } from '../../format/money.ts'
import { Usd } from '../../format/usd.tsx'

/** From here on a cap is nearly used up. */
const NEARLY = 0.9

/** How much of a key's cap is left, as words and as a bar. */
export function CapMeter({ data: key }: { data: Pick<Key, 'limit_usd' | 'limit_remaining_usd' | 'reset'> }) {
  const { t } = useTranslation()
  if (key.limit_usd === null || key.limit_remaining_usd === null) {
    return <p className="text-sm text-ink-3">{t('keys.uncapped')}</p>
  }
  const share = usedShare(key.limit_usd, key.limit_remaining_usd)
  return (
    <div className="grid gap-1">
      <p className="flex items-baseline justify-between gap-2 text-sm tabular">
        <span>
          <Usd amount={key.limit_remaining_usd} /> <span className="text-ink-3">{t('keys.left')}</span>
        </span>
        <span className="text-2xs text-ink-3">
          <Usd amount={key.limit_usd} />
          {key.reset !== null && ` · ${t(`terms.resets.${key.reset}`)}`}
        </span>
      </p>
      <svg
        viewBox="0 0 100 3"
        preserveAspectRatio="none"
        className="h-1 w-full overflow-hidden rounded-full"
        aria-hidden="true"
      >
        <rect width="100" height="3" fill="var(--line)" />
        <rect width={share * 100} height="3" fill={share >= NEARLY ? 'var(--alarm)' : 'var(--brass)'} />
      </svg>
    </div>
  )
}
