import type { Claims } from '../accounts/join.ts'
import type { SsoProvider } from './provider.ts'

/** Characters of what a provider says; more is cut, or (for what identifies) refused. */
const SUBJECT_CHARS_MAX = 255
const EMAIL_CHARS_MAX = 254
const NAME_CHARS_MAX = 100
/** Addresses that Google itself hands out. */
const GMAIL = 'gmail.com'

/** What a provider says of a person, before it is looked at. */
export type Said = {
  subject: unknown
  email: unknown
  emailVerified: unknown
  name: unknown
  /** Google's `hd`: the organisation whose account this is. */
  hostedDomain?: unknown
}

/**
 * What is to be believed of it. An address counts only as verified by a provider that says so, and as of an allowed domain
 * only where that is the provider's to say: of Google's accounts, those of the organisation itself, since anybody can make
 * a private account with the address that their employer gave them once.
 * @returns undefined without a subject
 * @see https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload (read 2026-11)
 */
export function claimsOf(provider: SsoProvider, said: Said): Claims | undefined {
  const { subject } = said
  if (typeof subject !== 'string' || subject === '' || subject.length > SUBJECT_CHARS_MAX) return undefined
  const email = said.emailVerified === true ? tidyEmail(said.email) : undefined
  const domain = email?.slice(email.lastIndexOf('@') + 1)
  const ofGoogle = domain === GMAIL || domain === said.hostedDomain
  const trusted = domain !== undefined && provider.domains.includes(domain) && (provider.kind !== 'google' || ofGoogle)
  return {
    provider: provider.id,
    issuer: provider.issuer,
    subject,
    email: email ?? null,
    trusted: trusted ? { role: provider.role } : null,
    name: tidyName(said.name) ?? email?.slice(0, email.lastIndexOf('@')) ?? provider.name,
    label: email ?? tidyName(said.email) ?? tidyName(said.name) ?? null,
  }
}

function tidyEmail(email: unknown): string | undefined {
  if (typeof email !== 'string' || email.length > EMAIL_CHARS_MAX) return undefined
  const tidy = email.normalize('NFKC').trim().toLowerCase()
  return /^[^\s@\p{Cc}]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/u.test(tidy) ? tidy : undefined
}

function tidyName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined
  const tidy = name
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim()
    .slice(0, NAME_CHARS_MAX)
    .toWellFormed()
  return tidy === '' ? undefined : tidy
}
