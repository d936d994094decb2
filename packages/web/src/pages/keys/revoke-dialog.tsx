import type { Key } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { keysQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { toast } from '../../ui/toast.ts'

/** Asks before a key is revoked for good. */
export default function RevokeDialog({ data: key, onClose }: { data: Key; onClose: () => void }) {
  const { t } = useTranslation()
  const revoke = useAct(() => request('DELETE /api/app/keys/:hash', { params: { hash: key.hash } }), {
    changes: [keysQuery.queryKey],
    done: () => {
      toast(t('keys.revoked', { name: key.name }))
      onClose()
    },
  })
  return (
    <Dialog title={t('keys.revokeTitle', { name: key.name })} about={t('keys.revokeAbout')} onClose={onClose}>
      <Failure error={revoke.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('keys.revoke')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
