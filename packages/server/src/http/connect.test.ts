import type { RecordedRequest } from '@keyway/sim'
import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { connectionId } from '../link/connection-id.ts'
import { openrouterIssuer } from '../link/issuer.ts'
import { createLink } from '../link/link.ts'
import type { User } from '../store/records.ts'
import { proofCount } from '../store/suite/subject.ts'
import { appBrowser } from '../testing/app-browser.ts'
import { addMember, type Browser, openBrowser } from '../testing/browser.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const START = '/connect/openrouter/start'
const CALLBACK = '/connect/openrouter/callback'
const MINUTE = 60_000

// Moves with a test, on top of the real time.
let ahead = 0
const clock = { now: () => systemClock.now() + ahead, monotonic: systemClock.monotonic }

let simulation: Simulation
let rig: Rig
let user: User
let browser: Browser
let number = 0

beforeAll(async () => {
  simulation = await startSimulation()
  rig = await startRig({ simulation, clock, env: { KEYWAY_CONNECT_OPENROUTER_URL: simulation.openrouter.siteUrl } })
})
afterAll(async () => {
  await rig.close()
  await simulation.close()
})
beforeEach(async () => {
  ahead = 0
  simulation.reset()
  simulation.openrouter.account.consent = 'approve'
  number += 1
  user = await addMember(rig, `Person ${number}`)
  browser = openBrowser(rig)
  await browser.signIn(user)
})

const exchanges = (): RecordedRequest[] =>
  simulation.requests.filter(({ path }) => path === '/openrouter/api/v1/auth/keys')

/** Begins, approves at the issuer, and gives the address of the callback without visiting it. */
async function approve(as: Browser = browser, query = ''): Promise<string> {
  const started = await as.go(`${START}${query}`)
  const approved = await as.go(started.headers.get('location') ?? '')
  return approved.headers.get('location') ?? ''
}

/** The outcome that an answer leads to, as exactly as it is told. */
const outcome = (response: Response) => {
  const location = new URL(response.headers.get('location') ?? 'about:blank', rig.url)
  if (location.pathname === '/sign-in') return 'signed_out'
  return location.searchParams.get('detail') ?? location.searchParams.get('connect')
}

const credentials = async (of: User = user) =>
  (await rig.server.house.store.listCredentials(of.workspaceId)).filter(({ userId }) => userId === of.id)

const view = (of: User = user) => rig.server.house.link.view(of.id)

/** The newest audit rows about connecting: action, and outcome where there is one. */
async function audited(count: number): Promise<unknown[]> {
  const rows = await rig.server.house.store.listAudit(user.workspaceId, 200)
  return rows
    .filter((row) => row.action.startsWith('connect.') && row.action !== 'connect.start')
    .slice(0, count)
    .map((row) => [row.action, row.details['outcome']])
}

/** Nothing was asked of the issuer, nothing is kept, and the audit log says why. */
async function expectRefused(reason: string): Promise<void> {
  expect(exchanges()).toEqual([])
  expect(await credentials()).toEqual([])
  expect(await audited(1)).toEqual([['connect.refused', reason]])
}

