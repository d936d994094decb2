import { normalIssuer } from './issuer.ts'
import { sha256 } from './sha256.ts'

/**
 * SHA-256 of a key in lowercase hex: its public name at the issuer.
 * @see https://www.rfc-editor.org/rfc/rfc6234#section-6.2
 */
export function keyHash(key: string): string {
  return Array.from(sha256(new TextEncoder().encode(key)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The issuer's own pages about a key, by its {@link keyHash}. Only its owner can open them. Where the
 * issuer has no address to revoke at (RFC 7009 section 2), `revokeUrl` is where the person ends the key.
 * @see https://openrouter.ai/docs/guides/overview/auth/oauth (read 2026-08-22)
 */
export function keyPages(issuer: string, hash: string): { usageUrl: string; revokeUrl: string } {
  const base = normalIssuer(issuer)
  return { usageUrl: `${base}/logs?api_key_hash=${hash}`, revokeUrl: `${base}/keys/${hash}` }
}
