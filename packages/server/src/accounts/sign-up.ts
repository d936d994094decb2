import type { PasskeyCreationOptions, PasskeyRegistration, SignUpMode } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import { rowId } from '../base/ids.ts'
import type { SetupChoice } from '../store/account-records.ts'
import type { Actor, User } from '../store/records.ts'
import { networkOf } from './network.ts'
import { registrationOptions, verifyRegistration } from './passkeys.ts'
import { checkPassword, tidyLogin } from './passwords.ts'
import { tidyPersonName } from './person-name.ts'
import { isSetUp, type SignInDeps } from './sign-in.ts'

/** The operator's terms for people who come in by themselves. */
export type Door = {
  mode: SignUpMode
  usersMax: number
  workspaceId: string
}

export type SignUpDeps = SignInDeps & { door: Door }

/**
 * What somebody may sign in by who chose it themselves: no address. An address that is taken would tell who has an account,
 * and one that is free could be another person's.
 */
const OWN_LOGIN = /^[\p{L}\p{N}][\p{L}\p{N}._-]{1,63}$/u

/** What a person chose on the sign-up page. */
export type SignUpAnswer = { name: string } & (
  | { method: 'passkey'; userId: string; response: PasskeyRegistration; passkeyName: string }
  | { method: 'password'; login: string; password: string }
)

/**
 * Refuses where the operator keeps that door shut, and before there is an operator: whoever came first would otherwise
 * stand in a house without an owner.
 * @throws KeywayError `not_found`
 */
export async function requireDoor(deps: SignUpDeps, mode: 'open' | 'visitor'): Promise<void> {
  if (deps.door.mode === mode && (await isSetUp(deps))) return
  throw new KeywayError('not_found', 'Nobody can make an account here by themselves.', {
    fix: 'Ask whoever runs this Keyway for an invitation link.',
  })
}

/**
 * Counts somebody who comes in, by their network and in all. Whoever succeeds is counted too: what is bounded is how many
 * accounts come about, not how often somebody is wrong.
 * @throws KeywayError `rate_limited`
 */
export function admitNewcomer({ throttle }: SignUpDeps, address: string): void {
  throttle.admit([
    { kind: 'newcomer', of: networkOf(address) },
    { kind: 'newcomers', of: 'all' },
  ])
}

/** What the browser needs to make the first passkey of somebody who is not there yet. @throws as {@link signUp} */
export async function signUpOptions(
  deps: SignUpDeps,
  given: { name: string },
  address: string,
): Promise<PasskeyCreationOptions> {
  await requireDoor(deps, 'open')
  admitNewcomer(deps, address)
  const user = { id: rowId('user'), name: tidyPersonName(given.name), email: null }
  return registrationOptions(deps, user, { purpose: 'sign-up', subject: user.id })
}

/**
 * Makes a member's account with its first way to sign in. Nobody gets an e-mail address by saying that they have it.
 * @throws KeywayError `not_found`, `rate_limited`, `invalid_request`, `conflict` when the login is taken or there is no room
 */
export async function signUp(deps: SignUpDeps, answer: SignUpAnswer, address: string): Promise<User> {
  const { store, clock, door } = deps
  await requireDoor(deps, 'open')
  // A passkey's challenge was counted when it was given out, and is good once.
  if (answer.method === 'password') admitNewcomer(deps, address)
  const name = tidyPersonName(answer.name)
  const id = answer.method === 'passkey' ? answer.userId : rowId('user')
  const user: User = {
    id,
    workspaceId: door.workspaceId,
    name,
    email: null,
    role: 'member',
    disabledAt: null,
    createdAt: clock.now(),
    guest: true,
  }
  const actor: Actor = { id, workspaceId: door.workspaceId, ip: address }
  await store.signUp(user, await choiceOf(deps, user, answer), { usersMax: door.usersMax, actor })
  return user
}

async function choiceOf(deps: SignUpDeps, user: User, answer: SignUpAnswer): Promise<SetupChoice> {
  if (answer.method === 'passkey') {
    const { response, passkeyName: name } = answer
    // The challenge was made for this id and no other, so that nobody can choose theirs.
    const use = { purpose: 'sign-up', subject: user.id } as const
    return { method: 'passkey', passkey: await verifyRegistration(deps, { user, response, name, use }) }
  }
  const login = tidyLogin(answer.login)
  if (!OWN_LOGIN.test(login)) {
    throw new KeywayError(
      'invalid_request',
      '"login" is invalid: expected 2 to 64 letters, digits, dots and hyphens, and no e-mail address.',
    )
  }
  checkPassword(answer.password, login)
  // Before anybody looks whether the login is taken: the answer takes as long either way.
  const hashed = await deps.hasher.hash(answer.password)
  const { id: userId, workspaceId } = user
  return { method: 'password', password: { ...hashed, userId, workspaceId, login, changedAt: deps.clock.now() } }
}
