import type { SetupCheck, SetupMethod } from '@keyway/contract'
import { useMutation } from '@tanstack/react-query'
import { Fingerprint, Monitor } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { isCancelled, setUpPasskey } from '../../api/sign-in.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { useEnter } from '../../shell/use-enter.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SecondStepForm } from '../sign-in/second-step-form.tsx'
import { PasswordFields } from './password-fields.tsx'

/** How to sign in from now on: passkey, password, or nothing on this machine. */
export function SetupForm({ token, check }: { token: string; check: SetupCheck }) {
  const { t, i18n } = useTranslation()
  const enter = useEnter()
  const can = (method: SetupMethod) => check.methods.includes(method)
  const [way, setWay] = useState<'passkey' | 'password'>(can('passkey') ? 'passkey' : 'password')
  const [name, setName] = useState(check.user.name)

  const [halfway, setHalfway] = useState(false)
  const act = useMutation({
    mutationFn: async (make: () => Promise<object>) => {
      if ('second_step' in (await make())) setHalfway(true)
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
    const form = new FormData(event.currentTarget)
    if (way === 'passkey') act.mutate(() => setUpPasskey(token, name))
    else {
      const body = { token, name, login: String(form.get('username')), password: String(form.get('new-password')) }
      act.mutate(() => request('POST /api/app/setup/password', { body }))
    }
  }
  const until = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'short' }).format(new Date(check.expires_at))
  return (
    <DoorFrame title={t('setup.title')} about={t('setup.about', { role: t(`roles.${check.user.role}`) })} set={2}>
      <form className="grid gap-4" onSubmit={submit}>
        <TextField
          label={t('setup.name')}
          name="name"
          autoComplete="name"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {way === 'password' && <PasswordFields login={check.user.email ?? ''} />}
        {isCancelled(act.error) ? <Notice>{t('signIn.cancelled')}</Notice> : <Failure error={act.error} />}
        <Button type="submit" look="primary" size="lg" busy={act.isPending}>
          {way === 'passkey' && <Fingerprint aria-hidden="true" />}
          {t(way === 'passkey' ? 'setup.passkey' : 'setup.passwordSubmit')}
        </Button>
        {way === 'passkey' && <p className="text-sm text-ink-3">{t('setup.passkeyAbout')}</p>}
      </form>
      <div className="grid gap-2 border-t border-line pt-5">
        {can('passkey') && can('password') && (
          <Button size="lg" onClick={() => setWay(way === 'passkey' ? 'password' : 'passkey')}>
            {t(way === 'passkey' ? 'setup.password' : 'setup.passkeyInstead')}
          </Button>
        )}
        {can('this_machine') && (
          <>
            <Button
              size="lg"
              onClick={() => act.mutate(() => request('POST /api/app/setup/this-machine', { body: { token } }))}
            >
              <Monitor aria-hidden="true" />
              {t('setup.thisMachine')}
            </Button>
            <p className="text-xs text-ink-3">{t('setup.thisMachineAbout')}</p>
          </>
        )}
      </div>
      <p className="text-xs text-ink-3">{t('setup.expires', { time: until })}</p>
    </DoorFrame>
  )
}
