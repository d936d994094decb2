import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { spokenLanguage } from '../../i18n/i18n.ts'
import { DoorFrame } from '../../shell/door-frame.tsx'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'

/** Asks for the link by which a new password is chosen. What it says is the same for everybody. */
export function ForgotPage() {
  const { t } = useTranslation()
  const [email, setEmail] = useState('')
  const ask = useMutation({
    mutationFn: () => request('POST /api/app/password-reset', { body: { email, language: spokenLanguage() } }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!ask.isPending) ask.mutate()
  }
  const back = (
    <Link to="/sign-in" className="justify-self-start text-sm text-ink-2 underline underline-offset-2 hover:text-ink">
      {t('mail.back')}
    </Link>
  )
  if (ask.isSuccess) {
    return (
      <DoorFrame title={t('mail.sentTitle')} about={t('mail.sentAbout', { email })} set={2}>
        <p className="text-sm text-ink-3">{t('mail.sentNothing')}</p>
        <Button size="lg" onClick={() => ask.reset()}>
          {t('mail.sentAgain')}
        </Button>
        {back}
      </DoorFrame>
    )
  }
  return (
    <DoorFrame title={t('mail.forgotTitle')} about={t('mail.forgotAbout')} set={1}>
      <form className="grid gap-4" onSubmit={submit}>
        <TextField
          label={t('mail.email')}
          name="email"
          type="email"
          autoComplete="email"
          required
          maxLength={254}
          value={email}
          onChange={(event) => setEmail(event.target.value.trim())}
        />
        <Failure error={ask.error} />
        <Button type="submit" look="primary" size="lg" busy={ask.isPending}>
          {t('mail.forgotSubmit')}
        </Button>
      </form>
      {back}
    </DoorFrame>
  )
}
