import type { Person } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { toast } from '../../ui/toast.ts'
import { peopleQuery } from './queries.ts'

/** Asks before a person is shut out. */
export default function DisableDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation()
  const { id, name } = person
  const disable = useAct(() => request('PATCH /api/app/users/:id', { params: { id }, body: { disabled: true } }), {
    changes: [peopleQuery.queryKey],
    done: () => {
      toast(t('people.disabledToast', { name }))
      onClose()
    },
  })
  return (
    <Dialog title={t('people.disableTitle', { name })} about={t('people.disableAbout')} onClose={onClose}>
      <Failure error={disable.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={disable.isPending} onClick={() => disable.mutate()}>
          {t('people.disable')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
