import { createHash, createHmac, randomBytes } from 'node:crypto'
import { keyOf, type SecretKeys } from '../accounts/secret-keys.ts'
import { constantTimeEqual } from '../base/constant-time.ts'

/** Random bytes of a code and of a browser's cookie: 256 bits, 43 characters of base64url. */
const SECRET_BYTES = 32

/** A new code or cookie. Codes are of the letters that OpenRouter's own client takes: [a-zA-Z0-9_-]{16,128}. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/** Whether it has the form of one of ours. */
export function isSecretForm(text: string): boolean {
  return /^[\w-]{43}$/.test(text)
}

/** What is stored of a code. The install and the issuer are in it: the code of one Keyway is nothing at another. */
export function codeHash(code: string, of: { installId: string; issuer: string }): string {
  return createHash('sha256').update(`keyway/code/v1\n${of.installId}\n${of.issuer}\n${code}`).digest('hex')
}

/** What is stored of a browser's cookie. */
export function browserHash(secret: string): string {
  return createHash('sha256').update(`keyway/auth-browser/v1\n${secret}`).digest('hex')
}

/** The name of the cookie that ties requests to the browser they began in. Over https no sibling domain can plant it. */
export function browserCookieName(of: { installId: string; publicUrl: string }): string {
  const name = `keyway_auth_${of.installId.replaceAll('-', '').slice(0, 8)}`
  return of.publicUrl.startsWith('https:') ? `__Host-${name}` : name
}

/** The token with which a session may decide one request, and nothing else. */
export function csrfToken(keys: SecretKeys, of: { transactionId: string; sessionId: string }): string {
  return tokenOf(keys, keys.primary, of)
}

export function isCsrfToken(
  token: string,
  keys: SecretKeys,
  of: { transactionId: string; sessionId: string },
): boolean {
  return keys.versions.some((version) => constantTimeEqual(token, tokenOf(keys, version, of)))
}

function tokenOf(keys: SecretKeys, version: number, of: { transactionId: string; sessionId: string }): string {
  const text = `auth/${of.transactionId}/${of.sessionId}`
  return createHmac('sha256', keyOf(keys, version)).update(text).digest('base64url')
}
