import type { Connection, ConnectOutcome } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../ui/dialog.tsx'
import { ConnectForm } from './connect-form.tsx'
import { ConnectResult } from './connect-result.tsx'

type Props = {
  connection: Connection
  /** How it ended, on the way back from the issuer. */
  outcome: ConnectOutcome | undefined
  /** The path to come back to. */
  returnTo: string
  onClose: () => void
  onPaste: () => void
}

/** Connect with OpenRouter: the four steps before leaving, the result after coming back. */
export default function ConnectDialog({ connection, outcome, returnTo, onClose, onPaste }: Props) {
  const { t } = useTranslation()
  if (outcome !== undefined) {
    return (
      <Dialog title={t(`connect.result.${outcome}Title`)} onClose={onClose}>
        <ConnectResult
          connection={connection}
          outcome={outcome}
          returnTo={returnTo}
          onClose={onClose}
          onPaste={onPaste}
        />
      </Dialog>
    )
  }
  return (
    <Dialog title={t('connect.dialogTitle')} about={t('connect.dialogAbout')} onClose={onClose}>
      <ConnectForm connection={connection} returnTo={returnTo} />
    </Dialog>
  )
}
