import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AppError } from '../../api/app-error.ts'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { useLinkToken } from '../../shell/use-link-token.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'

/** `/confirm#<token>`: confirms an address. By a press, since programs that look through mails open links too. */
export function ConfirmPage() {
  const token = useLinkToken()
  return <Confirm key={token} token={token} />
}

function Confirm({ token }: { token: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const confirm = useMutation({
    mutationFn: async () => {
      await request('POST /api/app/email/confirm', { body: { token } })
      await queries.invalidateQueries({ queryKey: stateQuery.queryKey })
    },
  })
  const gone = token === '' || (confirm.error instanceof AppError && confirm.error.code === 'not_found')
  const stage = confirm.isSuccess ? 'confirmed' : gone ? 'gone' : 'confirm'
  const about = stage === 'gone' ? t('mail.goneConfirm') : t(`mail.${stage}About`)
  return (
    <DoorFrame title={t(`mail.${stage}Title`)} about={about} set={stage === 'confirmed' ? 3 : 2}>
      {stage === 'confirm' && (
        <>
          <Failure error={confirm.error} />
          <Button look="primary" size="lg" busy={confirm.isPending} onClick={() => confirm.mutate()}>
            {t('mail.confirmSubmit')}
          </Button>
        </>
      )}
      {stage !== 'confirm' && (
        <Link to="/" className={buttonClass('primary', 'lg')}>
          {t('mail.goOn')}
        </Link>
      )}
    </DoorFrame>
  )
}
