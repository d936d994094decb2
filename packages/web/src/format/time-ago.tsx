import type { Moment } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { formatDistance, formatMoment } from './time.ts'

/** A moment as its distance from now; the exact one on hovering. */
export function TimeAgo({ moment }: { moment: Moment }) {
  const { i18n } = useTranslation()
  return (
    <time dateTime={moment} title={formatMoment(moment, i18n.language)}>
      {formatDistance(moment, i18n.language)}
    </time>
  )
}
