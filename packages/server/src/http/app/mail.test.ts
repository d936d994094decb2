import { type MailServer, type ReceivedMail, startMailServer } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { totpCode, totpStepAt } from '../../accounts/totp.ts'
import { systemClock } from '../../base/clock.ts'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'
import { softwarePasskey } from '../../testing/software-passkey.ts'

const PASSWORD = 'maple engine slow river'
const NEXT = 'another maple engine'
const MINUTE = 60_000
const LOGIN = { user: 'keyway', password: 'secret-of-the-mail-server' }

let mail: MailServer
let rig: Rig
let owner: AppBrowser
let aheadMs = 0
const clock = { now: () => systemClock.now() + aheadMs, monotonic: () => systemClock.monotonic() + aheadMs }

beforeAll(async () => {
  mail = await startMailServer({ login: { ...LOGIN, ways: 'PLAIN' } })
  const company = {
    ...{ id: 'company', kind: 'oidc', issuer: 'https://sso.example.com', client_id: 'keyway' },
    ...{ client_secret: { env: 'SSO_SECRET' }, allowed_domains: ['company.example'] },
  }
  rig = await startRig({
    clock,
    env: {
      ...{ KEYWAY_ACCOUNTS__SIGN_UP: 'open', KEYWAY_SIGN_IN__PROVIDERS: JSON.stringify([company]), SSO_SECRET: 'x' },
      ...{ KEYWAY_MAIL__HOST: '127.0.0.1', KEYWAY_MAIL__PORT: String(mail.port), KEYWAY_MAIL__TLS: 'none' },
      ...{ KEYWAY_MAIL__FROM: 'keyway@example.com', KEYWAY_MAIL__USER: LOGIN.user },
      ...{ KEYWAY_MAIL__PASSWORD__ENV: 'MAIL_PASSWORD', MAIL_PASSWORD: LOGIN.password },
    },
  })
})
afterAll(async () => {
  await rig.close()
  await mail.close()
})
beforeEach(async () => {
  // Throttles forget, and whoever is to invite has just signed in.
  aheadMs += 16 * MINUTE
  mail.fault = undefined
  owner = await ownerAgain()
})

async function ownerAgain(): Promise<AppBrowser> {
  const browser = appBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
  await browser.ask('POST /api/app/setup/password', { body })
  return browser
}

const tokenIn = ({ text }: ReceivedMail) => /#([0-9A-Za-z]{43})$/m.exec(text)?.[1] ?? ''

/** Somebody with a password and an address that they confirmed. */
async function person(login: string, email = `${login}@example.com`) {
  const browser = appBrowser(rig)
  const body = { name: login, login, password: PASSWORD, email }
  await browser.ask('POST /api/app/sign-up/password', { body })
  await browser.ask('POST /api/app/email/confirm', { body: { token: tokenIn(await mail.next(email)) } })
  return { browser, email, login }
}

async function askForReset(email: string): Promise<void> {
  await appBrowser(rig).ask('POST /api/app/password-reset', { body: { email } })
}

/** Whether a mail comes, told by one that is asked for after it and surely does. */
async function comesNothing(email: string): Promise<boolean> {
  const { email: sure } = await person(`sure-${mail.mails.length}`)
  await askForReset(email)
  await askForReset(sure)
  await mail.next(sure)
  return !mail.mails.some(({ to, headers }) => to === email && headers.get('subject')?.includes('password') === true)
}

