import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { Actor, KeyRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { requireHouseGrantor, touchesGrant, withGrant } from './house-reach.ts'
import { macOf, type Peppers } from './pepper.ts'
import { checkTerms, DEFAULT_TERMS, type KeyTerms, patchOf, requireOwnScopes } from './terms.ts'
import { hashOf, type KeyKind, kindOf, labelOf, makeToken } from './token.ts'

/** The longest that an old key stays beside the one that replaced it. */
const OVERLAP_MAX_MS = 30 * 24 * 60 * 60 * 1000

export type KeyDeps = { store: Store; ring: { readonly pepper: Peppers }; clock: Clock }

/** What to issue. Terms that are left out are {@link DEFAULT_TERMS}. */
export type NewKey = {
  workspaceId: string
  userId: string
  kind: KeyKind
  name: string
  appId?: number | null
  /** The thumbprint of the app's own key, without whose proof this one is refused. */
  boundTo?: string | null
  /** The web chat's key: counted like any other, shown in no list, and led to the operator's models by chat alone. */
  hidden?: boolean
} & Partial<Omit<KeyTerms, 'name'>>

/** A key at the one moment when it can be read. `key` is to be shown once and kept nowhere. */
export type Issued = { key: string; record: KeyRecord }

/**
 * Issues a key.
 * @throws KeywayError `invalid_request` naming the field; `not_found` when the user is not of the actor's workspace;
 *   `role_forbidden` when a member asks for the operator's credentials
 */
export async function issueKey(deps: KeyDeps, request: NewKey, actor: Actor): Promise<Issued> {
  const { store, clock } = deps
  const { workspaceId, userId } = request
  requireOwnScopes(request.scopes, userId, actor)
  if (!request.hidden && request.reaches?.includes('house')) await requireHouseGrantor(store, actor)
  const issued = issuedKey(deps, request, clock.now())
  const user = await store.findUser(userId)
  if (user === undefined || user.workspaceId !== workspaceId || workspaceId !== actor.workspaceId) {
    throw new KeywayError('not_found', 'There is no user with that id in this workspace.')
  }
  await store.createKey(issued.record, actor)
  return issued
}

/**
 * Makes a key that is not stored yet, for acts that store it with something else.
 * @throws KeywayError `invalid_request` naming the field
 */
export function issuedKey(deps: Pick<KeyDeps, 'ring'>, request: NewKey, now: number): Issued {
  const { workspaceId, userId, kind, appId = null, boundTo = null, hidden = false, ...given } = request
  const terms = checkTerms({ ...DEFAULT_TERMS, ...given }, now)
  const { name, environment, limit, reset, expiresAt, ...policy } = terms
  const made = make(deps, kind)
  const record: KeyRecord = {
    ...made.columns,
    workspaceId,
    userId,
    kind,
    name,
    environment,
    limit,
    reset,
    policy: hidden ? policy : withGrant(policy),
    appId,
    hidden,
    disabled: false,
    createdAt: now,
    updatedAt: null,
    expiresAt,
    revokedAt: null,
    rotatedFrom: null,
    boundTo,
  }
  return { key: made.token, record }
}

/**
 * Issues a successor on the same terms, and ends the old key: now, or after an overlap in which both work.
 * @param overlapMs 0 to 30 days
 * @throws KeywayError `not_found`, `key_revoked`, `key_expired`, `invalid_request`
 */
export async function rotateKey(
  deps: KeyDeps,
  { hash, overlapMs }: { hash: string; overlapMs: number },
  actor: Actor,
): Promise<Issued> {
  const { store, clock } = deps
  if (!Number.isInteger(overlapMs) || overlapMs < 0 || overlapMs > OVERLAP_MAX_MS) {
    throw new KeywayError('invalid_request', '"overlap" is invalid: expected a time from 0 to 30 days.')
  }
  const old = await findOwnKey(deps, hash, actor)
  const now = clock.now()
  if (old.revokedAt !== null) throw new KeywayError('key_revoked', `The key ${old.label} is revoked.`)
  if (old.expiresAt !== null && old.expiresAt <= now) {
    throw new KeywayError('key_expired', `The key ${old.label} has expired.`)
  }
  requireOwnScopes(old.policy.scopes, old.userId, actor)
  const made = make(deps, old.kind)
  const record = { ...old, ...made.columns, createdAt: now, updatedAt: null, rotatedFrom: old.hash }
  // The store keeps the old key's own end where that is earlier.
  await store.rotateKey(hash, record, now + overlapMs, actor)
  return { key: made.token, record }
}

/**
 * Changes terms, or enables and disables.
 * @throws KeywayError `not_found`, `key_revoked`, `invalid_request`; `role_forbidden` when a member changes what bounds a key
 *   to the operator's credentials
 */
export async function changeKey(
  deps: KeyDeps,
  { hash, ...changes }: { hash: string; disabled?: boolean } & Partial<KeyTerms>,
  actor: Actor,
): Promise<KeyRecord> {
  const { store, clock } = deps
  const { disabled, ...terms } = changes
  const now = clock.now()
  const checked = checkTerms(terms, now)
  const before = await findOwnKey(deps, hash, actor)
  if (before.revokedAt !== null) throw new KeywayError('key_revoked', `The key ${before.label} is revoked.`)
  requireOwnScopes(checked.scopes, before.userId, actor)
  if (touchesGrant(checked, before)) await requireHouseGrantor(store, actor)
  const patch = { ...patchOf(checked, before.policy), ...(disabled === undefined ? {} : { disabled }) }
  const after = await store.updateKey(hash, patch, actor, now)
  if (after === undefined) throw noSuchKey()
  return after
}

/** Ends a key for good. What it spent stays in the ledger. @throws KeywayError `not_found` */
export async function revokeKey(deps: KeyDeps, hash: string, actor: Actor): Promise<void> {
  await findOwnKey(deps, hash, actor)
  if (!(await deps.store.revokeKey(hash, actor, deps.clock.now()))) throw noSuchKey()
}

/** A key of the actor's workspace, by its public id. @throws KeywayError `not_found` */
export async function findOwnKey({ store }: KeyDeps, hash: string, actor: Actor): Promise<KeyRecord> {
  const key = /^[0-9a-f]{64}$/.test(hash) ? await store.findKey(hash) : undefined
  if (key === undefined || key.workspaceId !== actor.workspaceId || key.hidden) throw noSuchKey()
  return key
}

function make({ ring }: Pick<KeyDeps, 'ring'>, kind: KeyKind) {
  const token = makeToken(kind)
  const pepperVersion = ring.pepper.primary
  const mac = macOf(token, ring.pepper, pepperVersion)
  return { token, columns: { hash: hashOf(token), mac, pepperVersion, label: labelOf(token), kind: kindOf(token) } }
}

function noSuchKey(): KeywayError {
  return new KeywayError('not_found', 'There is no key with that hash.')
}
