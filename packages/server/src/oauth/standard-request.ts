import { KeywayError } from '../base/errors.ts'
import type { Dispatch } from '../net/request.ts'
import type { AuthRequest } from '../store/oauth-records.ts'
import { type Callback, checkCallback, hasState } from './callback-url.ts'
import { checkChallenge } from './challenge-rules.ts'
import { type ClientDocument, isDocumentAddress, readClientDocument, requireListed } from './client-document.ts'
import { isThumbprint } from './proof-form.ts'
import { checkState, readParameters, readWishes } from './request.ts'
import { checkResource } from './resource.ts'

/** What we cannot do, and must not be taken to have done. */
const UNSUPPORTED = ['request', 'request_uri', 'registration']
const SCOPE_CHARACTERS_MAX = 500

/** What was asked, and where the logo of whoever asks is. */
export type StandardRequest = { request: AuthRequest; logo: string | null }

/**
 * Reads the query of `GET /oauth/authorize`: an authorization code with PKCE, and nothing else.
 * @param query as it came, without the question mark
 * @throws KeywayError `invalid_request`, naming the parameter
 * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-v2-1/ section 4.1.1
 */
export async function readStandardQuery(
  query: string,
  of: { dispatch: Dispatch; until: AbortSignal; publicUrl: string; now: number },
): Promise<StandardRequest> {
  const given = readParameters(query)
  for (const name of UNSUPPORTED) if (given.has(name)) throw invalid(name, 'none: this Keyway does not take it')
  if (given.get('response_type') !== 'code') throw invalid('response_type', 'code')
  if ((given.get('response_mode') ?? 'query') !== 'query') throw invalid('response_mode', 'query, or none')
  const callback = checkCallback(needed(given, 'redirect_uri'), of.publicUrl, 'redirect_uri')
  const sent = { challenge: needed(given, 'code_challenge'), method: given.get('code_challenge_method') }
  const challenge = checkChallenge(sent, { policy: 's256-only', way: 'callback' })
  const state = given.get('state') ?? null
  if (state !== null) checkState(state)
  if (state !== null && hasState(callback.url))
    throw invalid('state', 'it once: in the query of redirect_uri, or beside it')
  if ((given.get('scope') ?? '').length > SCOPE_CHARACTERS_MAX) throw invalid('scope', 'fewer characters')
  checkResource(given.get('resource'), of.publicUrl)
  const boundTo = given.get('dpop_jkt') ?? null
  if (boundTo !== null && !isThumbprint(boundTo)) throw invalid('dpop_jkt', 'a SHA-256 thumbprint in base64url')
  const wishes = readWishes(
    {
      key_label: given.get('key_label'),
      limit: given.get('limit'),
      usage_limit_type: given.get('usage_limit_type'),
      expires_at: given.get('expires_at'),
    },
    of.now,
  )
  const clientId = needed(given, 'client_id')
  // Last, since it asks another site.
  const { name: clientName, logo } = await proveClient(clientId, callback, of)
  const { url: callbackUrl, origin } = callback
  const request = { callbackUrl, origin, clientId, clientName, ...challenge, ...wishes, state, boundTo }
  return { request: { flow: 'standard', ...request }, logo }
}

/** Who asks: a site that describes itself, or else the origin of the address to go back to. @returns what it proves */
async function proveClient(
  clientId: string,
  callback: Callback,
  from: { dispatch: Dispatch; until: AbortSignal },
): Promise<Pick<ClientDocument, 'name' | 'logo'>> {
  if (isDocumentAddress(clientId)) {
    const document = await readClientDocument(from, clientId)
    requireListed(callback, document, clientId)
    // Any program on this computer can say that it is the one described there.
    return callback.kind === 'web' ? document : NAMELESS
  }
  const { origin, kind } = callback
  const anyPort = kind === 'this-computer' && clientId === origin.replace(/:\d+$/, '')
  if (clientId !== origin && !anyPort) {
    throw invalid(
      'client_id',
      'the origin of redirect_uri, such as https://app.example, or the address of a description',
    )
  }
  return NAMELESS
}

const NAMELESS = { name: null, logo: null } as const

function needed(given: ReadonlyMap<string, string>, name: string): string {
  const value = given.get(name)
  if (value === undefined || value === '') throw invalid(name, 'a value')
  return value
}

function invalid(field: string, expected: string): KeywayError {
  return new KeywayError('invalid_request', `"${field}" is invalid: expected ${expected}.`, { metadata: { field } })
}
