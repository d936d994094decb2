/** OpenRouter itself as the issuer, without a slash at its end. @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
export const OPENROUTER = 'https://openrouter.ai'

/** Paths of an issuer that this library uses. @see https://www.rfc-editor.org/rfc/rfc8414#section-2 */
export type IssuerPath = '/auth' | '/oauth/revoke' | `/api/v1/${string}`

/**
 * An address of the issuer, as text: 'https://openrouter.ai', '/auth' -> 'https://openrouter.ai/auth'.
 * @throws TypeError when the issuer is no https address (http is taken on this machine alone), or has a query or fragment
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function issuerUrl(issuer: string, path: IssuerPath): string {
  return `${normalIssuer(issuer)}${path}`
}

/**
 * The issuer without slashes at its end, so that it can be compared.
 * @throws TypeError as {@link issuerUrl}
 */
export function normalIssuer(issuer: string): string {
  if (!isIssuer(issuer)) {
    throw new TypeError('issuer: expected an address such as https://openrouter.ai, without query or user name')
  }
  // As a browser writes it, so that two spellings of one issuer are equal.
  const { origin, pathname } = new URL(issuer)
  return origin + pathname.replace(/\/+$/, '')
}

/**
 * Can this be an issuer? https anywhere, http on this machine alone.
 * @see https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export function isIssuer(text: string): boolean {
  if (!URL.canParse(text) || /[?#\\\s]/.test(text)) return false
  const { username, password } = new URL(text)
  return username === '' && password === '' && canComeBack(text)
}

/**
 * Can an issuer send people back to this address? It takes https, and http on this machine alone. Where it cannot, the
 * headless flow remains.
 * @see https://openrouter.ai/docs/guides/overview/auth/oauth (read 2026-08-22)
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export function canComeBack(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3 */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
