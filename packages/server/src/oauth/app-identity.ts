import { KeywayError } from '../base/errors.ts'
import type { OauthSettings } from '../config/oauth.ts'
import type { AuthRequest } from '../store/oauth-records.ts'

/** Who asks, as far as it is proved: by the address that the answer goes to, and by nothing that the app says of itself. */
export type AppIdentity = {
  kind: 'web' | 'this-computer' | 'headless'
  /** 'https://app.example'; null in the headless mode. */
  origin: string | null
  /** 'app.example', 'localhost:3000'; in ASCII, so that letters of other scripts cannot pass for these. */
  host: string | null
  /** As the operator registered it. */
  name: string | null
  /** As the app's own description says, at an address of the same origin. */
  claimed: string | null
  /** The name is written in punycode: it holds letters beyond ASCII, which may look like others. */
  script: 'ascii' | 'other'
}

/** What stands for the headless mode where an app has an address. */
const HEADLESS = 'headless:'

/** The member of a refusal's metadata that says who was not admitted: a host, 'loopback' or 'headless'. */
export const NOT_ADMITTED = 'not_admitted'

/** Who asks. */
export function identify(
  request: Pick<AuthRequest, 'callbackUrl' | 'origin'> & Partial<Pick<AuthRequest, 'clientName'>>,
  settings: OauthSettings,
): AppIdentity {
  const { callbackUrl, origin } = request
  if (callbackUrl === null || origin === null) {
    return { kind: 'headless', origin: null, host: null, name: null, claimed: null, script: 'ascii' }
  }
  const { hostname, host } = new URL(callbackUrl)
  return {
    kind: isThisComputer(hostname) ? 'this-computer' : 'web',
    origin,
    host,
    name: registered(callbackUrl, settings)?.name ?? null,
    claimed: request.clientName ?? null,
    script: /(?:^|\.)xn--/.test(hostname) ? 'other' : 'ascii',
  }
}

/** What stands for the app in the ledger: its origin. */
export function refererOf({ origin }: Pick<AuthRequest, 'origin'>): string {
  return origin ?? HEADLESS
}

/** The app of a referer as people read it. 'https://app.example' -> 'app.example' */
export function hostOfReferer(referer: string): string | null {
  return URL.canParse(referer) && /^https?:/.test(referer) ? new URL(referer).host : null
}

/**
 * Refuses apps that the operator did not admit.
 * @throws KeywayError `invalid_request`
 */
export function requireAdmitted(request: Pick<AuthRequest, 'callbackUrl' | 'origin'>, settings: OauthSettings): void {
  if (settings.mode === 'open') return
  const { kind, origin, host } = identify(request, settings)
  const word = kind === 'this-computer' ? 'loopback' : kind === 'headless' ? 'headless' : undefined
  const listed = [word, origin].some((one) => one != null && settings.allowed_origins.includes(one))
  const known = request.callbackUrl !== null && registered(request.callbackUrl, settings) !== undefined
  if (known || (settings.mode === 'allowlist' && listed)) return
  throw new KeywayError(
    'invalid_request',
    '"callback_url" is not accepted: this Keyway answers only apps that its operator admitted.',
    {
      metadata: { field: 'callback_url', [NOT_ADMITTED]: word ?? host },
      fix:
        settings.mode === 'registered'
          ? 'The operator can add the app to oauth.apps, with the exact "callback_url" of this request among its callback_urls.'
          : `The operator can add ${word ?? origin} to oauth.allowed_origins, or the app to oauth.apps.`,
    },
  )
}

/** The registered app of that very callback. */
function registered(callbackUrl: string, { apps }: OauthSettings): OauthSettings['apps'][number] | undefined {
  return apps.find((app) => app.callback_urls.some((one) => sameCallback(one, callbackUrl)))
}

/** Whether two callbacks are one; on this computer the port does not count. @see RFC 8252 section 7.3 */
export function sameCallback(one: string, other: string): boolean {
  return comparable(one) === comparable(other)
}

function comparable(address: string): string {
  if (!URL.canParse(address)) return address
  const url = new URL(address)
  if (url.protocol !== 'http:' || !isThisComputer(url.hostname)) return address
  url.port = ''
  return url.href
}

function isThisComputer(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
}
