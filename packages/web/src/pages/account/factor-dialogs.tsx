import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { secondFactorQuery, sessionsQuery, stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { toast } from '../../ui/toast.ts'
import { RecoveryCodeList } from './recovery-codes.tsx'

/** New recovery codes: says first that the old ones end. */
export function RenewCodesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const [codes, setCodes] = useState<readonly string[]>()
  const renew = useAct(() => request('POST /api/app/second-factor/recovery-codes'), {
    changes: [secondFactorQuery.queryKey],
    done: (answer) => setCodes(answer.recovery_codes),
  })
  if (codes !== undefined) {
    return (
      <Dialog title={t('factor.codesTitle')} about={t('factor.codesAbout')} onClose={onClose} firm>
        <RecoveryCodeList codes={codes} onClose={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog title={t('factor.renewTitle')} about={t('factor.renewAbout')} onClose={onClose}>
      <Failure error={renew.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="primary" busy={renew.isPending} onClick={() => renew.mutate()}>
          {t('factor.renew')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** Removing the authenticator app, with what that means. */
export function RemoveFactorDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const remove = useAct(() => request('DELETE /api/app/second-factor'), {
    changes: [stateQuery.queryKey, secondFactorQuery.queryKey, sessionsQuery.queryKey],
    done: () => {
      toast(t('factor.removed'))
      onClose()
    },
  })
  return (
    <Dialog title={t('factor.removeTitle')} about={t('factor.removeAbout')} onClose={onClose}>
      <Failure error={remove.error} />
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          {t('factor.remove')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
