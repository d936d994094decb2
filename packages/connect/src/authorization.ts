import { isCodeVerifier, randomToken, sha256CodeChallenge } from './challenge.ts'
import { ConnectError } from './connect-error.ts'
import { canComeBack, issuerUrl, normalIssuer } from './issuer.ts'

/**
 * What to ask of the issuer, on whose page the person decides.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
 */
export type AuthorizationOptions = {
  /** Where `/auth` and `/api/v1` are: 'https://openrouter.ai', or the address of a Keyway. */
  issuer: string
  /** Where the browser comes back to. Leave it out for the headless flow: the page then shows the code. */
  callbackUrl?: string
  /** The key's name at the issuer, at most 100 characters. */
  keyLabel?: string
  /** The key's cap in US dollars, as a decimal: '5.00'. */
  limit?: string
  /** How often the cap begins anew; it never does when left out. */
  usageLimitType?: 'daily' | 'weekly' | 'monthly'
  /** When the key ends by itself. */
  expiresAt?: Date
  /** How long the person may take, in milliseconds; ten minutes when not said, as long as an issuer's code lives. */
  lifetimeMs?: number
  /** Milliseconds since the epoch; the system's clock when not said. */
  now?: () => number
}

const LABEL_CHARACTERS_MAX = 100
/** Codes live ten minutes: a longer wait could not be answered. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2 */
const LIFETIME_MS = 600_000
const STATE_CHARACTERS_MAX = 512

type Kept = { issuer: string; verifier: string; state: string | undefined; expiresAt: number }

/**
 * An authorization that has begun and waits for its answer. Only {@link createAuthorization} and
 * {@link restoreAuthorization} make one. The verifier shows itself in no log, and it is answered once.
 */
class BegunAuthorization {
  readonly issuer: string
  /** Must come back with the callback. undefined in the headless flow. */
  readonly state: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly #verifier: string
  #isSpent = false

  constructor(kept: Kept) {
    this.issuer = kept.issuer
    this.state = kept.state
    this.expiresAt = kept.expiresAt
    this.#verifier = kept.verifier
  }

  /** Proves at the exchange that it is whoever began. A secret. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
  get verifier(): string {
    return this.#verifier
  }

  /** Was it answered? Then begin again. */
  get isSpent(): boolean {
    return this.#isSpent
  }

  /** All of it as text, for a place that only whoever began can reach. A secret. */
  keep(): string {
    const { issuer, state, expiresAt } = this
    return JSON.stringify({ issuer, verifier: this.#verifier, ...(state === undefined ? {} : { state }), expiresAt })
  }

  /** Uses it up. @throws ConnectError `state_mismatch` the second time */
  spend(): void {
    if (this.#isSpent) throw new ConnectError('state_mismatch', 'The authorization was answered before.')
    this.#isSpent = true
  }
}

class FreshAuthorization extends BegunAuthorization {
  /** Where to send the browser. */
  readonly url: string
  constructor(kept: Kept, url: string) {
    super(kept)
    this.url = url
  }
}

/** A flow that has begun and waits for its answer. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1 */
export type PendingAuthorization = BegunAuthorization
/** A flow that has just begun: its `url` is where to send the browser. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export type Authorization = FreshAuthorization

/**
 * Begins: a fresh verifier of 256 bits with its S256 challenge (RFC 7636 sections 4.1 and 4.2), a fresh state (RFC 6749
 * section 10.12), and the address that carries them.
 * @throws TypeError for an option that the issuer could not take
 */
export async function createAuthorization(options: AuthorizationOptions): Promise<Authorization> {
  const { callbackUrl, keyLabel, limit, usageLimitType, expiresAt, lifetimeMs = LIFETIME_MS, now = Date.now } = options
  const issuer = normalIssuer(options.issuer)
  if (!(lifetimeMs > 0 && Number.isFinite(lifetimeMs))) throw new TypeError('lifetimeMs: expected milliseconds')
  if (expiresAt !== undefined && !(expiresAt.getTime() > now())) {
    throw new TypeError('expiresAt: expected a moment to come')
  }
  if (keyLabel !== undefined && (keyLabel === '' || [...keyLabel].length > LABEL_CHARACTERS_MAX)) {
    throw new TypeError(`keyLabel: expected 1 to ${LABEL_CHARACTERS_MAX} characters`)
  }
  if (limit !== undefined && !/^\d{1,9}(\.\d{1,9})?$/.test(limit))
    throw new TypeError('limit: expected a decimal, 5.00')
  const verifier = randomToken()
  const state = callbackUrl === undefined ? undefined : randomToken()
  const query = new URLSearchParams()
  if (callbackUrl !== undefined && state !== undefined) query.set('callback_url', withState(callbackUrl, state))
  query.set('code_challenge', await sha256CodeChallenge(verifier))
  query.set('code_challenge_method', 'S256')
  if (keyLabel !== undefined) query.set('key_label', keyLabel)
  if (limit !== undefined) query.set('limit', limit)
  if (usageLimitType !== undefined) query.set('usage_limit_type', usageLimitType)
  // Whole seconds: OpenRouter refuses minute precision, and nobody needs milliseconds.
  if (expiresAt !== undefined) query.set('expires_at', `${expiresAt.toISOString().slice(0, 19)}Z`)
  const kept = { issuer, verifier, state, expiresAt: now() + lifetimeMs }
  return new FreshAuthorization(kept, `${issuerUrl(issuer, '/auth')}?${query}`)
}

/**
 * The authorization again, from what its `keep` gave.
 * @throws ConnectError `state_mismatch` where the text is none of its: whoever kept it lost or changed it
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1
 */
export function restoreAuthorization(text: string): PendingAuthorization {
  const { issuer, verifier, state, expiresAt } = membersOf(text)
  const isState =
    state === undefined || (typeof state === 'string' && state !== '' && state.length <= STATE_CHARACTERS_MAX)
  if (typeof issuer !== 'string' || typeof verifier !== 'string' || !isCodeVerifier(verifier)) throw notKept()
  if (!isState || typeof expiresAt !== 'number' || !Number.isFinite(expiresAt)) throw notKept()
  try {
    return new BegunAuthorization({ issuer: normalIssuer(issuer), verifier, state, expiresAt })
  } catch (cause) {
    throw notKept(cause)
  }
}

function membersOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    // Not the parser's words: they quote the text, which may hold a verifier.
    throw notKept()
  }
}

function notKept(cause?: unknown): ConnectError {
  return new ConnectError('state_mismatch', 'What was kept of the authorization cannot be read.', { cause })
}

/** What an issuer adds to the callback's query, beside our state: who has one already could not tell which is whose. */
const ADDED = ['state', 'code', 'error', 'iss'] as const

/**
 * The protocol has no `state` of its own, and keeps the callback's query: there it rides.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.1.2
 */
function withState(callbackUrl: string, state: string): string {
  if (!URL.canParse(callbackUrl) || callbackUrl.includes('#')) {
    throw new TypeError('callbackUrl: expected an address without a fragment')
  }
  const { protocol, searchParams } = new URL(callbackUrl)
  const taken = ADDED.find((name) => searchParams.has(name))
  if (taken !== undefined) throw new TypeError(`callbackUrl: already has ${taken}, which the issuer adds`)
  if (protocol === 'http:' && !canComeBack(callbackUrl)) {
    throw new TypeError(
      'callbackUrl: issuers send people back to https, or to http on this machine; elsewhere leave it out',
    )
  }
  return `${callbackUrl}${callbackUrl.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`
}
