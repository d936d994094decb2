import { type AuthorizationOptions, createAuthorization } from './authorization.ts'
import { ConnectError } from './connect-error.ts'
import type { ConnectedKey, Fetch } from './exchange.ts'
import { type FinishOptions, finishAuthorization, finishPasted } from './finish.ts'
import { type KeptFlow, openKeptFlows } from './kept-flows.ts'
import { type ConnectPage, currentPage } from './page.ts'
import { safeReturnTo } from './return-to.ts'

export { ConnectError, type ConnectErrorCode } from './connect-error.ts'
export type { ConnectedKey } from './exchange.ts'
export { OPENROUTER } from './issuer.ts'
export type { ConnectPage } from './page.ts'

/**
 * What the app asks for, once for all presses.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-browser-based-apps#section-6.3
 */
export type BrowserConnectOptions = Omit<AuthorizationOptions, 'callbackUrl'> &
  Pick<FinishOptions, 'timeoutMs'> & {
    /** A page of this app; this page, without query and fragment, when not said. */
    callbackUrl?: string
    /** The global one when not said. */
    fetch?: Fetch
    /** `window` when not said. */
    page?: ConnectPage
  }

/**
 * A key, and where in the app the person was when they pressed.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export type BrowserConnected = ConnectedKey & { returnTo: string }

/**
 * Connecting without a server: the key comes to the page, and stays as long as you keep it.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-browser-based-apps#section-6.3
 */
export type BrowserConnect = {
  /** Whose accounts are connected. */
  readonly issuer: string
  /**
   * Leaves for the issuer's page.
   * @param options.returnTo a path of this app, given back at the end; where the person is, when not said
   * @throws ConnectError `storage`
   */
  start(options?: { returnTo?: string }): Promise<void>
  /**
   * Call it once when the page has loaded. Where this load is an issuer's answer to a flow of this tab, it takes the answer
   * out of the address at once, and promises the key once it is checked and exchanged; elsewhere undefined. Called again it
   * gives the same.
   * @throws ConnectError every code, by the promise
   */
  finish(): Promise<BrowserConnected> | undefined
  /** Begins without a way back: open the address, and have the code pasted. @throws ConnectError `storage` */
  startHeadless(): Promise<{ url: string }>
  /** @throws ConnectError every code; after `malformed` and `denied` the code may be pasted again, after others begin again */
  finishHeadless(pasted: string): Promise<ConnectedKey>
}

/** What an issuer adds to the callback. `iss`: RFC 9207. */
const ANSWER = ['code', 'state', 'error', 'error_description', 'error_uri', 'iss'] as const
const HEADLESS = 'headless'

/** What a load of the page brought. */
type Answer = { take(): KeptFlow | undefined; query: URLSearchParams }

/**
 * Connects from a page alone, by PKCE (RFC 7636 section 4). Nothing is touched before the first call, so it may be made
 * while rendering on a server.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-oauth-browser-based-apps#section-6.3
 */
export function createBrowserConnect(options: BrowserConnectOptions): BrowserConnect {
  const { page: given, callbackUrl, fetch = globalThis.fetch, timeoutMs, ...asked } = options
  const pageOf = () => given ?? currentPage()
  const how: FinishOptions = {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(asked.now === undefined ? {} : { now: asked.now }),
    // Neither cookies nor the address of this page go along.
    fetch: (url, init) =>
      fetch(url, { ...init, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer' }),
  }
  let answered: Promise<BrowserConnected> | undefined

  async function begin(name: string | undefined, returnTo: string): Promise<string> {
    const page = pageOf()
    const back = callbackUrl ?? bare(page.location.href)
    const authorization = await createAuthorization({ ...asked, ...(name === undefined ? { callbackUrl: back } : {}) })
    const at = name === undefined ? bare(back) : ''
    openKeptFlows(page).keep(name ?? authorization.state ?? '', { authorization, returnTo, page: at })
    return authorization.url
  }

  /** Before anything is waited for: a second call finds neither answer nor flow. */
  function takeAnswer(page: ConnectPage): Answer | undefined {
    const url = new URL(page.location.href)
    const query = new URLSearchParams(url.search)
    const states = query.getAll('state').filter((state) => state !== HEADLESS)
    const flows = openKeptFlows(page)
    // Another library's answer, or the app's own `?code=` or `?state=`: nothing here waits for it.
    if (!query.has('code') && !query.has('error') && !states.some(flows.has)) return undefined
    if (!flows.waitAt(bare(url.href))) return undefined
    for (const name of ANSWER) url.searchParams.delete(name)
    page.history.replaceState(page.history.state, '', url.href)
    return { take: () => (states.length === 1 ? flows.take(states[0] ?? '') : undefined), query }
  }

  async function answer({ take, query }: Answer): Promise<BrowserConnected> {
    const flow = take()
    if (flow === undefined) {
      throw new ConnectError('state_mismatch', 'The callback does not belong to a flow of this tab.')
    }
    return { ...(await finishAuthorization(flow.authorization, query, how)), returnTo: flow.returnTo }
  }

  return {
    issuer: asked.issuer,
    async start({ returnTo } = {}) {
      const page = pageOf()
      const { pathname, search, hash } = new URL(page.location.href)
      page.location.assign(await begin(undefined, safeReturnTo(returnTo ?? pathname + search + hash)))
    },
    finish() {
      if (answered === undefined) {
        const taken = takeAnswer(pageOf())
        if (taken !== undefined) answered = answer(taken)
      }
      return answered
    },
    async startHeadless() {
      return { url: await begin(HEADLESS, '/') }
    },
    async finishHeadless(pasted) {
      const flows = openKeptFlows(pageOf())
      const flow = flows.take(HEADLESS)
      if (flow === undefined) throw new ConnectError('state_mismatch', 'No flow was begun in this tab.')
      try {
        return await finishPasted(flow.authorization, pasted, how)
      } catch (error) {
        // What was no code used nothing up.
        if (!flow.authorization.isSpent) flows.keep(HEADLESS, flow)
        throw error
      }
    },
  }
}

/** An address without query and fragment. */
function bare(href: string): string {
  const { origin, pathname } = new URL(href)
  return origin + pathname
}
