import * as oauth from 'oauth4webapi'
import { KeywayError } from '../base/errors.ts'
import { isLoopback } from '../config/bind.ts'
import { fetchOver, ProviderDown } from './fetch-over.ts'
import { type Protocol, type ProtocolDeps, setTerms } from './oidc.ts'
import { githubApi, type SsoProvider } from './provider.ts'

/** GitHub dates its API. @see https://docs.github.com/en/rest/about-the-rest-api/api-versions (read 2026-11) */
const API_VERSION = '2022-11-28'

/**
 * GitHub's OAuth 2: no ID token, so the API is asked who the token is of. The person's id is what identifies them; names
 * are given to others once they are free.
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps (read 2026-11)
 */
export function githubProtocol(provider: SsoProvider, { dispatch }: ProtocolDeps): Protocol {
  const issuer = new URL(provider.issuer)
  const local = issuer.protocol === 'http:' && isLoopback(issuer.hostname)
  const get = fetchOver(dispatch, provider.addresses)
  const options = { [oauth.customFetch]: get, [oauth.allowInsecureRequests]: local }
  const as: oauth.AuthorizationServer = {
    issuer: provider.issuer,
    authorization_endpoint: `${provider.issuer}/login/oauth/authorize`,
    token_endpoint: `${provider.issuer}/login/oauth/access_token`,
  }
  const client: oauth.Client = { client_id: provider.clientId }

  async function ask(path: string, token: string): Promise<unknown> {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': API_VERSION,
    }
    const response = await get(`${githubApi(provider)}${path}`, { method: 'GET', headers })
    if (response.status >= 500) throw new ProviderDown(`${path} answered ${response.status}`)
    if (response.status !== 200) throw refused(`${path} answered ${response.status}`)
    try {
      return await response.json()
    } catch (cause) {
      throw refused(`${path} answered no JSON`, cause)
    }
  }

  return {
    async authorizationUrl(terms) {
      const url = new URL(as.authorization_endpoint ?? '')
      setTerms(url.searchParams, provider, terms)
      url.searchParams.set('scope', 'read:user user:email')
      if (terms.again) url.searchParams.set('prompt', 'select_account')
      return url.href
    },

    async redeem({ parameters, redirectUri, verifier, state }) {
      const checked = oauth.validateAuthResponse(as, client, parameters, state)
      const authentication = oauth.ClientSecretPost(await provider.clientSecret())
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        authentication,
        checked,
        redirectUri,
        verifier,
        options,
      )
      const { access_token: token } = await oauth.processAuthorizationCodeResponse(as, client, response)
      const person = memberOf(await ask('/user', token))
      const { id, login, name } = person
      if (typeof id !== 'number' || !Number.isSafeInteger(id) || id <= 0) throw refused('no id')
      const emails = await ask('/user/emails', token)
      const primary = Array.isArray(emails) ? emails.map(memberOf).find((one) => one['primary'] === true) : undefined
      return {
        subject: String(id),
        email: primary?.['email'],
        emailVerified: primary?.['verified'],
        name: typeof name === 'string' && name.trim() !== '' ? name : login,
      }
    },
  }
}

function memberOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function refused(problem: string, cause?: unknown): KeywayError {
  return new KeywayError('provider_invalid_reply', `GitHub's answer is not in order: ${problem}.`, { cause })
}
