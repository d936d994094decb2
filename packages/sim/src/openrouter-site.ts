import type { IncomingHttpHeaders } from 'node:http'
import { readBearer } from './dialect.ts'
import { OPENROUTER_MANAGEMENT_KEY } from './dialects/openrouter-pages.ts'
import { CREATED_UNIX_S } from './identifiers.ts'
import { isObject, type JsonObject, parseJson } from './json.ts'
import type { OpenRouterAccount } from './openrouter-account.ts'
import { approvedUrl, deniedUrl, readAuthorization } from './openrouter-authorize.ts'
import { codePage, consentPage, keyPage, messagePage, signInPage } from './openrouter-consent.ts'
import { jsonReply, type Reply } from './reply.ts'

/** Where the simulated OpenRouter's website begins: what its clients take for its origin. */
export const SITE_PREFIX = '/openrouter'

/** The pages of the site that a script can spoil, by the names it uses. */
export const SITE_PAGES = ['auth', 'exchange', 'user', 'key'] as const
export type SitePage = (typeof SITE_PAGES)[number]

/** A request to the site. `path` comes after {@link SITE_PREFIX}. */
export type SiteRequest = {
  method: string
  path: string
  url: URL
  headers: IncomingHttpHeaders
  body: Uint8Array
}

const API = '/api/v1'
/** The exchange is called from pages of any origin, without cookies. */
const CORS = { 'access-control-allow-origin': '*' }
const SIGNED_IN = 'sim_openrouter=signed-in'

/** Which scriptable page a path is, if any. */
export function sitePageOf(path: string): SitePage | undefined {
  switch (path) {
    case '/auth':
      return 'auth'
    case `${API}/auth/keys`:
      return 'exchange'
    case `${API}/auth/user`:
      return 'user'
    case `${API}/key`:
    case `${API}/auth/key`:
      return 'key'
    default:
      return undefined
  }
}

/**
 * The site's answer, or undefined where the path is none of the site's own.
 * @see https://openrouter.ai/docs/guides/overview/auth/oauth (read 2026-08-22)
 */
export function siteReply(request: SiteRequest, account: OpenRouterAccount): Reply | undefined {
  const { method, path } = request
  switch (path) {
    case '/auth':
      return authorize(request, account)
    case '/sign-in':
      return method === 'POST' ? signIn(request) : notAllowed('POST')
    case '/logs':
      return html(200, messagePage('Activity', 'The simulated OpenRouter keeps no log.'))
    case `${API}/auth/keys`:
      if (method === 'OPTIONS') return preflight()
      return method === 'POST' ? exchange(request, account) : notAllowed('POST')
    case `${API}/auth/keys/code`:
      return method === 'POST' ? makeCode(request, account) : notAllowed('POST')
    case `${API}/auth/user`:
      return tellUser(request, account)
  }
  const hash = /^\/keys\/([0-9a-f]{64})$/u.exec(path)?.[1]
  return hash === undefined ? undefined : showKey(request, account, hash)
}

function authorize(request: SiteRequest, account: OpenRouterAccount): Reply {
  const { method, url, headers, body } = request
  const asked = readAuthorization(url.searchParams)
  if (typeof asked === 'string') return html(400, messagePage('This request is not in order', asked))
  const typed = method === 'POST' ? new URLSearchParams(Buffer.from(body).toString()).get('decision') : null
  const decision = typed ?? account.consent
  if (decision !== 'approve' && decision !== 'deny') {
    if (headers.cookie?.includes(SIGNED_IN) !== true)
      return html(200, signInPage(account.email, url.pathname + url.search))
    return html(200, consentPage(asked, account.email))
  }
  const { callbackUrl } = asked
  if (callbackUrl === undefined) {
    if (decision === 'deny') return html(200, messagePage('Denied', 'No key was made. You can close this page.'))
    return html(200, codePage(account.grant(asked.terms, asked.challenge)))
  }
  const back = { ...asked, callbackUrl }
  return redirect(decision === 'approve' ? approvedUrl(account, back) : deniedUrl(back))
}

function signIn({ url }: SiteRequest): Reply {
  const next = url.searchParams.get('next') ?? ''
  const reply = redirect(next.startsWith(`${SITE_PREFIX}/`) ? next : `${SITE_PREFIX}/logs`)
  return { ...reply, headers: { ...reply.headers, 'set-cookie': `${SIGNED_IN}; Path=${SITE_PREFIX}; HttpOnly` } }
}

function exchange({ body }: SiteRequest, account: OpenRouterAccount): Reply {
  const asked = parseJson(Buffer.from(body).toString())
  const code = isObject(asked) ? asked['code'] : undefined
  if (!isObject(asked) || typeof code !== 'string') return refuse(400, 'Invalid request body')
  const made = account.exchange({
    code,
    verifier: textOf(asked, 'code_verifier'),
    method: textOf(asked, 'code_challenge_method'),
  })
  if ('status' in made) return refuse(made.status, made.message)
  return jsonReply(200, { key: made.key, user_id: account.userId }, CORS)
}

/** A code without a browser, for whoever has a key already. */
function makeCode({ headers, body }: SiteRequest, account: OpenRouterAccount): Reply {
  const key = readBearer(headers)
  if (key !== OPENROUTER_MANAGEMENT_KEY && account.find(key) === undefined) return refuse(401, 'User not found.')
  const asked = parseJson(Buffer.from(body).toString())
  if (!isObject(asked)) return refuse(400, 'Invalid request body')
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    if (typeof value === 'string' || typeof value === 'number') query.set(name, String(value))
  }
  const read = readAuthorization(query)
  if (typeof read === 'string') return refuse(400, read)
  const created = new Date(CREATED_UNIX_S * 1000).toISOString()
  return jsonReply(200, { data: { id: account.grant(read.terms, read.challenge), app_id: 1, created_at: created } })
}

/** Not documented, and used by OpenRouter's own sample. @see https://github.com/OpenRouterTeam/sign-in-with-openrouter (read 2026-08-22) */
function tellUser({ headers }: SiteRequest, account: OpenRouterAccount): Reply {
  if (!account.tellsUser) return refuse(404, 'Not Found')
  if (account.find(readBearer(headers)) === undefined) return refuse(401, 'User not found.')
  return jsonReply(200, { email: account.email })
}

function showKey({ method, body }: SiteRequest, account: OpenRouterAccount, hash: string): Reply {
  const revokes = new URLSearchParams(Buffer.from(body).toString()).get('decision') === 'revoke'
  if (method === 'POST' && revokes) account.revoke(hash)
  const key = account.findByHash(hash)
  if (key === undefined) return html(404, messagePage('There is no such key', 'It may belong to somebody else.'))
  return html(200, keyPage(key))
}

function textOf(value: JsonObject, name: string): string | undefined {
  const member = value[name]
  return typeof member === 'string' ? member : undefined
}

function refuse(code: number, message: string): Reply {
  return jsonReply(code, { error: { code, message } }, CORS)
}

function notAllowed(allow: string): Reply {
  return jsonReply(405, { error: { code: 405, message: 'Method Not Allowed' } }, { ...CORS, allow })
}

function preflight(): Reply {
  const headers = { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type' }
  return { ...html(204, ''), headers: { ...CORS, ...headers } }
}

function redirect(location: string): Reply {
  return { ...html(303, ''), headers: { location, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' } }
}

function html(status: number, text: string): Reply {
  const none = new Uint8Array(0)
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    },
    streams: false,
    preamble: none,
    parts: [Buffer.from(text)],
    done: none,
  }
}
