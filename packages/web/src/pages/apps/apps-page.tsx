import { useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Bitting } from '../../brand/bitting.tsx'
import { Card, Page } from '../../ui/page.tsx'
import { AppCard } from './app-card.tsx'
import { appsQuery } from './queries.ts'

/** The apps that the person gave a key to: what each may spend, what it did, and the way to end it. */
export function AppsPage() {
  const { t } = useTranslation()
  const { data: apps } = useSuspenseQuery(appsQuery)
  return (
    <Page
      title={t('apps.title')}
      about={t('apps.about')}
      action={
        <Link to="/rankings" className="text-sm text-ink-2 underline underline-offset-2 hover:text-ink">
          {t('apps.toRankings')}
        </Link>
      }
    >
      {apps.length === 0 ? (
        <Card className="grid justify-items-center gap-3 px-6 py-14 text-center">
          <Bitting hash="9b1e40c7d253" dim className="mb-2 h-6" />
          <h2 className="text-lg font-semibold">{t('apps.emptyTitle')}</h2>
          <p className="max-w-md text-ink-2">{t('apps.emptyAbout')}</p>
        </Card>
      ) : (
        <ul className="grid gap-3">
          {apps.map((app) => (
            <AppCard key={app.hash} data={app} />
          ))}
        </ul>
      )}
    </Page>
  )
}
