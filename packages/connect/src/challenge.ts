/** SHA-256 of bytes. Where `crypto.subtle` is missing (plain http), give your own. */
export type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>

/** Random bytes of a verifier or state: 256 bits, 43 characters. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
const RANDOM_BYTES = 32

/** 43 random characters of base64url: a verifier or a state. */
export function randomToken(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)))
}

/**
 * The S256 challenge of a verifier: BASE64URL(SHA256(ASCII(verifier))), without padding.
 *
 * 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' -> 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2
 */
export async function sha256CodeChallenge(verifier: string, digest: Digest = subtleDigest): Promise<string> {
  return base64url(await digest(new TextEncoder().encode(verifier)))
}

async function subtleDigest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** RFC 4648 section 5, without padding. */
function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
