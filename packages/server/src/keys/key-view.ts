import { type Nano, toUsdNumber } from '../base/money.ts'
import type { KeyRecord, Reset, Spend } from '../store/records.ts'
import { reachesOf } from './house-reach.ts'

/** Calls on the operator's own models that a user has today; all 0 where there is no such allowance. */
export type DailyAllowance = { limit: number; used: number; remaining: number }

const NO_ALLOWANCE: DailyAllowance = { limit: 0, used: 0, remaining: 0 }

type KeyFigures = {
  label: string
  limit: number | null
  limit_remaining: number | null
  limit_reset: Reset | null
  /** Always true: every call counts against the key's cap, whoever's credential served it. */
  include_byok_in_limit: boolean
  usage: number
  usage_daily: number
  usage_weekly: number
  usage_monthly: number
  /** Always 0: what a call cost is in `usage`, never in both. */
  byok_usage: number
  byok_usage_daily: number
  byok_usage_weekly: number
  byok_usage_monthly: number
  creator_user_id: string | null
  /** RFC 3339, UTC. */
  expires_at: string | null
}

/** The `data` of `GET /key`. */
export type CurrentKeyView = KeyFigures & {
  is_free_tier: boolean
  is_management_key: boolean
  is_provisioning_key: boolean
  organization_id: string | null
  workspace_id: string
  free_model_daily_requests: DailyAllowance
  allowed_data_regions: string[]
  rate_limit: { requests: number; interval: string; note: string }
}

/** A key in `/keys`. What is ours alone stands under `keyway`, where OpenRouter's clients do not look. */
export type KeyView = KeyFigures & {
  hash: string
  name: string
  disabled: boolean
  created_at: string
  updated_at: string | null
  workspace_id: string
  external_user: string | null
  keyway: {
    kind: KeyRecord['kind']
    environment: string
    models: string[] | null
    reaches: string[]
    rpm: number | null
    no_browser: boolean
    ips: string[] | null
    losses: 'allow' | 'refuse'
    flat_hold: number | null
    app_id: number | null
    revoked_at: string | null
    rotated_from: string | null
    /** The thumbprint of the app's own key, without whose proof this one is refused. */
    bound_to: string | null
  }
}

/**
 * The key that asks, as `GET /key` shows it.
 * @see https://openrouter.ai/docs/api-reference/api-keys/get-current-api-key and the SDK's schema, 1.3.19
 */
export function currentKeyView(key: KeyRecord, spend: Spend, allowance: DailyAllowance = NO_ALLOWANCE): CurrentKeyView {
  const management = key.kind === 'management'
  const { rpm } = key.policy
  return {
    ...figures(key, spend),
    is_free_tier: false,
    is_management_key: management,
    is_provisioning_key: management,
    organization_id: null,
    workspace_id: key.workspaceId,
    free_model_daily_requests: { ...allowance },
    allowed_data_regions: ['global'],
    rate_limit: { requests: rpm ?? -1, interval: '60s', note: 'Requests in any 60 seconds; -1 is no limit.' },
  }
}

/**
 * A key as `/keys` shows it.
 * @see https://openrouter.ai/docs/api-reference/api-keys/list and the SDK's schema, 1.3.19
 */
export function keyView(key: KeyRecord, spend: Spend): KeyView {
  const { models, rpm, noBrowser, ips = null, losses, flatHold } = key.policy
  return {
    hash: key.hash,
    name: key.name,
    disabled: key.disabled || key.revokedAt !== null,
    created_at: isoTime(key.createdAt),
    updated_at: key.updatedAt === null ? null : isoTime(key.updatedAt),
    workspace_id: key.workspaceId,
    external_user: null,
    ...figures(key, spend),
    keyway: {
      kind: key.kind,
      environment: key.environment,
      models,
      reaches: reachesOf(key),
      rpm,
      no_browser: noBrowser,
      ips,
      losses,
      flat_hold: flatHold === null ? null : toUsdNumber(flatHold),
      app_id: key.appId,
      revoked_at: key.revokedAt === null ? null : isoTime(key.revokedAt),
      rotated_from: key.rotatedFrom,
      bound_to: key.boundTo,
    },
  }
}

/** What is left under the key's cap in its present window, holds subtracted; null: it has no cap. */
export function remainingOf(key: Pick<KeyRecord, 'limit' | 'reset'>, spend: Spend): Nano | null {
  if (key.limit === null) return null
  const spent = { daily: spend.day, weekly: spend.week, monthly: spend.month, never: spend.total }[key.reset ?? 'never']
  const left = key.limit - spent - spend.held
  return left > 0n ? left : 0n
}

function figures(key: KeyRecord, spend: Spend): KeyFigures {
  const remaining = remainingOf(key, spend)
  return {
    label: key.label,
    limit: key.limit === null ? null : toUsdNumber(key.limit),
    limit_remaining: remaining === null ? null : toUsdNumber(remaining),
    limit_reset: key.reset,
    include_byok_in_limit: true,
    usage: toUsdNumber(spend.total),
    usage_daily: toUsdNumber(spend.day),
    usage_weekly: toUsdNumber(spend.week),
    usage_monthly: toUsdNumber(spend.month),
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    creator_user_id: key.userId,
    expires_at: key.expiresAt === null ? null : isoTime(key.expiresAt),
  }
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
