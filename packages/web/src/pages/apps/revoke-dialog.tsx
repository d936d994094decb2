import type { ConnectedApp } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { toast } from '../../ui/toast.ts'
import { appName } from './app-name.ts'
import { appsQuery } from './queries.ts'

/** Asks before an app loses its key for good. */
export default function RevokeDialog({ data, onClose }: { data: ConnectedApp; onClose: () => void }) {
  const { t } = useTranslation()
  const name = appName(data, t)
  const revoke = useAct(() => request('DELETE /api/app/apps/:hash', { params: { hash: data.hash } }), {
    changes: [appsQuery.queryKey],
    done: () => {
      toast(t('apps.revoked', { name }))
      onClose()
    },
  })
  return (
    <Dialog title={t('apps.revokeTitle', { name })} about={t('apps.revokeAbout')} onClose={onClose}>
      <Failure error={revoke.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('apps.revoke')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
