import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { formatTokens } from '../../format/tokens.ts'
import { Usd } from '../../format/usd.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Choices } from './choices.tsx'
import { DayChart } from './day-chart.tsx'
import { everyDay } from './every-day.ts'
import { GroupTable } from './group-table.tsx'
import { USAGE_DAYS, usageQuery } from './queries.ts'

const PERIODS = [7, 30, 90, 365] as const

/** What was called and what it cost: one's own, and for those who run the workspace everyone's. */
export function UsagePage() {
  const { t, i18n } = useTranslation()
  const { user } = useSignedIn()
  const navigate = useNavigate()
  const { days = USAGE_DAYS, scope: asked } = useSearch({ from: '/shell/settings/usage' })
  const scope = asked === 'workspace' && user.role !== 'member' ? 'workspace' : 'own'
  const { data: usage, error } = useQuery(usageQuery({ days, scope }))
  const choose = (search: { days?: number; scope?: 'workspace' }) =>
    void navigate({ to: '/settings/usage', search, replace: true })
  return (
    <Page
      title={t('usage.title')}
      about={t(scope === 'workspace' ? 'usage.aboutWorkspace' : 'usage.about')}
      action={
        <div className="flex flex-wrap gap-3">
          {user.role !== 'member' && (
            <Choices
              label={t('usage.scope')}
              value={scope}
              choices={[
                { value: 'own', title: t('usage.own') },
                { value: 'workspace', title: t('usage.workspace') },
              ]}
              onChoose={(next) => choose({ days, ...(next === 'workspace' ? { scope: next } : {}) })}
            />
          )}
          <Choices
            label={t('usage.period')}
            value={days}
            choices={PERIODS.map((period) => ({ value: period, title: t('usage.days', { count: period }) }))}
            onChoose={(next) => choose({ days: next, ...(scope === 'workspace' ? { scope } : {}) })}
          />
        </div>
      }
    >
      <Failure error={error} />
      {usage === undefined ? (
        error === null && <Skeleton rows={4} />
      ) : (
        <>
          <dl className="mb-6 grid grid-cols-2 gap-3 sm:grid-cols-4">
            <Figure name={t('usage.spent')}>
              <Usd amount={usage.total.cost_usd} />
            </Figure>
            <Figure name={t('usage.calls')}>{new Intl.NumberFormat(i18n.language).format(usage.total.calls)}</Figure>
            <Figure name={t('usage.tokensIn')}>{formatTokens(usage.total.tokens_prompt, i18n.language)}</Figure>
            <Figure name={t('usage.tokensOut')}>{formatTokens(usage.total.tokens_completion, i18n.language)}</Figure>
          </dl>
          {usage.total.calls === 0 ? (
            <Card className="grid justify-items-center gap-2 px-6 py-14 text-center">
              <h2 className="text-lg font-semibold">{t('usage.emptyTitle')}</h2>
              <p className="max-w-md text-ink-2">{t('usage.emptyAbout')}</p>
            </Card>
          ) : (
            <>
              <Section title={t('usage.byDay')}>
                <Card className="px-4 py-4">
                  <DayChart days={everyDay(usage)} />
                </Card>
              </Section>
              <GroupTable title={t('usage.byModel')} groups={usage.by_model} mono />
              <GroupTable title={t('usage.byProvider')} groups={usage.by_provider} />
              <GroupTable title={t('usage.byKey')} groups={usage.by_key} />
            </>
          )}
        </>
      )}
    </Page>
  )
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-surface px-4 py-3 shadow-low">
      <dt className="text-xs text-ink-3">{name}</dt>
      <dd className="tabular text-xl font-semibold">{children}</dd>
    </div>
  )
}
