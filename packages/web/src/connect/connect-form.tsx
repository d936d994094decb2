import type { Connection } from '@keyway/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DialogActions } from '../ui/dialog.tsx'
import { ConnectSteps } from './connect-steps.tsx'
import { isKeywayKey } from './keyway-key.ts'
import { LeaveLink } from './leave-link.tsx'
import { OutLink } from './out-link.tsx'
import { NO_WISH, startAddress } from './start-address.ts'
import { WishFields } from './wish-fields.tsx'

/** Before leaving for the issuer: what will happen, limits for the key, and a plain link. No popup, nothing to block. */
export function ConnectForm({ connection, returnTo }: { connection: Connection; returnTo: string }) {
  const { t } = useTranslation()
  const [wish, setWish] = useState(NO_WISH)
  const [now] = useState(() => Date.now())
  return (
    <>
      <ConnectSteps done={0} />
      <div className="mt-4">
        <WishFields wish={wish} onChange={setWish} />
      </div>
      {connection.connected !== null && (
        <p className="mt-4 text-sm text-ink-2">
          {t(isKeywayKey(connection.connected.hint) ? 'connect.oldKeyAtKeyway' : 'connect.oldKey')}{' '}
          {connection.connected.revoke_url !== null && (
            <OutLink href={connection.connected.revoke_url}>{t('connect.oldKeyLink')}</OutLink>
          )}
        </p>
      )}
      <DialogActions>
        <LeaveLink href={startAddress(connection, wish, { returnTo, now })} label={t('connect.go')} />
      </DialogActions>
    </>
  )
}
