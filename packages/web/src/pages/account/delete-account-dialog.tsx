import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { leave } from '../../shell/leave.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'

/** Says what goes and what stays, before it is done. */
export default function DeleteAccountDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const erase = useAct(() => request('DELETE /api/app/me'), {
    done: () => leave('deleted'),
  })
  return (
    <Dialog title={t('account.deleteTitle')} about={t('account.deleteWhat')} onClose={onClose} firm>
      <ul className="grid list-disc gap-1.5 pl-5 text-sm text-ink-2 marker:text-ink-3">
        <li>{t('account.deleteChats')}</li>
        <li>{t('account.deleteKeys')}</li>
        <li>{t('account.deleteLogins')}</li>
      </ul>
      <p className="mt-4 text-sm text-ink-2">{t('account.deleteStays')}</p>
      <p className="mt-2 text-sm font-medium">{t('account.deleteExport')}</p>
      <div className="mt-4 empty:hidden">
        <Failure error={erase.error} />
      </div>
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={erase.isPending} onClick={() => erase.mutate()}>
          {t('account.deleteSubmit')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
