import type { PasskeyAuthentication, PasskeyRegistration } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import type { SetupChoice, SetupTokenRecord } from '../store/account-records.ts'
import type { User } from '../store/records.ts'
import { type PasskeyDeps, verifyAuthentication, verifyRegistration } from './passkeys.ts'
import { checkPassword, type PasswordHasher, tidyLogin } from './passwords.ts'
import type { SecondStepDeps } from './second-step.ts'
import type { SessionDeps } from './sessions.ts'
import { setupTokenHash } from './setup-token.ts'
import type { Throttle } from './throttle.ts'

export type SignInDeps = SessionDeps & PasskeyDeps & SecondStepDeps & { hasher: PasswordHasher; throttle: Throttle }

/** The setting that "this machine only" is kept in. */
const THIS_MACHINE = 'accounts.this_machine'

/**
 * Whom a setup token is for. It stays good.
 * @throws KeywayError `not_found` when it is unknown, used or expired (which of them is not told), `rate_limited`
 */
export async function readSetupToken(
  deps: SignInDeps,
  token: string,
  address: string,
): Promise<{ user: User; token: SetupTokenRecord; hash: string }> {
  const { store, clock, throttle } = deps
  const takeBack = throttle.admit([{ kind: 'setup', of: address }])
  const hash = setupTokenHash(token)
  const found = hash === undefined ? undefined : await store.findSetupToken(hash, clock.now())
  const user = found && (await store.findUser(found.userId))
  if (hash === undefined || found === undefined || user === undefined || user.disabledAt !== null) throw noSuchToken()
  takeBack()
  return { user, token: found, hash }
}

/** What the person chose on the setup page. */
export type SetupAnswer = { name?: string | undefined } & (
  | { method: 'passkey'; response: PasskeyRegistration; passkeyName: string }
  | { method: 'password'; login: string; password: string }
  | { method: 'this_machine' }
)

/**
 * Uses a setup token up, and sets up the way to sign in that was chosen. All earlier sessions of the user end.
 * @throws KeywayError `not_found`, `invalid_request`, `conflict`, `rate_limited`; the token then stays good
 */
export async function completeSetup(
  deps: SignInDeps,
  given: { token: string; address: string },
  answer: SetupAnswer,
): Promise<User> {
  const { store, clock } = deps
  const { user, hash } = await readSetupToken(deps, given.token, given.address)
  const name = answer.name === undefined ? undefined : tidyName(answer.name)
  const choice = await choiceOf(deps, { user, hash, answer })
  const terms = { at: clock.now(), workspaceId: user.workspaceId, ip: given.address }
  if ((await store.completeSetup(hash, choice, terms)) === undefined) throw noSuchToken()
  const actor = { id: user.id, workspaceId: user.workspaceId }
  const renamed = name === undefined ? undefined : await store.updateUser(user.id, { name }, actor)
  return renamed ?? user
}

async function choiceOf(
  deps: SignInDeps,
  { user, hash, answer }: { user: User; hash: string; answer: SetupAnswer },
): Promise<SetupChoice> {
  if (answer.method === 'this_machine') return { method: 'this_machine' }
  if (answer.method === 'passkey') {
    const { response, passkeyName: name } = answer
    const use = { purpose: 'setup', subject: hash } as const
    return { method: 'passkey', passkey: await verifyRegistration(deps, { user, response, name, use }) }
  }
  const login = tidyLogin(answer.login)
  checkPassword(answer.password, login)
  const hashed = await deps.hasher.hash(answer.password)
  const { id: userId, workspaceId } = user
  return { method: 'password', password: { ...hashed, userId, workspaceId, login, changedAt: deps.clock.now() } }
}

/**
 * Who signs in by a name and password. Name and password are one answer: it takes the same time, and says the same,
 * whichever is wrong.
 * @throws KeywayError `sign_in_failed`, `rate_limited`, `overloaded`
 */
export async function signInByPassword(
  deps: SignInDeps,
  given: { login: string; password: string },
  address: string,
): Promise<User> {
  const { store, hasher, throttle } = deps
  const login = given.login.normalize('NFKC').trim().toLowerCase()
  const takeBack = throttle.admit([
    { kind: 'login', of: login },
    { kind: 'address', of: address },
  ])
  const stored = await store.findPassword({ login })
  const right = await hasher.verify(given.password, stored)
  const user = stored && (await store.findUser(stored.userId))
  if (!right || user === undefined || user.disabledAt !== null) {
    throw new KeywayError('sign_in_failed', 'That name and password do not go together.')
  }
  takeBack()
  return user
}

/** @throws KeywayError `sign_in_failed`, `rate_limited` */
export async function signInByPasskey(
  deps: SignInDeps,
  response: PasskeyAuthentication,
  address: string,
): Promise<User> {
  const takeBack = deps.throttle.admit([{ kind: 'address', of: address }])
  const user = await deps.store.findUser(await verifyAuthentication(deps, response))
  if (user === undefined || user.disabledAt !== null) {
    throw new KeywayError('sign_in_failed', 'The passkey was not accepted.')
  }
  takeBack()
  return user
}

/** Whether anyone can sign in yet. */
export async function isSetUp(deps: Pick<SignInDeps, 'store'>): Promise<boolean> {
  const { passkeys, passwords } = await deps.store.countLogins()
  return passkeys + passwords > 0 || isThisMachineOnly(deps)
}

/** Whether the owner chose "this machine only". */
export async function isThisMachineOnly({ store }: Pick<SignInDeps, 'store'>): Promise<boolean> {
  return (await store.getSetting(THIS_MACHINE)) === 'on'
}

/** Sets the signed-in user's password, and ends their other sessions. @throws KeywayError `invalid_request`, `conflict` */
export async function changePassword(
  deps: SignInDeps,
  user: User,
  given: { password: string; login: string | undefined; keepSession: string },
): Promise<void> {
  const { store, clock, hasher } = deps
  const known = given.login === undefined ? (await store.findPassword({ userId: user.id }))?.login : given.login
  if (known === undefined) {
    throw new KeywayError('invalid_request', '"login" is missing: expected the name to sign in by.')
  }
  const login = tidyLogin(known)
  checkPassword(given.password, login)
  const hashed = await hasher.hash(given.password)
  const record = { ...hashed, userId: user.id, workspaceId: user.workspaceId, login, changedAt: clock.now() }
  const actor = { id: user.id, workspaceId: user.workspaceId }
  await store.putPassword(record, { keepSession: given.keepSession, actor })
}

const NAME_CHARS_MAX = 100

function tidyName(name: string): string {
  const tidy = name.trim()
  if (tidy === '' || tidy.length > NAME_CHARS_MAX || /\p{Cc}/u.test(tidy)) {
    throw new KeywayError('invalid_request', `"name" is invalid: expected 1 to ${NAME_CHARS_MAX} characters.`)
  }
  return tidy
}

function noSuchToken(): KeywayError {
  return new KeywayError('not_found', 'This setup link is not valid any more.', {
    fix: 'Print another one: keyway users setup-link <user>',
  })
}
