import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { VISITOR_MS } from '../accounts/visitors.ts'
import { systemClock } from '../base/clock.ts'
import type { User } from '../store/records.ts'
import { appBrowser, setupToken } from '../testing/app-browser.ts'
import { addMember, type Browser, openBrowser } from '../testing/browser.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { sessionCookie } from './app/session-cookie.ts'

const PASSWORD = 'maple engine slow river'
const MINUTE_MS = 60_000
const QUARTER_MS = 15 * MINUTE_MS

let ahead = 0
const clock = { now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() + ahead }

let simulation: Simulation
let rig: Rig
let number = 0

beforeAll(async () => {
  simulation = await startSimulation()
  rig = await startRig({ simulation, clock, env: { KEYWAY_ACCOUNTS__SIGN_UP: 'visitor' } })
  const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
  await appBrowser(rig).ask('POST /api/app/setup/password', { body })
})
afterAll(async () => {
  await rig.close()
  await simulation.close()
})
beforeEach(() => {
  // Throttles forget between the tests.
  ahead += QUARTER_MS
  simulation.reset()
  simulation.openrouter.account.consent = 'approve'
  number += 1
  simulation.openrouter.account.become({ userId: `user_or_${number}`, email: `person${number}@example.com` })
})

/** What the page does when the button is pressed. */
async function press(browser: Browser, headers: Record<string, string> = {}): Promise<Response> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const own = { origin: rig.url, 'content-type': 'application/json', ...(cookie === '' ? {} : { cookie }), ...headers }
  const response = await fetch(`${rig.url}/api/app/visit`, { method: 'POST', headers: own })
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    browser.cookies.set(name, value)
  }
  return response
}

const startOf = async (response: Response): Promise<string> => JSON.parse(await response.text()).start_url

/** Presses the button and goes the whole way. @returns where it ends */
async function come(browser: Browser): Promise<string> {
  const { way } = await browser.follow(await startOf(await press(browser)))
  return (way.at(-1) ?? '').slice(rig.url.length)
}

/** Presses the button and approves, without coming back. @returns the address of the callback */
async function approve(browser: Browser): Promise<string> {
  const started = await browser.go(await startOf(await press(browser)))
  const approved = await browser.go(started.headers.get('location') ?? '')
  return approved.headers.get('location') ?? ''
}

const sessionOf = (browser: Browser) =>
  browser.cookies.get(sessionCookie(rig.url, rig.server.house.store.installId).name) ?? ''

async function me(
  browser: Browser,
): Promise<{ id: string; name: string; email: string | null; visitor: boolean } | null> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(`${rig.url}/api/app/state`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
  return JSON.parse(await response.text()).user
}

const everybody = () => rig.server.house.store.listUsers(rig.server.house.workspace.id)
const keyOf = async (user: Pick<User, 'id' | 'workspaceId'>) =>
  (await rig.server.house.store.listCredentials(user.workspaceId)).filter(({ userId }) => userId === user.id)

