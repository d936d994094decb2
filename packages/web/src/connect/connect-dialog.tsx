import type { ConnectEnd, Connection } from '@keyway/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConnectReturn } from '../search.ts'
import { Dialog } from '../ui/dialog.tsx'
import { ConfirmAccount } from './confirm-account.tsx'
import { ConnectForm } from './connect-form.tsx'
import { ConnectResult } from './connect-result.tsx'
import { HeadlessForm } from './headless-form.tsx'

type Props = {
  connection: Connection
  /** What the address says on the way back from the issuer; empty before leaving. */
  back: ConnectReturn
  /** The path to come back to. */
  returnTo: string
  onClose: () => void
  onPaste: () => void
}

/** Connect with OpenRouter: the four steps before leaving, the result after coming back. */
export default function ConnectDialog({ connection, back, returnTo, onClose, onPaste }: Props) {
  const { t } = useTranslation()
  const [end, setEnd] = useState(() => endOf(back))
  const isHeadless = connection.flow === 'headless' || back.connect === 'headless'
  if (end?.outcome === 'discarded') {
    return (
      <Dialog title={t('connect.confirm.keptTitle')} about={t('connect.confirm.kept')} onClose={onClose}>
        {null}
      </Dialog>
    )
  }
  if (end?.outcome === 'confirm') {
    return (
      <Dialog title={t('connect.confirm.title')} about={t('connect.confirm.about')} onClose={onClose} firm>
        <ConfirmAccount connection={connection} flow={end.flow ?? ''} onEnd={setEnd} />
      </Dialog>
    )
  }
  if (end !== undefined) {
    const { outcome, detail } = end
    return (
      <Dialog title={t(`connect.result.${outcome}Title`)} onClose={onClose}>
        <ConnectResult
          connection={connection}
          outcome={outcome}
          detail={detail}
          returnTo={returnTo}
          onClose={onClose}
          onPaste={onPaste}
          onAgain={isHeadless ? () => setEnd(undefined) : undefined}
        />
      </Dialog>
    )
  }
  return (
    <Dialog title={t('connect.dialogTitle')} about={t('connect.dialogAbout')} onClose={onClose}>
      {isHeadless ? <HeadlessForm onEnd={setEnd} /> : <ConnectForm connection={connection} returnTo={returnTo} />}
    </Dialog>
  )
}

function endOf({ connect, detail, flow }: ConnectReturn): ConnectEnd | undefined {
  if (connect === undefined || connect === 'headless') return undefined
  return { outcome: connect, detail: detail ?? null, flow: flow ?? null }
}
