import { Writable } from 'node:stream'
import { type GithubSite, type OidcFault, type OidcProvider, startGithubSite, startOidcProvider } from '@keyway/sim'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { rowId } from '../base/ids.ts'
import type { Role } from '../store/records.ts'
import { setupToken } from '../testing/app-browser.ts'
import { type JarBrowser, jarBrowser } from '../testing/jar-browser.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const PASSWORD = 'maple engine slow river'
const MINUTE = 60_000

let rig: Rig
let company: OidcProvider
let second: OidcProvider
let github: GithubSite
let aheadMs = 0
const logged: string[] = []
const now = () => systemClock.now() + aheadMs

beforeAll(async () => {
  company = await startOidcProvider({ now })
  second = await startOidcProvider({ now })
  github = await startGithubSite()
  const providers = [
    {
      id: 'company',
      kind: 'oidc',
      name: 'Example Ltd',
      issuer: company.issuer,
      client_id: company.clientId,
      client_secret: { env: 'COMPANY_SECRET' },
      allowed_domains: ['example.com'],
    },
    {
      id: 'second',
      kind: 'oidc',
      issuer: second.issuer,
      client_id: second.clientId,
      client_secret: { env: 'SECOND_SECRET' },
    },
    {
      id: 'github',
      kind: 'github',
      issuer: github.url,
      client_id: github.clientId,
      client_secret: { env: 'GITHUB_SECRET' },
    },
  ]
  const lines = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  rig = await startRig({
    env: {
      KEYWAY_SIGN_IN__PROVIDERS: JSON.stringify(providers),
      COMPANY_SECRET: company.clientSecret,
      SECOND_SECRET: second.clientSecret,
      GITHUB_SECRET: github.clientSecret,
    },
    clock: { now, monotonic: () => systemClock.monotonic() + aheadMs },
    log: pino({ level: 'debug', base: null }, lines),
  })
  // Somebody must have set the house up before anybody comes in.
  const owner = jarBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
  await owner.ask('POST /api/app/setup/password', body)
})
afterAll(async () => {
  await rig.close()
  await Promise.all([company.close(), second.close(), github.close()])
})
afterEach(() => {
  // Each try of a test is as if much later: what is counted of one does not throttle the next.
  aheadMs += 20 * MINUTE
  for (const one of [company, second]) {
    one.fault = undefined
    one.consent = 'approve'
    one.tellsIn = 'id_token'
  }
  github.fault = undefined
  github.consent = 'approve'
})

let people = 0
/** Another person at a provider, with an address of that domain. */
function personOf(domain: string, fields: Partial<OidcProvider['person']> = {}): OidcProvider['person'] {
  people += 1
  const name = `person${people}`
  return { sub: `sub-${people}`, email: `${name}@${domain}`, email_verified: true, name, ...fields }
}

/** Somebody here, made by the owner. */
async function invited(email: string | null, role: Role = 'member'): Promise<string> {
  const { store, owner, workspace } = rig.server.house
  const id = rowId('user')
  const user = { id, workspaceId: workspace.id, name: id, email, role, disabledAt: null, createdAt: now() }
  await store.createUser(user, { id: owner.id, workspaceId: workspace.id })
  return id
}

/** The same, with a password. */
async function settled(email: string | null): Promise<{ id: string; browser: JarBrowser; login: string }> {
  const id = await invited(email)
  const browser = jarBrowser(rig)
  const login = `login-${id.slice(-8).toLowerCase()}`
  await browser.ask('POST /api/app/setup/password', { token: await setupToken(rig, id), login, password: PASSWORD })
  return { id, browser, login }
}

const start = async (browser: JarBrowser, provider = 'company', more: object = {}) =>
  (await browser.ask<{ url: string }>('POST /api/app/login/sso', { provider, ...more })).url

/** Goes there, approves (or whatever the provider does), and gives the address that it comes back to. */
async function comeBack(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' })
  return response.headers.get('location') ?? `no redirect: ${response.status} ${await response.text()}`
}

/** The whole way. @returns where the browser stands in the end */
async function signIn(browser: JarBrowser, provider = 'company'): Promise<string> {
  return browser.follow(await comeBack(await start(browser, provider)))
}

