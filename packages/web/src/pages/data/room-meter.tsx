import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../../format/bytes.ts'
import { Card } from '../../ui/page.tsx'
import { quotaQuery } from './queries.ts'

/** How much of the room for attachments is taken. */
export function RoomMeter() {
  const { t, i18n } = useTranslation()
  const { data: quota } = useSuspenseQuery(quotaQuery)
  const share = quota.limit_bytes === 0 ? 1 : Math.min(1, quota.used_bytes / quota.limit_bytes)
  const size = (bytes: number) => formatBytes(bytes, i18n.language)
  const told = t('data.roomUsed', { used: size(quota.used_bytes), limit: size(quota.limit_bytes) })
  return (
    <Card className="grid gap-2 px-4 py-3.5">
      <p className="tabular text-sm text-ink-2">{told}</p>
      <div aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-press">
        <div
          className={`h-full rounded-full ${share > 0.9 ? 'bg-alarm' : 'bg-brass'}`}
          style={{ width: `${share * 100}%` }}
        />
      </div>
    </Card>
  )
}
