import { useTranslation } from 'react-i18next'
import type { SsoReturn } from '../../search.ts'
import { Notice } from '../../ui/notice.tsx'

/** Why single sign-on let nobody in, or added no account. */
export function SsoNotice({ sso, name }: { sso: SsoReturn; name: string }) {
  const { t } = useTranslation()
  if (sso === 'linked') return null
  return (
    <Notice tone={sso === 'denied' ? 'quiet' : 'alarm'} title={t(`signIn.ssoEnd.${sso}Title`, { name })}>
      {t(`signIn.ssoEnd.${sso}`, { name })}
    </Notice>
  )
}
