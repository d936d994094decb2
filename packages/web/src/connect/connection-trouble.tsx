import type { Connection, EndedConnection } from '@keyway/contract'
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
          {t(`connect.ended.${endOf(ended)}`)} (<TimeAgo moment={ended.at} />
          ). {ended.revoke_url !== null && <OutLink href={ended.revoke_url}>{t('connect.disconnectOldLink')}</OutLink>}
        </p>
      )}
    </>
  )
}

/** A key of another Keyway was revoked there with the disconnect; one of OpenRouter lives on. */
function endOf({ reason, revoke_url }: EndedConnection): EndedConnection['reason'] | 'both' {
  return reason === 'disconnected' && revoke_url === null ? 'both' : reason
}
