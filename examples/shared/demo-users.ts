import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Settings } from './settings.ts'

/** People of the example and its one page. Your app has its own sign-in: all that the library asks of it is `userOf`. */
export type DemoUsers = {
  /** Who is signed in, by the session's cookie. */
  userOf(request: Request): string | undefined
  /** The page, its script, `POST /sign-in`, and `GET /api/me`; undefined for what is not its own. */
  handle(request: Request): Promise<Response | undefined>
}

const COOKIE = 'demo_session'
const HEADERS = {
  'cache-control': 'no-store',
  // Not `no-referrer`: a form of such a page has the origin `null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}
// The button is a form that leads to the issuer: `form-action` would stop that redirect in some browsers, so it is not set.
const CSP =
  "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/** @param isConnected does the person have a key? The page is told that, and never the key */
export function demoUsers(
  { publicUrl, models }: Pick<Settings, 'publicUrl' | 'models'>,
  isConnected: (user: string) => Promise<boolean>,
  files: { page: URL; script: URL | string } = {
    page: new URL('page.html', import.meta.url),
    script: new URL('page.js', import.meta.url),
  },
): DemoUsers {
  const sessions = new Map<string, string>()
  const { origin, protocol } = new URL(publicUrl)

  function userOf(request: Request): string | undefined {
    const cookie = new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.get('cookie') ?? '')
    return cookie === null ? undefined : sessions.get(cookie[1] ?? '')
  }

  function signIn(request: Request): Response {
    if (request.headers.get('origin') !== origin) return new Response(null, { status: 403 })
    const session = randomBytes(32).toString('base64url')
    sessions.set(session, `user-${sessions.size + 1}`)
    const secure = protocol === 'https:' ? '; Secure' : ''
    return new Response(null, {
      status: 303,
      headers: { location: '/', 'set-cookie': `${COOKIE}=${session}; Path=/; HttpOnly; SameSite=Lax${secure}` },
    })
  }

  const script = typeof files.script === 'string' ? files.script : readFileSync(files.script, 'utf8')
  const page = readFileSync(files.page, 'utf8')
  return {
    userOf,
    async handle(request) {
      switch (`${request.method} ${new URL(request.url).pathname}`) {
        case 'GET /':
          return new Response(page, {
            headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'content-security-policy': CSP },
          })
        case 'GET /page.js':
          return new Response(script, { headers: { ...HEADERS, 'content-type': 'text/javascript; charset=utf-8' } })
        case 'POST /sign-in':
          return signIn(request)
        case 'GET /api/me': {
          const user = userOf(request)
          const connected = user !== undefined && (await isConnected(user))
          return Response.json({ user: user ?? null, connected, models }, { headers: HEADERS })
        }
      }
      return undefined
    },
  }
}
