import { type Digest, randomToken, sha256CodeChallenge } from './challenge.ts'
import { issuerUrl } from './issuer.ts'

/** What to ask of the issuer, on whose page the person decides. */
export type AuthorizationOptions = {
  /** Where `/auth` and `/api/v1` are: 'https://openrouter.ai'. */
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
  /** Random when left out. It travels in the callback's own query. */
  state?: string
  digest?: Digest
}

/** An authorization that has begun. Keep `verifier` and `state` where only whoever began can reach them. */
export type Authorization = {
  /** Where to send the browser. */
  url: string
  /** Proves at the exchange that it is whoever began. A secret. */
  verifier: string
  /** Must come back with the callback. undefined in the headless flow. */
  state: string | undefined
}

const LABEL_CHARACTERS_MAX = 100

/**
 * Begins: a fresh verifier of 256 bits with its S256 challenge (RFC 7636 sections 4.1 and 4.2), a fresh state (RFC 6749
 * section 10.12), and the address that carries them.
 * @throws TypeError for an option that the issuer could not take
 */
export async function createAuthorization(options: AuthorizationOptions): Promise<Authorization> {
  const { issuer, callbackUrl, keyLabel, limit, usageLimitType, expiresAt } = options
  const page = issuerUrl(issuer, '/auth')
  if (keyLabel !== undefined && (keyLabel === '' || [...keyLabel].length > LABEL_CHARACTERS_MAX)) {
    throw new TypeError(`keyLabel: expected 1 to ${LABEL_CHARACTERS_MAX} characters`)
  }
  if (limit !== undefined && !/^\d{1,9}(\.\d{1,9})?$/.test(limit))
    throw new TypeError('limit: expected a decimal, 5.00')
  const verifier = randomToken()
  const state = callbackUrl === undefined ? undefined : (options.state ?? randomToken())
  const query = new URLSearchParams()
  if (callbackUrl !== undefined && state !== undefined) query.set('callback_url', withState(callbackUrl, state))
  query.set('code_challenge', await sha256CodeChallenge(verifier, options.digest))
  query.set('code_challenge_method', 'S256')
  if (keyLabel !== undefined) query.set('key_label', keyLabel)
  if (limit !== undefined) query.set('limit', limit)
  if (usageLimitType !== undefined) query.set('usage_limit_type', usageLimitType)
  // Whole seconds: OpenRouter refuses minute precision, and nobody needs milliseconds.
  if (expiresAt !== undefined) query.set('expires_at', `${expiresAt.toISOString().slice(0, 19)}Z`)
  return { url: `${page}?${query}`, verifier, state }
}

/** The protocol has no `state` of its own, and keeps the callback's query: there it rides. */
function withState(callbackUrl: string, state: string): string {
  if (!URL.canParse(callbackUrl) || callbackUrl.includes('#')) {
    throw new TypeError('callbackUrl: expected an address without a fragment')
  }
  if (new URL(callbackUrl).searchParams.has('state')) throw new TypeError('callbackUrl: already has a state')
  return `${callbackUrl}${callbackUrl.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`
}
