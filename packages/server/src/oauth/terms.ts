import { KeywayError } from '../base/errors.ts'
import { type Nano, parseUsd } from '../base/money.ts'
import type { OauthSettings } from '../config/oauth.ts'
import type { AppKeyTerms, AuthRequest, WeakFlow } from '../store/oauth-records.ts'
import type { Reset } from '../store/records.ts'

const DAY_MS = 24 * 60 * 60_000

/** What a key is worth at most where the flow did not prove who exchanged its code. */
export const WEAK_LIMIT: Nano = parseUsd('1')
export const WEAK_MS = DAY_MS

/** What the person chose on the consent page. */
export type Choice = {
  limit: Nano
  reset: Reset | null
  days: number
  models: string[] | null
  identity: AppKeyTerms['identity']
}

/** What a person may choose at most: the operator's bounds, lowered by what the app asked for and how it asked. */
export type Bounds = {
  limitMax: Nano
  /** From the strictest on; null is a cap that never begins anew. */
  resets: (Reset | null)[]
  expiresMax: number
}

/** From the strictest on: a cap that begins anew more often is more money. */
const STRICTEST_FIRST = [null, 'monthly', 'weekly', 'daily'] as const

type Asked = Pick<AuthRequest, 'limit' | 'reset' | 'expiresAt'>

/** @param weak why the flow is weak, as far as it is known yet */
export function boundsOf(asked: Asked, settings: OauthSettings, at: { now: number; weak: WeakFlow | null }): Bounds {
  const { now, weak } = at
  // A cap without a period, as an app writes it, is for good.
  const resetMost = asked.limit === null && asked.reset === null ? 'daily' : asked.reset
  const resets = STRICTEST_FIRST.slice(0, STRICTEST_FIRST.indexOf(resetMost) + 1)
  const ends = [now + settings.days_max * DAY_MS, asked.expiresAt, weak === null ? null : now + WEAK_MS]
  const limits = [parseUsd(settings.limit_usd_max), asked.limit, weak === null ? null : WEAK_LIMIT]
  return {
    limitMax: limits.reduce<Nano>((least, one) => (one !== null && one < least ? one : least), limits[0] ?? 0n),
    resets: weak === null ? resets : [null],
    expiresMax: Math.min(...ends.flatMap((end) => end ?? [])),
  }
}

/** What the consent page proposes: the operator's defaults within the bounds. */
export function defaultsOf(bounds: Bounds, settings: OauthSettings, now: number): Omit<Choice, 'models' | 'identity'> {
  const proposed = parseUsd(settings.default_limit_usd)
  const reset = settings.default_reset === 'none' ? null : settings.default_reset
  return {
    limit: proposed < bounds.limitMax ? proposed : bounds.limitMax,
    reset: bounds.resets.includes(reset) ? reset : (bounds.resets.at(-1) ?? null),
    days: Math.max(1, Math.min(settings.default_days, Math.ceil((bounds.expiresMax - now) / DAY_MS))),
  }
}

/** The terms of the key: what the person chose, lowered to the bounds. Never without a cap or an end. */
export function grantedTerms(choice: Choice, bounds: Bounds, of: { name: string; now: number }): AppKeyTerms {
  return {
    name: of.name,
    limit: choice.limit < bounds.limitMax ? choice.limit : bounds.limitMax,
    reset: bounds.resets.includes(choice.reset) ? choice.reset : (bounds.resets.at(-1) ?? null),
    expiresAt: Math.min(of.now + choice.days * DAY_MS, bounds.expiresMax),
    models: choice.models,
    identity: choice.identity,
  }
}

/** The same terms once the exchange has shown the flow to be weak. */
export function weakenedTerms(terms: AppKeyTerms, now: number): AppKeyTerms {
  return {
    ...terms,
    limit: terms.limit < WEAK_LIMIT ? terms.limit : WEAK_LIMIT,
    reset: null,
    expiresAt: Math.min(terms.expiresAt, now + WEAK_MS),
  }
}

/** @throws KeywayError `invalid_request` for a cap that is negative, too fine or too large */
export function parseLimit(text: string, field = 'limit'): Nano {
  const problem = () =>
    new KeywayError('invalid_request', `"${field}" is invalid: expected dollars such as 5.00, from 0 up.`, {
      metadata: { field },
    })
  if (!/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) throw problem()
  return parseUsd(text)
}
