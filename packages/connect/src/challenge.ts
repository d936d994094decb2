import { base64url } from './base64url.ts'
import { sha256 } from './sha256.ts'

/** Random bytes of a verifier or state: 256 bits, 43 characters. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
const RANDOM_BYTES = 32

/** 43 random characters of base64url: a verifier or a state. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
export function randomToken(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)))
}

/**
 * Can this be a code verifier: 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`?
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1
 */
export function isCodeVerifier(text: string): boolean {
  return /^[\w.~-]{43,128}$/.test(text)
}

/**
 * The S256 challenge of a verifier: BASE64URL(SHA256(ASCII(verifier))), without padding. Works on plain http too, where
 * `crypto.subtle` is missing.
 *
 * 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' -> 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2
 */
export async function sha256CodeChallenge(input: string): Promise<string> {
  return base64url(await digest(new TextEncoder().encode(input)))
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  // Typed as always there; browsers leave it out where a page came by plain http.
  const subtle: typeof crypto.subtle | undefined = crypto.subtle
  return subtle === undefined ? sha256(bytes) : new Uint8Array(await subtle.digest('SHA-256', bytes))
}
