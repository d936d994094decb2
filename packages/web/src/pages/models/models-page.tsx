import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ClipboardPaste } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { connectionQuery, credentialsQuery, modelsQuery, providersQuery } from '../../api/queries.ts'
import { OpenRouterCard } from '../../connect/openrouter-card.tsx'
import { withTexts } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Page, Section } from '../../ui/page.tsx'
import { CredentialRow } from '../../vault/credential-row.tsx'
import { LocalServers } from './local-servers.tsx'
import { ProviderGrid } from './provider-grid.tsx'

const ConnectDialog = lazy(() => withTexts(['connect', 'terms'], import('../../connect/connect-dialog.tsx')))
const PasteDialog = lazy(() => withTexts(['models'], import('../../vault/paste-dialog.tsx')))
const ModelPicker = lazy(() => withTexts(['picker'], import('../../picker/model-picker.tsx')))

type Open = { dialog: 'connect' | 'models' } | { dialog: 'paste'; provider?: string }

/** Where models come from: OpenRouter, every other provider's key, and what can be called with them. */
export function ModelsPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const back = useSearch({ from: '/shell/settings/models' })
  const { data: connection } = useSuspenseQuery(connectionQuery)
  const { data: credentials } = useSuspenseQuery(credentialsQuery)
  const { data: providers } = useSuspenseQuery(providersQuery)
  const { data: models } = useSuspenseQuery(modelsQuery)
  const [open, setOpen] = useState<Open | undefined>()
  const close = () => {
    setOpen(undefined)
    if (back.connect !== undefined) void navigate({ to: '/settings/models', replace: true })
  }
  const pasted = credentials.filter(({ origin }) => origin !== 'connected')
  const callable = models.data.filter((model) => model.callable).length
  const paste = (provider?: string) =>
    setOpen(provider === undefined ? { dialog: 'paste' } : { dialog: 'paste', provider })
  return (
    <Page title={t('models.title')} about={t('models.about')}>
      <OpenRouterCard connection={connection} onConnect={() => setOpen({ dialog: 'connect' })} />
      <LocalServers />
      <div className="mt-9">
        {pasted.length > 0 && (
          <Section title={t('models.yours')} about={t('models.yoursAbout')}>
            <Card>
              <ul>
                {pasted.map((credential) => (
                  <CredentialRow key={credential.id} credential={credential} />
                ))}
              </ul>
            </Card>
          </Section>
        )}
        <Section
          title={t('models.add')}
          about={t('models.addAbout')}
          action={
            <Button onClick={() => paste()}>
              <ClipboardPaste aria-hidden="true" />
              {t('models.paste')}
            </Button>
          }
        >
          <ProviderGrid providers={providers} onAdd={paste} />
        </Section>
        <Section
          title={t('models.available')}
          about={callable === 0 ? t('models.none') : t('models.availableAbout', { count: callable })}
          action={
            models.data.length > 0 && (
              <Button onClick={() => setOpen({ dialog: 'models' })}>{t('models.browse')}</Button>
            )
          }
        >
          {null}
        </Section>
      </div>
      <Suspense>
        {(open?.dialog === 'connect' || back.connect !== undefined) && (
          <ConnectDialog
            connection={connection}
            back={back}
            returnTo="/settings/models"
            onClose={close}
            onPaste={() => {
              close()
              paste('openrouter')
            }}
          />
        )}
        {open?.dialog === 'paste' && (
          <PasteDialog {...(open.provider === undefined ? {} : { provider: open.provider })} onClose={close} />
        )}
        {open?.dialog === 'models' && <ModelPicker onClose={close} />}
      </Suspense>
    </Page>
  )
}
