import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { appBrowser, setupToken } from '../../testing/app-browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'
import { softwarePasskey } from '../../testing/software-passkey.ts'

const PASSWORD = 'maple engine slow river'
const QUARTER_MS = 15 * 60_000
const USERS_MAX = 12

let rig: Rig
/** Added to the system's time: throttles forget, and nobody waits. */
let aheadMs = 0
const clock = { now: () => systemClock.now() + aheadMs, monotonic: () => systemClock.monotonic() + aheadMs }

beforeAll(async () => {
  rig = await startRig({
    clock,
    env: { KEYWAY_ACCOUNTS__SIGN_UP: 'open', KEYWAY_ACCOUNTS__USERS_MAX: String(USERS_MAX) },
  })
})
afterAll(() => rig.close())

const signUp = (login: string, name = 'Grace', more: object = {}) => ({
  body: { name, login, password: PASSWORD, ...more },
})
const users = () => rig.server.house.store.listUsers(rig.server.house.workspace.id)

async function ownerIsIn() {
  const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
  await appBrowser(rig).ask('POST /api/app/setup/password', { body })
}

describe('making one\u2019s own account', () => {
  it('is refused before there is an owner who could let anybody in', async () => {
    expect(await appBrowser(rig).fail('POST /api/app/sign-up/password', signUp('early'))).toMatchObject({ status: 404 })
    await ownerIsIn()
  })

  it.each(['invite', 'visitor'])('is refused where the operator says %s', async (mode) => {
    const shut = await startRig({ env: { KEYWAY_ACCOUNTS__SIGN_UP: mode } })
    try {
      const token = await setupToken(shut)
      await appBrowser(shut).ask('POST /api/app/setup/password', { body: { token, login: 'o', password: PASSWORD } })
      for (const endpoint of ['POST /api/app/sign-up/password', 'POST /api/app/sign-up/passkey/options']) {
        expect(await appBrowser(shut).fail(endpoint, signUp('grace'))).toMatchObject({ status: 404 })
      }
      expect(await shut.server.house.store.listUsers(shut.server.house.workspace.id)).toHaveLength(1)
    } finally {
      await shut.close()
    }
  })

  it.each([
    ['a name that is empty', signUp('grace', '   '), 'name'],
    ['a name that turns the direction of writing', signUp('grace', 'Ada \u202eenots'), 'name'],
    ['a name that cannot be seen', signUp('grace', '\u200b'), 'name'],
    ['a name with a line break', signUp('grace', 'Ada\u2028Owner'), 'name'],
    ['a name of 101 characters', signUp('grace', 'x'.repeat(101)), 'name'],
    ['an e-mail address to sign in by', signUp('grace@example.com'), 'login'],
    ['a login with a slash', signUp('../grace'), 'login'],
    ['a login of one letter', signUp('g'), 'login'],
    ['a short password', signUp('grace', 'Grace', { password: 'short' }), 'password'],
  ])('refuses %s, and makes nobody', async (_kind, given, field) => {
    const before = await users()
    const browser = appBrowser(rig)
    const { status, error } = await browser.fail('POST /api/app/sign-up/password', given)
    expect([status, error.field]).toEqual([400, field])
    expect(browser.cookie).toBeUndefined()
    expect(await users()).toEqual(before)
    aheadMs += QUARTER_MS
  })

  it('says of an address nothing, whether somebody signs in by it or not', async () => {
    const body = { token: await setupToken(rig), login: 'owner@example.com', password: PASSWORD }
    await appBrowser(rig).ask('POST /api/app/setup/password', { body })
    const taken = await appBrowser(rig).fail('POST /api/app/sign-up/password', signUp('owner@example.com'))
    const free = await appBrowser(rig).fail('POST /api/app/sign-up/password', signUp('nobody@example.com'))
    const { request_id: _a, ...one } = taken.error
    const { request_id: _b, ...other } = free.error
    expect(one).toEqual(other)
    aheadMs += QUARTER_MS
  })

  it('with a password makes a member without an address, signs them in anew and notes it without their name', async () => {
    const browser = appBrowser(rig)
    const planted = 'keyway_session_planted=x'
    const headers = { cookie: planted }
    const more = { role: 'owner', email: 'owner@example.com', workspace_id: 'x' }
    const { user } = await browser.ask('POST /api/app/sign-up/password', {
      ...signUp(' Grace ', 'Grace  Hopper', more),
      headers,
    })
    expect(user).toMatchObject({
      name: 'Grace Hopper',
      role: 'member',
      email: null,
      has_password: true,
      visitor: false,
    })
    expect(browser.cookie).not.toContain('planted')
    expect(await browser.ask('GET /api/app/me')).toMatchObject({ id: user.id })
    const rows = await rig.server.house.store.listAudit(rig.server.house.workspace.id, 10)
    const row = rows.find(({ action }) => action === 'user.sign-up')
    expect(row).toMatchObject({ actor: user.id, object: user.id, details: { method: 'password', role: 'member' } })
    expect(JSON.stringify(rows)).not.toContain('Hopper')
    const again = await appBrowser(rig).ask('POST /api/app/login/password', {
      body: { login: 'GRACE', password: PASSWORD },
    })
    expect(again).toMatchObject({ user: { id: user.id } })
    expect(await browser.fail('POST /api/app/sign-up/password', signUp('second'))).toMatchObject({ status: 409 })
  })

  it('does not take a name over that somebody signs in by', async () => {
    const before = await users()
    const taken = await appBrowser(rig).fail('POST /api/app/sign-up/password', signUp('ＧＲＡＣＥ'))
    expect(taken).toMatchObject({ status: 409, error: { field: 'login' } })
    expect(await users()).toEqual(before)
    await appBrowser(rig).ask('POST /api/app/login/password', { body: { login: 'grace', password: PASSWORD } })
  })

  it('with a passkey is for the id that the challenge was made for, once', async () => {
    aheadMs += QUARTER_MS
    const browser = appBrowser(rig)
    const begin = () => browser.ask('POST /api/app/sign-up/passkey/options', { body: { name: 'Joan' } })
    const options = await begin()
    const response = softwarePasskey(rig.url).create(options)
    const owner = Buffer.from(rig.server.house.owner.id).toString('base64url')
    for (const user of [owner, (await begin()).user.id, 'AAAA']) {
      const body = { name: 'Joan', user, response }
      expect(await browser.fail('POST /api/app/sign-up/passkey/verify', { body })).toMatchObject({ status: 400 })
    }
    const body = { name: 'Joan', user: options.user.id, response }
    const answers = await Promise.all(
      [1, 2, 3].map(() => appBrowser(rig).send('POST /api/app/sign-up/passkey/verify', { body })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400])
    expect((await users()).filter(({ name }) => name === 'Joan')).toHaveLength(1)
  })

  it('counts those who come in by their network, and lets go after a quarter of an hour', async () => {
    aheadMs += QUARTER_MS
    const tries = await Promise.all(
      Array.from({ length: 33 }, (_, n) => appBrowser(rig).send('POST /api/app/sign-up/password', signUp(`x@${n}`))),
    )
    const statuses = tries.map(({ status }) => status)
    expect([statuses.filter((one) => one === 400).length, statuses.filter((one) => one === 429).length]).toEqual([
      30, 3,
    ])
    const { error } = await appBrowser(rig).fail('POST /api/app/sign-up/password', signUp('late'))
    expect(error).toMatchObject({ code: 'rate_limited', retry_after_ms: expect.any(Number) })
    aheadMs += QUARTER_MS
    await appBrowser(rig).ask('POST /api/app/sign-up/password', signUp('late'))
  })

  it('ends when there are as many as there may be, also for many at once; an invitation goes on', async () => {
    const free = USERS_MAX - (await users()).length
    expect(free).toBeGreaterThan(2)
    const answers = await Promise.all(
      Array.from({ length: free + 4 }, (_, n) =>
        appBrowser(rig).send('POST /api/app/sign-up/password', signUp(`many-${n}`)),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(free)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(4)
    expect(await users()).toHaveLength(USERS_MAX)
    const owner = appBrowser(rig)
    await owner.ask('POST /api/app/login/password', { body: { login: 'owner@example.com', password: PASSWORD } })
    await owner.ask('POST /api/app/users', { body: { name: 'Invited' } })
  })
})

test('the app is told which door is open', async () => {
  expect((await appBrowser(rig).ask('GET /api/app/state')).sign_up).toBe('open')
  const usual = await startRig()
  try {
    expect((await appBrowser(usual).ask('GET /api/app/state')).sign_up).toBe('invite')
  } finally {
    await usual.close()
  }
})
