import { useMutation } from '@tanstack/react-query'
import { type ChangeEvent, type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'

/** What follows the password where the account has an authenticator app: its code, or a recovery code. */
export function SecondStepForm({ onSignedIn, onBack }: { onSignedIn: () => unknown; onBack: () => void }) {
  const { t } = useTranslation()
  const [way, setWay] = useState<'app' | 'recovery'>('app')
  const act = useMutation({
    mutationFn: async (code: string) => {
      await request('POST /api/app/login/second-step', { body: { code } })
      await onSignedIn()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!act.isPending) act.mutate(String(new FormData(event.currentTarget).get('code')))
  }
  // The sixth digit is the last thing that there is to do.
  const submitWhole = (event: ChangeEvent<HTMLInputElement>) => {
    if (/^\s*\d{3}\s?\d{3}\s*$/.test(event.target.value)) event.target.form?.requestSubmit()
  }
  const change = () => {
    act.reset()
    setWay(way === 'app' ? 'recovery' : 'app')
  }
  return (
    <form className="grid gap-4" onSubmit={submit}>
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold">{t(way === 'app' ? 'signIn.codeTitle' : 'signIn.recoveryTitle')}</h2>
        <p className="text-sm text-ink-2">{t(way === 'app' ? 'signIn.codeAbout' : 'signIn.recoveryAbout')}</p>
      </div>
      {way === 'app' ? (
        <TextField
          key="app"
          label={t('signIn.code')}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          autoFocus
          required
          mono
          className="text-center text-lg tracking-[0.35em]"
          onChange={submitWhole}
        />
      ) : (
        <TextField
          key="recovery"
          label={t('signIn.recoveryCode')}
          name="code"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={36}
          placeholder="XXXX-XXXX-XXXX"
          autoFocus
          required
          mono
        />
      )}
      <Failure error={act.error} />
      <Button type="submit" look="primary" size="lg" busy={act.isPending}>
        {t('signIn.codeSubmit')}
      </Button>
      <div className="-mx-2.5 flex flex-wrap justify-between gap-2">
        <Button look="ghost" size="sm" onClick={onBack}>
          {t('signIn.codeBack')}
        </Button>
        <Button look="ghost" size="sm" onClick={change}>
          {t(way === 'app' ? 'signIn.toRecovery' : 'signIn.toCode')}
        </Button>
      </div>
    </form>
  )
}
