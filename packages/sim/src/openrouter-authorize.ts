import type { Challenge, KeyTerms, OpenRouterAccount } from './openrouter-account.ts'

/** What an app asks for at `/auth`. */
export type Authorization = {
  /** Where the browser goes back to, byte for byte; undefined: the code is shown (headless). */
  callbackUrl: string | undefined
  challenge: Challenge
  terms: KeyTerms
  /** Given back as it came. */
  state: string | undefined
  /** Who asks, by the callback alone. */
  app: string
}

/** Characters of a key's label. @see https://openrouter.ai/docs/guides/overview/auth/oauth (read 2026-08-22) */
const LABEL_CHARACTERS_MAX = 100

/**
 * Reads the parameters of `/auth`.
 * @returns the request, or what is wrong with it in a sentence
 */
export function readAuthorization(query: URLSearchParams): Authorization | string {
  const callbackUrl = query.get('callback_url') ?? undefined
  const challenge = readChallenge(query)
  if (typeof challenge === 'string') return challenge
  if (callbackUrl === undefined && challenge === undefined) return 'Without callback_url, code_challenge is required.'
  if (callbackUrl !== undefined && !isCallback(callbackUrl)) {
    return 'callback_url must be https, or http on localhost or 127.0.0.1.'
  }
  const app = callbackUrl === undefined ? 'An application in a terminal' : appOf(new URL(callbackUrl))
  const terms = readTerms(query, app)
  if (typeof terms === 'string') return terms
  return { callbackUrl, challenge, terms, state: query.get('state') ?? undefined, app }
}

/** Where an approval leads: the callback with the code. The callback's own query is kept as it is. */
export function approvedUrl(account: OpenRouterAccount, of: Authorization & { callbackUrl: string }): string {
  return withParameters(of, { code: account.grant(of.terms, of.challenge) })
}

/** Where a denial leads. @see https://github.com/OpenRouterTeam/spawn packages/cli/src/shared/oauth.ts (read 2026-08-22) */
export function deniedUrl(of: Authorization & { callbackUrl: string }): string {
  return withParameters(of, { error: 'access_denied', error_description: 'The user denied the request.' })
}

function withParameters(of: Authorization & { callbackUrl: string }, added: Record<string, string>): string {
  const query = new URLSearchParams(of.state === undefined ? added : { ...added, state: of.state })
  return `${of.callbackUrl}${of.callbackUrl.includes('?') ? '&' : '?'}${query}`
}

/** A missing method means `plain`. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.3 */
function readChallenge(query: URLSearchParams): Challenge | string {
  const value = query.get('code_challenge')
  const method = query.get('code_challenge_method') ?? 'plain'
  if (value === null) return undefined
  if (method !== 'S256' && method !== 'plain') return 'code_challenge_method must be S256 or plain.'
  if (method === 'S256' && !/^[A-Za-z0-9_-]{43}$/u.test(value))
    return 'code_challenge must be base64url, 43 characters.'
  return { method, value }
}

function isCallback(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1'))
}

function appOf(url: URL): string {
  return url.protocol === 'https:' ? url.hostname : url.host
}

function readTerms(query: URLSearchParams, app: string): KeyTerms | string {
  const label = query.get('key_label') ?? app
  if ([...label].length > LABEL_CHARACTERS_MAX) return `key_label has at most ${LABEL_CHARACTERS_MAX} characters.`
  const limit = query.get('limit')
  if (limit !== null && !/^\d{1,9}(\.\d{1,9})?$/u.test(limit)) return 'limit must be an amount in US dollars.'
  const reset = query.get('usage_limit_type')
  if (reset !== null && reset !== 'daily' && reset !== 'weekly' && reset !== 'monthly') {
    return 'usage_limit_type must be daily, weekly or monthly.'
  }
  const expiresAt = query.get('expires_at')
  // Seconds are compulsory: minute precision is refused.
  if (expiresAt !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/u.test(expiresAt)) {
    return 'expires_at must be ISO 8601 in UTC, with seconds.'
  }
  return { label, limit: limit === null ? null : Number(limit), reset, expiresAt }
}