describe('connecting', () => {
  test('row 125: one press and one approval: the key is sealed, and the way ends at a clean address', async () => {
    const started = performance.now()
    const { way } = await browser.follow(`${START}?limit_usd=5.00&reset=monthly&return_to=/c/c1`)
    const tookMs = performance.now() - started
    expect(way.at(-1)).toBe(`${rig.url}/c/c1?connect=done`)
    expect(tookMs).toBeLessThan(1_000)
    console.log(`from the press to Connected: ${Math.round(tookMs)} ms, the issuer's part included`)

    const asked = new URL(way[1] ?? '').searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(asked.get('callback_url')).toMatch(new RegExp(`^${rig.url}${CALLBACK}\\?state=[\\w-]{43}$`))
    expect(asked.get('key_label')).toBe(`Keyway at ${new URL(rig.url).host}`)
    expect([...asked.keys()].sort()).toEqual(
      ['callback_url', 'code_challenge', 'code_challenge_method', 'key_label', 'limit', 'usage_limit_type'].sort(),
    )
    const [key] = simulation.openrouter.account.keys()
    const [credential] = await credentials()
    expect(credential).toMatchObject({ origin: 'connected', reach: 'own', provider: 'openrouter' })
    expect(Buffer.from(credential?.sealed ?? []).includes(key?.key ?? 'no key')).toBe(false)
    const { connection } = await view()
    expect(connection).toMatchObject({
      state: 'connected',
      connectedAs: 'sam@example.com',
      facts: { limit: 5_000_000_000n, remaining: 5_000_000_000n, reset: 'monthly', freeTier: false },
      revokeUrl: `${simulation.openrouter.siteUrl}/keys/${key?.hash}`,
      usageUrl: `${simulation.openrouter.siteUrl}/logs?api_key_hash=${key?.hash}`,
      previousKeyUrl: null,
    })
    expect(await audited(1)).toEqual([['connect.connected', undefined]])
  })

  test('goes by the key\u2019s label where the issuer does not tell who the person is, and by nothing where it is silent', async () => {
    simulation.openrouter.account.tellsUser = false
    await browser.follow(START)
    expect((await view()).connection?.connectedAs).toBe(`Keyway at ${new URL(rig.url).host}`)
    simulation.openrouter.spoil('key', { kind: 'status', status: 500 })
    const { way } = await browser.follow(START)
    expect(way.at(-1)).toContain('connect=done')
    expect((await view()).connection).toMatchObject({ state: 'connected', facts: null, connectedAs: null })
  })

  test('the key that was connected is the one that calls are made with', async () => {
    await browser.follow(START)
    const { key } = await rig.issue({ userId: user.id })
    const messages = [{ role: 'user', content: 'Hello' }]
    const answer = await rig.call('/api/v1/chat/completions', {
      key,
      json: { model: 'openai/gpt-4.1', messages, provider: { only: ['openrouter'] } },
    })
    expect(answer.status).toBe(200)
    const sent = simulation.requests.findLast(({ path }) => path.endsWith('/chat/completions'))
    expect(sent?.headers.authorization).toBe(`Bearer ${simulation.openrouter.account.keys()[0]?.key}`)
  })

  test('pressing many times, in two tabs or again, leaves exactly one credential, whole', async () => {
    const count = 4
    const callbacks: string[] = []
    for (let n = 0; n < count; n++) callbacks.push(await approve())
    const outcomes = await Promise.all(callbacks.map(async (address) => outcome(await browser.go(address))))
    expect(outcomes).toEqual(Array(count).fill('done'))
    const [credential, ...others] = await credentials()
    expect(others).toEqual([])
    const record = await rig.server.house.store.findConnection(credential?.id ?? '')
    const secret = await rig.server.house.vault.open(credential?.id ?? '', { baseUrl: simulation.openrouter.siteUrl })
    expect(simulation.openrouter.account.keys().find(({ key }) => key === secret)?.hash).toBe(record?.keyHash)
    await browser.follow(START)
    expect(await credentials()).toHaveLength(1)
    const { connection } = await view()
    expect(connection?.previousKeyUrl).toBe(`${simulation.openrouter.siteUrl}/keys/${record?.keyHash}`)
  })

  test('disconnecting deletes the sealed key and nothing else; connecting again works', async () => {
    await browser.follow(START)
    const person = { userId: user.id, actor: { id: user.id, workspaceId: user.workspaceId } }
    expect(await rig.server.house.link.disconnect(person)).toBe(true)
    expect(await rig.server.house.link.disconnect(person)).toBe(false)
    expect(await credentials()).toEqual([])
    const { connection } = await view()
    const [key] = simulation.openrouter.account.keys()
    expect(connection).toMatchObject({ state: 'disconnected', revokeUrl: expect.stringContaining(key?.hash ?? '-') })
    expect(await audited(1)).toEqual([['connect.disconnected', undefined]])
    await browser.follow(START)
    expect((await view()).connection?.state).toBe('connected')
  })

  test('disconnecting from another Keyway revokes the key there, and works where that fails', async () => {
    const key = `kwy_k1_${'a'.repeat(49)}`
    const body = JSON.stringify({ key, user_id: 'user_1' })
    simulation.openrouter.spoil('key', { kind: 'status', status: 503 })
    simulation.openrouter.replyPage('exchange', { body })
    await browser.follow(START)
    const person = { userId: user.id, actor: { id: user.id, workspaceId: user.workspaceId } }
    expect(await rig.server.house.link.disconnect(person)).toBe(true)
    const revoked = simulation.requests.find(({ path }) => path === '/openrouter/oauth/revoke')
    expect([revoked?.method, Buffer.from(revoked?.body ?? []).toString()]).toEqual(['POST', `token=${key}`])
    expect(await credentials()).toEqual([])
    // It was not confirmed that the key is over, so its page is where to look.
    expect((await view()).connection).toMatchObject({ state: 'disconnected', keyEnded: false })
  })

  test('the app\u2019s card tells of it: granted, ended, headless, and the word on another account', async () => {
    const app = appBrowser(rig)
    app.cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    const card = () => app.ask('GET /api/app/connections/openrouter')
    expect(await card()).toMatchObject({ status: 'disconnected', connected: null, ended: null, interrupted: false })
    const begun = await app.ask('POST /api/app/connections/openrouter/headless', { body: { limit_usd: '2.5' } })
    const code = /id="code">([^<]+)</.exec(await (await fetch(begun.url)).text())?.[1] ?? ''
    const end = await app.ask('POST /api/app/connections/openrouter/headless/finish', {
      body: { flow: begun.flow, code },
    })
    expect(end).toEqual({ outcome: 'done', detail: null, flow: null })
    const granted = { limit_usd: '2.5', limit_remaining_usd: '2.5', reset: null, free_tier: false }
    const answer = await card()
    expect(answer).toMatchObject({ status: 'connected', connected: { connected_as: 'sam@example.com', granted } })
    expect(JSON.stringify(answer)).not.toContain(simulation.openrouter.account.keys()[0]?.key)

    simulation.openrouter.account.become({ userId: 'user_other', email: 'other@example.com' })
    const back = new URL((await browser.follow(START)).way.at(-1) ?? '').searchParams.get('flow') ?? ''
    const confirm = (replace: boolean) =>
      app.ask('POST /api/app/connections/openrouter/confirm', { body: { flow: back, replace } })
    expect((await confirm(true)).outcome).toBe('done')
    expect((await confirm(false)).outcome).toBe('expired')
    expect((await card()).connected?.connected_as).toBe('other@example.com')
    await app.ask('DELETE /api/app/connections/openrouter', { body: undefined })
    expect(await card()).toMatchObject({ connected: null, ended: { reason: 'disconnected' } })
  })

  test('a key that was revoked at the issuer is noticed at the next call', async () => {
    await browser.follow(START)
    const [key] = simulation.openrouter.account.keys()
    simulation.openrouter.account.revoke(key?.hash ?? '')
    const { key: own } = await rig.issue({ userId: user.id })
    const json = { model: 'openai/gpt-4.1', messages: [{ role: 'user', content: 'Hello' }] }
    await (await rig.call('/api/v1/chat/completions', { key: own, json })).text()
    await rig.server.house.link.idle()
    expect((await view()).connection?.state).toBe('revoked')
    expect(await credentials()).toEqual([])
  })

  test('a key that was revoked is noticed by the hourly check; an issuer that is away changes nothing', async () => {
    await browser.follow(START)
    const [key] = simulation.openrouter.account.keys()
    simulation.openrouter.account.revoke(key?.hash ?? '')
    await rig.server.house.link.checkAll()
    expect((await view()).connection?.state).toBe('connected')
    ahead = 61 * MINUTE
    simulation.openrouter.spoil('key', { kind: 'status', status: 503 }, { times: 100 })
    await rig.server.house.link.checkAll()
    expect((await view()).connection?.state).toBe('connected')
    simulation.reset()
    await rig.server.house.link.checkAll()
    expect((await view()).connection?.state).toBe('revoked')
    expect(await audited(1)).toEqual([['connect.revoked', undefined]])
  })

  test('headless: a code that is pasted back, bare or in an address, and a wrong one can be tried again', async () => {
    const { link } = rig.server.house
    const person = { userId: user.id, actor: { id: user.id, workspaceId: user.workspaceId } }
    const begun = await link.startHeadless(person, {})
    expect(new URL(begun.url).searchParams.get('callback_url')).toBeNull()
    const page = await (await fetch(begun.url)).text()
    const code = /id="code">([^<]+)</.exec(page)?.[1] ?? ''
    const other = { userId: 'user_x', actor: person.actor }
    const finish = (who: typeof person, pasted: string) => link.finishHeadless(who, { flowId: begun.flowId, pasted })
    expect((await finish(person, 'two words')).outcome).toBe('malformed')
    expect((await finish(other, code)).outcome).toBe('expired')
    expect((await finish(person, `https://x.example/?code=${code}`)).outcome).toBe('done')
    expect((await finish(person, code)).outcome).toBe('replayed')
    expect((await view()).connection?.state).toBe('connected')
  })
})

