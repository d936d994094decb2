import { type AuthorizationOptions, createAuthorization, restoreAuthorization } from '../authorization.ts'
import { ConnectError, type ConnectErrorCode } from '../connect-error.ts'
import type { ConnectedKey } from '../exchange.ts'
import { type FinishOptions, finishAuthorization } from '../finish.ts'
import { canComeBack, normalIssuer } from '../issuer.ts'
import { keyHash } from '../key-pages.ts'
import { safeReturnTo } from '../return-to.ts'
import { revokeKey } from '../revoke.ts'
import type { SealingKeys } from '../store/sealer.ts'
import { flowCookies } from './flow-cookie.ts'
import { type FlowStore, sealedFlows, storedFlows } from './flow-keeper.ts'

/**
 * How a flow ended, as `?connect=` tells the page: `done`, `signed_out`, or the code of a ConnectError.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export type ConnectOutcome = 'done' | 'signed_out' | ConnectErrorCode

/**
 * What the app asks for, and what the library needs of it.
 * @typeParam Context what the framework gives beside the request, such as Express's own request; not known to an app that does not name it
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.7
 */
export type ServerConnectOptions<Context = unknown> = Omit<AuthorizationOptions, 'callbackUrl' | 'expiresAt'> &
  Pick<FinishOptions, 'fetch' | 'timeoutMs'> & {
    /** Where people reach this app: 'https://app.example'. Never taken from a request's Host. */
    publicUrl: string
    /** How long each key lives from when the person presses, in milliseconds; until they end it, when not said. */
    keyLifetimeMs?: number
    /** Where the two routes lie; '/connect' when not said. Another for each issuer (RFC 9700 section 4.4.2.2). */
    path?: string
    /** Seal what is kept of a flow. `newSealingSecret()` makes a secret. */
    keys: SealingKeys
    /** Keeps flows where several processes share them; in the browser's own cookie, sealed, when not said. */
    flows?: FlowStore
    /** Who is signed in: an id that stays. A flow is finished by the person who began it, or not at all. */
    userOf(request: Request, context: Context): Promise<string | undefined> | string | undefined
    /** Keeps the key, sealed; see `@keyway/connect/store`. The flow counts as done when it resolves. */
    onConnected(connected: ConnectedKey & { user: string; issuer: string }, context: Context): Promise<void> | void
    /** Told of every flow that failed, for logs: a ConnectError holds no secret. */
    onFailed?(error: unknown): void
    /** Where people go who are not signed in, with `?return_to=`; the app's '/' with `?connect=signed_out` when not said. */
    signInPath?: string
  }

/**
 * The two routes, as functions from a request to its answer.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1
 */
export type ServerConnect<Context = unknown> = {
  readonly path: string
  /** `<path>/start` and `<path>/callback`; undefined for any other path. */
  handle(request: Request, context: Context): Promise<Response | undefined>
  /** Begins: the answer leads to the issuer. `?return_to=` names the page to come back to. */
  start(request: Request, context: Context): Promise<Response>
  /** Finishes: the answer leads to a clean address with `?connect=`. */
  callback(request: Request, context: Context): Promise<Response>
}

/**
 * Connects in an app with a server: verifier and key never reach the page.
 *
 * Checked at the callback, in this order, before the issuer is asked anything: who is signed in; the browser's cookie; that
 * it is the same person; the state (RFC 6749 section 10.12); the issuer (RFC 9207); the time; one code.
 * @throws TypeError for options that cannot work
 */
