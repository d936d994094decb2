import { KeywayError } from '../base/errors.ts'
import { rowId } from '../base/ids.ts'
import type { User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Identity } from '../store/visitor-store.ts'
import { beginSession, type Client, type SignedInUser } from './sessions.ts'
import { admitNewcomer, requireDoor, type SignUpDeps } from './sign-up.ts'

/** What visitors are called until they, or their issuer, say otherwise. */
export const VISITOR_NAME = 'Visitor'

/** A visitor who has not come back from the issuer within this time does not come back. Milliseconds. */
export const VISITOR_MS = 24 * 60 * 60_000

/**
 * Makes a visitor, who is nobody until they come back from the issuer, and the session that takes them there. It is always
 * a fresh one, so that nobody can have planted it; it opens nothing but the way to the issuer.
 * @param present whoever is signed in in this browser
 * @returns the secret of the session's cookie
 * @throws KeywayError `not_found`, `conflict`, `rate_limited`
 */
export async function beginVisit(deps: SignUpDeps, present: SignedInUser | undefined, client: Client): Promise<string> {
  const { store, clock, door } = deps
  await requireDoor(deps, 'visitor')
  if (present !== undefined && !isOnTheWay(present)) throw new KeywayError('conflict', 'You are signed in already.')
  admitNewcomer(deps, client.ip ?? '')
  const user: User = {
    id: rowId('user'),
    workspaceId: door.workspaceId,
    name: VISITOR_NAME,
    email: null,
    role: 'member',
    disabledAt: null,
    createdAt: clock.now(),
    guest: true,
  }
  await store.createVisitor(user, { usersMax: door.usersMax, actor: { id: user.id, workspaceId: user.workspaceId } })
  const replaces = present?.session.id ?? null
  const { secret } = await beginSession(deps, { user, method: 'visitor', replaces }, client)
  // Whoever presses twice leaves nobody behind.
  if (present !== undefined) await store.removeVisitor(present.user.id)
  return secret
}

/** Is this the session of a visitor who is nobody yet? */
export function isOnTheWay({ session }: SignedInUser): boolean {
  return session.method === 'visitor'
}

/** Who came back from an issuer, or why nobody did. */
export type Arrival =
  | { kind: 'arrived'; userId: string }
  /** Theirs is an account here with a passkey or password of its own, which is how it is opened. */
  | { kind: 'own_login' }
  /** The operator disabled their account. */
  | { kind: 'disabled' }

/**
 * Who a visitor is, by what the issuer itself said in the exchange: its id of the person, at its very address. An e-mail
 * address is never looked at.
 *
 * What an approval proves is that the person approved, not that they approved for us: an app of somebody else's can have
 * asked for it. So it opens an account only where that is the account's one way in. See docs/decisions/sign-in-by-connect.md.
 */
export async function arrive(
  { store }: { store: Store },
  visitor: { id: string; workspaceId: string },
  of: { identity: Identity; at: number },
): Promise<Arrival> {
  const { identity, at } = of
  const made = await store.findConnectionByAccount(identity)
  const maker = made === undefined ? undefined : await store.findUser(made.userId)
  if (maker !== undefined && (await store.findVisitor(maker.id)) === undefined) {
    return { kind: maker.disabledAt === null ? 'own_login' : 'disabled' }
  }
  const actor = { id: visitor.id, workspaceId: visitor.workspaceId }
  const userId = await store.identifyVisitor(visitor.id, identity, { at, actor })
  const user = userId === undefined ? undefined : await store.findUser(userId)
  if (user === undefined || user.disabledAt !== null) return { kind: 'disabled' }
  return (await hasOwnLogin(store, user.id)) ? { kind: 'own_login' } : { kind: 'arrived', userId: user.id }
}

/** Can the user sign in without the issuer? */
export async function hasOwnLogin(store: Store, userId: string): Promise<boolean> {
  const [passkeys, password, identities] = await Promise.all([
    store.listPasskeys(userId),
    store.findPassword({ userId }),
    store.listIdentities(userId),
  ])
  return passkeys.length > 0 || password !== undefined || identities.length > 0
}
