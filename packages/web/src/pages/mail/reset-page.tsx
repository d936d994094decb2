import type { PasswordResetCheck } from '@keyway/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AppError } from '../../api/app-error.ts'
import { request } from '../../api/request.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { useEnter } from '../../shell/use-enter.ts'
import { useLinkToken } from '../../shell/use-link-token.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { PasswordFields } from '../setup/password-fields.tsx'
import { SecondStepForm } from '../sign-in/second-step-form.tsx'

/** `/reset#<token>`: chooses a new password with a link that came by mail. */
export function ResetPage() {
  const { t } = useTranslation()
  const token = useLinkToken()
  const check = useQuery({
    queryKey: ['reset', token],
    queryFn: () => request('POST /api/app/password-reset/check', { body: { token: token === '' ? '-' : token } }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (check.isPending) {
    return (
      <DoorFrame title={t('mail.checking')}>
        <Skeleton rows={2} />
      </DoorFrame>
    )
  }
  if (check.data !== undefined) return <ResetForm key={token} token={token} check={check.data} />
  const gone = check.error instanceof AppError && check.error.code === 'not_found'
  return (
    <DoorFrame title={t(gone ? 'mail.goneTitle' : 'mail.resetTitle')} about={gone ? t('mail.goneReset') : ''}>
      {gone ? (
        <Link to="/forgot" className={buttonClass('primary', 'lg')}>
          {t('mail.again')}
        </Link>
      ) : (
        <Failure error={check.error} actions={<Button onClick={() => check.refetch()}>{t('common.retry')}</Button>} />
      )}
    </DoorFrame>
  )
}

function ResetForm({ token, check }: { token: string; check: PasswordResetCheck }) {
  const { t } = useTranslation()
  const enter = useEnter()
  const [halfway, setHalfway] = useState(false)
  const set = useMutation({
    mutationFn: async (password: string) => {
      const answer = await request('POST /api/app/password-reset/complete', { body: { token, password } })
      if ('second_step' in answer) setHalfway(true)
      else await enter('/')
    },
  })
  if (halfway) {
    return (
      <DoorFrame title={t('signIn.title')} set={3}>
        <SecondStepForm onSignedIn={() => enter('/')} onBack={() => enter('/sign-in')} />
      </DoorFrame>
    )
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    set.mutate(String(new FormData(event.currentTarget).get('new-password')))
  }
  return (
    <DoorFrame title={t('mail.resetTitle')} about={t('mail.resetAbout', { login: check.login })} set={2}>
      <form className="grid gap-4" onSubmit={submit}>
        <PasswordFields login={check.login} loginIs="given" />
        <Failure error={set.error} />
        <Button type="submit" look="primary" size="lg" busy={set.isPending}>
          {t('mail.resetSubmit')}
        </Button>
      </form>
    </DoorFrame>
  )
}