const userOf = async (browser: JarBrowser) =>
  browser.ask<{ id: string; email: string | null; role: Role }>('GET /api/app/me')

describe('what a provider answers', () => {
  it.each<[OidcFault, string]>([
    ['wrong_nonce', 'rejected'],
    ['no_nonce', 'rejected'],
    ['wrong_audience', 'rejected'],
    ['wrong_issuer', 'rejected'],
    ['expired', 'rejected'],
    ['issued_tomorrow', 'rejected'],
    ['no_subject', 'rejected'],
    ['unsigned', 'rejected'],
    ['signed_by_another', 'rejected'],
    ['signed_with_the_client_secret', 'rejected'],
    ['signed_with_the_public_key', 'rejected'],
    ['no_id_token', 'rejected'],
    ['code_refused', 'rejected'],
    ['not_json', 'rejected'],
    ['too_long', 'rejected'],
    ['redirects', 'rejected'],
    ['iss_of_another', 'rejected'],
    ['server_error', 'unavailable'],
    ['down', 'unavailable'],
  ])('signs nobody in, and makes nobody: %s', async (fault, outcome) => {
    const { store, workspace } = rig.server.house
    const before = (await store.listUsers(workspace.id)).length
    company.person = personOf('example.com')
    const browser = jarBrowser(rig)
    const url = await start(browser)
    if (fault === 'iss_of_another') company.fault = fault
    const back = await comeBack(url)
    company.fault = fault
    expect(await browser.follow(back)).toBe(`/sign-in?sso=${outcome}&provider=company`)
    expect((await browser.send('GET /api/app/me')).status).toBe(401)
    expect(await store.listUsers(workspace.id)).toHaveLength(before)
  })

  it('signs nobody in when it tells of another person than the ID token\u2019s', async () => {
    company.tellsIn = 'userinfo'
    company.fault = 'other_userinfo'
    company.person = personOf('example.com')
    const browser = jarBrowser(rig)
    expect(await signIn(browser)).toContain('sso=rejected')
  })

  it('sends nobody there when its metadata are another\u2019s', async () => {
    second.fault = 'metadata_of_another'
    const browser = jarBrowser(rig)
    const response = await browser.send('POST /api/app/login/sso', { provider: 'second' })
    expect(response.status).toBe(502)
    expect(browser.has('keyway_sso_')).toBe(false)
    second.fault = 'down'
    expect((await browser.send('POST /api/app/login/sso', { provider: 'second' })).status).toBe(502)
  })

  it('signs in after the provider took another key, and when it is slow', async () => {
    company.person = personOf('example.com')
    expect(await signIn(jarBrowser(rig))).toBe('/')
    company.rotateKey()
    expect(await signIn(jarBrowser(rig))).toBe('/')
    company.fault = 'slow'
    expect(await signIn(jarBrowser(rig))).toBe('/')
  })
})