describe('attacks and misuses, as in docs/oauth-rows.md', () => {
  test('row 1: a valid foreign code without the cookie is refused before anything is asked', async () => {
    const foreign = new URL(await approve())
    browser.cookies.clear()
    await browser.signIn(user)
    expect(outcome(await browser.go(foreign.href))).toBe('wrong_browser')
    foreign.searchParams.delete('state')
    expect(outcome(await browser.go(foreign.href))).toBe('wrong_browser')
    await expectRefused('wrong_browser')
  })

  test('row 2: an attacker\u2019s code without a challenge, put to a victim who has a flow open, is refused', async () => {
    await approve()
    const code = simulation.openrouter.account.grant(
      { label: 'attacker', limit: null, reset: null, expiresAt: null },
      undefined,
    )
    for (const query of [`code=${code}`, `code=${code}&state=${'A'.repeat(43)}`, `code=${code}&state=`]) {
      expect(outcome(await browser.go(`${CALLBACK}?${query}`))).toBe('wrong_browser')
    }
    await expectRefused('wrong_browser')
  })

  test('row 3: an attacker\u2019s code and state in the victim\u2019s browser are refused', async () => {
    const attacker = openBrowser(rig)
    await attacker.signIn(await addMember(rig, 'Attacker'))
    const planted = await approve(attacker)
    await approve()
    expect(outcome(await browser.go(planted))).toBe('wrong_browser')
    await expectRefused('wrong_browser')
  })

  test('row 4: what an attacker began and the victim approved gives the attacker nothing', async () => {
    const attacker = openBrowser(rig)
    const mallory = await addMember(rig, 'Mallory')
    await attacker.signIn(mallory)
    const started = await attacker.go(START)
    const approved = await browser.go(started.headers.get('location') ?? '')
    expect(outcome(await browser.go(approved.headers.get('location') ?? ''))).toBe('wrong_browser')
    await expectRefused('wrong_browser')
    expect(await credentials(mallory)).toEqual([])
  })

  test('row 5: over https the cookie is __Host-, Secure, and one by another name is not looked at', async () => {
    const other = await startRig({
      simulation,
      env: {
        KEYWAY_CONNECT_OPENROUTER_URL: simulation.openrouter.siteUrl,
        KEYWAY_PUBLIC_URL: 'https://keyway.example.com',
      },
    })
    try {
      const { link, owner } = other.server.house
      const person = { userId: owner.id, actor: { id: owner.id, workspaceId: owner.workspaceId } }
      const begun = await link.start(person, {})
      expect(begun.cookie.name).toMatch(/^__Host-keyway_connect_/)
      const approved = await fetch(begun.url, { redirect: 'manual' })
      const callback = new URL(approved.headers.get('location') ?? '')
      expect(callback.origin).toBe('https://keyway.example.com')
      const planted = begun.cookie.name.replace('__Host-', '')
      const cookie = (name: string) => (name === planted ? begun.cookie.value : undefined)
      const query = callback.search.slice(1)
      expect(await link.finish({ issuer: 'openrouter', query, person, cookie })).toMatchObject({
        outcome: 'wrong_browser',
      })
      expect(exchanges()).toEqual([])
    } finally {
      await other.close()
    }
    const begun = await browser.go(START)
    expect(begun.headers.get('set-cookie')).toMatch(/; Max-Age=300; Path=\/; HttpOnly; SameSite=Lax$/)
  })

  test('row 6: begun by one person and finished by another in the same browser is refused', async () => {
    const callback = await approve()
    const other = await addMember(rig, 'Other')
    await browser.signIn(other)
    const response = await browser.go(callback)
    expect(outcome(response)).toBe('wrong_user')
    expect(response.headers.get('location')).not.toContain(user.id)
    expect(await credentials(other)).toEqual([])
    await expectRefused('wrong_user')
  })

  test('row 7: a session that ended on the way leads to signing in, and the code is never exchanged', async () => {
    const callback = await approve()
    browser.signOut()
    expect(outcome(await browser.go(callback))).toBe('signed_out')
    await expectRefused('signed_out')
    await browser.signIn(user)
    expect(outcome(await browser.go(callback))).toBe('replayed')
    expect(exchanges()).toEqual([])
  })

  test('row 8: the same callback again is told so, and exchanges nothing more', async () => {
    const callback = await approve()
    expect(outcome(await browser.go(callback))).toBe('done')
    expect(outcome(await browser.go(callback))).toBe('replayed')
    expect(exchanges()).toHaveLength(1)
    expect(await credentials()).toHaveLength(1)
  })

  test('row 9: two tabs finish in either order, each with its own verifier', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      const tabs = [await approve(), await approve()]
      for (const tab of order) expect(outcome(await browser.go(tabs[tab] ?? ''))).toBe('done')
    }
    expect(await credentials()).toHaveLength(1)
  })

  test('row 10: the sixth open flow puts out the first; the others work', async () => {
    const callbacks: string[] = []
    for (let n = 0; n < 6; n++) callbacks.push(await approve())
    const [first = '', ...others] = callbacks
    expect(outcome(await browser.go(first))).toBe('wrong_browser')
    expect(exchanges()).toEqual([])
    for (const callback of others) expect(outcome(await browser.go(callback))).toBe('done')
  })

  test('row 11: one callback fifty times at once is exchanged once', async () => {
    const callback = await approve()
    const outcomes = await Promise.all(Array.from({ length: 50 }, async () => outcome(await browser.go(callback))))
    expect(outcomes.filter((one) => one === 'done')).toHaveLength(1)
    expect(outcomes.filter((one) => one === 'replayed')).toHaveLength(49)
    expect(exchanges()).toHaveLength(1)
  })

  test('row 12: after five minutes by our clock it took too long, after ten all the more, and not a second before', async () => {
    for (const tookMs of [5 * MINUTE, 10 * MINUTE + 1]) {
      const callback = await approve()
      ahead += tookMs
      expect(outcome(await browser.go(callback))).toBe('expired')
      await expectRefused('expired')
    }
    const callback = await approve()
    ahead += 5 * MINUTE - 1_000
    expect(outcome(await browser.go(callback))).toBe('done')
  })

  test('row 13: the browser\u2019s clock decides nothing', async () => {
    for (const days of [-1, 1]) {
      const callback = await approve()
      const date = new Date(Date.now() + days * 24 * 60 * MINUTE).toUTCString()
      expect(outcome(await browser.go(callback, { date }))).toBe('done')
    }
    expect((await browser.go(START)).headers.get('set-cookie')).not.toMatch(/expires=/i)
  })

  test('row 14: two codes, none, 10 KB, NUL, line breaks, letters beyond ASCII, a list: 400, and nothing is asked', async () => {
    const good = new URL(await approve())
    const code = good.searchParams.get('code') ?? ''
    const state = `state=${good.searchParams.get('state')}`
    for (const bad of [
      `code=${code}&code=b`,
      'code=',
      `code=${'x'.repeat(10_000)}`,
      'code=a%00b',
      'code=a%0D%0Ab',
      'code=%C3%A4',
      `code[]=${code}`,
    ]) {
      const response = await browser.go(`${CALLBACK}?${bad}&${state}`)
      expect([bad.slice(0, 20), response.status]).toEqual([bad.slice(0, 20), 400])
      expect(await response.text()).not.toContain(code)
    }
    await expectRefused('malformed')
    expect(outcome(await browser.go(good.href))).toBe('done')
  })

  test('row 15: a denial, with a code or without, ends the flow and keeps nothing', async () => {
    for (const added of ['', '&code=abc']) {
      const good = new URL(await approve())
      const query = `error=access_denied&state=${good.searchParams.get('state')}${added}`
      expect(outcome(await browser.go(`${CALLBACK}?${query}`))).toBe('denied')
      await expectRefused('denied')
      expect(outcome(await browser.go(good.href))).toBe('replayed')
    }
    simulation.openrouter.account.consent = 'deny'
    const { way } = await browser.follow(START)
    expect(way.at(-1)).toBe(`${rig.url}/settings/models?connect=denied`)
    await expectRefused('denied')
  })

  test('row 16: words of the issuer are shown nowhere', async () => {
    const words = '<script>alert(1)</script>[x](javascript:1)'
    const good = new URL(await approve())
    const state = good.searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error: words, error_description: words, state })
    const told = await browser.go(`${CALLBACK}?${query}`)
    expect(outcome(told)).toBe('rejected')
    simulation.openrouter.replyPage('exchange', { status: 403, body: JSON.stringify({ error: { message: words } }) })
    const refused = await browser.go(await approve())
    expect(outcome(refused)).toBe('rejected')
    for (const response of [told, refused]) {
      expect(response.headers.get('location') + (await response.text())).not.toMatch(/script|alert/)
    }
    const rows = await rig.server.house.store.listAudit(user.workspaceId, 200)
    expect(JSON.stringify(rows)).not.toContain('alert')
  })

  test('row 17, 18: a callback on another issuer\u2019s path is refused, and so is one that names another issuer', async () => {
    const callback = new URL(await approve())
    const { link } = rig.server.house
    const person = { userId: user.id, actor: { id: user.id, workspaceId: user.workspaceId } }
    const cookie = (name: string) => browser.cookies.get(name)
    expect((await browser.go(callback.href.replace('/openrouter/', '/elsewhere/'))).status).toBe(404)
    const from = (issuer: string, query: string) => link.finish({ issuer, query, person, cookie })
    expect((await from('elsewhere', callback.search.slice(1))).outcome).toBe('wrong_issuer')
    await expectRefused('wrong_issuer')
    const named = new URL(await approve())
    expect((await from('openrouter', `${named.search.slice(1)}&iss=https://evil.example`)).outcome).toBe('wrong_issuer')
    await expectRefused('wrong_issuer')
  })

  test('row 19: an issuer that the operator changed meanwhile gets neither code nor verifier', async () => {
    const callback = await approve()
    const home = rig.home
    await rig.close('keep')
    const elsewhere = await startSimulation()
    try {
      rig = await startRig({
        simulation,
        clock,
        home,
        env: { KEYWAY_CONNECT_OPENROUTER_URL: elsewhere.openrouter.siteUrl },
      })
      const { link } = rig.server.house
      const person = { userId: user.id, actor: { id: user.id, workspaceId: user.workspaceId } }
      // The port changed with the start; what a browser at the same address would send is the same.
      const query = new URL(callback).search.slice(1)
      const cookie = (name: string) => browser.cookies.get(name)
      expect((await link.finish({ issuer: 'openrouter', query, person, cookie })).outcome).toBe('changed')
      expect(elsewhere.requests.filter(({ path }) => path.includes('/auth/keys'))).toEqual([])
      await expectRefused('changed')
      await rig.close('keep')
    } finally {
      await elsewhere.close()
      rig = await startRig({
        simulation,
        clock,
        home,
        env: { KEYWAY_CONNECT_OPENROUTER_URL: simulation.openrouter.siteUrl },
      })
    }
  })

  test('row 20: a redirect of the token endpoint is not followed', async () => {
    for (const status of [301, 302, 307] as const) {
      simulation.clear()
      simulation.openrouter.spoil('exchange', { kind: 'redirect', status })
      expect(outcome(await browser.go(await approve()))).toBe('bad_reply')
      expect(exchanges()).toHaveLength(1)
      expect(await credentials()).toEqual([])
    }
  })

  test('row 21: replies that are no key are refused within limits, and the flow stays used', async () => {
    const replies: [string, () => void][] = [
      ['HTML', () => simulation.openrouter.replyPage('exchange', { body: '<html>' })],
      ['an array', () => simulation.openrouter.replyPage('exchange', { body: '[]' })],
      ['an empty key', () => simulation.openrouter.replyPage('exchange', { body: '{"key":""}' })],
      ['a number', () => simulation.openrouter.replyPage('exchange', { body: '{"key":1}' })],
      ['50 MB', () => simulation.openrouter.spoil('exchange', { kind: 'never-ending' })],
      ['a gzip bomb', () => simulation.openrouter.spoil('exchange', { kind: 'gzip-bomb', bytes: 1_000_000 })],
    ]
    for (const [name, prepare] of replies) {
      prepare()
      const callback = await approve()
      expect([name, outcome(await browser.go(callback))]).toEqual([name, 'bad_reply'])
      expect(outcome(await browser.go(callback))).toBe('replayed')
      expect(await credentials()).toEqual([])
    }
  })

  test('row 22: 400 and 403 mean start again, the rest try again later; nothing is retried', async () => {
    const outcomes: Record<number, string | null> = {}
    for (const status of [400, 403, 409, 429, 500, 503]) {
      simulation.clear()
      simulation.openrouter.spoil('exchange', { kind: 'status', status })
      outcomes[status] = outcome(await browser.go(await approve()))
      expect(exchanges()).toHaveLength(1)
    }
    const later = 'unavailable'
    expect(outcomes).toEqual({ 400: 'rejected', 403: 'rejected', 409: later, 429: later, 500: later, 503: later })
    simulation.openrouter.spoil('exchange', { kind: 'close-mid-event' })
    expect(outcome(await browser.go(await approve()))).toBe(later)
    expect(await credentials()).toEqual([])
  })

  test('row 22: an issuer that is silent, before its answer or within it, is one to try again later', async () => {
    const { house } = rig.server
    const { store, vault, ring, net, config } = house
    const link = createLink({
      store,
      vault,
      ring,
      clock,
      // The same way out, with less patience.
      dispatch: (request) => net.dispatch({ ...request, headersTimeoutMs: 100, idleTimeoutMs: 100 }),
      issuer: openrouterIssuer(config.connect.openrouter_url),
      enabled: true,
      publicUrl: () => rig.url,
      flowMs: config.connect.flow_ms,
      report: () => undefined,
    })
    const person = { userId: user.id, actor: { id: user.id, workspaceId: user.workspaceId } }
    for (const kind of ['stall-before-headers', 'stall-mid-stream'] as const) {
      simulation.clear()
      const begun = await link.start(person, {})
      const approved = await fetch(begun.url, { redirect: 'manual' })
      const query = new URL(approved.headers.get('location') ?? '').search.slice(1)
      const cookie = (name: string) => (name === begun.cookie.name ? begun.cookie.value : undefined)
      simulation.openrouter.spoil('exchange', { kind })
      const end = () => link.finish({ issuer: 'openrouter', query, person, cookie })
      expect([kind, (await end()).outcome]).toEqual([kind, 'unavailable'])
      // The code may have been used: it is not sent a second time.
      expect((await end()).outcome).toBe('replayed')
      expect(exchanges()).toHaveLength(1)
    }
    expect(await credentials()).toEqual([])
  })

  test('row 23: what was cut off between exchange and storing is told, and no half of a key is there', async () => {
    const callback = await approve()
    const { store } = rig.server.house
    const stateHash = await flowOf(callback)
    await store.consumeConnectFlow(stateHash, clock.now())
    expect(await view()).toEqual({ connection: undefined, interrupted: false })
    ahead = 2 * MINUTE
    expect(await view()).toEqual({ connection: undefined, interrupted: true })
    expect(outcome(await browser.go(callback))).toBe('unknown')
    expect(await credentials()).toEqual([])
  })

  test('row 24: another account than before is asked about, and the old key stays until then', async () => {
    await browser.follow(START)
    const [before] = await credentials()
    simulation.openrouter.account.become({ userId: 'user_other', email: 'other@example.com' })
    const { way } = await browser.follow(START)
    const back = new URL(way.at(-1) ?? '').searchParams
    expect(back.get('connect')).toBe('confirm')
    expect(await credentials()).toEqual([before])
    const { link } = rig.server.house
    const person = { userId: user.id, actor: { id: user.id, workspaceId: user.workspaceId } }
    const stranger = { ...person, userId: 'user_x' }
    const flow = back.get('flow') ?? ''
    expect(await link.confirm(stranger, flow)).toBe('expired')
    expect(await link.confirm(person, flow)).toBe('done')
    expect(await link.confirm(person, flow)).toBe('expired')
    expect(await credentials()).toHaveLength(1)
    expect((await view()).connection).toMatchObject({ connectedAs: 'other@example.com' })

    simulation.openrouter.account.become({ userId: 'user_third', email: 'third@example.com' })
    const third = new URL((await browser.follow(START)).way.at(-1) ?? '').searchParams.get('flow') ?? ''
    expect(await link.discard(person, third)).toBe(true)
    expect(await link.confirm(person, third)).toBe('expired')
    expect((await view()).connection).toMatchObject({ connectedAs: 'other@example.com' })
  })

  test('row 25: verifiers never repeat and are 43 characters of base64url', async () => {
    const { createAuthorization } = await import('@keyway/connect')
    const seen = new Set<string>()
    const count = proofCount(1_000_000)
    for (let n = 0; n < count; n++) {
      const { verifier } = await createAuthorization({ issuer: 'https://openrouter.ai' })
      if (!/^[A-Za-z0-9_-]{43}$/.test(verifier)) throw new Error('a verifier is not as RFC 7636 wants it')
      seen.add(verifier)
    }
    expect(seen.size).toBe(count)
  })

  test.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/c/../admin',
    '/%2f',
    '/?temporary=true&next=//evil.example',
  ])('row 26: return_to=%s leads to the settings instead', async (path) => {
    const { way } = await browser.follow(`${START}?return_to=${encodeURIComponent(path)}`)
    expect(way.at(-1)).toBe(`${rig.url}/settings/models?connect=done`)
  })

  test('a temporary chat is come back to as one', async () => {
    const { way } = await browser.follow(`${START}?return_to=${encodeURIComponent('/?temporary=true')}`)
    expect(way.at(-1)).toBe(`${rig.url}/?temporary=true&connect=done`)
  })
})

