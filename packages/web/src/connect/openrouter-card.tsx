import type { Connection } from '@keyway/contract'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Pins } from '../brand/pins.tsx'
import { formatUsdShort } from '../format/money.ts'
import { formatDay } from '../format/time.ts'
import { TimeAgo } from '../format/time-ago.tsx'
import { Button } from '../ui/button.tsx'
import { Chip } from '../ui/chip.tsx'
import { Card } from '../ui/page.tsx'
import { ConnectionTrouble } from './connection-trouble.tsx'
import { DisconnectDialog } from './disconnect-dialog.tsx'
import { KeyChain } from './key-chain.tsx'
import { placeOf } from './keyway-key.ts'
import { OutLink } from './out-link.tsx'

/** OpenRouter's card: one button while it is not connected, everything about the key once it is. */
export function OpenRouterCard({ connection, onConnect }: { connection: Connection; onConnect: () => void }) {
  const { t } = useTranslation()
  const [leaving, setLeaving] = useState(false)
  const { connected, enabled } = connection
  return (
    <Card className="overflow-hidden">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-4 p-5">
        <Pins set={connected === null ? 0 : 4} className="h-15 w-fit max-sm:hidden" />
        <div className="grid min-w-56 flex-1 gap-1">
          <h2 className="flex flex-wrap items-center gap-2.5 text-lg font-semibold tracking-[-0.01em]">
            {t('connect.name')}
            <Chip tone={connected === null ? 'quiet' : 'hold'}>
              {t(connected === null ? 'connect.disconnected' : 'connect.connected')}
            </Chip>
          </h2>
          <p className="text-sm text-ink-2">
            {connected === null
              ? t(enabled ? 'connect.about' : 'connect.off')
              : t('connect.connectedAs', { name: connected.connected_as })}
          </p>
        </div>
        <div className="flex gap-2 max-sm:w-full max-sm:[&>*]:flex-1">
          {enabled && (
            <Button
              look={connected === null ? 'primary' : 'plain'}
              size={connected === null ? 'lg' : 'md'}
              onClick={onConnect}
            >
              {t(connected === null ? 'connect.button' : 'connect.reconnect')}
            </Button>
          )}
          {connected !== null && <Button onClick={() => setLeaving(true)}>{t('connect.disconnect')}</Button>}
        </div>
      </div>
      <ConnectionTrouble connection={connection} />
      {connected === null ? (
        enabled && <p className="border-t border-line px-5 py-3 text-xs text-ink-3">{t('connect.direct')}</p>
      ) : (
        <ConnectedKeyFacts connected={connected} />
      )}
      {leaving && <DisconnectDialog connection={connection} onClose={() => setLeaving(false)} />}
    </Card>
  )
}

function ConnectedKeyFacts({ connected }: { connected: NonNullable<Connection['connected']> }) {
  const { t, i18n } = useTranslation()
  const { granted } = connected
  const usd = (amount: string) => formatUsdShort(amount, i18n.language)
  const limit =
    granted?.limit_usd == null
      ? t('connect.noLimit')
      : granted.limit_remaining_usd === null
        ? usd(granted.limit_usd)
        : t('connect.remainingOf', { left: usd(granted.limit_remaining_usd), limit: usd(granted.limit_usd) })
  return (
    <>
      {connected.last_error !== null && (
        <p role="alert" className="border-t border-alarm-line bg-alarm-wash px-5 py-2.5 text-sm text-alarm">
          {t('connect.lastError', { words: connected.last_error })}
        </p>
      )}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3.5 border-t border-line px-5 py-4 sm:grid-cols-4">
        <Fact title={t('connect.key')}>
          {granted?.label != null && <span className="block wrap-anywhere">{granted.label}</span>}
          <span className="font-mono text-xs wrap-anywhere">
            {connected.hint.replace('\u2026', '\u2026\u2022\u2022\u2022\u2022')}
          </span>
        </Fact>
        <Fact title={t('connect.remaining')}>
          <span className="tabular">{limit}</span>
          {granted?.reset != null && (
            <span className="block text-xs text-ink-3">{t(`terms.resets.${granted.reset}`)}</span>
          )}
          {granted?.free_tier === true && <span className="block text-xs text-ink-3">{t('connect.freeTier')}</span>}
        </Fact>
        <Fact title={t('connect.expires')}>
          {granted?.expires_at == null ? t('common.never') : formatDay(granted.expires_at, i18n.language)}
        </Fact>
        <Fact title={t('connect.lastUsed')}>
          {connected.last_used_at === null ? t('common.never') : <TimeAgo moment={connected.last_used_at} />}
        </Fact>
      </dl>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t border-line bg-sunken px-5 py-3">
        <KeyChain version={connected.root_key_version} />
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {connected.usage_url !== null && <OutLink href={connected.usage_url}>{t('connect.usage')}</OutLink>}
          {connected.revoke_url !== null && (
            <OutLink href={connected.revoke_url}>{t('connect.revoke', { place: placeOf(connected) })}</OutLink>
          )}
          {connected.previous_key_url !== null && (
            <OutLink href={connected.previous_key_url}>{t('connect.previousKey')}</OutLink>
          )}
        </p>
      </div>
    </>
  )
}

function Fact({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid content-start gap-0.5">
      <dt className="text-xs text-ink-3">{title}</dt>
      <dd className="text-sm">{children}</dd>
    </div>
  )
}
