import type { Usd as Amount } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { formatUsd, formatUsdShort } from './money.ts'

/** An amount at a glance; the exact one on hovering. */
export function Usd({ amount }: { amount: Amount }) {
  const { i18n } = useTranslation()
  return <span title={formatUsd(amount, i18n.language)}>{formatUsdShort(amount, i18n.language)}</span>
}
