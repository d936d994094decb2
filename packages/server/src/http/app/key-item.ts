import type { Key } from '@keyway/contract'
import { reachesOf } from '../../keys/house-reach.ts'
import { remainingOf } from '../../keys/key-view.ts'
import type { KeyRecord, Spend } from '../../store/records.ts'
import { moment, momentOrNull, usd, usdOrNull } from './values.ts'

const ENVIRONMENTS = ['development', 'staging', 'production'] as const

/** A key as the app shows it. */
export function keyItem(key: KeyRecord, spend: Spend, of: { userName: string; now: number }): Key {
  const { models, rpm, noBrowser, ips = null, scopes = [] } = key.policy
  const expired = key.expiresAt !== null && key.expiresAt <= of.now
  return {
    hash: key.hash,
    name: key.name,
    label: key.label,
    kind: key.kind,
    user: { id: key.userId, name: of.userName },
    state: expired ? 'expired' : key.disabled || key.revokedAt !== null ? 'disabled' : 'active',
    environment: ENVIRONMENTS.find((known) => known === key.environment) ?? 'production',
    limit_usd: usdOrNull(key.limit),
    limit_remaining_usd: usdOrNull(remainingOf(key, spend)),
    reset: key.reset,
    models,
    reaches: reachesOf(key),
    rpm,
    no_browser: noBrowser,
    ips,
    scopes,
    created_at: moment(key.createdAt),
    expires_at: momentOrNull(key.expiresAt),
    usage: {
      total_usd: usd(spend.total),
      today_usd: usd(spend.day),
      week_usd: usd(spend.week),
      month_usd: usd(spend.month),
    },
  }
}
