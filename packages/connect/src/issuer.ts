/** OpenRouter itself. */
export const OPENROUTER = 'https://openrouter.ai'

/**
 * An address of the issuer, as text: 'https://openrouter.ai', '/auth' -> 'https://openrouter.ai/auth'.
 * @throws TypeError when the issuer is no https address (http is taken on this machine alone), or has a query or fragment
 */
export function issuerUrl(issuer: string, path: '/auth' | `/api/v1/${string}`): string {
  if (!isIssuer(issuer)) {
    throw new TypeError('issuer: expected an address such as https://openrouter.ai, without query or user name')
  }
  return `${issuer.replace(/\/+$/, '')}${path}`
}

/** Can this be an issuer? https anywhere, http on this machine alone. */
export function isIssuer(text: string): boolean {
  if (!URL.canParse(text) || /[?#\\\s]/.test(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3 */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
