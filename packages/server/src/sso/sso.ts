import * as oauth from 'oauth4webapi'
import { addIdentity, type Claims, type JoinDeps, whoJoins } from '../accounts/join.ts'
import { actorOf, type Client, type SignedInUser } from '../accounts/sessions.ts'
import { constantTimeEqual } from '../base/constant-time.ts'
import { KeywayError } from '../base/errors.ts'
import type { Dispatch } from '../net/request.ts'
import type { User } from '../store/records.ts'
import type { KeyRing } from '../vault/key-ring.ts'
import { claimsOf } from './claims.ts'
import { ProviderDown } from './fetch-over.ts'
import { FLOW_MS, type Flow, flowCookieName, flowHash, openFlow, sealFlow } from './flow.ts'
import { githubProtocol } from './github.ts'
import { oidcProtocol, type Protocol } from './oidc.ts'
import type { SsoProvider } from './provider.ts'

export type SsoDeps = JoinDeps & {
  ring: Pick<KeyRing, 'cookie'>
  dispatch: Dispatch
  providers: readonly SsoProvider[]
  /** Where people reach this server, without a trailing slash. */
  publicUrl(): string
  /** Tells the operator why somebody was refused; what it is given holds no secret. */
  concern(message: string, of: { provider: string; reason: string }): void
}

/** Where to send the browser, and the cookie that binds it. */
export type SsoStart = { url: string; cookie: { name: string; value: string; maxAgeMs: number } }

/** What became of a browser that came back. */
export type SsoEnd =
  | { outcome: 'signed_in'; user: User; returnTo: string }
  | { outcome: 'linked'; returnTo: string }
  | { outcome: SsoRefusal; returnTo: string; linking: boolean }

export type SsoRefusal =
  /** The person said no there. */
  | 'denied'
  /** It took too long, or began in another browser, or was finished before. */
  | 'expired'
  /** The provider's answer does not hold. */
  | 'rejected'
  | 'unavailable'
  | 'not_invited'
  | 'email_taken'
  | 'disabled'
  /** The account there is another person's here. */
  | 'taken'
  /** Whoever began to add it is not signed in any more. */
  | 'wrong_user'

/** What a browser came back with. */
export type SsoCallback = {
  provider: string
  /** The query as it came, without the question mark. */
  query: string
  cookie(name: string): string | undefined
  signedIn: SignedInUser | undefined
  client: Client
}

/** Single sign-on. */
export type Sso = {
  providers: readonly Pick<SsoProvider, 'id' | 'kind' | 'name' | 'issuer'>[]
  /** @throws KeywayError `not_found`; `provider_unavailable` when it cannot be reached or is not in order */
  start(of: { provider: string; returnTo: string; again: boolean; linking: Flow['linking'] }): Promise<SsoStart>
  /** The cookie of a provider's flow. */
  cookieName(provider: string): string
  finish(callback: SsoCallback): Promise<SsoEnd>
}

const HOME = '/'
/** Characters of a callback's query: codes of some providers are 2,000 long. */
const QUERY_CHARS_MAX = 8_000

