import type { ConnectedApp } from '@keyway/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { formatDistance } from '../../format/time.ts'
import { formatTokens } from '../../format/tokens.ts'
import { Usd } from '../../format/usd.tsx'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Sheet } from '../../ui/sheet.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { appName } from './app-name.ts'
import { appCallsQuery } from './queries.ts'

/** What an app did in the person's name, the latest first. */
export default function CallsSheet({ data, onClose }: { data: ConnectedApp; onClose: () => void }) {
  const { t, i18n } = useTranslation()
  const {
    data: pages,
    error,
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage,
  } = useInfiniteQuery(appCallsQuery(data.hash))
  const calls = pages?.pages.flatMap((page) => page.data)
  const tokens = (count: number) => formatTokens(count, i18n.language)
  return (
    <Sheet title={t('apps.callsTitle', { name: appName(data, t) })} about={t('apps.callsAbout')} onClose={onClose}>
      <Failure error={error} />
      {calls === undefined && error === null && <Skeleton rows={5} />}
      {calls?.length === 0 && <p className="text-ink-2">{t('apps.nothingUsed')}</p>}
      <ul className="grid">
        {calls?.map((call) => (
          <li key={call.id} className="grid gap-0.5 border-b border-line py-2.5 first:pt-0 last:border-b-0">
            <p className="flex items-baseline justify-between gap-3">
              <span className="truncate font-mono text-xs">{call.model}</span>
              <span className="text-sm tabular">
                <Usd amount={call.cost_usd} />
              </span>
            </p>
            <p className="flex flex-wrap items-center gap-x-2 text-xs text-ink-3 tabular">
              {formatDistance(call.at, i18n.language)} · {call.provider} ·{' '}
              {t('apps.tokens', { input: tokens(call.tokens_prompt), output: tokens(call.tokens_completion) })}
              {call.state !== 'done' && <Chip tone="quiet">{t(`apps.callStates.${call.state}`)}</Chip>}
            </p>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-3 justify-self-start" busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t('apps.callsMore')}
        </Button>
      )}
    </Sheet>
  )
}
