import type { Invited, InviteRequest, Role } from '@keyway/contract'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { request } from '../../api/request.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { spokenLanguage } from '../../i18n/i18n.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { peopleQuery } from './queries.ts'

/** Makes an account for somebody, and the link that opens it. */
export default function InviteDialog({
  onClose,
  onInvited,
}: {
  onClose: () => void
  onInvited: (invited: Invited) => void
}) {
  const { t } = useTranslation()
  const { user, state } = useSignedIn()
  const [email, setEmail] = useState('')
  const byMail = state.mail && email !== ''
  const [role, setRole] = useState<Role>('member')
  const roles: readonly Role[] = user.role === 'owner' ? ['member', 'admin', 'owner'] : ['member']
  const invite = useAct((body: InviteRequest) => request('POST /api/app/users', { body }), {
    changes: [peopleQuery.queryKey],
    done: onInvited,
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = String(form.get('name')).trim()
    invite.mutate({ name, role, email: email === '' ? null : email, language: spokenLanguage() })
  }
  return (
    <Dialog
      title={t('people.inviteTitle')}
      about={t(state.mail ? 'people.inviteByMail' : 'people.inviteAbout')}
      onClose={onClose}
      firm
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextField label={t('people.name')} name="name" required maxLength={100} autoComplete="off" autoFocus />
        <TextField
          label={t('people.email')}
          name="email"
          type="email"
          maxLength={254}
          autoComplete="off"
          optional={t('common.optional')}
          value={email}
          onChange={({ target }) => setEmail(target.value.trim())}
        />
        <SelectField
          label={t('people.role')}
          hint={t(`people.roleHint.${role}`)}
          value={role}
          disabled={roles.length === 1}
          onChange={({ target }) => setRole(target.value as Role)}
        >
          {roles.map((one) => (
            <option key={one} value={one}>
              {t(`roleNames.${one}`)}
            </option>
          ))}
        </SelectField>
        <Failure error={invite.error} />
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={invite.isPending}>
            {t(byMail ? 'people.send' : 'people.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