describe('pressing Sign in with OpenRouter', () => {
  test('is refused from another site, and makes nobody', async () => {
    const before = await everybody()
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
    ]) {
      const browser = openBrowser(rig)
      expect([403, 415]).toContain((await press(browser, headers)).status)
      expect(browser.cookies.size).toBe(0)
    }
    expect(await everybody()).toEqual(before)
  })

  test('is refused to whoever is signed in, where Connect is off, and where the operator says otherwise', async () => {
    const browser = openBrowser(rig)
    await browser.signIn(await addMember(rig, 'Member'))
    const before = sessionOf(browser)
    expect((await press(browser)).status).toBe(409)
    expect(sessionOf(browser)).toBe(before)
    for (const env of [
      { KEYWAY_ACCOUNTS__SIGN_UP: 'visitor', KEYWAY_CONNECT_OPENROUTER: 'off' },
      { KEYWAY_ACCOUNTS__SIGN_UP: 'open' },
    ]) {
      const other = await startRig({ simulation, env })
      try {
        const token = await setupToken(other)
        await appBrowser(other).ask('POST /api/app/setup/password', { body: { token, login: 'o', password: PASSWORD } })
        expect(await appBrowser(other).fail('POST /api/app/visit')).toMatchObject({ status: 404 })
      } finally {
        await other.close()
      }
    }
  })

  test('makes nobody who could do anything, be seen, or stay longer than a day', async () => {
    const before = await everybody()
    const browser = openBrowser(rig)
    await press(browser)
    expect(await me(browser)).toBeNull()
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    for (const path of ['me', 'models', 'keys', 'sessions', 'credentials', 'connections/openrouter']) {
      const answer = await fetch(`${rig.url}/api/app/${path}`, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
      expect([path, answer.status]).toEqual([path, 401])
    }
    expect(await everybody()).toEqual(before)
    const { store } = rig.server.house
    await store.forgetVisitors(clock.now())
    expect(await store.forgetVisitors(clock.now() + 1)).toBe(0)
    expect(sessionOf(browser)).not.toBe('')
    expect((await browser.go('/connect/openrouter/start')).headers.get('location')).toContain('/sign-in')
  })

  test('a visitor on the way stays until their day is over', async () => {
    const { store } = rig.server.house
    const browser = openBrowser(rig)
    const callback = await approve(browser)
    ahead += VISITOR_MS - MINUTE_MS
    await store.forgetVisitors(clock.now() - VISITOR_MS)
    // The flow is over, the visitor is not.
    expect((await browser.go(callback)).headers.get('location')).toContain('connect=expired')
    ahead += MINUTE_MS
    expect(await store.forgetVisitors(clock.now() - VISITOR_MS)).toBeGreaterThan(0)
    expect((await browser.go(callback)).headers.get('location')).toContain('/sign-in?return_to')
  })

  test('twice leaves one visitor, with a session that is always a new one', async () => {
    const browser = openBrowser(rig)
    await press(browser)
    const first = sessionOf(browser)
    await press(browser)
    expect(sessionOf(browser)).not.toBe(first)
    const old = openBrowser(rig)
    for (const name of browser.cookies.keys()) old.cookies.set(name, first)
    expect((await old.go('/connect/openrouter/start')).headers.get('location')).toContain('/sign-in')
  })
})

