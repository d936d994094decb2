import * as oauth from 'oauth4webapi'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { isLoopback } from '../config/bind.ts'
import type { Dispatch } from '../net/request.ts'
import type { Said } from './claims.ts'
import { fetchOver } from './fetch-over.ts'
import type { SsoProvider } from './provider.ts'

export type ProtocolDeps = { clock: Clock; dispatch: Dispatch }

/** What goes to the provider in a browser's address. */
export type AuthorizationTerms = {
  redirectUri: string
  state: string
  nonce: string
  /** S256 of the verifier. */
  challenge: string
  /** The person is to prove themselves anew, not to come back by a session that is open there. */
  again: boolean
}

/** What a browser came back with, after its state was checked. */
export type Answer = {
  parameters: URLSearchParams
  redirectUri: string
  verifier: string
  nonce: string
  state: string
}

/** Metadata hardly changes; a provider that moves is found again within the hour. Milliseconds. */
const METADATA_MS = 60 * 60_000
/** Clocks differ. Seconds. */
const TOLERANCE_S = 60

/** How one provider is spoken to. */
export type Protocol = {
  /** Where to send the browser. @throws ProviderDown, or the library's errors for metadata that is not in order */
  authorizationUrl(terms: AuthorizationTerms): Promise<string>
  /** What the provider says of whoever came back. @throws ProviderDown, KeywayError, or the library's errors: refuse */
  redeem(answer: Answer): Promise<Said>
}

/**
 * OpenID Connect Core 1.0 with the code flow, PKCE, state and nonce. The ID token's issuer, audience, times, nonce and
 * signature are checked, although it comes over TLS from the provider itself.
 * @see https://openid.net/specs/openid-connect-core-1_0.html section 3.1
 */
export function oidcProtocol(provider: SsoProvider, { clock, dispatch }: ProtocolDeps): Protocol {
  const issuer = new URL(provider.issuer)
  // http only where the configuration allowed it: on this machine.
  const local = issuer.protocol === 'http:' && isLoopback(issuer.hostname)
  const options = { [oauth.customFetch]: fetchOver(dispatch, provider.addresses), [oauth.allowInsecureRequests]: local }
  let known: { metadata: oauth.AuthorizationServer; until: number } | undefined

  async function metadata(): Promise<oauth.AuthorizationServer> {
    if (known === undefined || clock.monotonic() >= known.until) {
      const response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...options })
      known = {
        metadata: await oauth.processDiscoveryResponse(issuer, response),
        until: clock.monotonic() + METADATA_MS,
      }
    }
    // A copy: the library keeps key sets by object, and a key that was rotated should be found at once.
    return { ...known.metadata }
  }

  function client(): oauth.Client {
    return {
      client_id: provider.clientId,
      [oauth.clockSkew]: Math.round((clock.now() - Date.now()) / 1000),
      [oauth.clockTolerance]: TOLERANCE_S,
    }
  }

  return {
    async authorizationUrl(terms) {
      const { authorization_endpoint: endpoint } = await metadata()
      const url = endpoint === undefined || !URL.canParse(endpoint) ? undefined : new URL(endpoint)
      const guarded = url?.protocol === 'https:' || (local && url?.protocol === 'http:')
      if (url === undefined || !guarded) throw refused('no authorization endpoint over https')
      setTerms(url.searchParams, provider, terms)
      url.searchParams.set('scope', 'openid email profile')
      url.searchParams.set('nonce', terms.nonce)
      if (terms.again) url.searchParams.set('prompt', provider.kind === 'google' ? 'select_account' : 'login')
      return url.href
    },

    async redeem({ parameters, redirectUri, verifier, nonce, state }) {
      const as = await metadata()
      const asked = client()
      const checked = oauth.validateAuthResponse(as, asked, parameters, state)
      const authentication = await clientAuthentication(provider, as)
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        asked,
        authentication,
        checked,
        redirectUri,
        verifier,
        options,
      )
      const tokens = await oauth.processAuthorizationCodeResponse(as, asked, response, {
        expectedNonce: nonce,
        requireIdToken: true,
      })
      await oauth.validateApplicationLevelSignature(as, response, options)
      const claims = oauth.getValidatedIdTokenClaims(tokens)
      if (claims === undefined) throw refused('no ID token')
      const said = saidBy(claims)
      if (said.email !== undefined || as.userinfo_endpoint === undefined) return said
      // Some tell addresses there alone.
      const told = await oauth.userInfoRequest(as, asked, tokens.access_token, options)
      return { ...saidBy(await oauth.processUserInfoResponse(as, asked, claims.sub, told)), subject: claims.sub }
    },
  }
}

/** What every authorization request says. */
export function setTerms(query: URLSearchParams, { clientId }: SsoProvider, terms: AuthorizationTerms): void {
  query.set('response_type', 'code')
  query.set('client_id', clientId)
  query.set('redirect_uri', terms.redirectUri)
  query.set('state', terms.state)
  query.set('code_challenge', terms.challenge)
  query.set('code_challenge_method', 'S256')
}

async function clientAuthentication(provider: SsoProvider, as: oauth.AuthorizationServer): Promise<oauth.ClientAuth> {
  const secret = await provider.clientSecret()
  // Core section 9: client_secret_basic where nothing else is said.
  const methods = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  // In the form where both will do: not every provider decodes what the other one encodes.
  return methods.includes('client_secret_post') ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret)
}

function saidBy(claims: Record<string, unknown>): Said {
  const { sub: subject, email, email_verified: emailVerified, name, hd: hostedDomain } = claims
  return { subject, email, emailVerified, name, hostedDomain }
}

function refused(problem: string): KeywayError {
  return new KeywayError('provider_invalid_reply', `The sign-in provider's answer is not in order: ${problem}.`)
}
