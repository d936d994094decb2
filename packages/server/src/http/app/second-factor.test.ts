import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { totpCode, totpStepAt } from '../../accounts/totp.ts'
import { systemClock } from '../../base/clock.ts'
import { rowId } from '../../base/ids.ts'
import { proofCount } from '../../store/suite/subject.ts'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { pkcePair } from '../../testing/app-flow.ts'
import { type Rig, startRig } from '../../testing/rig.ts'
import { softwarePasskey } from '../../testing/software-passkey.ts'

const PASSWORD = 'maple engine slow river'
const MINUTE = 60_000
const STEP = 30_000

let rig: Rig
/** Added to the system's time, so that things can end without anybody waiting. */
let aheadMs = 0
const now = () => systemClock.now() + aheadMs

beforeAll(async () => {
  rig = await startRig({ clock: { now, monotonic: () => systemClock.monotonic() + aheadMs } })
})
afterAll(() => rig.close())

type Enrolled = { login: string; userId: string; browser: AppBrowser; secret: string; codes: string[] }

/** A member with a password. */
async function member(login: string): Promise<{ userId: string; browser: AppBrowser }> {
  const { store, owner, workspace } = rig.server.house
  const userId = rowId('user')
  const user = { id: userId, workspaceId: workspace.id, name: login, email: null, role: 'member' as const }
  await store.createUser({ ...user, disabledAt: null, createdAt: now() }, { id: owner.id, workspaceId: workspace.id })
  const browser = appBrowser(rig)
  const token = await setupToken(rig, userId)
  await browser.ask('POST /api/app/setup/password', { body: { token, login, password: PASSWORD } })
  return { userId, browser }
}

/** A member with a password and an authenticator app. The step of its first code is used; the next begins at once. */
async function enrolled(login: string): Promise<Enrolled> {
  const { userId, browser } = await member(login)
  const { secret } = await browser.ask('POST /api/app/second-factor')
  const { recovery_codes: codes } = await browser.ask('POST /api/app/second-factor/confirm', {
    body: { code: codeOf(secret) },
  })
  aheadMs += STEP
  return { login, userId, browser, secret, codes }
}

const codeOf = (secret: string, away = 0) => totpCode(secret, totpStepAt(now()) + away)

/** Gives the right password. */
async function firstStep(login: string, browser = appBrowser(rig)): Promise<AppBrowser> {
  const answer = await browser.ask('POST /api/app/login/password', { body: { login, password: PASSWORD } })
  expect(answer).toMatchObject({ second_step: { expires_at: expect.any(String) } })
  return browser
}

const second = (browser: AppBrowser, code: string) =>
  browser.send('POST /api/app/login/second-step', { body: { code } })

