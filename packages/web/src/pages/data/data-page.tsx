import { Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withTexts } from '../../i18n/i18n.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { CollectionCard } from './collection-card.tsx'
import { ImportCard } from './import-card.tsx'
import { RoomMeter } from './room-meter.tsx'

const DeleteAllDialog = lazy(() => withTexts(['data'], import('./delete-all-dialog.tsx')))

/** Where messages go, and how they leave, come in and end. */
export function DataPage() {
  const { t } = useTranslation()
  const [deleting, setDeleting] = useState<'conversations' | 'data' | undefined>()
  return (
    <Page title={t('data.title')} about={t('data.about')}>
      <Section title={t('data.where')}>
        <CollectionCard />
      </Section>
      <Section title={t('data.export')}>
        <Card className="flex flex-wrap items-center justify-between gap-3 px-4 py-3.5">
          <p className="min-w-56 max-w-lg flex-1 text-sm text-ink-2">{t('data.exportAbout')}</p>
          {/* A plain link: the browser saves what comes, however large. */}
          <a href="/api/app/export" download className={buttonClass('plain', 'md')}>
            <Download aria-hidden="true" />
            {t('data.exportButton')}
          </a>
        </Card>
      </Section>
      <Section title={t('data.import')}>
        <ImportCard />
      </Section>
      <Section title={t('data.room')}>
        <RoomMeter />
      </Section>
      <Section title={t('data.end')}>
        <Card>
          <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-3.5">
            <p className="min-w-56 max-w-lg flex-1 text-sm text-ink-2">{t('data.deleteAllAbout')}</p>
            <Button onClick={() => setDeleting('conversations')}>{t('data.deleteAll')}</Button>
          </div>
          <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-3.5">
            <p className="min-w-56 max-w-lg flex-1 text-sm text-ink-2">{t('data.deleteDataAbout')}</p>
            <Button onClick={() => setDeleting('data')}>{t('data.deleteData')}</Button>
          </div>
          <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3.5">
            <p className="min-w-56 max-w-lg flex-1 text-sm text-ink-2">
              {t('data.account')}: {t('data.accountAbout')}
            </p>
            <Link to="/settings/account" hash="delete-account" className={buttonClass('plain', 'md')}>
              {t('data.accountLink')}
            </Link>
          </div>
        </Card>
      </Section>
      <Suspense>
        {deleting !== undefined && <DeleteAllDialog what={deleting} onClose={() => setDeleting(undefined)} />}
      </Suspense>
    </Page>
  )
}
