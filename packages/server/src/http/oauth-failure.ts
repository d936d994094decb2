import type { KeywayError } from '../base/errors.ts'

/** Our codes in OAuth's words. What is not here is a request that is not as it should be. */
const WORDS: Readonly<Record<string, string>> = {
  code_refused: 'invalid_grant',
  proof_invalid: 'invalid_dpop_proof',
  // A client that authenticates itself: none can here.
  key_malformed: 'invalid_client',
  key_missing: 'invalid_client',
  credentials_conflict: 'invalid_client',
  rate_limited: 'temporarily_unavailable',
  overloaded: 'temporarily_unavailable',
  draining: 'temporarily_unavailable',
  internal: 'server_error',
}

/** What is 400 here, whatever it is elsewhere. @see https://www.rfc-editor.org/rfc/rfc9449#section-5 */
const PLAIN = new Set(['invalid_grant', 'invalid_dpop_proof'])

/** Statuses that say more than 400 does. */
const KEPT = new Set([401, 404, 405, 413, 429, 500, 503])

/**
 * An error of the token and revocation endpoints.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export function oauthFailure(error: KeywayError): { status: number; body: Record<string, string> } {
  const said = error.metadata['oauth_error']
  const word = typeof said === 'string' ? said : (WORDS[error.code] ?? 'invalid_request')
  const status = word === 'invalid_client' ? 401 : PLAIN.has(word) ? 400 : KEPT.has(error.status) ? error.status : 400
  return { status, body: { error: word, error_description: described(error.message) } }
}

/** Of the characters that an error_description may have. */
function described(message: string): string {
  return message.replaceAll('"', "'").replace(/[^\x20-\x5b\x5d-\x7e]/g, '?')
}
