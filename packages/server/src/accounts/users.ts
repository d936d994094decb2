import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { randomBase62, rowId } from '../base/ids.ts'
import type { Actor, Role, User } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { SETUP_TOKEN_CHARS, setupTokenHash } from './setup-token.ts'

/** Characters in a person's name. */
const NAME_CHARS_MAX = 100
/** Characters in an address, by RFC 5321. */
const EMAIL_CHARS_MAX = 254
/** An invitation waits for somebody who may be away for a weekend: what it opens is an empty account. */
export const INVITATION_MS = 72 * 60 * 60_000
/** Long enough to walk to another device, short enough that a link left in a chat is dead when it is found. */
export const SETUP_TOKEN_MS = 15 * 60_000

export type AccountDeps = { store: Store; clock: Clock }
export type NewUser = { name: string; email: string | null; role: Role }
/** A link for one person, once. It holds a secret: show it to that person only, and keep it nowhere. */
export type SetupLink = { link: string; expiresAt: number }

/** The users of the actor's workspace. */
export function listUsers({ store }: AccountDeps, actor: Actor): Promise<User[]> {
  return store.listUsers(actor.workspaceId)
}

/** @throws KeywayError `invalid_request` naming the field; `conflict` when another has that address */
export async function createUser({ store, clock }: AccountDeps, given: NewUser, actor: Actor): Promise<User> {
  const name = given.name.trim()
  if (name === '' || name.length > NAME_CHARS_MAX || /\p{Cc}/u.test(name)) {
    throw invalid('name', `1 to ${NAME_CHARS_MAX} characters, none of them a control character`)
  }
  const email = given.email === null ? null : given.email.trim().toLowerCase()
  if (email !== null && (email.length > EMAIL_CHARS_MAX || !/^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email))) {
    throw invalid('email', 'an address such as ada@example.com, or none')
  }
  const others = await store.listUsers(actor.workspaceId)
  if (email !== null && others.some((other) => other.email === email)) {
    throw new KeywayError('conflict', `There is a user with the address ${email} already.`)
  }
  const id = rowId('user')
  const user: User = {
    id,
    workspaceId: actor.workspaceId,
    name,
    email,
    role: given.role,
    disabledAt: null,
    createdAt: clock.now(),
  }
  await store.createUser(user, actor)
  return user
}

/**
 * Shuts a user out: their keys and sessions end with the next call.
 * @throws KeywayError `not_found`; `conflict` for the last owner who could let anyone in again
 */
export async function disableUser({ store, clock }: AccountDeps, id: string, actor: Actor): Promise<User> {
  const user = await findOwnUser(store, id, actor)
  if (user.disabledAt !== null) return user
  if (user.role === 'owner') await refuseLastOwner(store, actor)
  return changed(await store.updateUser(id, { disabledAt: clock.now() }, actor))
}

/**
 * Gives a user another role, and ends their sessions: what they are shown was made for the one they had.
 * @throws KeywayError `not_found`; `conflict` for the last owner
 */
export async function changeRole(
  { store }: AccountDeps,
  { id, role }: { id: string; role: Role },
  actor: Actor,
): Promise<User> {
  const user = await findOwnUser(store, id, actor)
  if (user.role === role) return user
  if (user.role === 'owner') await refuseLastOwner(store, actor)
  // Whoever runs the workspace is no guest of it.
  const after = changed(await store.updateUser(id, role === 'member' ? { role } : { role, guest: false }, actor))
  await store.endSessions({ userId: id }, actor)
  return after
}

/** Lets a user have what the workspace shares, or no more. @throws KeywayError `not_found`; `conflict` for who runs it */
export async function changeGuest(
  { store }: Pick<AccountDeps, 'store'>,
  { id, guest }: { id: string; guest: boolean },
  actor: Actor,
): Promise<User> {
  const user = await findOwnUser(store, id, actor)
  if (guest && user.role !== 'member') throw new KeywayError('conflict', 'Owners and admins are no guests.')
  return changed(await store.updateUser(id, { guest }, actor))
}

/** @throws KeywayError `not_found` */
export async function enableUser({ store }: AccountDeps, id: string, actor: Actor): Promise<User> {
  await findOwnUser(store, id, actor)
  return changed(await store.updateUser(id, { disabledAt: null }, actor))
}

/**
 * Makes a one-time link with which the user sets up their login; earlier ones end. The token stands in the fragment,
 * which browsers send to no server and write into no Referer.
 *
 * -> { link: 'https://keyway.example/setup#<43 characters>', expiresAt }
 * @throws KeywayError `not_found`, `user_disabled`
 */
export async function makeSetupLink(
  deps: AccountDeps & { publicUrl: string; lifeMs?: number },
  id: string,
  actor: Actor,
): Promise<SetupLink> {
  const { store, clock, publicUrl, lifeMs = SETUP_TOKEN_MS } = deps
  const user = await findOwnUser(store, id, actor)
  if (user.disabledAt !== null) {
    throw new KeywayError('user_disabled', `The user "${user.name}" is disabled.`, { fix: 'Run: keyway users reset' })
  }
  const token = randomBase62(SETUP_TOKEN_CHARS)
  const expiresAt = clock.now() + lifeMs
  const hash = setupTokenHash(token)
  if (hash === undefined) throw new Error('a setup token was made that is none')
  await store.putSetupToken({ hash, userId: id, expiresAt }, actor)
  return { link: `${publicUrl.replace(/\/+$/, '')}/setup#${token}`, expiresAt }
}

/**
 * Lets a locked-out user in again: enables them, takes away an authenticator app that they no longer have, and makes a
 * setup link. @throws KeywayError `not_found`
 */
export async function resetUser(
  deps: AccountDeps & { publicUrl: string },
  id: string,
  actor: Actor,
): Promise<SetupLink> {
  await enableUser(deps, id, actor)
  await deps.store.removeSecondFactor(id, { keepSession: null, at: deps.clock.now(), actor })
  return makeSetupLink(deps, id, actor)
}

/**
 * Uses up a setup token. @returns the user that it was made for
 * @throws KeywayError `not_found` when it is unknown, used or expired (which of them is not told), `user_disabled`
 */
export async function redeemSetupToken({ store, clock }: AccountDeps, token: string): Promise<User> {
  const hash = setupTokenHash(token)
  const id = hash === undefined ? undefined : await store.redeemSetupToken(hash, clock.now())
  const user = id === undefined ? undefined : await store.findUser(id)
  if (user === undefined) {
    throw new KeywayError('not_found', 'This setup link is not valid any more.', {
      fix: 'Ask for another one: keyway users setup-link <user>',
    })
  }
  if (user.disabledAt !== null) throw new KeywayError('user_disabled', `The user "${user.name}" is disabled.`)
  return user
}

async function refuseLastOwner(store: Store, actor: Actor): Promise<void> {
  const users = await store.listUsers(actor.workspaceId)
  if (users.filter((one) => one.role === 'owner' && one.disabledAt === null).length > 1) return
  throw new KeywayError('conflict', 'This is the last owner.', { fix: 'Make another owner first.' })
}

async function findOwnUser(store: Store, id: string, actor: Actor): Promise<User> {
  const user = (await store.listUsers(actor.workspaceId)).find((one) => one.id === id)
  if (user === undefined) throw noSuchUser()
  return user
}

function changed(user: User | undefined): User {
  if (user === undefined) throw noSuchUser()
  return user
}

function noSuchUser(): KeywayError {
  return new KeywayError('not_found', 'There is no user with that id.')
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`)
}