describe('coming back', () => {
  test('one press and one approval: in, as a member, with a sealed key and no address', async () => {
    const browser = openBrowser(rig)
    expect(await come(browser)).toBe('/')
    const person = await me(browser)
    const email = `person${number}@example.com`
    expect(person).toMatchObject({ name: email, email: null, role: 'member', visitor: true, has_password: false })
    const user = (await everybody()).find(({ id }) => id === person?.id)
    const [credential, ...others] = await keyOf(user as User)
    expect([credential?.origin, credential?.reach, others]).toEqual(['connected', 'own', []])
    const actions = (await rig.server.house.store.listAudit(rig.server.house.workspace.id, 10)).map(
      ({ action }) => action,
    )
    expect(actions).toContain('user.sign-up')
  })

  test('the cookie from before stands for nobody afterwards', async () => {
    const browser = openBrowser(rig)
    const callback = await approve(browser)
    const before = sessionOf(browser)
    await browser.go(callback)
    expect(await me(browser)).not.toBeNull()
    expect(sessionOf(browser)).not.toBe(before)
    const thief = openBrowser(rig)
    for (const name of browser.cookies.keys()) thief.cookies.set(name, before)
    expect(await me(thief)).toBeNull()
    expect((await thief.go('/connect/openrouter/start')).headers.get('location')).toContain('/sign-in')
  })

  test('another browser with the same account there is the same person here, also after they disconnected', async () => {
    const first = openBrowser(rig)
    await come(first)
    const person = await me(first)
    const count = (await everybody()).length
    const link = {
      userId: person?.id ?? '',
      actor: { id: person?.id ?? '', workspaceId: rig.server.house.workspace.id },
    }
    await rig.server.house.link.disconnect(link)
    const second = openBrowser(rig)
    expect(await come(second)).toBe('/')
    expect((await me(second))?.id).toBe(person?.id)
    expect((await me(first))?.id).toBe(person?.id)
    expect(await everybody()).toHaveLength(count)
    expect(await keyOf({ id: person?.id ?? '', workspaceId: rig.server.house.workspace.id })).toHaveLength(1)
  })

  test('many browsers of one person at once lead to one account', async () => {
    const browsers = Array.from({ length: 6 }, () => openBrowser(rig))
    const callbacks: string[] = []
    for (const browser of browsers) callbacks.push(await approve(browser))
    await Promise.all(browsers.map((browser, n) => browser.go(callbacks[n] ?? '')))
    const ids = await Promise.all(browsers.map(async (browser) => (await me(browser))?.id))
    expect(new Set(ids).size).toBe(1)
    expect(ids[0]).toBeDefined()
  })

  test('the same address of another account is another person', async () => {
    const first = openBrowser(rig)
    await come(first)
    simulation.openrouter.account.become({ userId: 'user_or_other', email: `person${number}@example.com` })
    const second = openBrowser(rig)
    await come(second)
    expect((await me(second))?.id).not.toBe((await me(first))?.id)
  })

  test('an address that somebody here has is not them', async () => {
    const member = await addMember(rig, 'Ada')
    const { owner, store } = rig.server.house
    await store.updateUser(
      member.id,
      { email: `person${number}@example.com` },
      { id: owner.id, workspaceId: owner.workspaceId },
    )
    const browser = openBrowser(rig)
    await come(browser)
    expect((await me(browser))?.id).not.toBe(member.id)
  })

  test('the same id at an issuer at another address is another person', async () => {
    const first = openBrowser(rig)
    await come(first)
    const person = await me(first)
    const { store, workspace } = rig.server.house
    const elsewhere = {
      issuer: 'openrouter',
      issuerUrl: 'https://openrouter.ai.evil.example',
      accountId: `user_or_${number}`,
    }
    const user: User = {
      ...((await store.findUser(person?.id ?? '')) as User),
      id: `user_v${number}`,
      createdAt: clock.now(),
    }
    const actor = { id: user.id, workspaceId: workspace.id }
    await store.createVisitor(user, { usersMax: 1000, actor })
    expect(await store.identifyVisitor(user.id, elsewhere, { at: clock.now(), actor })).toBe(user.id)
    const again = openBrowser(rig)
    await come(again)
    expect((await me(again))?.id).toBe(person?.id)
  })

  test('an account that is opened by a password is not opened by an approval elsewhere, the owner\u2019s neither', async () => {
    for (const user of [await addMember(rig, 'Member'), rig.server.house.owner]) {
      ahead += QUARTER_MS
      simulation.openrouter.account.become({ userId: `user_of_${user.id}`, email: 'm@example.com' })
      const own = openBrowser(rig)
      await own.signIn(user)
      await own.follow('/connect/openrouter/start')
      const [before] = await keyOf(user)
      const count = (await everybody()).length
      const stranger = openBrowser(rig)
      expect(await come(stranger)).toBe('/sign-in?connect=rejected&detail=own_login')
      expect(await me(stranger)).toBeNull()
      expect(await keyOf(user)).toEqual([before])
      expect(await everybody()).toHaveLength(count)
    }
  })

  test('a visitor who added a password signs in with that from then on', async () => {
    const browser = openBrowser(rig)
    await come(browser)
    const person = await me(browser)
    const app = appBrowser(rig)
    app.cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    await app.ask('PUT /api/app/password', { body: { login: `visitor-${number}`, password: PASSWORD } })
    expect(await app.ask('GET /api/app/me')).toMatchObject({ id: person?.id, visitor: false })
    const again = openBrowser(rig)
    expect(await come(again)).toBe('/sign-in?connect=rejected&detail=own_login')
    expect(await me(again)).toBeNull()
  })

  test('whom the operator disabled comes in neither as themselves nor as somebody new', async () => {
    const browser = openBrowser(rig)
    await come(browser)
    const person = await me(browser)
    const { owner, store } = rig.server.house
    await store.updateUser(
      person?.id ?? '',
      { disabledAt: clock.now() },
      { id: owner.id, workspaceId: owner.workspaceId },
    )
    const count = (await everybody()).length
    const again = openBrowser(rig)
    expect(await come(again)).toBe('/sign-in?connect=rejected&detail=disabled')
    expect([await me(again), (await everybody()).length]).toEqual([null, count])
  })

  test('an issuer that does not say who they are, lets nobody in', async () => {
    const key = `sk-or-v1-${'a'.repeat(64)}`
    simulation.openrouter.replyPage('exchange', { body: JSON.stringify({ key }) })
    const count = (await everybody()).length
    const browser = openBrowser(rig)
    expect(await come(browser)).toBe('/sign-in?connect=rejected&detail=unidentified')
    expect([await me(browser), (await everybody()).length]).toEqual([null, count])
  })

  test('whoever says no, or comes too late, stands before the door and can press again', async () => {
    simulation.openrouter.account.consent = 'deny'
    const browser = openBrowser(rig)
    expect(await come(browser)).toBe('/sign-in?connect=denied')
    expect(await me(browser)).toBeNull()
    simulation.openrouter.account.consent = 'approve'
    const callback = await approve(browser)
    ahead += 5 * MINUTE_MS
    expect((await browser.go(callback)).headers.get('location')).toBe('/sign-in?connect=expired')
    expect(await come(browser)).toBe('/')
  })
})

