import { useMutation, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Fingerprint } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { canHavePasskeys, isCancelled, signUpWithPasskey } from '../../api/sign-in.ts'
import { spokenLanguage } from '../../i18n/i18n.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { useEnter } from '../../shell/use-enter.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from '../setup/password-fields.tsx'

/** An account of one's own, where the operator lets everybody make one: by passkey, or by a name and password. */
export function SignUpPage() {
  const { t } = useTranslation()
  const enter = useEnter()
  const { data: state } = useSuspenseQuery(stateQuery)
  const [way, setWay] = useState<'passkey' | 'password'>(canHavePasskeys() ? 'passkey' : 'password')
  const act = useMutation({
    mutationFn: async (make: () => Promise<unknown>) => {
      await make()
      await enter('/')
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = String(form.get('name'))
    const email = String(form.get('email') ?? '').trim()
    const mail = email === '' ? {} : { email, language: spokenLanguage() }
    const body = { name, login: String(form.get('username')), password: String(form.get('new-password')), ...mail }
    if (way === 'passkey') act.mutate(() => signUpWithPasskey(name, mail))
    else act.mutate(() => request('POST /api/app/sign-up/password', { body }))
  }
  const change = () => {
    act.reset()
    setWay(way === 'passkey' ? 'password' : 'passkey')
  }
  return (
    <DoorFrame title={t('signUp.title')} about={t('signUp.about')} set={2}>
      <form className="grid gap-4" onSubmit={submit}>
        <TextField label={t('setup.name')} name="name" autoComplete="name" required maxLength={100} />
        {way === 'password' && (
          <>
            <TextField
              label={t('signUp.login')}
              hint={t('signUp.loginHint')}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              minLength={2}
              maxLength={64}
            />
            <TextField
              label={t('signIn.password')}
              hint={t('signIn.passwordHint')}
              name="new-password"
              type="password"
              autoComplete="new-password"
              required
              minLength={PASSWORD_CHARACTERS_MIN}
              maxLength={PASSWORD_CHARACTERS_MAX}
            />
          </>
        )}
        {state.mail && (
          <TextField
            label={t('mail.email')}
            hint={t('mail.emailHint')}
            optional={t('common.optional')}
            name="email"
            type="email"
            autoComplete="email"
            maxLength={254}
          />
        )}
        {isCancelled(act.error) ? <Notice>{t('signIn.cancelled')}</Notice> : <Failure error={act.error} />}
        <Button type="submit" look="primary" size="lg" busy={act.isPending}>
          {way === 'passkey' && <Fingerprint aria-hidden="true" />}
          {t(way === 'passkey' ? 'setup.passkey' : 'signUp.submit')}
        </Button>
        {way === 'passkey' && <p className="text-sm text-ink-3">{t('setup.passkeyAbout')}</p>}
      </form>
      {canHavePasskeys() && (
        <div className="grid border-t border-line pt-5">
          <Button size="lg" onClick={change}>
            {t(way === 'passkey' ? 'setup.password' : 'setup.passkeyInstead')}
          </Button>
        </div>
      )}
      <p className="text-sm text-ink-3">
        {t('signUp.have')}{' '}
        <Link to="/sign-in" className="text-ink-2 underline underline-offset-2 hover:text-ink">
          {t('signIn.title')}
        </Link>
      </p>
    </DoorFrame>
  )
}
