import { createCodes } from './codes.ts'
import { consentPage, json, redirect, type SignInReply, type SignInRequest, serveSite } from './site.ts'

/** Who signs in at the simulated GitHub. */
export type GithubPerson = {
  id: unknown
  login: string
  name: string | null
  emails: { email: string; primary: boolean; verified: boolean }[]
}

export type GithubFault = 'code_refused' | 'no_emails' | 'not_json' | 'server_error' | 'redirects' | 'down'

/** A simulated GitHub, running: its website, and its API under /api/v3 as with GitHub Enterprise Server. */
export type GithubSite = {
  url: string
  clientId: string
  clientSecret: string
  person: GithubPerson
  consent: 'ask' | 'approve' | 'deny'
  fault: GithubFault | undefined
  asked: URLSearchParams[]
  close(): Promise<void>
}

/**
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps and
 * https://docs.github.com/en/rest/users (read 2026-11). Errors of the token endpoint come with status 200.
 */
export async function startGithubSite(): Promise<GithubSite> {
  const codes = createCodes()
  const tokens = new Set<string>()
  const site = await serveSite((request) => (github.fault === 'down' ? 'hang up' : answer(request)))
  const github: GithubSite = {
    url: site.url,
    clientId: 'Iv1.sim0123456789',
    clientSecret: 'sim-github-secret-3c4fcf098815f7ab',
    person: {
      id: 583231,
      login: 'ada',
      name: 'Ada Byron',
      emails: [
        { email: 'ada@users.noreply.github.com', primary: false, verified: true },
        { email: 'ada@example.com', primary: true, verified: true },
      ],
    },
    consent: 'approve',
    fault: undefined,
    asked: [],
    close: site.close,
  }

  function answer(request: SignInRequest): SignInReply {
    switch (request.path) {
      case '/login/oauth/authorize':
        return authorize(request)
      case '/login/oauth/access_token':
        return token(request)
      case '/api/v3/user': {
        const { id, login, name } = github.person
        return asSignedIn(request, json(200, { id, login, name, email: null }))
      }
      case '/api/v3/user/emails':
        if (github.fault === 'no_emails') return json(404, { message: 'Not Found' })
        return asSignedIn(request, json(200, github.person.emails))
      default:
        return json(404, { message: 'Not Found' })
    }
  }

  function authorize({ query }: SignInRequest): SignInReply {
    github.asked.push(query)
    const redirectUri = query.get('redirect_uri')
    if (query.get('client_id') !== github.clientId || redirectUri === null) return json(404, { message: 'Not Found' })
    const decision = github.consent === 'ask' ? query.get('decision') : github.consent
    if (decision === null) return consentPage('Simulated GitHub', github.person.login, query)
    const back = new URL(redirectUri)
    back.searchParams.set('state', query.get('state') ?? '')
    if (decision === 'deny') {
      back.searchParams.set('error', 'access_denied')
      back.searchParams.set('error_description', 'The user has denied your application access.')
    } else {
      back.searchParams.set('code', codes.give({ redirectUri, challenge: query.get('code_challenge'), nonce: null }))
    }
    return redirect(back.href)
  }

  function token({ form, headers }: SignInRequest): SignInReply {
    switch (github.fault) {
      case 'server_error':
        return json(502, { message: 'Server Error' })
      case 'not_json':
        return { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Unicorn</h1>' }
      case 'redirects':
        return redirect('https://another.example.com/')
    }
    const known = form.get('client_id') === github.clientId && form.get('client_secret') === github.clientSecret
    if (!known || headers.accept?.includes('application/json') !== true) {
      return json(200, { error: 'incorrect_client_credentials' })
    }
    const of = { redirectUri: form.get('redirect_uri'), verifier: form.get('code_verifier') }
    const granted = codes.take(form.get('code') ?? '', of)
    if (granted === undefined || github.fault === 'code_refused') return json(200, { error: 'bad_verification_code' })
    const accessToken = `gho_sim${tokens.size + 1}`
    tokens.add(accessToken)
    return json(200, { access_token: accessToken, token_type: 'bearer', scope: 'read:user,user:email' })
  }

  function asSignedIn({ headers }: SignInRequest, reply: SignInReply): SignInReply {
    const known = tokens.has((headers.authorization ?? '').replace(/^Bearer /, ''))
    // GitHub refuses whoever does not say who they are.
    if (headers['user-agent'] === undefined) return json(403, { message: 'User-Agent is missing' })
    return known ? reply : json(401, { message: 'Bad credentials' })
  }

  return github
}
