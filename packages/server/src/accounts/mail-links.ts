import { KeywayError } from '../base/errors.ts'
import { randomBase62 } from '../base/ids.ts'
import { isMailAddress } from '../net/smtp.ts'
import type { MailPurpose, MailToken } from '../store/mail-store.ts'
import type { Actor, User } from '../store/records.ts'
import type { Letter } from './compose-mail.ts'
import { type LetterLanguage, type Occasion, writeLetter } from './letters.ts'
import { SETUP_TOKEN_CHARS, setupTokenHash } from './setup-token.ts'
import type { SignUpDeps } from './sign-up.ts'
import { INVITATION_MS, makeSetupLink } from './users.ts'

/** A mailbox is opened the same day, from a telephone if need be. */
const ADDRESS_MS = 24 * 60 * 60_000
/** Whoever forgot their password waits for the mail. */
export const PASSWORD_MS = 30 * 60_000

const MINUTE_MS = 60_000

/** Hands letters to the operator's mail server. */
export type Mailer = {
  /** @throws KeywayError `mail_failed` */
  send(letter: Letter): Promise<void>
}

export type MailDeps = SignUpDeps & {
  /** Undefined where the operator has no mail server. */
  mailer: Mailer | undefined
  publicUrl(): string
  /** Domains whose people come in by single sign-on: no mail is a way around it. */
  ssoDomains: readonly string[]
}

/** @throws KeywayError `not_found` where there is no mail server */
export function requireMailer({ mailer }: Pick<MailDeps, 'mailer'>): Mailer {
  if (mailer !== undefined) return mailer
  throw new KeywayError('not_found', 'This Keyway sends no mail.', {
    fix: 'Ask an owner or admin for a link, or the operator to set mail.host.',
  })
}

/**
 * An address as it is kept: in small letters, and one that can be written to.
 * @throws KeywayError `invalid_request`
 */
export function tidyAddress(text: string): string {
  const tidy = text.trim().toLowerCase()
  if (isMailAddress(tidy)) return tidy
  throw new KeywayError('invalid_request', '"email" is invalid: expected an address such as ada@example.com.', {
    metadata: { field: 'email' },
  })
}

/** An invitation: it went by mail, or it has to be handed over. */
export type Sent = { expiresAt: number } & (
  | { mailedTo: string; link: null; problem: null }
  | { mailedTo: null; link: string; problem: string | null }
)

/**
 * Invites somebody who has no way to sign in yet: by mail where there is a server and an address, else by a link to hand
 * over. What was sent before is good no more.
 * @throws KeywayError `not_found`, `user_disabled`, `rate_limited`
 */
export async function invite(
  deps: MailDeps,
  user: User,
  by: { name: string; actor: Actor; language: LetterLanguage },
): Promise<Sent> {
  const { mailer, store } = deps
  const made = await makeSetupLink({ ...deps, publicUrl: deps.publicUrl(), lifeMs: INVITATION_MS }, user.id, by.actor)
  const { link, expiresAt } = made
  const handOver = (problem: string | null) => ({ expiresAt, mailedTo: null, link, problem })
  if (mailer === undefined || user.email === null) return handOver(null)
  if (!isMailAddress(user.email)) return handOver('The address cannot be written to.')
  deps.throttle.admit([{ kind: 'mailbox', of: user.email }])
  const occasion = { kind: 'invitation', name: user.name, by: by.name } as const
  try {
    await mailer.send(letterTo(deps, occasion, { to: user.email, link, lifeMs: INVITATION_MS, language: by.language }))
  } catch (error) {
    if (error instanceof KeywayError) return handOver(error.message)
    throw error
  }
  // Only now: a link that somebody was shown proves no mailbox.
  const hash = hashOf(link.slice(link.indexOf('#') + 1))
  await store.putMailToken(tokenFor(user, { hash, purpose: 'invitation', email: user.email, expiresAt }), by.actor)
  return { expiresAt, mailedTo: user.email, link: null, problem: null }
}

/**
 * Sends a link by which a person confirms that an address is theirs. They have it when they open the link, not before, so
 * that nobody can take an address by naming it; whether somebody else has it is told to that mailbox alone.
 * @throws KeywayError `not_found` where there is no mail server, `invalid_request`, `rate_limited`, `mail_failed`
 */
export async function askForAddress(
  deps: MailDeps,
  user: User,
  given: { email: string; actor: Actor; language: LetterLanguage },
): Promise<string> {
  const mailer = requireMailer(deps)
  const email = tidyAddress(given.email)
  deps.throttle.admit([
    { kind: 'mailbox', of: email },
    { kind: 'mailer', of: user.id },
  ])
  const { token, hash } = makeToken()
  const expiresAt = deps.clock.now() + ADDRESS_MS
  await deps.store.putMailToken(tokenFor(user, { hash, purpose: 'address', email, expiresAt }), given.actor)
  const link = `${deps.publicUrl()}/confirm#${token}`
  const terms = { to: email, link, lifeMs: ADDRESS_MS, language: given.language }
  await mailer.send(letterTo(deps, { kind: 'address' }, terms))
  return email
}

/** @throws KeywayError `not_found`, `conflict` when somebody else has the address, `rate_limited` */
export async function confirmAddress(deps: MailDeps, token: string, ip: string): Promise<void> {
  const takeBack = deps.throttle.admit([{ kind: 'setup', of: ip }])
  const hash = setupTokenHash(token)
  const done = hash === undefined ? undefined : await deps.store.confirmAddress(hash, { at: deps.clock.now(), ip })
  if (done === undefined) throw noSuchLink()
  takeBack()
}

/** Writes the letter of an occasion. */
export function letterTo(
  deps: Pick<MailDeps, 'publicUrl'>,
  occasion: Occasion,
  { lifeMs, ...terms }: { to: string; link: string; lifeMs: number; language: LetterLanguage },
): Letter {
  return writeLetter(occasion, { ...terms, place: deps.publicUrl(), minutes: lifeMs / MINUTE_MS })
}

/** A link's secret and what is kept of it. */
export function makeToken(): { token: string; hash: string } {
  const token = randomBase62(SETUP_TOKEN_CHARS)
  return { token, hash: hashOf(token) }
}

export function tokenFor(
  { id: userId, workspaceId }: Pick<User, 'id' | 'workspaceId'>,
  of: { hash: string; purpose: MailPurpose; email: string; expiresAt: number },
): MailToken {
  return { workspaceId, userId, ...of }
}

export function noSuchLink(): KeywayError {
  return new KeywayError('not_found', 'This link is not valid any more.', { fix: 'Ask for another one.' })
}

function hashOf(token: string): string {
  const hash = setupTokenHash(token)
  if (hash === undefined) throw new Error('a token was made that is none')
  return hash
}
