import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A provider's signing key, as its key set publishes it. */
export type SigningKey = { kid: string; privateKey: KeyObject; publicKey: KeyObject }

/** An RSA key of 2048 bits, for RS256. */
export function newSigningKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
}

/** The key as JSON. @see https://www.rfc-editor.org/rfc/rfc7517 */
export function publicJwk({ kid, publicKey }: SigningKey): Record<string, unknown> {
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }
}

/** A JWT in its compact form. @see https://www.rfc-editor.org/rfc/rfc7515 section 7.1 */
export function signJwt(key: SigningKey, claims: Record<string, unknown>): string {
  const signed = headed({ alg: 'RS256', kid: key.kid, typ: 'JWT' }, claims)
  return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`
}

/** A JWT without a signature, which nobody may take. */
export function unsignedJwt(claims: Record<string, unknown>): string {
  return `${headed({ alg: 'none', typ: 'JWT' }, claims)}.`
}

/** A JWT under a shared secret: the public key's own text, or the client's secret, as attackers use them. */
export function hmacJwt(secret: string, claims: Record<string, unknown>): string {
  const signed = headed({ alg: 'HS256', typ: 'JWT' }, claims)
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function headed(header: Record<string, unknown>, claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(claims)}`
}