export function createServerConnect<Context = unknown>(options: ServerConnectOptions<Context>): ServerConnect<Context> {
  const { keys, flows, userOf, onConnected, onFailed, signInPath, fetch, timeoutMs, now = Date.now, ...asked } = options
  const { path = '/connect' } = options
  const issuer = normalIssuer(options.issuer)
  const publicUrl = publicOrigin(options.publicUrl)
  if (!/^(?:\/[\w.-]+)+$/.test(path)) throw new TypeError('path: expected one such as /connect')
  const callbackUrl = `${publicUrl}${path}/callback`
  const cookies = flowCookies({
    isSecure: publicUrl.startsWith('https:'),
    // A callback of one issuer finds no flow of another's.
    id: keyHash(`${issuer} ${callbackUrl}`).slice(0, 8),
  })
  const keeper = flows === undefined ? sealedFlows(keys) : storedFlows(keys, flows)
  const how: FinishOptions = {
    now,
    ...(fetch === undefined ? {} : { fetch }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  }

  async function start(request: Request, context: Context): Promise<Response> {
    const returnTo = safeReturnTo(new URL(request.url).searchParams.get('return_to'))
    // Another site may link to the page with the button, not press it.
    if (isCrossSite(request, publicUrl)) return seeOther(returnTo)
    const user = await userOf(request, context)
    if (user === undefined) return signedOut(returnTo)
    const { keyLabel, limit, usageLimitType, keyLifetimeMs, lifetimeMs } = asked
    const authorization = await createAuthorization({
      issuer,
      callbackUrl,
      now,
      ...(keyLabel === undefined ? {} : { keyLabel }),
      ...(limit === undefined ? {} : { limit }),
      ...(usageLimitType === undefined ? {} : { usageLimitType }),
      ...(keyLifetimeMs === undefined ? {} : { expiresAt: new Date(now() + keyLifetimeMs) }),
      ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
    })
    const name = cookies.name(authorization.state ?? '') ?? ''
    const text = JSON.stringify([authorization.keep(), keyHash(user), returnTo])
    const value = await keeper.keep({ name, text, expiresAt: authorization.expiresAt })
    const response = seeOther(authorization.url)
    const header = request.headers.get('cookie')
    for (const old of cookies.surplus(header)) response.headers.append('set-cookie', cookies.clear(old))
    response.headers.append('set-cookie', cookies.set(name, value, authorization.expiresAt - now()))
    return response
  }

  async function callback(request: Request, context: Context): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const states = searchParams.getAll('state')
    const name = states.length === 1 ? cookies.name(states[0] ?? '') : undefined
    const cookie = name === undefined ? undefined : cookies.read(request.headers.get('cookie'), name)
    let returnTo = '/'
    const end = (outcome: ConnectOutcome) => {
      const response = outcome === 'signed_out' ? signedOut(returnTo) : seeOther(withOutcome(returnTo, outcome))
      if (name !== undefined && cookie !== undefined) response.headers.append('set-cookie', cookies.clear(name))
      return response
    }
    try {
      const user = await userOf(request, context)
      const text = name === undefined || cookie === undefined ? undefined : await keeper.take(name, cookie)
      if (text === undefined) {
        throw new ConnectError('state_mismatch', 'The callback does not belong to a flow of this browser, or was used.')
      }
      const [kept, beganBy, path] = flowOf(text)
      returnTo = path
      if (user === undefined) return end('signed_out')
      if (keyHash(user) !== beganBy) throw new ConnectError('state_mismatch', 'Somebody else began this flow.')
      const connected = await finishAuthorization(restoreAuthorization(kept), searchParams, how)
      try {
        await onConnected({ ...connected, user, issuer }, context)
      } catch (cause) {
        await endUnkept(connected.key)
        throw new ConnectError('storage', 'The key was made, and could not be kept.', { cause })
      }
      return end('done')
    } catch (error) {
      onFailed?.(error)
      if (error instanceof ConnectError) return end(error.code)
      throw error
    }
  }

  /** Nobody has the key, and it should not live on: a Keyway ends it. OpenRouter has no such address. */
  async function endUnkept(key: string): Promise<void> {
    try {
      await revokeKey(key, { issuer, ...(fetch === undefined ? {} : { fetch }) })
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error
    }
  }

  function signedOut(returnTo: string): Response {
    if (signInPath === undefined) return seeOther(withOutcome('/', 'signed_out'))
    return seeOther(`${signInPath}?${new URLSearchParams({ return_to: returnTo })}`)
  }

  return {
    path,
    start,
    callback,
    async handle(request, context) {
      const { pathname } = new URL(request.url)
      if (pathname === `${path}/start`) {
        return request.method === 'GET' || request.method === 'POST' ? start(request, context) : notAllowed('GET, POST')
      }
      if (pathname === `${path}/callback`)
        return request.method === 'GET' ? callback(request, context) : notAllowed('GET')
      return undefined
    },
  }
}

/**
 * Does the request come from another site's page? Browsers say so themselves (Fetch Metadata); older ones name the origin
 * of a POST. A page that sends no referrer has the origin `null`, so the origin is asked only where the first is missing.
 */
export function isCrossSite(request: Request, publicUrl: string): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  return origin !== null && origin !== publicUrl
}

/** @throws TypeError where no issuer could send people back to it */
function publicOrigin(publicUrl: string): string {
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : undefined
  if (url === undefined || url.pathname + url.search + url.hash !== '/') {
    throw new TypeError('publicUrl: expected one such as https://app.example; where the routes lie is said by path')
  }
  if (!canComeBack(publicUrl)) {
    throw new TypeError('publicUrl: issuers send people back to https, or to http on this machine; else go headless')
  }
  return url.origin
}

/** `user` as its hash: a cookie has room for no more. */
function flowOf(text: string): [kept: string, user: string, returnTo: string] {
  const value: unknown = JSON.parse(text)
  const [kept, user, returnTo] = Array.isArray(value) ? value : []
  return [String(kept), String(user), safeReturnTo(String(returnTo))]
}

/** 303: a POST is not repeated elsewhere (RFC 9700 section 4.12); neither code nor state goes on in a Referer. */
function seeOther(location: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  })
}

function withOutcome(path: string, outcome: ConnectOutcome): string {
  const url = new URL(path, 'https://this.invalid')
  url.searchParams.set('connect', outcome)
  return url.pathname + url.search + url.hash
}

function notAllowed(allow: string): Response {
  return new Response(null, { status: 405, headers: { allow, 'cache-control': 'no-store' } })
}
