import { createHmac, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { rowId } from '../base/ids.ts'
import type { SessionMethod, SessionRecord } from '../store/account-records.ts'
import type { Actor, User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { keyOf, type SecretKeys } from './secret-keys.ts'

/** Bytes in a session's secret. */
const SECRET_BYTES = 32
/** A session that nobody used for so long ends: a week covers a holiday's gap and not a lost laptop's drawer. */
export const SESSION_IDLE_MS = 7 * 24 * 60 * 60_000
/** Every session ends after so long, however much it is used. */
export const SESSION_LIFE_MS = 30 * 24 * 60 * 60_000
/** For acts that decide who may sign in, the person must have proved themselves within this time. */
export const FRESH_MS = 5 * 60_000
/** Use is noted at most so often, so that reading the app does not write to the database. */
const TOUCH_MS = 5 * 60_000
/** Sessions of one user; beyond it the one not used for longest ends. */
const SESSIONS_MAX = 50
/** Characters of a browser's own description that are kept. */
const USER_AGENT_CHARS_MAX = 300

export type SessionDeps = { store: Store; clock: Clock; ring: { readonly session: SecretKeys } }

/** A signed-in person: who, and by which session. */
export type SignedInUser = { readonly user: Readonly<User>; readonly session: Readonly<SessionRecord> }

/** Where a request came from, for the list of sessions. */
export type Client = { ip: string | null; userAgent: string | null }

/**
 * Begins a session. The id is always a new one, so that nobody can have planted it.
 * @param replaces the session that the browser had, which ends
 * @returns the cookie's secret, to be kept nowhere else, and the session
 */
export async function beginSession(
  deps: SessionDeps,
  of: { user: User; method: SessionMethod; replaces: string | null },
  client: Client,
): Promise<{ secret: string; session: SessionRecord }> {
  const { user, method, replaces } = of
  const now = deps.clock.now()
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  const session: SessionRecord = {
    id: rowId('ses'),
    mac: macOf(secret, deps.ring.session, deps.ring.session.primary),
    workspaceId: user.workspaceId,
    userId: user.id,
    method,
    authenticatedAt: now,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + SESSION_LIFE_MS,
    ip: client.ip,
    userAgent: client.userAgent?.slice(0, USER_AGENT_CHARS_MAX) ?? null,
  }
  await deps.store.createSession(session, { replaces, keep: SESSIONS_MAX, actor: actorOf(user, client) })
  return { secret, session }
}

/** Who a cookie's secret stands for, or undefined: unknown, ended, idle for too long, or its user disabled. */
export async function findSignedIn(
  deps: SessionDeps,
  secret: string,
  client: Client,
): Promise<SignedInUser | undefined> {
  const { store, clock, ring } = deps
  if (!/^[\w-]{43}$/.test(secret)) return undefined
  let session: SessionRecord | undefined
  for (const version of ring.session.versions) {
    session ??= await store.findSession(macOf(secret, ring.session, version))
  }
  if (session === undefined) return undefined
  const now = clock.now()
  if (isEnded(session, now)) return undefined
  const user = await store.findUser(session.userId)
  if (user === undefined || user.disabledAt !== null || user.workspaceId !== session.workspaceId) return undefined
  if (now - session.lastSeenAt >= TOUCH_MS) {
    await store.touchSession(session.id, { at: now, ip: client.ip })
    session = { ...session, lastSeenAt: now, ip: client.ip }
  }
  return { user, session }
}

/** The user's sessions that have not ended, the latest used first. */
export async function listSessions({ store, clock }: SessionDeps, userId: string): Promise<SessionRecord[]> {
  const now = clock.now()
  return (await store.listSessions(userId)).filter((session) => !isEnded(session, now))
}

/** Signs one of a user's sessions out. @throws KeywayError `not_found` */
export async function endSession({ store }: SessionDeps, id: string, user: User): Promise<void> {
  const ended = await store.endSessions({ userId: user.id, only: id }, actorOf(user))
  if (ended === 0) throw new KeywayError('not_found', 'There is no session with that id.')
}

/** Signs a user out everywhere. @param except the session that stays */
export async function endSessions({ store }: SessionDeps, user: User, except?: string): Promise<void> {
  await store.endSessions({ userId: user.id, ...(except === undefined ? {} : { except }) }, actorOf(user))
}

/** @throws KeywayError `sign_in_again` when the person did not prove themselves in the last five minutes */
export function requireFresh({ session }: SignedInUser, clock: Clock): void {
  if (clock.now() - session.authenticatedAt <= FRESH_MS) return
  throw new KeywayError('sign_in_again', 'This needs a sign-in of the last five minutes.')
}

/** When a session ends if nobody uses it from now on. Milliseconds since the epoch. */
export function endOf(session: SessionRecord): number {
  return Math.min(session.expiresAt, session.lastSeenAt + SESSION_IDLE_MS)
}

/** The user as audit rows name them. */
export function actorOf(user: Pick<User, 'id' | 'workspaceId'>, client?: Client): Actor {
  const ip = client?.ip ?? undefined
  return { id: user.id, workspaceId: user.workspaceId, ...(ip === undefined ? {} : { ip }) }
}

function isEnded(session: SessionRecord, now: number): boolean {
  return now >= endOf(session)
}

function macOf(secret: string, keys: SecretKeys, version: number): string {
  return createHmac('sha256', keyOf(keys, version)).update(`session/${secret}`).digest('hex')
}
