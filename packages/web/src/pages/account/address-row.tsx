import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { spokenLanguage } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.ts'

/** The person's address, and whether they confirmed it: by a link that went there. */
export function AddressRow() {
  const { t } = useTranslation()
  const { user, state } = useSignedIn()
  const [changing, setChanging] = useState(false)
  const send = useAct(
    (email: string) => request('PUT /api/app/email', { body: { email, language: spokenLanguage() } }),
    {
      changes: [stateQuery.queryKey],
      done: (_, email) => {
        setChanging(false)
        toast(t('account.emailSent', { email }))
      },
    },
  )
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    send.mutate(String(new FormData(event.currentTarget).get('email')).trim())
  }
  const { email, email_pending: pending } = user
  if (!state.mail && email === null) return null
  return (
    <div className="grid gap-2 border-t border-line pt-4 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
          <span className="text-ink-3">{t('account.email')}</span>
          <span className="truncate">{email ?? t('account.emailNone')}</span>
          {state.mail && email !== null && (
            <Chip tone={user.email_verified ? 'hold' : 'brass'}>
              {t(user.email_verified ? 'account.emailConfirmed' : 'account.emailUnconfirmed')}
            </Chip>
          )}
        </p>
        {state.mail && (
          <div className="flex gap-2">
            {email !== null && !user.email_verified && pending === null && (
              <Button size="sm" busy={send.isPending} onClick={() => send.mutate(email)}>
                {t('account.emailConfirm')}
              </Button>
            )}
            <Button size="sm" onClick={() => setChanging(true)}>
              {t(email === null ? 'account.emailAdd' : 'account.emailChange')}
            </Button>
          </div>
        )}
      </div>
      {pending !== null && (
        <p className="text-ink-2">
          {t('account.emailPending', { email: pending })}{' '}
          <button
            type="button"
            className="text-ink-2 underline underline-offset-2 hover:text-ink"
            onClick={() => send.mutate(pending)}
          >
            {t('account.emailAgain')}
          </button>
        </p>
      )}
      {!changing && <Failure error={send.error} />}
      {changing && (
        <Dialog
          title={t(email === null ? 'account.emailAdd' : 'account.emailChangeTitle')}
          about={t('account.emailAbout')}
          onClose={() => setChanging(false)}
          firm
        >
          <form onSubmit={submit} className="grid gap-4">
            <TextField
              label={t('account.email')}
              name="email"
              type="email"
              autoComplete="email"
              required
              maxLength={254}
              autoFocus
            />
            <Failure error={send.error} />
            <DialogActions>
              <Button onClick={() => setChanging(false)}>{t('common.cancel')}</Button>
              <Button type="submit" look="primary" busy={send.isPending}>
                {t('account.emailSend')}
              </Button>
            </DialogActions>
          </form>
        </Dialog>
      )}
    </div>
  )
}
