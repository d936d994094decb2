import { KeywayError } from '../base/errors.ts'
import type { PasswordRecord } from '../store/account-records.ts'
import type { MailToken } from '../store/mail-store.ts'
import type { User } from '../store/records.ts'
import type { LetterLanguage } from './letters.ts'
import {
  letterTo,
  type MailDeps,
  makeToken,
  noSuchLink,
  PASSWORD_MS,
  requireMailer,
  tidyAddress,
  tokenFor,
} from './mail-links.ts'
import { networkOf } from './network.ts'
import { checkPassword } from './passwords.ts'
import { setupTokenHash } from './setup-token.ts'

/**
 * Sends a link to whoever forgot their password. Nothing tells whether there is such a person: the answer comes before
 * anybody looks, and the throttle counts every address alike.
 * @returns what goes on once the answer is on its way
 * @throws KeywayError `not_found` where there is no mail server, `invalid_request`, `rate_limited`
 */
export function askForNewPassword(
  deps: MailDeps,
  given: { email: string; language: LetterLanguage },
  ip: string,
): () => Promise<void> {
  const mailer = requireMailer(deps)
  const email = tidyAddress(given.email)
  deps.throttle.admit([
    { kind: 'mailbox', of: email },
    { kind: 'mailer', of: networkOf(ip) },
  ])
  return async () => {
    const { store, clock } = deps
    const user = await whoMayReset(deps, email)
    if (user === undefined) return
    const { token, hash } = makeToken()
    const expiresAt = clock.now() + PASSWORD_MS
    const actor = { id: user.id, workspaceId: user.workspaceId, ip }
    await store.putMailToken(tokenFor(user, { hash, purpose: 'password', email, expiresAt }), actor)
    const link = `${deps.publicUrl()}/reset#${token}`
    await mailer.send(
      letterTo(deps, { kind: 'password' }, { to: email, link, lifeMs: PASSWORD_MS, language: given.language }),
    )
  }
}

/**
 * A mailbox stands for a person only where they proved it, and for their password only where they have one: it opens no
 * account that is opened by passkey or single sign-on alone, and none whose domain the operator gave to single sign-on.
 */
async function whoMayReset(deps: MailDeps, email: string): Promise<User | undefined> {
  const { store, door } = deps
  const domain = email.slice(email.lastIndexOf('@') + 1)
  if (deps.ssoDomains.includes(domain)) return undefined
  const id = await store.findUserByVerifiedEmail(door.workspaceId, email)
  const user = id === undefined ? undefined : await store.findUser(id)
  if (user === undefined || user.disabledAt !== null) return undefined
  return (await store.findPassword({ userId: user.id })) === undefined ? undefined : user
}

/** What a link is for. It stays good. @throws KeywayError `not_found`, `rate_limited` */
export async function readNewPasswordLink(
  deps: MailDeps,
  token: string,
  ip: string,
): Promise<{ user: User; password: PasswordRecord; link: MailToken }> {
  requireMailer(deps)
  const takeBack = deps.throttle.admit([{ kind: 'setup', of: ip }])
  const hash = setupTokenHash(token)
  const at = deps.clock.now()
  const link = hash === undefined ? undefined : await deps.store.findMailToken(hash, { purpose: 'password', at })
  // Everything anew: who they are may have changed since the mail was sent.
  const user = link && (await whoMayReset(deps, link.email))
  const password = user && (await deps.store.findPassword({ userId: user.id }))
  if (link === undefined || password === undefined || user === undefined || user.id !== link.userId) throw noSuchLink()
  takeBack()
  return { user, password, link }
}

/**
 * Sets a new password, and ends all sessions. It stands for a password and no more: what else is asked for at the door is
 * asked for after it.
 * @throws KeywayError `not_found`, `invalid_request`, `rate_limited`, `overloaded`
 */
export async function takeNewPassword(
  deps: MailDeps,
  given: { token: string; password: string },
  ip: string,
): Promise<User> {
  const { password, link } = await readNewPasswordLink(deps, given.token, ip)
  checkPassword(given.password, password.login)
  const hashed = await deps.hasher.hash(given.password)
  const at = deps.clock.now()
  const done = await deps.store.resetPassword(link.hash, { ...hashed, changedAt: at }, { at, ip })
  if (done === undefined) throw noSuchLink()
  const now = await deps.store.findUser(done)
  if (now === undefined || now.disabledAt !== null) throw new KeywayError('user_disabled', 'The account is disabled.')
  return now
}
