import type { IssuedKey } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keysQuery } from '../../api/queries.ts'
import { Bitting } from '../../brand/bitting.tsx'
import { withTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { UseItFrom } from '../../use-it/use-it-from.tsx'
import { KeyRow } from './key-row.tsx'

const KeyDialog = lazy(() => withTexts(['keys', 'terms'], import('./key-dialog.tsx')))
const IssuedDialog = lazy(() => withTexts(['keys', 'use'], import('./issued-dialog.tsx')))

/** Four made-up keys, for the picture of an empty list. */
const PICTURE = ['3a81f04c9e27', '7c02d19b45e8', 'e15f38a6027d'] as const

/** The keys that the person's programs use. */
export function KeysPage() {
  const { t } = useTranslation()
  const { data: keys } = useSuspenseQuery(keysQuery)
  const navigate = useNavigate()
  const { create } = useSearch({ strict: false })
  const { hash } = useParams({ strict: false })
  const [creating, setCreating] = useState(false)
  const [issued, setIssued] = useState<IssuedKey | undefined>()
  const closeForm = () => {
    setCreating(false)
    if (create === true) void navigate({ to: '/keys', replace: true })
  }
  const newKey = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden="true" />
      {t('keys.create')}
    </Button>
  )
  return (
    <Page title={t('keys.title')} about={t('keys.about')} action={keys.length > 0 && newKey}>
      {keys.length === 0 ? (
        <Card className="grid justify-items-center gap-3 px-6 py-14 text-center">
          <div className="mb-2 grid gap-1 opacity-80">
            {PICTURE.map((cuts) => (
              <Bitting key={cuts} hash={cuts} dim />
            ))}
          </div>
          <h2 className="text-lg font-semibold">{t('keys.emptyTitle')}</h2>
          <p className="mb-2 max-w-md text-ink-2">{t('keys.emptyAbout')}</p>
          {newKey}
        </Card>
      ) : (
        <Card>
          <ul>
            {keys.map((key) => (
              <KeyRow key={key.hash} data={key} marked={key.hash === hash} onIssued={setIssued} />
            ))}
          </ul>
        </Card>
      )}
      <div className="mt-10">
        <Section title={t('use.title')} about={t('use.about')}>
          <Card className="p-4 sm:p-5">
            <UseItFrom />
          </Card>
        </Section>
      </div>
      <Suspense>
        {(creating || create === true) && (
          <KeyDialog
            onClose={closeForm}
            onIssued={(key) => {
              closeForm()
              setIssued(key)
            }}
          />
        )}
        {issued !== undefined && <IssuedDialog issued={issued} onClose={() => setIssued(undefined)} />}
      </Suspense>
    </Page>
  )
}