describe('an address', () => {
  test('is nobody\u2019s by naming it: not at sign-up, not by a change, and not by another\u2019s link', async () => {
    const { browser: ada, email } = await person('ada')
    const eve = appBrowser(rig)
    const body = { name: 'Eve', login: 'eve', password: PASSWORD, email }
    const { user } = await eve.ask('POST /api/app/sign-up/password', { body })
    expect(user).toMatchObject({ email: null, email_verified: false, email_pending: email })
    // Told to the mailbox alone.
    const refused = await ada.fail('POST /api/app/email/confirm', { body: { token: tokenIn(await mail.next(email)) } })
    expect([refused.status, refused.error.code]).toEqual([409, 'conflict'])
    expect(await eve.ask('GET /api/app/me')).toMatchObject({ email: null })
    expect(await ada.ask('GET /api/app/me')).toMatchObject({ email, email_verified: true, email_pending: null })
  })

  test('is confirmed once, by a link of a day, wherever it is opened', async () => {
    const { browser } = await person('day')
    const email = 'new-day@example.com'
    expect(await browser.ask('PUT /api/app/email', { body: { email } })).toMatchObject({ email_pending: email })
    const late = tokenIn(await mail.next(email))
    aheadMs += 24 * 60 * MINUTE
    const over = await appBrowser(rig).fail('POST /api/app/email/confirm', { body: { token: late } })
    expect(over.status).toBe(404)
    const again = appBrowser(rig)
    await again.ask('POST /api/app/login/password', { body: { login: 'day', password: PASSWORD } })
    await again.ask('PUT /api/app/email', { body: { email: ' New-Day@Example.com ', language: 'de' } })
    const letter = await mail.next(email)
    expect(letter.headers.get('subject')).toBe('Best\u00e4tige deine Adresse')
    const confirm = { body: { token: tokenIn(letter) } }
    await appBrowser(rig).ask('POST /api/app/email/confirm', confirm)
    expect(await again.ask('GET /api/app/me')).toMatchObject({ email, email_verified: true })
    expect((await appBrowser(rig).fail('POST /api/app/email/confirm', confirm)).status).toBe(404)
  })

  test('gets five mails in a quarter of an hour and no more', async () => {
    const { browser } = await person('flood')
    const body = { email: 'victim@example.com' }
    for (let i = 0; i < 5; i++) await browser.ask('PUT /api/app/email', { body })
    expect((await browser.fail('PUT /api/app/email', { body })).error.code).toBe('rate_limited')
    expect((await appBrowser(rig).fail('POST /api/app/password-reset', { body })).error.code).toBe('rate_limited')
  })

  test('that the mail server refuses is said in its words, without a secret', async () => {
    const { browser } = await person('words')
    mail.fault = 'refuse'
    const { status, error } = await browser.fail('PUT /api/app/email', { body: { email: 'nobody@example.com' } })
    expect([status, error.code, error.message]).toEqual([
      502,
      'mail_failed',
      expect.stringContaining('No such mailbox'),
    ])
    expect(JSON.stringify(error)).not.toContain(LOGIN.password)
  })
})