describe('the way there and back', () => {
  it('is refused without the browser that began it, with another state, twice, late, and by another provider\u2019s path', async () => {
    company.person = personOf('example.com')
    const expired = '/sign-in?sso=expired&provider=company'
    const browser = jarBrowser(rig)
    const back = await comeBack(await start(browser))
    expect(await jarBrowser(rig).follow(back)).toBe(expired)

    const url = new URL(back)
    for (const state of ['', 'x', `${url.searchParams.get('state')}x`]) {
      const changed = new URL(back)
      changed.searchParams.set('state', state)
      expect(await jarBrowser(rig, browser).follow(changed.href)).toBe(expired)
    }
    const twice = new URL(back)
    twice.searchParams.append('state', 'another')
    expect(await jarBrowser(rig, browser).follow(twice.href)).toBe(expired)
    const stateless = new URL(back)
    stateless.searchParams.delete('state')
    expect(await jarBrowser(rig, browser).follow(stateless.href)).toBe(expired)
    const elsewhere = back.replace('/sign-in/company/', '/sign-in/second/')
    expect(await jarBrowser(rig, browser).follow(elsewhere)).toBe('/sign-in?sso=expired&provider=second')
    expect((await browser.send(`GET ${new URL(back).pathname.replace('company', 'nowhere')}`)).status).toBe(404)

    const copy = jarBrowser(rig, browser)
    expect(await browser.follow(back)).toBe('/')
    expect(await copy.follow(back)).toBe(expired)

    const slow = jarBrowser(rig)
    const late = await comeBack(await start(slow))
    aheadMs += 10 * MINUTE
    expect(await slow.follow(late)).toBe(expired)
  })

  it('is finished once, however many come back at once', async () => {
    company.person = personOf('example.com')
    const browser = jarBrowser(rig)
    const back = await comeBack(await start(browser))
    const ends = await Promise.all([1, 2, 3, 4].map(() => jarBrowser(rig, browser).follow(back)))
    expect(ends.filter((end) => end === '/')).toHaveLength(1)
  })

  it('is not begun by a link: only our own page asks for it', async () => {
    const browser = jarBrowser(rig)
    expect((await browser.send('GET /api/app/login/sso')).status).toBe(405)
    const foreign = await browser.send(
      'POST /api/app/login/sso',
      { provider: 'company' },
      { origin: 'https://evil.example' },
    )
    expect(foreign.status).toBe(403)
    expect((await browser.send('POST /api/app/login/sso', { provider: 'nowhere' })).status).toBe(404)
  })

  it('asks for what the protocol wants, and keeps its secrets in a cookie that no script reads', async () => {
    const browser = jarBrowser(rig)
    const response = await browser.send('POST /api/app/login/sso', { provider: 'company' })
    const url = String(Object(await response.json()).url)
    const query = new URL(url).searchParams
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: company.clientId,
      redirect_uri: `${rig.url}/sign-in/company/callback`,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    })
    const [line = ''] = response.headers.getSetCookie()
    expect(line).toMatch(/^keyway_sso_[0-9a-f]{8}_company=[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/)
    const sealed = Buffer.from(line.split(';')[0]?.split('=')[1] ?? '', 'base64url').toString('latin1')
    expect(sealed).not.toContain(query.get('nonce'))
    const parameters = new URL(await comeBack(url))
    const ended = await browser.sendTo(parameters.pathname + parameters.search)
    expect(ended.headers.get('location')).toBe('/')
    expect(ended.headers.getSetCookie().some((set) => /^keyway_sso_\w+_company=; Max-Age=0/.test(set))).toBe(true)
  })

  it.each([
    ['//evil.example', '/'],
    ['https://evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/api/app/logout', '/'],
    ['/connect/openrouter/start?limit_usd=1', '/'],
    ['/keys', '/keys'],
    ['/c/abc?message=1', '/c/abc?message=1'],
  ])('leads to a page of ours: %s', async (asked, target) => {
    company.person = personOf('example.com')
    const browser = jarBrowser(rig)
    expect(await browser.follow(await comeBack(await start(browser, 'company', { return_to: asked })))).toBe(target)
  })

  it('ends in words where the person says no', async () => {
    company.consent = 'deny'
    const browser = jarBrowser(rig)
    expect(await signIn(browser)).toBe('/sign-in?sso=denied&provider=company')
    github.consent = 'deny'
    expect(await signIn(browser, 'github')).toBe('/sign-in?sso=denied&provider=github')
  })

  it('is throttled: whoever comes back with bad codes again and again waits', async () => {
    company.fault = 'code_refused'
    const browser = jarBrowser(rig)
    let last = 0
    for (let tried = 0; tried < 61; tried++) {
      const back = new URL(await comeBack(await start(browser)))
      last = (await browser.sendTo(back.pathname + back.search)).status
    }
    expect(last).toBe(429)
  })
})

