import { KeywayError } from '../base/errors.ts'
import type { Nano } from '../base/money.ts'
import type { Actor, KeyPatch, KeyPolicy, KeyScope, Reach, Reset } from '../store/records.ts'
import { checkAddressList } from './address-list.ts'
import { withGrant } from './house-reach.ts'
import { checkModelsList } from './models-list.ts'

/** Where a key is used; for grouping, it decides nothing. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const
export const RESETS = ['daily', 'weekly', 'monthly'] as const satisfies readonly Reset[]
/** What a key may be let into beside calling models. */
export const SCOPES = ['chat'] as const satisfies readonly KeyScope[]
const REACHES = ['own', 'shared', 'house'] as const satisfies readonly Reach[]

/** Characters in a key's name. */
const NAME_CHARS_MAX = 100
/** Calls a minute; a window of that many times takes 800 kB. */
const RPM_MAX = 100_000
/** The largest amount that a signed 64-bit column holds. */
const NANO_MAX: Nano = 2n ** 63n - 1n
/** An expiry later than this is taken for a mistake. */
const YEAR_MAX = 9999

/** What a key may be given, and later changed to. Amounts in nano-dollars, times in ms since the epoch; null is none. */
export type KeyTerms = {
  name: string
  environment: string
  limit: Nano | null
  reset: Reset | null
  expiresAt: number | null
} & KeyPolicy

/** What a key has where nothing else is said. What the operator pays for is not among it: see house-reach.ts. */
export const DEFAULT_TERMS: Omit<KeyTerms, 'name'> = {
  environment: 'production',
  limit: null,
  reset: null,
  expiresAt: null,
  models: null,
  reaches: ['own', 'shared'],
  rpm: null,
  noBrowser: false,
  ips: null,
  losses: 'allow',
  flatHold: null,
}

/**
 * Checks terms, all or some of them.
 * @param now an expiry must lie after it
 * @returns the same terms, tidied (name trimmed, repetitions dropped)
 * @throws KeywayError `invalid_request`, naming the field as the wire does
 */
export function checkTerms<T extends Partial<KeyTerms>>(terms: T, now: number): T {
  const tidy = { ...terms }
  if (terms.name !== undefined) tidy.name = checkName(terms.name)
  if (terms.environment !== undefined && !ENVIRONMENTS.some((known) => known === terms.environment)) {
    throw invalid('environment', ENVIRONMENTS.join(', '))
  }
  if (terms.limit != null) checkAmount('limit', terms.limit)
  if (terms.flatHold != null) checkAmount('flat_hold', terms.flatHold)
  if (terms.reset != null && !RESETS.includes(terms.reset)) throw invalid('limit_reset', `${RESETS.join(', ')} or null`)
  if (terms.expiresAt != null && !(terms.expiresAt > now)) throw invalid('expires_at', 'a time in the future')
  if (terms.models != null) tidy.models = checkModelsList(terms.models)
  if (terms.ips != null) tidy.ips = checkAddressList(terms.ips)
  if (terms.reaches !== undefined) tidy.reaches = checkReaches(terms.reaches)
  if (terms.scopes !== undefined) tidy.scopes = SCOPES.filter((scope) => terms.scopes?.includes(scope))
  if (terms.rpm != null && (!Number.isInteger(terms.rpm) || terms.rpm < 1 || terms.rpm > RPM_MAX)) {
    throw invalid('rpm', `an integer from 1 to ${RPM_MAX}, or null for no limit`)
  }
  return tidy
}

/**
 * A key with scopes reads what its person wrote. So only that person makes one, or sees its text: an administrator would
 * else read everybody's conversations.
 * @throws KeywayError `role_forbidden`
 */
export function requireOwnScopes(scopes: readonly KeyScope[] | undefined, userId: string, actor: Actor): void {
  if (scopes === undefined || scopes.length === 0 || actor.id === userId) return
  throw new KeywayError('role_forbidden', 'A key to a person\u2019s conversations can be made by that person only.')
}

/**
 * The changes as the store takes them: a policy is replaced whole.
 * @param before the policy now
 */
export function patchOf(changes: Partial<KeyTerms>, before: KeyPolicy): KeyPatch {
  const { name, environment, limit, reset, expiresAt, ...policy } = changes
  const patch: KeyPatch = {}
  if (name !== undefined) patch.name = name
  if (environment !== undefined) patch.environment = environment
  if (limit !== undefined) patch.limit = limit
  if (reset !== undefined) patch.reset = reset
  if (expiresAt !== undefined) patch.expiresAt = expiresAt
  if (policy.reaches !== undefined) patch.policy = withGrant({ ...before, ...policy })
  else if (Object.keys(policy).length > 0) patch.policy = { ...before, ...policy }
  return patch
}

/**
 * Reads an expiry: UTC with seconds, as OpenRouter takes it. '2027-01-01T00:00:00Z' -> 1798761600000
 * @throws KeywayError `invalid_request`
 * @see https://openrouter.ai/docs/api-reference/api-keys/create-api-key
 */
export function parseExpiry(text: string): number {
  const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,3})\d{0,6})?(?:Z|\+00:00)$/.exec(text)
  const ms = form ? Date.parse(`${form[1]}.${(form[2] ?? '').padEnd(3, '0')}Z`) : Number.NaN
  // Date.parse turns 30 February into 2 March.
  const real = !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === form?.[1]
  if (!real || new Date(ms).getUTCFullYear() > YEAR_MAX) {
    throw invalid('expires_at', 'a UTC time with seconds, such as 2027-01-01T00:00:00Z')
  }
  return ms
}

function checkName(name: string): string {
  const tidy = name.trim()
  if (tidy === '' || tidy.length > NAME_CHARS_MAX || /\p{Cc}/u.test(tidy)) {
    throw invalid('name', `1 to ${NAME_CHARS_MAX} characters, none of them a control character`)
  }
  return tidy
}

function checkAmount(field: string, amount: Nano): void {
  if (amount < 0n || amount > NANO_MAX) throw invalid(field, 'an amount from 0 to 9223372036 dollars, or null for none')
}

function checkReaches(reaches: readonly Reach[]): Reach[] {
  const unique = [...new Set(reaches)]
  if (unique.length === 0 || unique.some((reach) => !REACHES.includes(reach))) {
    throw invalid('reaches', `one or more of ${REACHES.join(', ')}`)
  }
  return unique
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`)
}
