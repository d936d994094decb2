import { useSearch } from '@tanstack/react-router'
import { ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSignedIn } from '../../api/use-signed-in.ts'
import { Notice } from '../../ui/notice.tsx'
import { SsoNotice } from '../sign-in/sso-notice.tsx'

/** What somebody should know who was led to their account: what is asked of them, and what became of an account elsewhere. */
export function AccountNotices() {
  const { t } = useTranslation()
  const { user, state } = useSignedIn()
  const { sso, provider } = useSearch({ from: '/shell/settings/account' })
  if (!user.owes_factor && sso === undefined) return null
  const name = state.sign_in.sso.find(({ id }) => id === provider)?.name ?? t('signIn.ssoOther')
  return (
    <div className="mb-6 grid gap-3">
      {user.owes_factor && (
        <Notice tone="brass" icon={<ShieldAlert aria-hidden="true" />} title={t('account.owesTitle')}>
          {t('account.owes')}
        </Notice>
      )}
      {sso === 'linked' && <Notice tone="hold">{t('account.identityAdded')}</Notice>}
      {sso !== undefined && <SsoNotice sso={sso} name={name} />}
    </div>
  )
}