describe('an invitation', () => {
  const invite = (email: string) => owner.ask('POST /api/app/users', { body: { name: 'Grace', email } })
  const setUp = (token: string, login: string) =>
    appBrowser(rig).send('POST /api/app/setup/password', { body: { token, login, password: PASSWORD } })

  test('goes to the mailbox and is shown to nobody; whoever follows it has proved the address', async () => {
    const email = 'grace@example.com'
    const invited = await invite(email)
    expect(invited).toMatchObject({
      link: null,
      mailed_to: email,
      problem: null,
      user: { invitation: { mailed: true } },
    })
    const letter = await mail.next(email)
    expect(letter.text).toContain(`${rig.url}/setup#`)
    aheadMs += 71 * 60 * MINUTE
    const grace = appBrowser(rig)
    const body = { token: tokenIn(letter), login: email, password: PASSWORD }
    const come = await grace.ask('POST /api/app/setup/password', { body })
    expect(come).toMatchObject({ user: { email, email_verified: true } })
    expect((await setUp(tokenIn(letter), 'eve')).status).toBe(404)
  })

  test('ends after three days, when another is sent, and when it is taken back with the person', async () => {
    const email = 'joan@example.com'
    const { user } = await invite(email)
    const first = tokenIn(await mail.next(email))
    aheadMs += 72 * 60 * MINUTE
    expect((await setUp(first, 'joan')).status).toBe(404)
    owner = await ownerAgain()
    const listed = async () => (await owner.ask('GET /api/app/users')).data.find(({ id }) => id === user.id)
    expect((await listed())?.invitation).toEqual({ expires_at: null, mailed: false })
    const again = { id: user.id, body: {} }
    await owner.ask('POST /api/app/users/:id/invitation', again)
    const second = tokenIn(await mail.next(email))
    await owner.ask('POST /api/app/users/:id/invitation', again)
    const third = tokenIn(await mail.next(email))
    expect((await setUp(second, 'joan')).status).toBe(404)
    await owner.ask('DELETE /api/app/users/:id/invitation', { id: user.id })
    expect((await setUp(third, 'joan')).status).toBe(404)
    expect(await listed()).toBeUndefined()
    expect((await invite(email)).mailed_to).toBe(email)
  })

  test('is a manager\u2019s to send, and not for somebody who has come', async () => {
    const { browser } = await person('member')
    const { id } = await browser.ask('GET /api/app/me')
    for (const method of ['POST', 'DELETE']) {
      const body = method === 'POST' ? { body: {} } : {}
      const refused = await browser.fail(`${method} /api/app/users/:id/invitation`, { id, ...body })
      expect(refused.status).toBe(403)
      const come = await owner.fail(`${method} /api/app/users/:id/invitation`, { id, ...body })
      expect(come.status).toBe(409)
    }
  })

  test('whose mail is refused is handed over, and then proves no address', async () => {
    mail.fault = 'refuse'
    const email = 'far@example.com'
    const { link, mailed_to, problem } = await invite(email)
    expect([mailed_to, problem]).toEqual([null, expect.stringContaining('No such mailbox')])
    const far = appBrowser(rig)
    const body = { token: (link ?? '').replace(/^.*#/, ''), login: email, password: PASSWORD }
    const come = await far.ask('POST /api/app/setup/password', { body })
    expect(come).toMatchObject({ user: { email, email_verified: false } })
  })
})

describe('row 123: a forgotten password', () => {
  const complete = (body: { token: string; password: string }, browser = appBrowser(rig)) =>
    browser.send('POST /api/app/password-reset/complete', { body })

  test('is answered alike for everybody, and mailed only where an account confirmed the address', async () => {
    const unproved = 'unproved@example.com'
    await owner.ask('POST /api/app/users', { body: { name: 'Un', email: unproved } })
    await mail.next(unproved)
    expect(await comesNothing(unproved)).toBe(true)
    expect(await comesNothing('stranger@example.com')).toBe(true)
  })

  test('opens no account that has no password, and none whose domain signs in elsewhere', async () => {
    const email = 'passkey@example.com'
    await owner.ask('POST /api/app/users', { body: { name: 'Pass', email } })
    const token = tokenIn(await mail.next(email))
    const browser = appBrowser(rig)
    const options = await browser.ask('POST /api/app/setup/passkey/options', { body: { token } })
    const response = softwarePasskey(rig.url).create(options)
    await browser.ask('POST /api/app/setup/passkey/verify', { body: { token, response } })
    expect(await browser.ask('GET /api/app/me')).toMatchObject({ email_verified: true })
    expect(await comesNothing(email)).toBe(true)
    const { email: employee } = await person('employee', 'employee@company.example')
    expect(await comesNothing(employee)).toBe(true)
  })

  test('is chosen anew once within half an hour, and ends every session', async () => {
    const { browser, email, login } = await person('forgetful')
    await askForReset(email)
    const late = tokenIn(await mail.next(email))
    aheadMs += 30 * MINUTE
    expect((await complete({ token: late, password: NEXT })).status).toBe(404)
    await askForReset(email)
    const token = tokenIn(await mail.next(email))
    expect(await appBrowser(rig).ask('POST /api/app/password-reset/check', { body: { token } })).toMatchObject({
      login,
    })
    expect((await complete({ token, password: 'short' })).status).toBe(400)
    const now = appBrowser(rig)
    expect((await complete({ token, password: NEXT }, now)).status).toBe(200)
    expect(await now.ask('GET /api/app/me')).toMatchObject({ name: login })
    expect((await complete({ token, password: NEXT })).status).toBe(404)
    expect((await browser.fail('GET /api/app/me')).status).toBe(401)
    const old = { body: { login, password: PASSWORD } }
    expect((await appBrowser(rig).fail('POST /api/app/login/password', old)).status).toBe(401)
  })

  test('lets nobody past an authenticator app', async () => {
    const { browser, email } = await person('guarded')
    const { secret } = await browser.ask('POST /api/app/second-factor')
    const code = totpCode(secret, totpStepAt(clock.now()))
    await browser.ask('POST /api/app/second-factor/confirm', { body: { code } })
    await askForReset(email)
    const thief = appBrowser(rig)
    const answer = await complete({ token: tokenIn(await mail.next(email)), password: NEXT }, thief)
    expect(JSON.parse(await answer.text())).toHaveProperty('second_step')
    expect((await thief.fail('GET /api/app/me')).status).toBe(401)
    aheadMs += MINUTE
    const next = { body: { code: totpCode(secret, totpStepAt(clock.now())) } }
    expect(await thief.ask('POST /api/app/login/second-step', next)).toHaveProperty('user')
  })

  test('is of no use once the account has another address', async () => {
    const { browser, email } = await person('mover')
    await askForReset(email)
    const token = tokenIn(await mail.next(email))
    await browser.ask('PUT /api/app/email', { body: { email: 'moved@example.com' } })
    const moved = tokenIn(await mail.next('moved@example.com'))
    await browser.ask('POST /api/app/email/confirm', { body: { token: moved } })
    expect((await complete({ token, password: NEXT })).status).toBe(404)
  })
})

test('the password of the mail server and the links stand in no audit row', async () => {
  const { store, workspace } = rig.server.house
  const audit = JSON.stringify(await store.listAudit(workspace.id, 500))
  expect(audit).toContain('mail.link')
  expect(audit).not.toContain(LOGIN.password)
  for (const one of mail.mails) expect(audit).not.toContain(tokenIn(one))
})
