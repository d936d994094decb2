import type { ConnectEnd, Connection } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { request } from '../api/request.ts'
import { useAct } from '../api/use-act.ts'
import { Button } from '../ui/button.tsx'
import { DialogActions } from '../ui/dialog.tsx'
import { Failure } from '../ui/failure.tsx'

/** The account that approved is not the one that was connected before: shall it take its place? */
export function ConfirmAccount({
  connection,
  flow,
  onEnd,
}: {
  connection: Connection
  flow: string
  onEnd: (end: ConnectEnd) => void
}) {
  const { t } = useTranslation()
  const answer = useAct(
    (replace: boolean) => request('POST /api/app/connections/openrouter/confirm', { body: { flow, replace } }),
    { done: onEnd },
  )
  const before = connection.connected?.connected_as
  return (
    <>
      {before !== undefined && <p className="text-sm text-ink-2">{t('connect.confirm.before', { name: before })}</p>}
      <div className="mt-3 empty:hidden">
        <Failure error={answer.error} />
      </div>
      <DialogActions>
        <Button onClick={() => answer.mutate(false)}>{t('connect.confirm.keep')}</Button>
        <Button look="primary" busy={answer.isPending} onClick={() => answer.mutate(true)}>
          {t('connect.confirm.replace')}
        </Button>
      </DialogActions>
    </>
  )
}