describe('attacks', () => {
  test('a callback that another browser began signs nobody in: neither the attacker here nor the victim there', async () => {
    const attacker = openBrowser(rig)
    const callback = await approve(attacker)
    const victim = openBrowser(rig)
    expect((await victim.go(callback)).headers.get('location')).toBe('/sign-in?return_to=%2Fsettings%2Fmodels')
    await press(victim)
    expect((await victim.go(callback)).headers.get('location')).toContain('connect=wrong_browser')
    expect(await me(victim)).toBeNull()
    const member = openBrowser(rig)
    const user = await addMember(rig, 'Victim')
    await member.signIn(user)
    expect((await member.go(callback)).headers.get('location')).toContain('connect=wrong_browser')
    expect((await me(member))?.id).toBe(user.id)
    expect(await keyOf(user)).toEqual([])
  })

  test('a session that was planted before is not the one that is signed in', async () => {
    const attacker = openBrowser(rig)
    await press(attacker)
    const victim = openBrowser(rig)
    for (const [name, value] of attacker.cookies) victim.cookies.set(name, value)
    expect(await come(victim)).toBe('/')
    expect(await me(victim)).not.toBeNull()
    expect(await me(attacker)).toBeNull()
    expect((await attacker.go('/connect/openrouter/start')).headers.get('location')).toContain('/sign-in')
  })

  test('a flow that a visitor began is not finished by whoever signed in meanwhile', async () => {
    const browser = openBrowser(rig)
    const callback = await approve(browser)
    const user = await addMember(rig, 'Other')
    await browser.signIn(user)
    expect((await browser.go(callback)).headers.get('location')).toContain('connect=wrong_user')
    expect(await keyOf(user)).toEqual([])
    expect((await me(browser))?.id).toBe(user.id)
  })

  test('one callback many times at once signs in once', async () => {
    const browser = openBrowser(rig)
    const callback = await approve(browser)
    const cookies = new Map(browser.cookies)
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const one = openBrowser(rig)
        for (const [name, value] of cookies) one.cookies.set(name, value)
        return (await one.go(callback)).headers.get('location')
      }),
    )
    expect(answers.filter((location) => location === '/')).toHaveLength(1)
  })

  test('visits are counted by network: a robot makes no crowd', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 32; n++) statuses.push((await press(openBrowser(rig))).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(30)
    expect(statuses.slice(30)).toEqual([429, 429])
  })
})

test('a visitor proves themselves anew by the same account, where an act asks for it; another account proves nothing', async () => {
  const browser = openBrowser(rig)
  await come(browser)
  const app = appBrowser(rig)
  const asVisitor = () => {
    app.cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    return app
  }
  ahead += 6 * MINUTE_MS
  expect((await asVisitor().fail('DELETE /api/app/me')).error.code).toBe('sign_in_again')
  const account = `user_or_${number}`
  simulation.openrouter.account.become({ userId: 'user_or_somebody', email: 'x@example.com' })
  await browser.follow('/connect/openrouter/start?return_to=/settings/account')
  expect((await asVisitor().fail('DELETE /api/app/me')).error.code).toBe('sign_in_again')
  simulation.openrouter.account.become({ userId: account, email: 'x@example.com' })
  const { way } = await browser.follow('/connect/openrouter/start?return_to=/settings/account')
  expect(way.at(-1)).toContain('/settings/account?connect=done')
  const { session } = await asVisitor().ask('GET /api/app/me')
  expect(clock.now() - Date.parse(session.authenticated_at)).toBeLessThan(MINUTE_MS)
})