describe('a second step', () => {
  it('is not asked for, and is not told of, before the password is right', async () => {
    const { login } = await enrolled('quiet')
    await member('without')
    const wrong = async (name: string) => {
      const { status, error } = await appBrowser(rig).fail('POST /api/app/login/password', {
        body: { login: name, password: 'not the password' },
      })
      return { status, code: error.code, message: error.message, fix: error.fix }
    }
    expect(await wrong(login)).toEqual(await wrong('without'))
    expect(await wrong(login)).toEqual(await wrong('nobody-of-that-name'))
  })

  it('begins no session: the password alone opens nothing', async () => {
    const { login } = await enrolled('halfway')
    const browser = await firstStep(login)
    expect(browser.cookie).toBeUndefined()
    expect((await browser.fail('GET /api/app/me')).error.code).toBe('sign_in_required')
    expect((await browser.ask('GET /api/app/state')).user).toBeNull()
  })

  it('is refused without a first one, in another browser, and with a first one that was made up or is another\u2019s', async () => {
    const { login, secret, userId } = await enrolled('bound')
    const other = await enrolled('other-bound')
    const browser = await firstStep(login)
    expect((await second(appBrowser(rig), codeOf(secret))).status).toBe(401)
    const steal = appBrowser(rig)
    const answer = await appBrowser(rig).send('POST /api/app/login/password', { body: { login, password: PASSWORD } })
    const [line = ''] = answer.headers.getSetCookie()
    expect(line).toMatch(/^keyway_step_[0-9a-f]{8}=[^;]+; Max-Age=300; Path=\/; HttpOnly; SameSite=Strict$/)
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
    for (const forged of [
      value.replace(userId, other.userId),
      value.slice(0, -2),
      `${value}.x`,
      userId,
      `${userId}.`,
      '.',
      'x'.repeat(3_000),
    ]) {
      const headers = { cookie: `${name}=${forged}` }
      const tried = await steal.send('POST /api/app/login/second-step', { body: { code: codeOf(secret) }, headers })
      expect(tried.status).toBe(401)
    }
    expect((await second(browser, codeOf(secret))).status).toBe(200)
  })

  it.each([
    ['a wrong code', '000000'],
    ['letters', 'abcdef'],
    ['a recovery code of nobody', 'K7QM-2XHV-9TRB'],
    ['much too long', '1'.repeat(40)],
  ])('is refused with %s, in the same words', async (kind, code) => {
    const { login } = await enrolled(`refused-${kind.replaceAll(' ', '-')}`)
    const { status, error } = await (await firstStep(login)).fail('POST /api/app/login/second-step', { body: { code } })
    expect({ status, message: error.message }).toEqual({
      status: 401,
      message: 'That code is not right, or was used before.',
    })
  })

  it('is refused after five minutes, and after the password was changed', async () => {
    const { login, secret, browser: signedIn } = await enrolled('late')
    const slow = await firstStep(login)
    aheadMs += 5 * MINUTE
    const late = await slow.fail('POST /api/app/login/second-step', { body: { code: codeOf(secret) } })
    expect(late.error.message).toContain('took too long')
    const browser = await firstStep(login)
    // Whoever has the app and the old password signs in, and changes it.
    await firstStep(login, signedIn)
    await signedIn.ask('POST /api/app/login/second-step', { body: { code: codeOf(secret) } })
    await signedIn.ask('PUT /api/app/password', { body: { password: `${PASSWORD} anew` } })
    aheadMs += STEP
    expect((await second(browser, codeOf(secret))).status).toBe(401)
  })

  it('row 122: takes a code once, however many send it at once, and no code before it', async () => {
    const { login, secret } = await enrolled('once')
    const browsers = await Promise.all([1, 2, 3].map(() => firstStep(login)))
    const code = codeOf(secret)
    const tries = await Promise.all(browsers.map((browser) => second(browser, code)))
    expect(tries.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
    expect((await second(await firstStep(login), codeOf(secret, -1))).status).toBe(401)
    aheadMs += STEP
    expect((await second(await firstStep(login), codeOf(secret))).status).toBe(200)
  })

  it('is good once: what the first step left begins no second session', async () => {
    const { login, secret } = await enrolled('replayed')
    const answer = await appBrowser(rig).send('POST /api/app/login/password', { body: { login, password: PASSWORD } })
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const with_ = (code: string) =>
      appBrowser(rig).send('POST /api/app/login/second-step', { body: { code }, headers: { cookie } })
    expect((await with_(codeOf(secret))).status).toBe(200)
    aheadMs += STEP
    expect((await with_(codeOf(secret))).status).toBe(401)
  })

  it('row 122: is throttled after five wrong codes, for that account alone, whatever the browser; then even the right one waits', async () => {
    const { login, secret } = await enrolled('guessed')
    const bystander = await enrolled('bystander')
    for (let tried = 0; tried < 5; tried++) {
      expect((await second(await firstStep(login), String(100_000 + tried))).status).toBe(401)
    }
    const { status, error } = await (await firstStep(login)).fail('POST /api/app/login/second-step', {
      body: { code: codeOf(secret) },
    })
    expect(status).toBe(429)
    expect(error.retry_after_ms).toBeGreaterThan(MINUTE)
    // Of very many guesses none is looked at any more: not the right one among them either.
    const guesser = await firstStep(login)
    const guesses = proofCount(10_000)
    const statuses = new Set<number>()
    for (let tried = 0; tried < guesses; tried += 25) {
      const codes = Array.from({ length: 25 }, (_, at) => (at === 7 ? codeOf(secret) : String(200_000 + tried + at)))
      for (const answer of await Promise.all(codes.map((code) => second(guesser, code)))) statuses.add(answer.status)
    }
    expect([...statuses]).toEqual([429])
    expect((await second(await firstStep(bystander.login), codeOf(bystander.secret))).status).toBe(200)
    aheadMs += 16 * MINUTE
    expect((await second(await firstStep(login), codeOf(secret))).status).toBe(200)
  })

  it.each([-1, 0, 1])(
    'signs in with a code %d steps away, and takes the first step\u2019s cookie away',
    async (away) => {
      const { login, secret } = await enrolled(`drift${away}`)
      aheadMs += STEP
      const browser = await firstStep(login)
      const answer = await second(browser, codeOf(secret, away))
      expect(answer.status).toBe(200)
      expect(answer.headers.getSetCookie().some((line) => /^keyway_step_\w+=; Max-Age=0/.test(line))).toBe(true)
      expect(await browser.ask('GET /api/app/me')).toMatchObject({ name: login, has_authenticator: true })
    },
  )

  it('takes each recovery code once, however it is typed', async () => {
    const { login, codes } = await enrolled('recoverer')
    expect(new Set(codes).size).toBe(10)
    const [first = '', next = ''] = codes
    const browser = await firstStep(login)
    expect((await second(browser, ` ${first.toLowerCase().replaceAll('-', ' ')} `)).status).toBe(200)
    expect((await browser.ask('GET /api/app/second-factor')).authenticator?.recovery_codes_left).toBe(9)
    expect((await second(await firstStep(login), first)).status).toBe(401)
    expect((await second(await firstStep(login), next)).status).toBe(200)
  })

  it('makes a fresh sign-in: the password alone does not', async () => {
    const { login, secret, browser } = await enrolled('stepper')
    aheadMs += 6 * MINUTE
    expect((await browser.fail('DELETE /api/app/second-factor')).error.code).toBe('sign_in_again')
    await firstStep(login, browser)
    expect((await browser.fail('DELETE /api/app/second-factor')).error.code).toBe('sign_in_again')
    expect((await second(browser, codeOf(secret))).status).toBe(200)
    expect(await browser.ask('DELETE /api/app/second-factor')).toEqual({ done: true })
  })

  it('row 123: is asked of whoever comes by a setup link, and not of a passkey', async () => {
    const { userId, secret } = await enrolled('linked')
    const byLink = appBrowser(rig)
    const passkey = softwarePasskey(rig.url)
    const token = await setupToken(rig, userId)
    const options = await byLink.ask('POST /api/app/setup/passkey/options', { body: { token } })
    const answer = await byLink.ask('POST /api/app/setup/passkey/verify', {
      body: { token, response: passkey.create(options) },
    })
    expect(answer).toHaveProperty('second_step')
    expect((await byLink.fail('GET /api/app/me')).status).toBe(401)
    expect((await second(byLink, codeOf(secret))).status).toBe(200)

    const byPasskey = appBrowser(rig)
    const asked = await byPasskey.ask('POST /api/app/login/passkey/options')
    const response = passkey.get(asked)
    expect(await byPasskey.ask('POST /api/app/login/passkey/verify', { body: { response } })).toHaveProperty('user')
  })
})

describe('an authenticator app', () => {
  it('is neither offered, confirmed, renewed nor removed without a sign-in of the last five minutes', async () => {
    const { browser } = await member('stale')
    aheadMs += 6 * MINUTE
    for (const endpoint of [
      'POST /api/app/second-factor',
      'POST /api/app/second-factor/confirm',
      'POST /api/app/second-factor/recovery-codes',
      'DELETE /api/app/second-factor',
    ]) {
      const { error } = await browser.fail(endpoint, { body: { code: '123456' } })
      expect([endpoint, error.code]).toEqual([endpoint, 'sign_in_again'])
    }
  })

  it('is not offered where there is no password', async () => {
    const { store, owner, workspace } = rig.server.house
    const userId = rowId('user')
    const user = { id: userId, workspaceId: workspace.id, name: 'keys-only', email: null, role: 'member' as const }
    await store.createUser({ ...user, disabledAt: null, createdAt: now() }, { id: owner.id, workspaceId: workspace.id })
    const browser = appBrowser(rig)
    const token = await setupToken(rig, userId)
    const options = await browser.ask('POST /api/app/setup/passkey/options', { body: { token } })
    const response = softwarePasskey(rig.url).create(options)
    await browser.ask('POST /api/app/setup/passkey/verify', { body: { token, response } })
    expect((await browser.fail('POST /api/app/second-factor')).status).toBe(409)
    expect(await store.findSecondFactor(userId)).toBeUndefined()
  })

  it('does not count before a code of it was given, and not with a wrong one', async () => {
    const { browser } = await member('hesitant')
    expect((await browser.fail('POST /api/app/second-factor/confirm', { body: { code: '123456' } })).status).toBe(409)
    const first = await browser.ask('POST /api/app/second-factor')
    const offer = await browser.ask('POST /api/app/second-factor')
    for (const code of ['000000', codeOf(first.secret), codeOf(offer.secret, 3)]) {
      const { status, error } = await browser.fail('POST /api/app/second-factor/confirm', { body: { code } })
      expect({ status, field: error.field }).toEqual({ status: 400, field: 'code' })
    }
    expect(await browser.ask('GET /api/app/second-factor')).toEqual({ authenticator: null })
    const answer = await appBrowser(rig).ask('POST /api/app/login/password', {
      body: { login: 'hesitant', password: PASSWORD },
    })
    expect(answer).toHaveProperty('user')
  })

  it('ends the other sessions, gives ten codes, and cannot be replaced by whoever found an open browser', async () => {
    const { browser } = await member('careful')
    const other = appBrowser(rig)
    await other.ask('POST /api/app/login/password', { body: { login: 'careful', password: PASSWORD } })
    const { secret, address } = await browser.ask('POST /api/app/second-factor')
    expect(new URL(address).searchParams.get('secret')).toBe(secret)
    expect(address).toContain('otpauth://totp/Keyway:careful?')
    const { recovery_codes: codes } = await browser.ask('POST /api/app/second-factor/confirm', {
      body: { code: `${codeOf(secret).slice(0, 3)} ${codeOf(secret).slice(3)}` },
    })
    expect(codes).toHaveLength(10)
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{4}(-[2-9A-HJKMNP-TV-Z]{4}){2}$/)
    expect((await other.fail('GET /api/app/me')).status).toBe(401)
    expect((await browser.fail('POST /api/app/second-factor')).status).toBe(409)
  })

  it('has its codes renewed: the old ones are void', async () => {
    const { login, browser, codes } = await enrolled('renewer')
    const renewed = await browser.ask('POST /api/app/second-factor/recovery-codes')
    expect(renewed.recovery_codes).toHaveLength(10)
    expect((await second(await firstStep(login), codes[0] ?? '')).status).toBe(401)
    expect((await second(await firstStep(login), renewed.recovery_codes[9] ?? '')).status).toBe(200)
  })

  it('goes when it is removed, and when the operator resets the person', async () => {
    const { login, browser, userId } = await enrolled('remover')
    await browser.ask('DELETE /api/app/second-factor')
    expect((await browser.fail('DELETE /api/app/second-factor')).status).toBe(404)
    const body = { login, password: PASSWORD }
    expect(await appBrowser(rig).ask('POST /api/app/login/password', { body })).toHaveProperty('user')
    const { resetUser } = await import('../../accounts/users.ts')
    const again = await enrolled('resettled')
    const { store, clock, owner, workspace } = rig.server.house
    const actor = { id: owner.id, workspaceId: workspace.id }
    const { link } = await resetUser({ store, clock, publicUrl: rig.url }, again.userId, actor)
    expect((await again.browser.fail('GET /api/app/me')).status).toBe(401)
    const token = link.slice(link.indexOf('#') + 1)
    const anew = { token, login: again.login, password: PASSWORD }
    expect(await appBrowser(rig).ask('POST /api/app/setup/password', { body: anew })).toHaveProperty('user')
    expect(userId).not.toBe(again.userId)
  })

  it('leaves neither its secret nor a code in the database or the audit log', async () => {
    const { secret, codes, userId } = await enrolled('canary')
    const { store, workspace } = rig.server.house
    const files = ['keyway.db', 'keyway.db-wal'].map((file) => readFile(join(rig.home, file), 'latin1'))
    const held = (await Promise.all(files)).join('\n')
    expect(held).toContain(userId)
    const audit = JSON.stringify(await store.listAudit(workspace.id, 500))
    expect(audit).toContain(userId)
    for (const canary of [secret, ...codes, ...codes.map((code) => code.replaceAll('-', ''))]) {
      expect(held).not.toContain(canary)
      expect(audit).not.toContain(canary)
    }
  })
})

