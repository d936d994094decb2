import type { Credential } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { credentialsQuery, modelsQuery } from '../api/queries.ts'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'
import { toast } from '../ui/toast.ts'

/** Asks before a provider's key is deleted here, and says that it lives on there. */
export function RemoveDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { t } = useTranslation()
  const { id, provider } = credential
  const remove = useAct(() => request('DELETE /api/app/credentials/:id', { params: { id } }), {
    changes: [credentialsQuery.queryKey, modelsQuery.queryKey],
    done: () => {
      toast(t('credential.removed', { name: provider.name }))
      onClose()
    },
  })
  return (
    <Dialog
      title={t('credential.removeTitle', { name: provider.name })}
      about={t('credential.removeAbout')}
      onClose={onClose}
    >
      <Failure error={remove.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          {t('credential.remove')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
