import { SESSION_LIFE_MS } from '../../accounts/sessions.ts'

/** Characters of the install id in the name, so that two Keyways on one host do not end each other's sessions. */
const INSTALL_CHARS = 8
/** Cookies that are looked at; browsers keep at most about 180 for a site. */
const COOKIES_MAX = 200

/** The cookie of one installation at one address. */
export type SessionCookie = { name: string; secure: boolean }

/**
 * Over https the name begins with `__Host-`: browsers then take it from this host alone, never from a sibling.
 *
 * 'http://localhost:7777' -> { name: 'keyway_session_1f0c9a2b', secure: false }
 */
export function sessionCookie(publicUrl: string, installId: string): SessionCookie {
  const secure = publicUrl.startsWith('https:')
  const name = `keyway_session_${installId.replaceAll('-', '').slice(0, INSTALL_CHARS)}`
  return { name: secure ? `__Host-${name}` : name, secure }
}

/** The cookie's value. A name that stands twice counts as none: which of the two a sibling planted is not known. */
export function readCookie({ name }: SessionCookie, header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  const values: string[] = []
  for (const pair of header.split(';', COOKIES_MAX)) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) values.push(pair.slice(at + 1).trim())
  }
  return values.length === 1 ? values[0] : undefined
}

/** The Set-Cookie header that begins a session. */
export function setCookie(cookie: SessionCookie, secret: string): string {
  return `${cookie.name}=${secret}; Max-Age=${SESSION_LIFE_MS / 1000}; ${attributes(cookie)}`
}

/** The Set-Cookie header that takes it away. */
export function clearCookie(cookie: SessionCookie): string {
  return `${cookie.name}=; Max-Age=0; ${attributes(cookie)}`
}

/** Lax, not Strict: coming back from OpenRouter is a navigation from another site. */
function attributes({ secure }: SessionCookie): string {
  return `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
}
