import type { Credential } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { providersQuery } from '../api/queries.ts'
import { Dialog } from '../ui/dialog.tsx'
import { PasteForm } from './paste-form.tsx'

/** Paste a key: for a new credential, or another secret in the place of one. */
export default function PasteDialog({
  provider,
  replaces,
  onClose,
}: {
  /** Whose key is wanted, where that is known; 'custom' for a server of one's own. */
  provider?: string
  replaces?: Credential
  onClose: () => void
}) {
  const { t } = useTranslation()
  const { data: providers } = useSuspenseQuery(providersQuery)
  const title = replaces === undefined ? t('paste.title') : t('paste.replaceTitle', { name: replaces.provider.name })
  return (
    <Dialog title={title} about={t('paste.about')} onClose={onClose} firm>
      <PasteForm
        providers={providers}
        {...(provider === undefined ? {} : { wanted: provider })}
        {...(replaces === undefined ? {} : { replaces })}
        onDone={onClose}
      />
    </Dialog>
  )
}
