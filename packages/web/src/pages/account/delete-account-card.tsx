import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { withTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'

const DeleteAccountDialog = lazy(() => withTexts(['account'], import('./delete-account-dialog.tsx')))

/** The way out for good. */
export function DeleteAccountCard() {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  return (
    <Card className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
      <p className="text-sm text-ink-2">{t('account.deleteAbout')}</p>
      <Button size="sm" onClick={() => setAsking(true)}>
        {t('account.delete')}
      </Button>
      <Suspense>{asking && <DeleteAccountDialog onClose={() => setAsking(false)} />}</Suspense>
    </Card>
  )
}
