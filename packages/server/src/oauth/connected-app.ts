import { actorOf, type Client, requireFresh, type SignedInUser } from '../accounts/sessions.ts'
import { KeywayError } from '../base/errors.ts'
import { type Nano, parseUsd, shortUsd } from '../base/money.ts'
import { changeKey, revokeKey } from '../keys/issue.ts'
import type { GrantRecord, WeakFlow } from '../store/oauth-records.ts'
import type { KeyRecord, Reset } from '../store/records.ts'
import type { OauthDeps } from './oauth-deps.ts'

const DAY_MS = 24 * 60 * 60_000

/** An app that holds a key of the person's, and the key. */
export type Connected = { grant: GrantRecord; key: KeyRecord }

/** What the person wants of it from now on. */
export type ConnectedChange = {
  limit?: Nano
  reset?: Reset | null
  models?: string[] | null
  /** From now. */
  days?: number
  state?: 'active' | 'paused'
}

/** The person's own apps, newest first, without those that were revoked. */
export async function listConnected({ store }: OauthDeps, userId: string): Promise<Connected[]> {
  const grants = await store.listGrants({ userId })
  const keys = await Promise.all(grants.map((grant) => store.findKey(grant.keyHash)))
  return grants.flatMap((grant, at) => {
    const key = keys[at]
    return key === undefined ? [] : [{ grant, key }]
  })
}

/** One of them. @throws KeywayError `not_found`, for another person's too */
export async function findConnected({ store }: OauthDeps, hash: string, userId: string): Promise<Connected> {
  const known = /^[0-9a-f]{64}$/.test(hash)
  const [grant, key] = known ? await Promise.all([store.findGrant(hash), store.findKey(hash)]) : []
  if (grant === undefined || key === undefined || grant.userId !== userId || key.revokedAt !== null) {
    throw new KeywayError('not_found', 'No app of yours has that key.')
  }
  return { grant, key }
}

/**
 * Changes what an app may spend, on what and until when. More money than the operator calls small, and anything more for
 * a key that a weak flow made, takes a fresh sign-in.
 * @throws KeywayError `invalid_request` naming the field, `sign_in_again`
 */
export async function changeConnected(
  deps: OauthDeps,
  { grant, key }: Connected,
  { change, person, client }: { change: ConnectedChange; person: SignedInUser; client: Client },
): Promise<KeyRecord> {
  const { settings, clock } = deps
  const { days, state, ...terms } = change
  const most = parseUsd(settings.limit_usd_max)
  if (terms.limit !== undefined && terms.limit > most) {
    throw invalid('limit_usd', `at most ${shortUsd(most)} dollars, which is what an app may be given here`)
  }
  if (days !== undefined && (days < 1 || days > settings.days_max)) {
    throw invalid('days', `1 to ${settings.days_max}`)
  }
  const expiresAt = days === undefined ? undefined : clock.now() + days * DAY_MS
  const wanted = { ...terms, ...(expiresAt === undefined ? {} : { expiresAt }) }
  const raised = raises(wanted, key)
  const high = wanted.limit !== undefined && wanted.limit > parseUsd(settings.fresh_above_usd)
  if (raised && (grant.weak !== null || high)) askFresh(person, deps, grant.weak)
  const paused = state === undefined ? {} : { disabled: state === 'paused' }
  return changeKey(deps, { hash: key.hash, ...wanted, ...paused }, actorOf(person.user, client))
}

/** Takes the key back: calls from now on are refused, and those under way are ended. */
export async function revokeConnected(
  deps: OauthDeps,
  { key }: Connected,
  by: { person: SignedInUser; client: Client },
): Promise<void> {
  await revokeKey(deps, key.hash, actorOf(by.person.user, by.client))
}

/** How often a cap begins anew, from the strictest on. */
const STRICTEST_FIRST = [null, 'monthly', 'weekly', 'daily'] as const

/** Whether a change lets the key spend more, more often, or for longer. */
function raises({ limit, reset, expiresAt }: Partial<KeyRecord>, key: KeyRecord): boolean {
  const more = limit != null && key.limit !== null && limit > key.limit
  const oftener = reset !== undefined && STRICTEST_FIRST.indexOf(reset) > STRICTEST_FIRST.indexOf(key.reset)
  const longer = expiresAt != null && key.expiresAt !== null && expiresAt > key.expiresAt
  return more || oftener || longer
}

const WHY_SMALL: Readonly<Record<WeakFlow, string>> = {
  no_challenge: 'the app sent no code challenge',
  plain: 'the app sent its code challenge in the clear',
  short_verifier: 'the app\u2019s code verifier was short enough to be guessed',
}

function askFresh(person: SignedInUser, { clock }: OauthDeps, weak: WeakFlow | null): void {
  try {
    requireFresh(person, clock)
  } catch (cause) {
    if (weak === null) throw cause
    const why = `This key was made small because ${WHY_SMALL[weak]}: whoever read its code could have fetched the key.`
    throw new KeywayError('sign_in_again', `${why} Giving it more needs a sign-in of the last five minutes.`, { cause })
  }
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}