const pair = pkcePair()
const S256 = { code_challenge: pair.challenge, code_challenge_method: 'S256' }

describe('where the operator asks managers for a second factor', () => {
  let strict: Rig
  beforeAll(async () => {
    strict = await startRig({ env: { KEYWAY_SIGN_IN__REQUIRE_SECOND_FACTOR: 'managers' } })
  })
  afterAll(() => strict.close())

  async function come(role: 'owner' | 'admin' | 'member', login: string): Promise<AppBrowser> {
    const { store, owner, workspace, clock } = strict.server.house
    const id = rowId('user')
    const user = { id, workspaceId: workspace.id, name: login, email: null, role, disabledAt: null }
    await store.createUser({ ...user, createdAt: clock.now() }, { id: owner.id, workspaceId: workspace.id })
    const browser = appBrowser(strict)
    const token = await setupToken(strict, id)
    await browser.ask('POST /api/app/setup/password', { body: { token, login, password: PASSWORD } })
    return browser
  }

  it.each(['owner', 'admin'] as const)('an %s with a password alone may do nothing but add one', async (role) => {
    const browser = await come(role, `strict-${role}`)
    const routes = strict.server.routes.filter(({ url, access }) => url.startsWith('/api/app/') && access === 'session')
    const open = new Set<string>()
    for (const { method, url } of routes) {
      if (method === 'HEAD' || url.endsWith('/logout') || method === 'DELETE') continue
      const { status } = await browser.send(`${method} ${url}`, {
        id: 'x',
        headers: { accept: 'application/json' },
        ...(method === 'GET' ? {} : { body: {} }),
      })
      if (status !== 403) open.add(url.split('/')[3] ?? '')
    }
    expect([...open].toSorted()).toEqual(['identities', 'me', 'passkeys', 'password', 'second-factor', 'sessions'])
    expect((await browser.fail('GET /api/app/keys')).error.code).toBe('second_factor_required')
    expect(await browser.ask('GET /api/app/me')).toMatchObject({ owes_factor: true })

    // What is no request of the app's own is led to where one is added: nothing goes out, nothing is decided.
    strict.simulation.clear()
    const navigate = (path: string) =>
      fetch(strict.url + path, { redirect: 'manual', headers: { cookie: browser.cookie ?? '' } })
    for (const path of ['start', 'callback?code=abc&state=def']) {
      const led = await navigate(`/connect/openrouter/${path}`)
      expect([led.status, led.headers.get('location')]).toEqual([303, '/settings/account'])
      expect(led.headers.getSetCookie()).toEqual([])
    }
    expect(strict.simulation.requests).toEqual([])
    const asked = await navigate(`/auth?${new URLSearchParams({ callback_url: 'http://127.0.0.1:4321/cb', ...S256 })}`)
    const id = /^\/auth\/(.+)$/.exec(asked.headers.get('location') ?? '')?.[1] ?? ''
    const own = asked.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const headers = { cookie: `${browser.cookie}; ${own}` }
    for (const [act, body] of [['GET', undefined] as const, ['POST', {}] as const]) {
      const path = `/api/app/auth/:id${act === 'GET' ? '' : '/allow'}`
      const { error } = await browser.fail(`${act} ${path}`, { id, headers, ...(body && { body }) })
      expect(error.code).toBe('second_factor_required')
    }
    const file = { headers: { 'content-type': 'application/octet-stream' } }
    expect((await browser.fail('POST /api/app/attachments', file)).error.code).toBe('second_factor_required')

    const { secret } = await browser.ask('POST /api/app/second-factor')
    const code = totpCode(secret, totpStepAt(systemClock.now()))
    await browser.ask('POST /api/app/second-factor/confirm', { body: { code } })
    expect(await browser.ask('GET /api/app/me')).toMatchObject({ owes_factor: false })
    expect((await browser.send('GET /api/app/keys')).status).toBe(200)
  })

  it('a member is not asked, and neither is a manager with a passkey', async () => {
    const member = await come('member', 'strict-member')
    expect((await member.send('GET /api/app/keys')).status).toBe(200)
    const { store, owner, workspace, clock } = strict.server.house
    const id = rowId('user')
    const user = { id, workspaceId: workspace.id, name: 'key', email: null, role: 'admin' as const, disabledAt: null }
    await store.createUser({ ...user, createdAt: clock.now() }, { id: owner.id, workspaceId: workspace.id })
    const browser = appBrowser(strict)
    const token = await setupToken(strict, id)
    const options = await browser.ask('POST /api/app/setup/passkey/options', { body: { token } })
    const response = softwarePasskey(strict.url).create(options)
    await browser.ask('POST /api/app/setup/passkey/verify', { body: { token, response } })
    expect((await browser.send('GET /api/app/keys')).status).toBe(200)
  })
})
