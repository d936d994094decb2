import type { FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionsQuery, stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.ts'
import { PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN } from '../setup/password-fields.tsx'

/** A new password; the first one needs a name to sign in with. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation()
  const { user } = useSignedIn()
  const change = useAct((body: { password: string; login?: string }) => request('PUT /api/app/password', { body }), {
    changes: [stateQuery.queryKey, sessionsQuery.queryKey],
    done: () => {
      toast(t('account.passwordSaved'))
      onClose()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const password = String(form.get('new-password'))
    change.mutate(user.has_password ? { password } : { password, login: String(form.get('username')) })
  }
  return (
    <Dialog
      title={t(user.has_password ? 'account.passwordChange' : 'account.passwordAdd')}
      about={t('account.passwordAbout')}
      onClose={onClose}
      firm
    >
      <form onSubmit={submit} className="grid gap-4">
        {!user.has_password && (
          <TextField
            label={t('signIn.login')}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={254}
            defaultValue={user.email ?? ''}
          />
        )}
        <TextField
          label={t('account.passwordNew')}
          hint={t('signIn.passwordHint')}
          name="new-password"
          type="password"
          autoComplete="new-password"
          required
          minLength={PASSWORD_CHARACTERS_MIN}
          maxLength={PASSWORD_CHARACTERS_MAX}
        />
        <Failure error={change.error} />
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={change.isPending}>
            {t('common.save')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