describe('who comes in', () => {
  it('is nobody without an invitation, where sign-up is by invitation', async () => {
    for (const person of [
      personOf('elsewhere.example'),
      personOf('example.com', { email_verified: false }),
      personOf('example.com', { email_verified: 'true' }),
      { sub: 'no-address', name: 'No Address' },
      personOf('sub.example.com'),
      personOf('example.com.evil.example'),
      { ...personOf('example.com'), email: 'two@evil.example@example.com' },
    ]) {
      company.person = person
      const browser = jarBrowser(rig)
      expect([person.email, await signIn(browser)]).toEqual([person.email, '/sign-in?sso=not_invited&provider=company'])
      expect((await browser.send('GET /api/app/me')).status).toBe(401)
    }
    // A provider that the operator trusted with no domain lets in nobody new, whatever it says.
    second.person = personOf('example.com')
    expect(await signIn(jarBrowser(rig), 'second')).toContain('not_invited')
  })

  it('does not get another person\u2019s account by their address', async () => {
    const victim = await settled(`victim@example.com`)
    for (const [provider, says] of [
      [second, { email: 'victim@example.com', email_verified: true }],
      [company, { email: 'victim@example.com', email_verified: false }],
      [company, { email: 'victim@example.com' }],
    ] as const) {
      provider.person = { sub: 'attacker', ...says }
      const browser = jarBrowser(rig)
      const name = provider === second ? 'second' : 'company'
      expect(await signIn(browser, name)).toMatch(/sso=(email_taken|not_invited)/)
      expect((await browser.send('GET /api/app/me')).status).toBe(401)
    }
    expect((await rig.server.house.store.listIdentities(victim.id)).length).toBe(0)
    expect((await victim.browser.send('GET /api/app/me')).status).toBe(200)
  })

  it('is known by the issuer\u2019s own id, whatever the address says by then', async () => {
    company.person = personOf('example.com')
    const first = jarBrowser(rig)
    await signIn(first)
    const me = await userOf(first)
    expect(me).toMatchObject({ email: company.person.email, email_verified: true, role: 'member' })
    const { sub, email } = company.person
    company.person = { sub, email: 'renamed@elsewhere.example', email_verified: false }
    const again = jarBrowser(rig)
    await signIn(again)
    expect((await userOf(again)).id).toBe(me.id)
    // Somebody else who was given the address afterwards joins by the operator's word alone; as another issuer's it is nothing.
    second.person = { sub, ...(email === undefined ? {} : { email }), email_verified: true }
    expect(await signIn(jarBrowser(rig), 'second')).toContain('email_taken')
  })

  it('is whoever an allowed domain verifies, in the account of that address, whose other sessions end', async () => {
    const { id, browser } = await settled('grace@example.com')
    company.person = { sub: 'grace', email: 'Grace@Example.com', email_verified: true }
    const joined = jarBrowser(rig)
    expect(await signIn(joined)).toBe('/')
    expect((await userOf(joined)).id).toBe(id)
    expect((await browser.send('GET /api/app/me')).status).toBe(401)
  })

  it('has not confirmed an address that the provider did not verify, or that is not the account’s', async () => {
    const { id } = await settled('someone@example.com')
    expect(await rig.server.house.store.verifiedEmail(id)).toBeUndefined()
    company.person = { sub: 'someone', email: 'someone@example.com', email_verified: 'true' }
    expect(await signIn(jarBrowser(rig))).toContain('not_invited')
    expect(await rig.server.house.store.verifiedEmail(id)).toBeUndefined()
    company.person = { sub: 'someone', email: 'someone@example.com', email_verified: true }
    expect(await signIn(jarBrowser(rig))).toBe('/')
    expect(await rig.server.house.store.verifiedEmail(id)).toBe('someone@example.com')
  })

  it('is whoever was invited by that address, by any provider that verified it, once', async () => {
    const id = await invited('lin@elsewhere.example', 'admin')
    second.person = { sub: 'lin', email: 'lin@elsewhere.example', email_verified: true }
    const browser = jarBrowser(rig)
    expect(await signIn(browser, 'second')).toBe('/')
    expect(await userOf(browser)).toMatchObject({ id, role: 'admin' })
    second.person = { sub: 'not-lin', email: 'lin@elsewhere.example', email_verified: true }
    expect(await signIn(jarBrowser(rig), 'second')).toContain('email_taken')
  })

  it('is nobody who was shut out', async () => {
    company.person = personOf('example.com')
    const browser = jarBrowser(rig)
    await signIn(browser)
    const { id } = await userOf(browser)
    const { store, owner, workspace } = rig.server.house
    await store.updateUser(id, { disabledAt: 1 }, { id: owner.id, workspaceId: workspace.id })
    expect(await signIn(jarBrowser(rig))).toBe('/sign-in?sso=disabled&provider=company')
  })

  it('is one person, of many tabs at once', async () => {
    company.person = personOf('example.com')
    const browsers = [1, 2, 3, 4].map(() => jarBrowser(rig))
    expect(await Promise.all(browsers.map((browser) => signIn(browser)))).toEqual(['/', '/', '/', '/'])
    const ids = await Promise.all(browsers.map(async (browser) => (await userOf(browser)).id))
    expect(new Set(ids).size).toBe(1)
  })

  it('is told by the userinfo endpoint, where the ID token holds no address', async () => {
    company.tellsIn = 'userinfo'
    company.person = personOf('example.com')
    const browser = jarBrowser(rig)
    expect(await signIn(browser)).toBe('/')
    expect((await userOf(browser)).email).toBe(company.person.email)
  })

  it('has a session in place of what the browser had, by single sign-on, fresh', async () => {
    company.person = personOf('example.com')
    const browser = jarBrowser(rig)
    await signIn(browser)
    const before = browser.session()
    const url = await start(browser)
    expect(new URL(url).searchParams.get('prompt')).toBe('login')
    await browser.follow(await comeBack(url))
    expect(browser.session()).not.toBe(before)
    const { data } = await browser.ask<{ data: { method: string }[] }>('GET /api/app/sessions')
    expect(data.map(({ method }) => method)).toEqual(['sso'])
  })
})

