import type { AppState } from '@keyway/contract'
import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fingerprint, Monitor } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { isCancelled, signInWithPasskey } from '../../api/sign-in.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SecondStepForm } from './second-step-form.tsx'
import { SsoButtons } from './sso-buttons.tsx'

/** Passkey first, password second; only those that lead anywhere here. */
export function SignInForm({
  ways,
  onSignedIn,
  onHalfway,
  returnTo,
}: {
  ways: AppState['sign_in']
  onSignedIn: () => unknown
  /** Told when the second step is asked for, and when one went back from it. */
  onHalfway?: (isHalfway: boolean) => void
  /** Where single sign-on comes back to: it leaves the page. */
  returnTo: string
}) {
  const { t } = useTranslation()
  const { data: state } = useSuspenseQuery(stateQuery)
  const [halfway, setState] = useState(false)
  const setHalfway = (isHalfway: boolean) => {
    setState(isHalfway)
    onHalfway?.(isHalfway)
  }
  const act = useMutation({
    mutationFn: async (signIn: () => Promise<object>) => {
      if ('second_step' in (await signIn())) setHalfway(true)
      else await onSignedIn()
    },
  })
  if (halfway) return <SecondStepForm onSignedIn={onSignedIn} onBack={() => setHalfway(false)} />
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const body = { login: String(form.get('username')), password: String(form.get('password')) }
    act.mutate(() => request('POST /api/app/login/password', { body }))
  }
  return (
    <div className="grid gap-4">
      {ways.this_machine && (
        <Button look="primary" size="lg" onClick={() => act.mutate(() => request('POST /api/app/login/this-machine'))}>
          <Monitor aria-hidden="true" />
          {t('signIn.thisMachine')}
        </Button>
      )}
      {ways.passkey && (
        <Button
          look={ways.this_machine ? 'plain' : 'primary'}
          size="lg"
          busy={act.isPending}
          onClick={() => act.mutate(signInWithPasskey)}
        >
          <Fingerprint aria-hidden="true" />
          {t('signIn.passkey')}
        </Button>
      )}
      {ways.sso.length > 0 && <SsoButtons ways={ways.sso} returnTo={returnTo} />}
      {ways.password && (ways.passkey || ways.this_machine || ways.sso.length > 0) && <Or />}
      {ways.password && (
        <form className="grid gap-4" onSubmit={submit}>
          <TextField
            label={t('signIn.login')}
            name="username"
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
          <TextField
            label={t('signIn.password')}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <Button
            type="submit"
            look={ways.passkey || ways.this_machine || ways.sso.length > 0 ? 'plain' : 'primary'}
            size="lg"
            busy={act.isPending}
          >
            {t('signIn.submit')}
          </Button>
          {state.mail && state.user === null && (
            <Link
              to="/forgot"
              className="justify-self-start text-sm text-ink-2 underline underline-offset-2 hover:text-ink"
            >
              {t('signIn.forgot')}
            </Link>
          )}
        </form>
      )}
      {isCancelled(act.error) ? <Notice>{t('signIn.cancelled')}</Notice> : <Failure error={act.error} />}
    </div>
  )
}

function Or() {
  const { t } = useTranslation()
  return (
    <div className="flex items-center gap-3 text-xs text-ink-3">
      <span className="h-px flex-1 bg-line" />
      {t('signIn.or')}
      <span className="h-px flex-1 bg-line" />
    </div>
  )
}
