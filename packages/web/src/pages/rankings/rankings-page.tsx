import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Wordmark } from '../../brand/mark.tsx'
import { formatTokens } from '../../format/tokens.ts'
import { Failure } from '../../ui/failure.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Choices } from '../usage/choices.tsx'
import { DEFAULT_PERIOD, rankingsQuery } from './queries.ts'

const PERIODS = ['day', 'week', 'month'] as const

/** Which apps use most here: for everybody by the operator's word, and else for those who are signed in. */
export function RankingsPage() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const { period = DEFAULT_PERIOD } = useSearch({ from: '/rankings' })
  const { data: ranking, error } = useQuery(rankingsQuery(period))
  const most = Math.max(0, ...(ranking?.apps ?? []).map(({ tokens }) => Number(tokens)))
  const count = new Intl.NumberFormat(i18n.language)
  return (
    <div className="min-h-dvh">
      <header className="mx-auto w-full max-w-4xl px-4 pt-6 sm:px-8">
        <Link to="/" aria-label="Keyway" className="inline-block rounded-md">
          <Wordmark />
        </Link>
      </header>
      <main>
        <Page
          title={t('rankings.title')}
          about={t('rankings.about')}
          action={
            <Choices
              label={t('rankings.period')}
              value={period}
              choices={PERIODS.map((one) => ({ value: one, title: t(`rankings.periods.${one}`) }))}
              onChoose={(next) => void navigate({ to: '/rankings', search: { period: next }, replace: true })}
            />
          }
        >
          <Failure error={error} />
          {ranking === undefined && error === null && <Skeleton rows={5} />}
          {ranking?.apps.length === 0 && (
            <Card className="grid justify-items-center gap-2 px-6 py-14 text-center">
              <h2 className="text-lg font-semibold">{t('rankings.emptyTitle')}</h2>
              <p className="max-w-md text-ink-2">{t('rankings.emptyAbout')}</p>
            </Card>
          )}
          {ranking !== undefined && ranking.apps.length > 0 && (
            <Card className="px-4 py-1">
              <table className="w-full table-fixed text-sm">
                <thead className="text-left text-xs text-ink-3">
                  <tr>
                    <th className="w-10 py-2 font-medium">{t('rankings.rank')}</th>
                    <th className="py-2 font-medium">{t('rankings.app')}</th>
                    <th className="w-20 py-2 text-right font-medium max-sm:hidden">{t('rankings.calls')}</th>
                    <th className="w-24 py-2 text-right font-medium">{t('rankings.tokens')}</th>
                  </tr>
                </thead>
                <tbody className="tabular">
                  {ranking.apps.map(({ rank, host, title, calls, tokens }) => (
                    <tr key={host} className="border-t border-line">
                      <td className="py-2.5 align-top text-ink-3">{rank}</td>
                      <th scope="row" className="py-2.5 pr-4 text-left font-normal">
                        <span className="block truncate font-mono font-medium">{host}</span>
                        {title !== null && (
                          <span className="block truncate text-xs text-ink-3">{`\u201c${title}\u201d`}</span>
                        )}
                        <span aria-hidden="true" className="mt-1.5 block h-1 rounded-full bg-press">
                          <span
                            className="block h-full rounded-full bg-brass"
                            style={{ width: `${most === 0 ? 0 : (Number(tokens) / most) * 100}%` }}
                          />
                        </span>
                      </th>
                      <td className="py-2.5 text-right align-top max-sm:hidden">{count.format(calls)}</td>
                      <td className="py-2.5 text-right align-top font-medium">
                        {formatTokens(Number(tokens), i18n.language)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Card>
          )}
        </Page>
      </main>
    </div>
  )
}
