import { createCodes, type Grant } from './codes.ts'
import { hmacJwt, newSigningKey, publicJwk, signJwt, unsignedJwt } from './id-token.ts'
import { consentPage, json, redirect, type SignInReply, type SignInRequest, serveSite } from './site.ts'

/** Who signs in at the simulated provider. */
export type OidcPerson = { sub: string; email?: string; email_verified?: unknown; name?: string; hd?: string }

/** What the provider does wrong, until it is told otherwise. */
export type OidcFault =
  | 'wrong_nonce'
  | 'no_nonce'
  | 'wrong_audience'
  | 'other_audience_too'
  | 'wrong_issuer'
  | 'expired'
  | 'issued_tomorrow'
  | 'no_subject'
  | 'unsigned'
  | 'signed_by_another'
  | 'signed_with_the_client_secret'
  | 'signed_with_the_public_key'
  | 'no_id_token'
  | 'code_refused'
  | 'not_json'
  | 'too_long'
  | 'redirects'
  | 'metadata_of_another'
  | 'iss_of_another'
  | 'other_userinfo'
  | 'server_error'
  | 'slow'
  | 'down'

/** A simulated OpenID provider, running. */
export type OidcProvider = {
  /** Also its address. */
  issuer: string
  clientId: string
  clientSecret: string
  person: OidcPerson
  /** 'ask' shows a page with two links. */
  consent: 'ask' | 'approve' | 'deny'
  fault: OidcFault | undefined
  /** Where claims about the person stand. */
  tellsIn: 'id_token' | 'userinfo'
  /** A new key at once, without the old one. */
  rotateKey(): void
  /** Every authorization that was asked for, newest last. */
  asked: URLSearchParams[]
  close(): Promise<void>
}

const LIFE_S = 300
const DAY_S = 86_400
/** Long enough to be noticed, short enough to be waited for. Milliseconds. */
const SLOW_MS = 400
const LONG_BYTES = 2 * 1024 * 1024

/**
 * Starts a provider of OpenID Connect Core 1.0's code flow, with PKCE and RFC 9207's `iss`.
 * @see https://openid.net/specs/openid-connect-core-1_0.html and https://openid.net/specs/openid-connect-discovery-1_0.html
 */
