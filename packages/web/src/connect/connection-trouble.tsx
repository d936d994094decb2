import type { Connection } from '@keyway/contract'
import { useTranslation } from 'react-i18next'
import { TimeAgo } from '../format/time-ago.tsx'
import { OutLink } from './out-link.tsx'

/** What the person should know about a connection that ended or an attempt that was cut off. */
export function ConnectionTrouble({ connection }: { connection: Connection }) {
  const { t } = useTranslation()
  const { ended, interrupted, connected, issuer } = connection
  return (
    <>
      {interrupted && (
        <p className="border-t border-brass-line bg-brass-wash px-5 py-2.5 text-sm text-ink-2">
          {t('connect.interrupted')}{' '}
          <OutLink href={`${issuer.origin}/settings/keys`}>{t('connect.interruptedLink')}</OutLink>
        </p>
      )}
      {connected === null && ended !== null && (
        <p className="border-t border-line bg-sunken px-5 py-2.5 text-sm text-ink-2">
          {t(`connect.ended.${ended.reason}`)} (<TimeAgo moment={ended.at} />
          ). {ended.reason !== 'revoked' && <OutLink href={ended.revoke_url}>{t('connect.disconnectOldLink')}</OutLink>}
        </p>
      )}
    </>
  )
}
