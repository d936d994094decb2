import { useTranslation } from 'react-i18next'
import { formatUsdShort } from '../../format/money.ts'

/** About what the next message costs; nothing where that is not known, or nothing. */
export function NextCost({ costUsd }: { costUsd: string | undefined }) {
  const { t, i18n } = useTranslation()
  if (costUsd === undefined || costUsd === '0') return null
  return (
    <span className="tabular whitespace-nowrap text-xs text-ink-3">
      {t('composer.nextCost')} ≈ {formatUsdShort(costUsd, i18n.language)}
    </span>
  )
}