describe('the button\u2019s address', () => {
  test('leads whoever is not signed in to it, and another site\u2019s link to the button\u2019s page', async () => {
    const nobody = openBrowser(rig)
    expect((await nobody.go(START)).headers.get('location')).toBe('/sign-in?return_to=%2Fsettings%2Fmodels')
    const crossed = await browser.go(START, { 'sec-fetch-site': 'cross-site' })
    expect(crossed.headers.get('location')).toBe('/settings/models')
    expect(crossed.headers.get('set-cookie')).toBeNull()
  })

  test('leads from 127.0.0.1 to the name that cookies are for, first', async () => {
    const url = new URL(`${rig.url}${START}?return_to=/`)
    url.hostname = '127.0.0.1'
    const response = await fetch(url, { redirect: 'manual' })
    expect(response.headers.get('location')).toBe(`${rig.url}${START}?return_to=/`)
  })

  test('refuses terms that are none, and an issuer that is none', async () => {
    for (const query of [
      'limit_usd=-1',
      'limit_usd=1e9',
      'reset=yearly',
      'expires_at=tomorrow',
      'expires_at=2020-01-01T00:00:00Z',
    ]) {
      expect([query, (await browser.go(`${START}?${query}`)).status]).toEqual([query, 400])
    }
    expect((await browser.go('/connect/elsewhere/start')).status).toBe(404)
  })

  test('is not there where the operator switched it off', async () => {
    const off = await startRig({ simulation, env: { KEYWAY_CONNECT_OPENROUTER: 'off' } })
    try {
      const own = openBrowser(off)
      await own.signIn(off.server.house.owner)
      expect((await own.go(START)).status).toBe(404)
    } finally {
      await off.close()
    }
  })
})

test('the id of a connection\u2019s credential follows from who and where', () => {
  const of = { installId: 'i', userId: 'u', issuer: 'openrouter' }
  expect(connectionId(of)).toBe(connectionId({ ...of }))
  expect(connectionId({ ...of, userId: 'v' })).not.toBe(connectionId(of))
})

/** The id of the flow that a callback belongs to. */
async function flowOf(callback: string): Promise<string> {
  const { hashOf } = await import('../link/flow-secrets.ts')
  const stateHash = hashOf(new URL(callback).searchParams.get('state') ?? '')
  return (await rig.server.house.store.findConnectFlow({ stateHash }))?.id ?? ''
}
