/** It travels in a cookie, of which a browser may send five. */
const PATH_CHARACTERS_MAX = 512

/**
 * A path of this site with its query, or the fallback: never an address elsewhere.
 * '/chat?x=1' -> itself; '//evil.example', 'https://evil.example', '/\evil' -> the fallback
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.11.1
 */
export function safeReturnTo(path: string | null | undefined, fallback = '/'): string {
  if (typeof path !== 'string' || path.length > PATH_CHARACTERS_MAX) return fallback
  // One slash, then visible ASCII without a backslash, which browsers take for a slash.
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path)) return fallback
  // '/..//evil.example' stays a path only if the parser agrees.
  const base = 'https://this.invalid'
  if (!URL.canParse(path, base)) return fallback
  const { origin, pathname, search, hash } = new URL(path, base)
  return origin === base && !pathname.startsWith('//') ? pathname + search + hash : fallback
}