export async function startOidcProvider({ now = Date.now }: { now?: () => number } = {}): Promise<OidcProvider> {
  const codes = createCodes()
  let key = newSigningKey('key-1')
  const stranger = newSigningKey('key-1')
  const tokens = new Map<string, OidcPerson>()
  let keys = 1

  const site = await serveSite((request) => {
    if (provider.fault === 'down') return 'hang up'
    const reply = answer(request)
    return provider.fault === 'slow' && reply !== 'hang up' ? { ...reply, afterMs: SLOW_MS } : reply
  })
  const provider: OidcProvider = {
    issuer: site.url,
    clientId: 'keyway-at-sim',
    clientSecret: 'sim-oidc-secret-2b7e151628aed2a6',
    person: { sub: 'person-1', email: 'ada@example.com', email_verified: true, name: 'Ada Byron' },
    consent: 'approve',
    fault: undefined,
    tellsIn: 'id_token',
    asked: [],
    rotateKey() {
      keys += 1
      key = newSigningKey(`key-${keys}`)
    },
    close: site.close,
  }

  function answer(request: SignInRequest): SignInReply {
    switch (request.path) {
      case '/.well-known/openid-configuration':
        return json(200, metadata())
      case '/authorize':
        return authorize(request)
      case '/token':
        return token(request)
      case '/jwks':
        return json(200, { keys: [publicJwk(key)] })
      case '/userinfo':
        return userinfo(request)
      default:
        return json(404, { error: 'not_found' })
    }
  }

  function metadata(): Record<string, unknown> {
    const { issuer, fault } = provider
    return {
      issuer: fault === 'metadata_of_another' ? 'https://another.example.com' : issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      userinfo_endpoint: `${issuer}/userinfo`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    }
  }

  function authorize({ query }: SignInRequest): SignInReply {
    provider.asked.push(query)
    const redirectUri = query.get('redirect_uri')
    const scopes = (query.get('scope') ?? '').split(' ')
    const inOrder = query.get('response_type') === 'code' && scopes.includes('openid')
    if (query.get('client_id') !== provider.clientId || redirectUri === null || !inOrder) {
      return json(400, { error: 'invalid_request' })
    }
    const decision = provider.consent === 'ask' ? query.get('decision') : provider.consent
    if (decision === null) return consentPage('Simulated organisation', provider.person.email ?? '', query)
    const back = new URL(redirectUri)
    back.searchParams.set('state', query.get('state') ?? '')
    back.searchParams.set('iss', provider.fault === 'iss_of_another' ? 'https://another.example.com' : provider.issuer)
    if (decision === 'deny') back.searchParams.set('error', 'access_denied')
    else {
      const grant = { redirectUri, challenge: query.get('code_challenge'), nonce: query.get('nonce') }
      back.searchParams.set('code', codes.give(grant))
    }
    return redirect(back.href)
  }

  function token({ method, form, headers }: SignInRequest): SignInReply {
    switch (provider.fault) {
      case 'server_error':
        return json(503, { error: 'temporarily_unavailable' })
      case 'not_json':
        return { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' }
      case 'too_long':
        return json(200, { access_token: 'x'.repeat(LONG_BYTES), token_type: 'Bearer' })
      case 'redirects':
        return redirect('https://another.example.com/token')
    }
    if (method !== 'POST' || !isClient(headers.authorization)) return json(401, { error: 'invalid_client' })
    const of = { redirectUri: form.get('redirect_uri'), verifier: form.get('code_verifier') }
    const grant = codes.take(form.get('code') ?? '', of)
    if (grant === undefined || provider.fault === 'code_refused') return json(400, { error: 'invalid_grant' })
    const accessToken = `sim-access-${tokens.size + 1}`
    tokens.set(accessToken, provider.person)
    const idToken = provider.fault === 'no_id_token' ? {} : { id_token: idTokenFor(grant) }
    return json(200, { access_token: accessToken, token_type: 'Bearer', expires_in: LIFE_S, ...idToken })
  }

  /** Both parts are form-encoded before they are joined. @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
  function isClient(authorization: string | undefined): boolean {
    const joined = Buffer.from((authorization ?? '').replace(/^Basic /, ''), 'base64').toString()
    const [id, secret] = joined.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
    return id === provider.clientId && secret === provider.clientSecret
  }

  function idTokenFor({ nonce }: Grant): string {
    const { fault, issuer, clientId, clientSecret, person } = provider
    const seconds = Math.floor(now() / 1000)
    const told = provider.tellsIn === 'id_token' ? person : { sub: person.sub }
    const claims: Record<string, unknown> = {
      ...told,
      iss: fault === 'wrong_issuer' ? 'https://another.example.com' : issuer,
      aud: fault === 'wrong_audience' ? 'somebody-else' : clientId,
      iat: fault === 'issued_tomorrow' ? seconds + DAY_S : seconds,
      exp: fault === 'expired' ? seconds - LIFE_S : seconds + LIFE_S,
      nonce: fault === 'wrong_nonce' ? 'another-nonce' : nonce,
    }
    if (fault === 'other_audience_too') claims['aud'] = [clientId, 'somebody-else']
    if (fault === 'issued_tomorrow') claims['nbf'] = seconds + DAY_S
    if (fault === 'no_nonce') delete claims['nonce']
    if (fault === 'no_subject') delete claims['sub']
    if (fault === 'unsigned') return unsignedJwt(claims)
    if (fault === 'signed_by_another') return signJwt(stranger, claims)
    if (fault === 'signed_with_the_client_secret') return hmacJwt(clientSecret, claims)
    if (fault === 'signed_with_the_public_key') return hmacJwt(JSON.stringify(publicJwk(key)), claims)
    return signJwt(key, claims)
  }

  function userinfo({ headers }: SignInRequest): SignInReply {
    const person = tokens.get((headers.authorization ?? '').replace(/^Bearer /, ''))
    if (person === undefined) return json(401, { error: 'invalid_token' })
    return json(200, provider.fault === 'other_userinfo' ? { ...person, sub: 'person-2' } : person)
  }

  return provider
}
