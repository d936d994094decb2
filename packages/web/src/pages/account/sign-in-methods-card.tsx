import type { Passkey } from '@keyway/contract'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Fingerprint, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { passkeysQuery, stateQuery } from '../../api/queries.ts'
import { request } from '../../api/request.ts'
import { addPasskey, canHavePasskeys, isCancelled } from '../../api/sign-in.ts'
import { useAct } from '../../api/use-act.ts'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { TimeAgo } from '../../format/time-ago.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Card } from '../../ui/page.tsx'
import { toast } from '../../ui/toast.ts'
import { AuthenticatorRow } from './authenticator-row.tsx'
import { IdentityRows } from './identity-rows.tsx'
import { PasswordDialog } from './password-dialog.tsx'

/** Passkeys and password. */
export function SignInMethodsCard() {
  const { t } = useTranslation()
  const { user, state } = useSignedIn()
  const { data: passkeys } = useSuspenseQuery(passkeysQuery)
  const [changing, setChanging] = useState(false)
  const add = useAct(addPasskey, {
    changes: [passkeysQuery.queryKey, stateQuery.queryKey],
    done: () => toast(t('account.passkeyAdded')),
  })
  return (
    <Card>
      {state.sign_in.this_machine && user.role === 'owner' && (
        <div className="grid border-b border-line px-4 py-3">
          <h3 className="font-medium">{t('account.thisMachine')}</h3>
          <p className="text-sm text-ink-3">{t('account.thisMachineAbout')}</p>
        </div>
      )}
      <div className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-3">
        <div className="grid">
          <h3 className="font-medium">{t('account.passkeys')}</h3>
          {passkeys.length === 0 && <p className="text-sm text-ink-3">{t('account.passkeysNone')}</p>}
        </div>
        {canHavePasskeys() && (
          <Button size="sm" busy={add.isPending} onClick={() => add.mutate()}>
            <Plus aria-hidden="true" />
            {t('account.addPasskey')}
          </Button>
        )}
      </div>
      {passkeys.length > 0 && (
        <ul>
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} />
          ))}
        </ul>
      )}
      {add.error !== null && !isCancelled(add.error) && (
        <div className="border-b border-line p-4">
          <Failure error={add.error} />
        </div>
      )}
      <div className="flex flex-wrap items-center justify-between gap-3 px-4 py-3">
        <div className="grid">
          <h3 className="font-medium">{t('account.password')}</h3>
          <p className="text-sm text-ink-3">{t(user.has_password ? 'account.passwordSet' : 'account.passwordNone')}</p>
        </div>
        <Button size="sm" onClick={() => setChanging(true)}>
          {t(user.has_password ? 'account.passwordChange' : 'account.passwordAdd')}
        </Button>
      </div>
      {(user.has_password || user.has_authenticator) && <AuthenticatorRow />}
      {(state.sign_in.sso.length > 0 || user.identities > 0) && <IdentityRows ways={state.sign_in.sso} />}
      {changing && <PasswordDialog onClose={() => setChanging(false)} />}
    </Card>
  )
}

function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const { t } = useTranslation()
  const { id, name } = passkey
  const remove = useAct(() => request('DELETE /api/app/passkeys/:id', { params: { id } }), {
    changes: [passkeysQuery.queryKey, stateQuery.queryKey],
    done: () => toast(t('account.passkeyRemoved')),
  })
  return (
    <li className="grid gap-2 border-b border-line px-4 py-2.5">
      <div className="flex items-center gap-3">
        <Fingerprint className="size-4.5 shrink-0 text-brass-text" aria-hidden="true" />
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-2">
            {name}
            {passkey.synced && <Chip>{t('account.synced')}</Chip>}
          </p>
          <p className="text-xs text-ink-3">
            {t('account.added')} <TimeAgo moment={passkey.created_at} />
            {passkey.last_used_at !== null && (
              <>
                {' · '}
                {t('account.lastUsed')} <TimeAgo moment={passkey.last_used_at} />
              </>
            )}
          </p>
        </div>
        <IconButton label={t('account.removePasskey', { name })} onClick={() => remove.mutate()}>
          <Trash2 aria-hidden="true" />
        </IconButton>
      </div>
      <Failure error={remove.error} />
    </li>
  )
}
