import type { AuthQuestion, CapReset } from '@keyway/contract'

/** What the person chose so far, as it stands in the fields. */
export type Choice = {
  limit: string
  reset: CapReset
  days: number
  /** null: all. */
  models: string[] | null
  identity: boolean
}

/** Days that are offered, beside the longest that may be. */
const DAYS = [1, 7, 30, 90, 365] as const
const DAY_MS = 86_400_000

/** What stands there before the person chose anything: small, and without their name. */
export function proposedChoice({ proposed }: AuthQuestion): Choice {
  return { limit: proposed.limit_usd, reset: proposed.reset, days: proposed.days, models: null, identity: false }
}

/** The amount as the server takes it, or undefined when it is none, or beyond what may be. '2,5' -> '2.5' */
export function amountOf(typed: string, max: string): string | undefined {
  const text = typed
    .trim()
    .replace(/^\$\s*/, '')
    .replace(',', '.')
  if (!/^\d{1,6}(?:\.\d{1,6})?$/.test(text)) return undefined
  // For a comparison only: what is sent is the text.
  return Number(text) <= Number(max) ? text : undefined
}

/** Lives that may be chosen, shortest first. */
export function daysOffered({ bounds, proposed }: AuthQuestion, now: number): number[] {
  const most = Math.max(1, Math.ceil((Date.parse(bounds.expires_at_max) - now) / DAY_MS))
  const days = new Set([...DAYS.filter((one) => one <= most), proposed.days])
  return [...days].sort((one, other) => one - other)
}

/** Why there is nothing to choose: the flow is weak, the app asked for no more, or the operator allows no more. */
export type Fixed = 'weak' | 'asked' | 'operator'

/** Why the cap cannot begin anew; undefined where it can. */
export function resetFixedBy({ bounds, weak }: AuthQuestion): Fixed | undefined {
  if (bounds.resets.length > 1) return undefined
  return weak === null ? 'asked' : 'weak'
}

/** Why the key's life cannot be chosen; undefined where it can. */
export function daysFixedBy(question: AuthQuestion, now: number): Fixed | undefined {
  if (daysOffered(question, now).length > 1) return undefined
  const { asked, bounds, weak } = question
  if (asked.expires_at !== null && Date.parse(asked.expires_at) <= Date.parse(bounds.expires_at_max)) return 'asked'
  return weak === null ? 'operator' : 'weak'
}

/** Amounts to press on, of which the proposed one is always there. */
export function amountsOffered({ bounds, proposed }: AuthQuestion): string[] {
  const amounts = new Set(
    ['1', '5', '20', proposed.limit_usd].filter((one) => Number(one) <= Number(bounds.limit_usd_max)),
  )
  return [...amounts].sort((one, other) => Number(one) - Number(other))
}