export function createSso(deps: SsoDeps): Sso {
  const { store, clock, ring, providers } = deps
  const protocols = new Map<string, Protocol>(
    providers.map((one) => [one.id, one.kind === 'github' ? githubProtocol(one, deps) : oidcProtocol(one, deps)]),
  )

  function known(id: string): { provider: SsoProvider; protocol: Protocol } {
    const provider = providers.find((one) => one.id === id)
    const protocol = protocols.get(id)
    if (provider !== undefined && protocol !== undefined) return { provider, protocol }
    throw new KeywayError('not_found', 'There is no such way to sign in.')
  }

  const redirectUri = (id: string) => `${deps.publicUrl()}/sign-in/${id}/callback`
  const cookieName = (provider: string) =>
    flowCookieName({ provider, installId: store.installId, publicUrl: deps.publicUrl() })

  async function start(of: Parameters<Sso['start']>[0]): Promise<SsoStart> {
    const { provider, protocol } = known(of.provider)
    const verifier = oauth.generateRandomCodeVerifier()
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
    const challenge = await oauth.calculatePKCECodeChallenge(verifier)
    const terms = { redirectUri: redirectUri(provider.id), state, nonce, challenge, again: of.again }
    const url = await protocol.authorizationUrl(terms).catch((error: unknown) => {
      deps.concern('a sign-in provider cannot be used', { provider: provider.id, reason: reasonOf(error) })
      throw new KeywayError('provider_unavailable', `${provider.name} cannot be reached for signing in.`, {
        fix: 'Try again in a minute, or sign in another way.',
        cause: error,
      })
    })
    const expiresAt = clock.now() + FLOW_MS
    const { returnTo, linking } = of
    const flow = {
      provider: provider.id,
      issuer: provider.issuer,
      state,
      nonce,
      verifier,
      returnTo,
      linking,
      expiresAt,
    }
    const value = sealFlow(ring, store.installId, flow)
    return { url, cookie: { name: cookieName(provider.id), value, maxAgeMs: FLOW_MS } }
  }

  async function finish(callback: SsoCallback): Promise<SsoEnd> {
    const { provider, protocol } = known(callback.provider)
    const flow = flowOf(provider, callback)
    const end = (outcome: SsoRefusal): SsoEnd => ({
      outcome,
      returnTo: flow?.returnTo ?? HOME,
      linking: flow !== undefined && flow.linking !== null,
    })
    if (flow === undefined) return end('expired')
    if (!isSameSession(flow, callback.signedIn)) return end('wrong_user')
    const fresh = await store.useChallenge(flowHash(flow), { expiresAt: flow.expiresAt, at: clock.now() })
    if (!fresh) return end('expired')
    const parameters = new URLSearchParams(callback.query)
    if (parameters.get('error') === 'access_denied') return end('denied')
    // Each costs the provider a request: whoever fails again and again waits.
    const takeBack = deps.throttle.admit([{ kind: 'address', of: callback.client.ip ?? '' }])
    let claims: Claims | undefined
    try {
      const { verifier, nonce, state } = flow
      const answer = { parameters, redirectUri: redirectUri(provider.id), verifier, nonce: nonce ?? '', state }
      claims = claimsOf(provider, await protocol.redeem(answer))
    } catch (error) {
      deps.concern('a sign-in by a provider was refused', { provider: provider.id, reason: reasonOf(error) })
      return end(isDown(error) ? 'unavailable' : 'rejected')
    }
    if (claims === undefined) return end('rejected')
    takeBack()
    if (flow.linking !== null && callback.signedIn !== undefined) {
      const { user, session } = callback.signedIn
      const actor = actorOf(user, callback.client)
      const added = await addIdentity(deps, user, { claims, keepSession: session.id, actor })
      return added === 'added' ? { outcome: 'linked', returnTo: flow.returnTo } : end('taken')
    }
    const joined = await whoJoins(deps, claims, callback.client.ip ?? '')
    if ('user' in joined) return { outcome: 'signed_in', user: joined.user, returnTo: flow.returnTo }
    return end(joined.outcome)
  }

  /** The flow that this browser began with this provider, in time, and that this is the answer to. */
  function flowOf(provider: SsoProvider, { cookie, query }: SsoCallback): Flow | undefined {
    const value = cookie(cookieName(provider.id))
    if (value === undefined || query.length > QUERY_CHARS_MAX) return undefined
    const flow = openFlow(ring, { installId: store.installId, provider: provider.id }, value)
    const [state, ...others] = new URLSearchParams(query).getAll('state')
    if (flow === undefined || state === undefined || others.length > 0) return undefined
    // The operator may have put another issuer under the same name meanwhile.
    const same = flow.issuer === provider.issuer && constantTimeEqual(flow.state, state)
    return same && clock.now() < flow.expiresAt ? flow : undefined
  }

  return { providers, start, cookieName, finish }
}

/** Whoever began to add an account to theirs must be the one who came back, in the same session. */
function isSameSession({ linking }: Flow, signedIn: SignedInUser | undefined): boolean {
  if (linking === null) return true
  return signedIn?.user.id === linking.userId && signedIn.session.id === linking.sessionId
}

/** No answer, or one that says that it is the provider's own trouble. */
function isDown(error: unknown): boolean {
  if (error instanceof ProviderDown) return true
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Response && cause.status >= 500
}

/** For the log: kinds of failure alone, since messages may quote what a provider or browser sent. */
function reasonOf(error: unknown): string {
  if (error instanceof KeywayError) return `${error.code}: ${error.message}`
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