describe('GitHub', () => {
  it.each([
    ['code_refused', 'rejected'],
    ['not_json', 'rejected'],
    ['redirects', 'rejected'],
    ['no_emails', 'rejected'],
    ['server_error', 'unavailable'],
    ['down', 'unavailable'],
  ] as const)('signs nobody in: %s', async (fault, outcome) => {
    const browser = jarBrowser(rig)
    const back = await comeBack(await start(browser, 'github'))
    github.fault = fault
    expect(await browser.follow(back)).toBe(`/sign-in?sso=${outcome}&provider=github`)
  })

  it.each([
    ['no id', null],
    ['an id that is no number', '583231'],
    ['a fraction', 1.5],
  ])('signs nobody in who has %s', async (_kind, id) => {
    const { person } = github
    github.person = { ...person, id }
    expect(await signIn(jarBrowser(rig), 'github')).toContain('sso=rejected')
    github.person = person
  })

  it('takes the verified primary address alone, and knows people by their id', async () => {
    const id = await invited('ada@github.example')
    const of = (primary: boolean, verified: boolean) => ({
      id: 77,
      login: 'ada',
      name: null,
      emails: [{ email: 'ada@github.example', primary, verified }],
    })
    for (const person of [of(true, false), of(false, true)]) {
      github.person = person
      expect(await signIn(jarBrowser(rig), 'github')).toContain('not_invited')
    }
    github.person = of(true, true)
    const browser = jarBrowser(rig)
    expect(await signIn(browser, 'github')).toBe('/')
    expect((await userOf(browser)).id).toBe(id)
    github.person = { ...of(true, true), login: 'renamed', emails: [] }
    const again = jarBrowser(rig)
    expect(await signIn(again, 'github')).toBe('/')
    expect((await userOf(again)).id).toBe(id)
    expect(github.asked.at(-1)?.get('scope')).toBe('read:user user:email')
  })
})

