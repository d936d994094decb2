import type { SignUpMode } from '@keyway/contract'
import type { Clock } from '../base/clock.ts'
import { rowId } from '../base/ids.ts'
import type { IdentityRecord } from '../store/identity-store.ts'
import type { Actor, Role, User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { networkOf } from './network.ts'
import { isSetUp } from './sign-in.ts'
import type { Throttle } from './throttle.ts'
import { hasOwnLogin } from './visitors.ts'

/** What is to be believed of what a provider says of somebody. */
export type Claims = {
  /** The operator's name for it. */
  provider: string
  issuer: string
  /** The issuer's own id of the person: the one thing that says who they are. */
  subject: string
  /** Verified by the provider; null otherwise. */
  email: string | null
  /** The operator trusts this provider with addresses of that domain, and says what its people become. */
  trusted: { role: Exclude<Role, 'owner'> } | null
  name: string
  label: string | null
}

export type JoinDeps = {
  store: Store
  clock: Clock
  throttle: Throttle
  door: { mode: SignUpMode; usersMax: number; workspaceId: string }
}

/** Who came in, or why nobody did. */
export type Joined =
  | { outcome: 'known' | 'joined' | 'new'; user: User }
  /** 'not_invited': nobody of that name is expected. 'email_taken': somebody here has that address already. */
  | { outcome: 'disabled' | 'not_invited' | 'email_taken' }

/**
 * Who somebody is who signed in elsewhere. An identity is known by issuer and subject; an address, which can be given to
 * another person, leads to an account only once, the first time: to one that the operator's people made for it and that
 * nobody has set up yet, or, where the operator trusts the provider with its domain, to one in use. Addresses in the
 * database are those that owners and admins wrote, never what somebody said of themselves.
 * @throws KeywayError `rate_limited`, `conflict` when there is no room for more people
 */
export async function whoJoins(deps: JoinDeps, claims: Claims, ip: string): Promise<Joined> {
  const joined = await findOrMake(deps, claims, ip)
  if ('user' in joined) await noteAddress(deps, joined.user, claims)
  return joined
}

/** What the issuer verified need not be confirmed by mail once more. */
async function noteAddress(
  { store, clock }: Pick<JoinDeps, 'store' | 'clock'>,
  user: User,
  { email }: Claims,
): Promise<void> {
  if (email !== null) await store.noteVouchedAddress(user.id, { email, at: clock.now() })
}

async function findOrMake(deps: JoinDeps, claims: Claims, ip: string): Promise<Joined> {
  const { store, clock } = deps
  const { workspaceId } = deps.door
  const now = clock.now()
  const known = await store.findIdentity(claims)
  if (known !== undefined) {
    const user = await store.findUser(known.userId)
    if (user === undefined || user.disabledAt !== null) return { outcome: 'disabled' }
    await store.noteIdentity(known.id, { label: claims.label, at: now })
    return { outcome: 'known', user }
  }
  // Whoever came first would otherwise stand in a house without an owner.
  if (!(await isSetUp(deps))) return { outcome: 'not_invited' }
  const expected = await userOfEmail(deps, claims.email)
  if (expected !== undefined) {
    if (claims.trusted === null && (await hasOwnLogin(store, expected.id))) return { outcome: 'email_taken' }
    if (expected.disabledAt !== null) return { outcome: 'disabled' }
    const actor: Actor = { id: expected.id, workspaceId, ip }
    const added = await store.addIdentity(identityFor(expected, claims, now), { keepSession: null, actor })
    return added ? { outcome: 'joined', user: expected } : findOrMake(deps, claims, ip)
  }
  if (claims.trusted === null) {
    if (deps.door.mode !== 'open') return { outcome: 'not_invited' }
    // Anybody: as bounded as the sign-up page is.
    deps.throttle.admit([
      { kind: 'newcomer', of: networkOf(ip) },
      { kind: 'newcomers', of: 'all' },
    ])
  }
  const user: User = {
    id: rowId('user'),
    workspaceId,
    name: claims.name,
    // Only what the operator trusts the provider to say: it may lead to this account later.
    email: claims.trusted === null ? null : claims.email,
    role: claims.trusted?.role ?? 'member',
    disabledAt: null,
    createdAt: now,
    // Of a provider that the operator trusts with letting people in, they are nobody's guests.
    ...(claims.trusted === null ? { guest: true } : {}),
  }
  const terms = { usersMax: deps.door.usersMax, actor: { id: user.id, workspaceId, ip } }
  const id = await store.signUpByIdentity(user, identityFor(user, claims, now), terms)
  return id === user.id ? { outcome: 'new', user } : findOrMake(deps, claims, ip)
}

/** Adds an identity to whoever is signed in. @returns 'taken' when it is another person's */
export async function addIdentity(
  deps: Pick<JoinDeps, 'store' | 'clock'>,
  user: User,
  of: { claims: Claims; keepSession: string; actor: Actor },
): Promise<'added' | 'taken'> {
  const { claims, keepSession, actor } = of
  const identity = identityFor(user, claims, deps.clock.now())
  if (!(await deps.store.addIdentity(identity, { keepSession, actor }))) {
    const known = await deps.store.findIdentity(claims)
    if (known?.userId !== user.id) return 'taken'
  }
  await noteAddress(deps, user, claims)
  return 'added'
}

async function userOfEmail({ store, door }: JoinDeps, email: string | null): Promise<User | undefined> {
  if (email === null) return undefined
  return (await store.listUsers(door.workspaceId)).find((user) => user.email?.toLowerCase() === email)
}

function identityFor(user: User, claims: Claims, now: number): IdentityRecord {
  const { provider, issuer, subject, label } = claims
  const { id: userId, workspaceId } = user
  return { id: rowId('idn'), workspaceId, userId, provider, issuer, subject, label, createdAt: now, lastUsedAt: now }
}
