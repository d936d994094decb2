import type { Connection } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { connectionQuery, credentialsQuery, modelsQuery, stateQuery } from '../api/queries.ts'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { toast } from '../ui/toast.ts'
import { isKeywayKey } from './keyway-key.ts'
import { OutLink } from './out-link.tsx'

/** Says what disconnecting does, here and at the issuer, before it is done. */
export function DisconnectDialog({ connection, onClose }: { connection: Connection; onClose: () => void }) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const disconnect = useAct(() => request('DELETE /api/app/connections/openrouter'), {
    changes: [connectionQuery.queryKey, credentialsQuery.queryKey, modelsQuery.queryKey, stateQuery.queryKey],
    done: () => {
      toast(t('connect.disconnectedToast'))
      onClose()
    },
  })
  const { hint, revoke_url: revoke } = connection.connected ?? {}
  return (
    <Dialog title={t('connect.disconnectTitle')} about={t('connect.disconnectAbout')} onClose={onClose}>
      <ul className="grid gap-2 text-sm text-ink-2">
        <li>{t(state.house === null ? 'connect.disconnectNone' : 'connect.disconnectHouse')}</li>
        {isKeywayKey(hint) ? (
          // Revoked there by disconnecting here.
          <li>{t('connect.disconnectEnds')}</li>
        ) : (
          <li className="flex flex-wrap gap-x-1.5">
            {t('connect.disconnectOld')}
            {revoke != null && <OutLink href={revoke}>{t('connect.disconnectOldLink')}</OutLink>}
          </li>
        )}
      </ul>
      <div className="mt-4 empty:hidden">
        <Failure error={disconnect.error} />
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={disconnect.isPending} onClick={() => disconnect.mutate()}>
          {t('connect.disconnect')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