describe('an account that is added', () => {
  const link = async (browser: JarBrowser, provider = 'second') =>
    (await browser.ask<{ url: string }>('POST /api/app/identities', { provider })).url
  const listed = async (browser: JarBrowser) =>
    (await browser.ask<{ data: { id: string; provider: string; label: string | null }[] }>('GET /api/app/identities'))
      .data

  it('is refused without a fresh sign-in, to another session, and where it is another person\u2019s', async () => {
    const { browser } = await settled(null)
    const other = await settled(null)
    second.person = { sub: 'taken', email: 'x@elsewhere.example', email_verified: true }
    const swapped = await comeBack(await link(browser))
    // The flow's cookie in a browser where somebody else is signed in.
    const mixed = jarBrowser(rig, browser)
    mixed.take(other.browser, 'keyway_session_')
    expect(await mixed.follow(swapped)).toBe('/settings/account?sso=wrong_user&provider=second')
    const nobody = jarBrowser(rig, browser)
    nobody.drop('keyway_session_')
    expect(await nobody.follow(swapped)).toContain('sso=wrong_user')
    expect(await browser.follow(swapped)).toBe('/settings/account?sso=linked')
    expect(await other.browser.follow(await comeBack(await link(other.browser)))).toBe(
      '/settings/account?sso=taken&provider=second',
    )
    aheadMs += 6 * MINUTE
    const stale = await browser.send('POST /api/app/identities', { provider: 'second' })
    expect(await stale.json()).toMatchObject({ error: { code: 'sign_in_again' } })
  })

  it('signs in from then on, is listed, and goes, but not as the last way in', async () => {
    const { id, browser, login } = await settled(null)
    second.person = { sub: 'adder', email: 'adder@elsewhere.example', email_verified: false }
    expect(await browser.follow(await comeBack(await link(browser)))).toBe('/settings/account?sso=linked')
    expect(await listed(browser)).toMatchObject([{ provider: 'second', label: 'adder@elsewhere.example' }])
    const by = jarBrowser(rig)
    expect(await signIn(by, 'second')).toBe('/')
    expect((await userOf(by)).id).toBe(id)
    const [one] = await listed(by)
    const other = await settled(null)
    expect((await other.browser.send(`DELETE /api/app/identities/${one?.id}`)).status).toBe(404)
    expect((await by.send(`DELETE /api/app/identities/${one?.id}`)).status).toBe(200)
    expect(await signIn(jarBrowser(rig), 'second')).toContain('not_invited')
    expect((await jarBrowser(rig).send('POST /api/app/login/password', { login, password: PASSWORD })).status).toBe(200)

    company.person = personOf('example.com')
    const only = jarBrowser(rig)
    await signIn(only)
    const [last] = await listed(only)
    expect((await only.send(`DELETE /api/app/identities/${last?.id}`)).status).toBe(409)
  })
})

it('no secret, code, token or address of a person is in the log', () => {
  const text = logged.join('\n')
  expect(text).toContain('a sign-in by a provider was refused')
  for (const canary of [
    company.clientSecret,
    second.clientSecret,
    github.clientSecret,
    '@example.com',
    'gho_',
    'sim-access',
    'eyJ',
  ]) {
    expect(text).not.toContain(canary)
  }
})

it('lets strangers in where everybody may sign up, as members without an address, and not without end', async () => {
  const { providers } = rig.server.house.config.sign_in
  const open = await startRig({
    env: {
      KEYWAY_ACCOUNTS__SIGN_UP: 'open',
      KEYWAY_SIGN_IN__PROVIDERS: JSON.stringify(providers.filter(({ id }) => id === 'second')),
      SECOND_SECRET: second.clientSecret,
    },
    clock: { now, monotonic: () => systemClock.monotonic() + aheadMs },
  })
  try {
    second.person = personOf('elsewhere.example')
    const early = jarBrowser(open)
    expect(await signIn(early, 'second')).toContain('not_invited')
    const body = { token: await setupToken(open), login: 'owner', password: PASSWORD }
    await jarBrowser(open).ask('POST /api/app/setup/password', body)
    const browser = jarBrowser(open)
    expect(await signIn(browser, 'second')).toBe('/')
    expect(await userOf(browser)).toMatchObject({ role: 'member', email: null })
    let refused = false
    for (let count = 0; count < 50 && !refused; count++) {
      second.person = personOf('elsewhere.example')
      refused = (await signIn(jarBrowser(open), 'second')).startsWith('no redirect: 429')
    }
    expect(refused).toBe(true)
  } finally {
    await open.close()
  }
})
