import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'
import { type Misdeed, softwarePasskey } from '../../testing/software-passkey.ts'

const PASSWORD = 'maple engine slow river'
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

let rig: Rig
/** Added to the system's time, so that things can end without anybody waiting. */
let aheadMs = 0

beforeAll(async () => {
  rig = await startRig({
    clock: { now: () => systemClock.now() + aheadMs, monotonic: () => systemClock.monotonic() + aheadMs },
  })
})
afterAll(() => rig.close())

async function later<T>(ms: number, act: () => Promise<T>): Promise<T> {
  aheadMs += ms
  try {
    return await act()
  } finally {
    aheadMs -= ms
  }
}

async function withPassword(login: string): Promise<AppBrowser> {
  const browser = appBrowser(rig)
  const token = await setupToken(rig)
  await browser.ask('POST /api/app/setup/password', { body: { token, login, password: PASSWORD } })
  return browser
}

describe('a fresh installation', () => {
  it('says that nobody can sign in yet, and how to begin', async () => {
    const state = await appBrowser(rig).ask('GET /api/app/state')
    expect(state).toMatchObject({ user: null, setup: 'needed', sign_up: 'invite', house: null, public_url: rig.url })
    expect(state.setup_command).toContain('setup-link owner')
    expect(state.sign_in).toEqual({ passkey: false, password: false, this_machine: false, sso: [] })
    expect(state.connect).toEqual({ openrouter: true, flow: 'page' })
  })

  it.each([
    ['unknown', 'a'.repeat(43)],
    ['short', 'abc'],
    ['SQL', "' OR 1=1 --"],
  ])('refuses a setup token that is none: %s', async (_kind, token) => {
    const gone = await appBrowser(rig).ask('POST /api/app/setup/check', { body: { token } })
    expect(gone).toEqual({ gone: true, fix: expect.stringContaining('setup-link') })
    const body = { token, login: 'ada', password: PASSWORD }
    const { status, error } = await appBrowser(rig).fail('POST /api/app/setup/password', { body })
    expect({ status, code: error.code }).toEqual({ status: 404, code: 'not_found' })
    expect(error.fix).toContain('setup-link')
    expect(error.docs_url).toBe(`${rig.url}/docs/troubleshooting#not_found`)
    expect(error.request_id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('tells whom a link is for as often as it is asked, for fifteen minutes', async () => {
    const token = await setupToken(rig)
    for (let i = 0; i < 3; i++) {
      const check = await appBrowser(rig).ask('POST /api/app/setup/check', { body: { token } })
      expect(check).toMatchObject({ user: { role: 'owner' }, methods: ['passkey', 'password', 'this_machine'] })
    }
    await later(15 * MINUTE, async () => {
      expect(await appBrowser(rig).ask('POST /api/app/setup/check', { body: { token } })).toMatchObject({ gone: true })
    })
  })

  it.each([
    ['too short', 'short', 'password'],
    ['too common', 'password123', 'password'],
    ['one letter', 'aaaaaaaaaaaaaa', 'password'],
    ['the name', 'keywayada1', 'password'],
  ])('refuses a password that is %s, and the link stays good', async (_kind, password, field) => {
    const token = await setupToken(rig)
    const body = { token, login: 'ada', password }
    const { error } = await appBrowser(rig).fail('POST /api/app/setup/password', { body })
    expect(error).toMatchObject({ code: 'invalid_request', field })
    expect(await appBrowser(rig).ask('POST /api/app/setup/check', { body: { token } })).toHaveProperty('methods')
  })
})

describe('a passkey', () => {
  const register = async (browser: AppBrowser, token: string, misdeed: Misdeed = {}) => {
    const passkey = softwarePasskey(rig.url)
    const options = await browser.ask('POST /api/app/setup/passkey/options', { body: { token } })
    expect(options).toMatchObject({
      rp: { id: 'localhost' },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    const response = passkey.create(options, misdeed)
    return { passkey, sent: { body: { token, response, name: 'Ada', passkey_name: 'Laptop' } } }
  }

  it.each([
    ['for another page', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['of another ceremony', { type: 'webauthn.get' }],
    ['with a challenge of one\u2019s own making', { challenge: Buffer.alloc(54).toString('base64url') }],
    ['without the person being there', { flags: 0x04 }],
    ['without the person being known to it', { flags: 0x01 }],
  ] satisfies [string, Misdeed][])('is not registered %s, and the link stays good', async (_kind, misdeed) => {
    const token = await setupToken(rig)
    const browser = appBrowser(rig)
    const { sent } = await register(browser, token, misdeed)
    const { status } = await browser.fail('POST /api/app/setup/passkey/verify', sent)
    expect(status).toBe(400)
    expect(browser.cookie).toBeUndefined()
    expect(await browser.ask('POST /api/app/setup/check', { body: { token } })).toHaveProperty('methods')
  })

  it('is registered once by one link, and a challenge for one link is none for another', async () => {
    const browser = appBrowser(rig)
    const first = await register(browser, await setupToken(rig))
    const token = await setupToken(rig)
    const foreign = { body: { ...first.sent.body, token } }
    expect((await browser.fail('POST /api/app/setup/passkey/verify', foreign)).status).toBe(400)
    const { sent } = await register(browser, token)
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => appBrowser(rig).send('POST /api/app/setup/passkey/verify', sent)),
    )
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
    expect((await appBrowser(rig).ask('GET /api/app/state')).setup).toBe('done')
  })

  it('row 121: signs its person in, by a challenge that is good once, and sets a cookie that scripts and other hosts cannot see', async () => {
    const browser = appBrowser(rig)
    const { passkey, sent } = await register(browser, await setupToken(rig))
    const completed = await browser.ask('POST /api/app/setup/passkey/verify', sent)
    expect(completed).toMatchObject({ user: { name: 'Ada', role: 'owner' } })
    const other = appBrowser(rig)
    const options = await other.ask('POST /api/app/login/passkey/options')
    expect(options.allowCredentials).toEqual([])
    const response = passkey.get(options)
    const answer = await other.send('POST /api/app/login/passkey/verify', { body: { response } })
    expect(answer.status).toBe(200)
    const [line = ''] = answer.headers.getSetCookie()
    const name = `keyway_session_${rig.server.house.store.installId.slice(0, 8)}`
    expect(line).toMatch(new RegExp(`^${name}=[\\w-]{43}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax$`))
    expect(await other.ask('GET /api/app/me')).toMatchObject({ name: 'Ada', role: 'owner' })
    const replay = await appBrowser(rig).fail('POST /api/app/login/passkey/verify', { body: { response } })
    expect(replay).toMatchObject({ status: 401, error: { code: 'sign_in_failed' } })
  })

  it.each([
    ['for another page', { origin: 'https://evil.example' }],
    ['for another host', { rpId: 'evil.example' }],
    ['of another ceremony', { type: 'webauthn.create' }],
    ['without the person being known to it', { flags: 0x01 }],
    ['whose counter went back, as a copy\u2019s would', { counter: 1 }],
    ['that names another user', { userHandle: Buffer.from('user_other').toString('base64url') }],
  ] satisfies [string, Misdeed][])('does not sign in %s', async (_kind, misdeed) => {
    const browser = appBrowser(rig)
    const { passkey, sent } = await register(browser, await setupToken(rig))
    await browser.ask('POST /api/app/setup/passkey/verify', sent)
    const options = await browser.ask('POST /api/app/login/passkey/options')
    const body = { response: passkey.get(options, misdeed) }
    expect(await appBrowser(rig).fail('POST /api/app/login/passkey/verify', { body })).toMatchObject({ status: 401 })
  })

  it('row 121: does not sign in with a challenge for something else, an old one, or an authenticator nobody knows', async () => {
    const browser = appBrowser(rig)
    const { passkey, sent } = await register(browser, await setupToken(rig))
    await browser.ask('POST /api/app/setup/passkey/verify', sent)
    const login = (response: object) =>
      appBrowser(rig).send('POST /api/app/login/passkey/verify', { body: { response } })
    const adding = await browser.ask('POST /api/app/passkeys/options')
    const options = await browser.ask('POST /api/app/login/passkey/options')
    expect((await login(passkey.get(options, { challenge: adding.challenge }))).status).toBe(401)
    expect((await login(softwarePasskey(rig.url).get(options))).status).toBe(401)
    await later(5 * MINUTE, async () => expect((await login(passkey.get(options))).status).toBe(401))
  })

  it('row 120: can be added and removed by a person who has just signed in; their other browsers are signed out', async () => {
    const browser = await withPassword('adder')
    const other = appBrowser(rig)
    await other.ask('POST /api/app/login/password', { body: { login: 'adder', password: PASSWORD } })
    await later(6 * MINUTE, async () => {
      expect((await browser.fail('POST /api/app/passkeys/options')).error.code).toBe('sign_in_again')
    })
    const options = await browser.ask('POST /api/app/passkeys/options')
    const body = { response: softwarePasskey(rig.url).create(options), passkey_name: 'Phone' }
    const added = await browser.ask('POST /api/app/passkeys/verify', { body })
    expect((await browser.ask('GET /api/app/passkeys')).data).toContainEqual(added)
    expect((await other.fail('GET /api/app/me')).error.code).toBe('sign_in_required')
    await browser.ask('DELETE /api/app/passkeys/:id', { id: added.id })
    expect((await browser.fail('DELETE /api/app/passkeys/:id', { id: added.id })).status).toBe(404)
  })
})

describe('a password', () => {
  it('signs in whoever knows it, however its name is written, and nobody else', async () => {
    await withPassword('Grace@Example.com')
    const browser = appBrowser(rig)
    const answer = await browser.ask('POST /api/app/login/password', {
      body: { login: ' grace@example.COM ', password: PASSWORD },
    })
    expect(answer).toMatchObject({ user: { has_password: true } })
    const refusals = [
      { login: 'grace@example.com', password: `${PASSWORD}x` },
      { login: 'nobody@example.com', password: PASSWORD },
    ].map((body) => appBrowser(rig).fail('POST /api/app/login/password', { body }))
    const [wrong, unknown] = await Promise.all(refusals)
    expect(wrong?.status).toBe(401)
    // Nothing but the request's id tells a wrong password from an unknown name.
    expect({ ...wrong?.error, request_id: '' }).toEqual({ ...unknown?.error, request_id: '' })
  })

  it('is not there for guessing: after ten failures in a quarter of an hour nobody may try that name', async () => {
    await withPassword('target')
    const guess = (n: number) =>
      appBrowser(rig).send('POST /api/app/login/password', {
        body: { login: 'target', password: `wrong password ${n}` },
      })
    const statuses = (await Promise.all(Array.from({ length: 14 }, (_, n) => guess(n)))).map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(10)
    expect(statuses.filter((status) => status === 429)).toHaveLength(4)
    const right = { body: { login: 'target', password: PASSWORD } }
    const { error } = await appBrowser(rig).fail('POST /api/app/login/password', right)
    expect(error.retry_after_ms).toBeGreaterThan(0)
    await later(15 * MINUTE, async () => {
      expect((await appBrowser(rig).send('POST /api/app/login/password', right)).status).toBe(200)
    })
  })

  it('row 120: can be changed by a person who has just signed in; their other browsers are signed out and the cookie is another', async () => {
    const browser = await withPassword('changer')
    const other = appBrowser(rig)
    await other.ask('POST /api/app/login/password', { body: { login: 'changer', password: PASSWORD } })
    const before = browser.cookie
    await browser.ask('PUT /api/app/password', { body: { password: 'quiet harbour lantern' } })
    expect(browser.cookie).not.toBe(before)
    expect((await browser.ask('GET /api/app/me')).has_password).toBe(true)
    expect((await other.fail('GET /api/app/me')).status).toBe(401)
    const stale = appBrowser(rig)
    stale.cookie = before
    expect((await stale.fail('GET /api/app/me')).status).toBe(401)
    const old = { body: { login: 'changer', password: PASSWORD } }
    expect((await appBrowser(rig).fail('POST /api/app/login/password', old)).status).toBe(401)
  })
})

describe('a session', () => {
  it('row 113: gets a new id at every sign-in: one that somebody planted is worth nothing', async () => {
    const browser = await withPassword('rotated')
    const first = browser.cookie
    await browser.ask('POST /api/app/login/password', { body: { login: 'rotated', password: PASSWORD } })
    expect(browser.cookie).not.toBe(first)
    const planted = appBrowser(rig)
    planted.cookie = first
    expect((await planted.fail('GET /api/app/me')).error.code).toBe('sign_in_required')
    const name = first?.split('=')[0]
    planted.cookie = `${name}=${'A'.repeat(43)}`
    await planted.send('POST /api/app/login/password', { body: { login: 'rotated', password: PASSWORD } })
    expect(planted.cookie).not.toContain('A'.repeat(43))
  })

  it('row 115: does not hold where its cookie stands twice', async () => {
    const { cookie } = await withPassword('tossed')
    const browser = appBrowser(rig)
    browser.cookie = `${cookie}; ${cookie?.split('=')[0]}=planted`
    expect((await browser.fail('GET /api/app/me')).status).toBe(401)
  })

  it('ends after a week without use, and after thirty days of it', async () => {
    const browser = await withPassword('idler')
    await later(7 * DAY, async () => expect((await browser.fail('GET /api/app/me')).status).toBe(401))
    for (let day = 6; day < 30; day += 6) {
      await later(day * DAY, async () => expect((await browser.send('GET /api/app/me')).status).toBe(200))
    }
    await later(30 * DAY, async () => expect((await browser.fail('GET /api/app/me')).status).toBe(401))
  })

  it('is listed without its secret, and can be ended from another browser, one or all', async () => {
    const browser = await withPassword('lister')
    const other = appBrowser(rig)
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    await other.ask('POST /api/app/login/password', {
      body: { login: 'lister', password: PASSWORD },
      headers: { 'user-agent': firefox },
    })
    const { data } = await browser.ask('GET /api/app/sessions')
    expect(data.map(({ current, device, method }) => ({ current, device, method }))).toContainEqual({
      current: false,
      device: 'Firefox on Linux',
      method: 'password',
    })
    const secret = other.cookie?.split('=')[1] ?? ''
    expect(JSON.stringify(data)).not.toContain(secret)
    const theirs = data.find(({ device }) => device === 'Firefox on Linux')?.id ?? ''
    await browser.ask('DELETE /api/app/sessions/:id', { id: theirs })
    expect((await other.fail('GET /api/app/me')).status).toBe(401)
    await other.ask('POST /api/app/login/password', { body: { login: 'lister', password: PASSWORD } })
    await browser.ask('DELETE /api/app/sessions', { query: '?except=current' })
    expect((await other.fail('GET /api/app/me')).status).toBe(401)
    await browser.ask('DELETE /api/app/sessions')
    expect(browser.cookie).toBeUndefined()
  })

  it('row 119: ends at logout, which also empties the browser\u2019s caches', async () => {
    const browser = await withPassword('leaver')
    const before = browser.cookie
    const answer = await browser.send('POST /api/app/logout')
    expect(answer.headers.get('clear-site-data')).toContain('"cache"')
    expect(browser.cookie).toBeUndefined()
    browser.cookie = before
    expect((await browser.fail('GET /api/app/me')).status).toBe(401)
  })

  it('is stored as a MAC: what the database holds signs nobody in', async () => {
    const browser = await withPassword('dumped')
    const secret = browser.cookie?.split('=')[1] ?? ''
    const [record] = await rig.server.house.store.listSessions(rig.server.house.owner.id)
    expect(JSON.stringify(record)).not.toContain(secret)
    const thief = appBrowser(rig)
    thief.cookie = `${browser.cookie?.split('=')[0]}=${record?.mac.slice(0, 43)}`
    expect((await thief.fail('GET /api/app/me')).status).toBe(401)
  })

  it('ends with its user: disabled or given a new setup link that was used', async () => {
    const { store, workspace, owner } = rig.server.house
    const actor = { id: owner.id, workspaceId: workspace.id }
    const browser = await withPassword('ousted')
    await store.updateUser(owner.id, { disabledAt: 1 }, actor)
    expect((await browser.fail('GET /api/app/me')).status).toBe(401)
    await store.updateUser(owner.id, { disabledAt: null }, actor)
    expect((await browser.send('GET /api/app/me')).status).toBe(200)
    await withPassword('ousted')
    expect((await browser.fail('GET /api/app/me')).status).toBe(401)
  })
})
