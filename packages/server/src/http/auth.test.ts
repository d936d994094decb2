import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import { readAuthQuery } from '../oauth/request.ts'
import { type AppFlow, appFlow, CALLBACK, exchangeCode, pkcePair } from '../testing/app-flow.ts'
import { mostRequestsOfOneBrowser } from '../testing/authorization-server.ts'
import { addMember } from '../testing/browser.ts'
import { type Rig, startRig } from '../testing/rig.ts'

// The way from an app to a person's decision. Rows are those of the list of attacks and misuses in docs/oauth-rows.md.

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const { verifier, challenge } = pkcePair()
const S256 = { code_challenge: challenge, code_challenge_method: 'S256' }

let ahead = 0
const clock = { now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() + ahead }

let rig: Rig
let flow: AppFlow

beforeAll(async () => {
  rig = await startRig({ clock })
  flow = await appFlow(rig)
})
afterAll(() => rig.close())

const store = () => rig.server.house.store
const audited = async (action: string) =>
  (await store().listAudit(rig.server.house.workspace.id, 1_000)).filter((row) => row.action === action)

/** The page that answers a refused request: it says why, and leads nowhere. */
async function refused(query: Readonly<Record<string, string>> | string): Promise<string> {
  const text = typeof query === 'string' ? query : new URLSearchParams(query).toString()
  const response = await flow.browser.go(`/auth?${text}`)
  const page = await response.text()
  expect(`${response.status} ${page}`).toMatch(/^4\d\d [\s\S]*cannot be answered/)
  expect(response.headers.get('location')).toBeNull()
  expect(page).not.toMatch(/<(?!!doctype|\/?(?:html|meta|title|style|header|svg|path|main|section|h1|p)\b)/i)
  return page
}

const withCallback = (callback_url: string) => refused({ callback_url, ...S256 })

describe('an address to go back to', () => {
  test('row 27: refuses a request without one (and without a challenge), an empty one and two', async () => {
    const before = (await audited('oauth.refused')).length
    await refused('')
    await refused('key_label=x')
    await refused({ callback_url: '', ...S256 })
    await refused(`callback_url=${encodeURIComponent(CALLBACK)}&callback_url=${encodeURIComponent(CALLBACK)}`)
    expect(await audited('oauth.refused')).toHaveLength(before + 4)
  })

  test.each<[string, string[]]>([
    [
      'row 28: refuses scripts, however they are spelled',
      [
        'javascript:alert(1)',
        'JaVaScRiPt:alert(1)',
        'java\tscript:alert(1)',
        '  javascript:alert(1)',
        ' https://app.example/',
      ],
    ],
    [
      'row 29: refuses every other scheme',
      [
        'data:text/html,x',
        'blob:https://app.example/x',
        'vbscript:x',
        'file:///etc/passwd',
        'about:blank',
        'view-source:https://app.example/',
        'ws://localhost/',
        'ftp://localhost/',
        'com.example.app:/cb',
      ],
    ],
    [
      'row 30: refuses user names and escaped hosts',
      [
        'https://good.com@evil.com/',
        'https://user:pw@app.example/',
        'https://good.com%2f@evil.com/',
        'https://good.com%2fevil.com/',
      ],
    ],
    [
      'row 31: refuses backslashes',
      ['https://good.com\\@evil.com/', 'https://app.example\\cb', 'https://app.example/a\\b'],
    ],
    [
      'row 32: refuses control characters anywhere',
      [
        'https://exa\nmple.com/',
        'https://exa\tmple.com/',
        'https://app.example/\r\nx',
        'https://app.example/\0',
        'https://app.example/\u007f',
      ],
    ],
    [
      'row 33: refuses what is no whole address',
      ['//evil.com', 'https:evil.com', 'https:/evil.com', 'https:///evil.com', 'evil.com', '/cb'],
    ],
    [
      'row 34: refuses fragments, a bare one too',
      ['https://app.example/#x', 'https://app.example/cb#', 'http://localhost:3000/#'],
    ],
    [
      'row 35: refuses paths that lead elsewhere than they read',
      [
        'https://app.example/a/../b',
        'https://app.example/%2e%2e/',
        'https://app.example/%2e%2e%2fb',
        'https://app.example/a%5cb',
        'https://app.example/./cb',
      ],
    ],
    [
      'row 36: refuses letters of other scripts unless they are in punycode',
      ['https://аррӏе.com/', 'https://app.example/ä'],
    ],
    [
      'row 37: refuses hosts that are rewritten on the way',
      ['https://app．example/', 'https://ⓔxample.com/', 'https://faß.de/'],
    ],
    [
      'row 38: refuses a host in capitals and one that ends in a dot',
      ['https://App.Example/cb', 'https://app.example./cb', 'HTTPS://app.example/cb'],
    ],
    [
      'row 39: refuses ports that are misspelled, reserved or blocked',
      [
        'https://app.example:0443/',
        'https://app.example:/',
        'https://app.example:65536/',
        'https://app.example:0/',
        'https://app.example:22/',
        'https://app.example:25/',
        'https://app.example:6000/',
        'http://localhost:22/',
      ],
    ],
    ['row 40: refuses plain http elsewhere than on this computer', ['http://example.com/cb', 'http://10.0.0.1/cb']],
    [
      'row 41: refuses names that only look like this computer',
      ['http://localhost.evil.com/', 'http://127.0.0.1.nip.io/', 'http://foo.localhost/', 'http://localhost./'],
    ],
    [
      'row 42: refuses other spellings of its address',
      ['http://127.1/', 'http://0x7f.1/', 'http://2130706433/', 'http://0177.0.0.1/'],
    ],
    [
      'row 43: refuses other spellings of its IPv6 address',
      ['http://[0:0:0:0:0:0:0:1]/', 'http://[::ffff:127.0.0.1]/', 'http://0/', 'http://[::]/'],
    ],
    [
      'row 48: refuses a query that already says what the answer says',
      [
        'https://app.example/cb?code=x',
        'https://app.example/cb?iss=x',
        'https://app.example/cb?a=1&error=x',
        'https://app.example/cb?%63ode=x',
      ],
    ],
  ])('%s', async (_name, addresses) => {
    for (const address of addresses) await withCallback(address)
  })

  test('row 36: shows a name with other letters as it is written in ASCII, and says so', async () => {
    const { app } = await flow.question(await flow.begin({ callback_url: 'https://xn--80ak6aa92e.com/cb', ...S256 }))
    expect(app).toEqual({
      kind: 'web',
      origin: 'https://xn--80ak6aa92e.com',
      host: 'xn--80ak6aa92e.com',
      name: null,
      claimed: null,
      script: 'other',
    })
  })

  test('row 43, 44: takes this computer at any port, and keeps the port of the request', async () => {
    for (const callback_url of [
      'http://[::1]:49152/cb',
      'http://127.0.0.1:3000/',
      'http://localhost:61234',
      'http://localhost/cb',
    ]) {
      const id = await flow.begin({ callback_url, ...S256 })
      const { app } = await flow.question(id)
      expect(app).toMatchObject({ kind: 'this_computer', name: null, host: new URL(callback_url).host })
      const { redirect_url } = await flow.allow(id)
      expect(redirect_url?.startsWith(`${callback_url}?code=`)).toBe(true)
    }
  })

  test('row 45: refuses to go back to itself', async () => {
    const { port } = new URL(rig.url)
    for (const host of ['localhost', '127.0.0.1', '[::1]']) await withCallback(`http://${host}:${port}/chat`)
    const beside = { callback_url: `http://127.0.0.1:${Number(port) === 1025 ? 1026 : Number(port) - 1}/cb`, ...S256 }
    expect((await flow.question(await flow.begin(beside))).app.kind).toBe('this_computer')
  })

  test('row 46: takes an open redirector as the site that it is, and gives whoever it leads to nothing to use', async () => {
    const code = await flow.code({ callback_url: 'https://trusted.example/go?to=https://evil.example', ...S256 })
    expect((await exchangeCode(rig, { code })).status).toBe(403)
    expect((await exchangeCode(rig, { code, code_verifier: pkcePair().verifier })).status).toBe(403)
  })

  test('row 47: refuses long addresses and many parameters at once, in less than five milliseconds', async () => {
    const asked = new URLSearchParams({ callback_url: CALLBACK, ...S256 }).toString()
    const long = new URLSearchParams({ callback_url: `https://app.example/${'a'.repeat(8_200)}`, ...S256 }).toString()
    const many = `${asked}${'&a=1'.repeat(2_000)}`
    await withCallback(`https://app.example/${'a'.repeat(2_000)}`)
    for (const query of [long, many]) {
      await refused(query)
      // The reading alone: what else the machine does between two answers is not this test's.
      const took = Array.from({ length: 51 }, () => {
        const begin = performance.now()
        expect(() => readAuthQuery(query, { policy: 'any', ownOrigin: rig.url, now: 0 })).toThrow(KeywayError)
        return performance.now() - begin
      })
      expect(took.toSorted((one, other) => one - other)[25]).toBeLessThan(5)
    }
  })

  test('row 49: keeps the address\u2019s own query byte for byte, a state in it too, and adds to its end', async () => {
    const callback_url = 'https://app.example/cb?s=1&x=%2B&state=a+b%20c'
    const { redirect_url } = await flow.allow(await flow.begin({ callback_url, ...S256 }))
    const iss = encodeURIComponent(rig.url)
    expect(redirect_url).toMatch(new RegExp(`^${callback_url.replace(/[.?+]/g, '\\$&')}&code=[\\w-]{43}&iss=${iss}$`))
    await refused({ callback_url, state: 'another', ...S256 })
    const top = await flow.allow(await flow.begin({ callback_url: CALLBACK, state: 'x/y=', ...S256 }))
    expect(new URL(top.redirect_url ?? '').searchParams.get('state')).toBe('x/y=')
  })
})

describe('a challenge and a wish', () => {
  test('row 52, 53: refuses unknown methods and malformed challenges, and names the form', async () => {
    for (const code_challenge_method of ['s256', 'S512', '', 'Plain'])
      await refused({ callback_url: CALLBACK, code_challenge: challenge, code_challenge_method })
    await refused(`${new URLSearchParams({ callback_url: CALLBACK, ...S256 })}&code_challenge_method=S256`)
    await refused({ callback_url: CALLBACK, code_challenge_method: 'S256' })
    for (const bad of [
      challenge.slice(1),
      `${challenge}a`,
      'a'.repeat(129),
      `${challenge.slice(0, 42)}=`,
      `${challenge.slice(0, 42)}+`,
      `${challenge.slice(0, 42)}/`,
      `${challenge.slice(0, 42)}é`,
      '',
    ]) {
      const page = await refused({ callback_url: CALLBACK, code_challenge: bad, code_challenge_method: 'S256' })
      expect(page).toContain('base64url without padding')
    }
    await refused({ callback_url: CALLBACK, code_challenge: 'a'.repeat(257) })
    await refused({ callback_url: CALLBACK, code_challenge: 'a b' })
  })

  test('row 54: tells the person that a challenge was used before', async () => {
    const again = pkcePair()
    const query = {
      callback_url: 'https://reuse.example/',
      code_challenge: again.challenge,
      code_challenge_method: 'S256',
    }
    const first = await flow.begin(query)
    expect((await flow.question(first)).challenge_reused).toBe(false)
    await flow.allow(first)
    expect((await flow.question(await flow.begin(query))).challenge_reused).toBe(true)
  })

  test('row 55: refuses caps that are none, and takes 0 for no money at all', async () => {
    for (const limit of [
      '-1',
      'NaN',
      '1e309',
      '1e-30',
      '"5"',
      String(0.1 + 0.2),
      String(10 ** 20),
      'Infinity',
      '',
      '5 ',
    ]) {
      expect(await refused({ callback_url: CALLBACK, limit, ...S256 })).toContain('limit')
    }
    const code = await flow.code({ callback_url: CALLBACK, limit: '0', ...S256 })
    const { key } = JSON.parse(await (await exchangeCode(rig, { code, code_verifier: verifier })).text())
    const chat = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }
    expect((await rig.call('/api/v1/chat/completions', { key, json: chat })).status).toBe(402)
  })

  test('row 56: refuses ends that are past, vague or impossible, and never goes beyond the operator\u2019s', async () => {
    for (const expires_at of [
      '2020-01-01T00:00:00Z',
      '2030-01-01T00:00',
      '2030-01-01T00:00:00',
      '2027-02-29T00:00:00Z',
      '99999-01-01T00:00:00Z',
      'soon',
      '',
    ]) {
      expect(await refused({ callback_url: CALLBACK, expires_at, ...S256 })).toContain('expires_at')
    }
    const id = await flow.begin({ callback_url: CALLBACK, expires_at: '9999-12-31T23:59:59Z', ...S256 })
    const { bounds } = await flow.question(id)
    expect(Date.parse(bounds.expires_at_max)).toBeLessThan(clock.now() + 366 * DAY)
  })

  test('row 57: refuses names that deceive the eye, counts letters, and shows a name as text', async () => {
    for (const key_label of [
      '',
      '   ',
      'a\u202egnp',
      'a\u200bb',
      'a\u2066b',
      'a\nb',
      'a\u0000',
      'a'.repeat(101),
      '\u{1f511}'.repeat(101),
    ]) {
      expect(await refused({ callback_url: CALLBACK, key_label, ...S256 })).toContain('key_label')
    }
    for (const key_label of ['\u{1f511}'.repeat(100), '\u{1f469}\u200d\u{1f4bb} laptop', '<b>Bold</b>']) {
      const { key_name } = await flow.question(await flow.begin({ callback_url: CALLBACK, key_label, ...S256 }))
      expect(key_label.startsWith(key_name)).toBe(true)
      await flow.allow(await flow.begin({ callback_url: CALLBACK, key_label, ...S256 }))
    }
  })

  test('what the app asks for only lowers what the person gives', async () => {
    const give = async (asked: Record<string, string>, choice: Parameters<AppFlow['allow']>[1]) => {
      const pair = pkcePair()
      const query = { callback_url: CALLBACK, code_challenge: pair.challenge, code_challenge_method: 'S256', ...asked }
      const code = await flow.code(query, choice)
      const { key } = JSON.parse(await (await exchangeCode(rig, { code, code_verifier: pair.verifier })).text())
      return JSON.parse(await (await rig.call('/api/v1/key', { key })).text()).data
    }
    expect(await give({ limit: '2' }, { limit_usd: '10', reset: 'monthly' })).toMatchObject({
      limit: 2,
      limit_reset: null,
    })
    expect(await give({ limit: '50' }, { limit_usd: '3', reset: null })).toMatchObject({ limit: 3 })
    expect(await give({ limit: '5', usage_limit_type: 'weekly' }, { reset: 'daily' })).toMatchObject({
      limit_reset: 'weekly',
    })
    expect(await give({}, { reset: 'daily', limit_usd: '1.50' })).toMatchObject({ limit: 1.5, limit_reset: 'daily' })
    // Above the operator's own bound, too.
    expect(await give({}, { limit_usd: '99999' }).then(({ limit }) => limit)).toBe(100)
    // The page tells an app that has a key already from one that comes for the first time.
    expect((await flow.question(await flow.begin({ callback_url: CALLBACK, ...S256 }))).known).toBe(true)
    const other = { callback_url: 'https://never-seen.example/', ...S256 }
    expect((await flow.question(await flow.begin(other))).known).toBe(false)
  })
})

describe('the decision', () => {
  const query = () => ({ callback_url: CALLBACK, code_challenge: pkcePair().challenge, code_challenge_method: 'S256' })

  test('row 58: keeps everything here, and only the request\u2019s id travels; nobody is signed in by it', async () => {
    const nobody = await appFlow(rig, null)
    const response = await nobody.browser.go(`/auth?${new URLSearchParams({ ...query(), state: 'private' })}`)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toMatch(/^\/auth\/auth_\w{24}$/)
    const id = (response.headers.get('location') ?? '').slice('/auth/'.length)
    expect(await nobody.question(id)).toMatchObject({ csrf: null, state: 'open' })
    const body = { csrf: 'x', limit_usd: '1', reset: null, days: 1, models: null, share_identity: false }
    expect((await nobody.send('POST', `/api/app/auth/${id}/allow`, { body })).status).toBe(401)
    // Signing in in between leads back to the same request.
    await nobody.browser.signIn(rig.server.house.owner)
    expect((await nobody.allow(id)).redirect_url).toContain('state=private')
  })

  test('row 60, 73, 124: the page is framed by nobody, read by no other site, and tells no other site where it was', async () => {
    const id = await flow.begin(query())
    for (const path of [`/auth/${id}`, '/auth?callback_url=x']) {
      const { headers } = await flow.browser.go(path, { origin: 'https://evil.example' })
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('access-control-allow-origin')).toBeNull()
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toContain('no-store')
    }
    const preflight = await fetch(`${rig.url}/auth`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'GET' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    expect(preflight.status).toBe(405)
  })

  test('row 62: refuses a missing token, another request\u2019s, another session\u2019s and a replayed one', async () => {
    const [one, two] = [await flow.begin(query()), await flow.begin(query())]
    const other = await appFlow(rig)
    const theirs = await other.question(await other.begin(query()))
    for (const csrf of ['', 'x', (await flow.question(two)).csrf ?? '', theirs.csrf ?? '']) {
      await expect(flow.allow(one, { csrf })).rejects.toThrow(/403 /)
    }
    await flow.allow(one)
    await expect(flow.allow(one)).rejects.toThrow(/409 .*decided already/)
  })

  test('row 63: refuses decisions that come from elsewhere', async () => {
    const id = await flow.begin(query())
    const { csrf } = await flow.question(id)
    const body = { csrf, limit_usd: '1', reset: null, days: 1, models: null, share_identity: false }
    for (const headers of [
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: null },
      { 'sec-fetch-site': 'cross-site' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
    ]) {
      const response = await flow.send('POST', `/api/app/auth/${id}/allow`, { body, headers })
      expect([403, 415]).toContain(response.status)
      expect([403, 415]).toContain((await flow.send('POST', `/api/app/auth/${id}/deny`, { headers })).status)
    }
    expect((await flow.question(id)).state).toBe('open')
    // Each is in the audit log, though it came no further than the door.
    expect((await audited('oauth.refused')).filter(({ object }) => object === id)).toHaveLength(12)
  })

  test('row 64, 65: takes nothing from the page but the choice; allowing by GET is no way', async () => {
    const id = await flow.begin(query())
    const { csrf } = await flow.question(id)
    const tampered = {
      csrf,
      limit_usd: '1',
      reset: null,
      days: 1,
      models: null,
      share_identity: false,
      callback_url: 'https://evil.example',
      user_id: 'user_x',
      limit: 1e9,
      app_id: 1,
    }
    const response = await flow.send('POST', `/api/app/auth/${id}/allow`, { body: tampered })
    const { redirect_url } = JSON.parse(await response.text())
    expect(new URL(redirect_url).origin).toBe('https://app.example')
    const get = await flow.send('GET', `/api/app/auth/${id}/allow`)
    expect(get.status).toBe(405)
    expect((await flow.browser.go(`/auth/${id}?approve=1`)).status).toBe(200)
  })

  test('row 66: asks every time, whatever the app wishes', async () => {
    await flow.code({ callback_url: CALLBACK, ...S256 })
    const response = await flow.browser.go(
      `/auth?${new URLSearchParams({ ...query(), prompt: 'none', approve: 'true' })}`,
    )
    expect(response.headers.get('location')).toMatch(/^\/auth\/auth_/)
  })

  test('row 67: refusing tells a program on this computer, and redirects to no site that nobody vouches for', async () => {
    const before = (await audited('oauth.deny')).length
    const deny = async (callback_url: string, more: Record<string, string> = {}) => {
      const id = await flow.begin({ ...query(), callback_url, ...more })
      return JSON.parse(await (await flow.send('POST', `/api/app/auth/${id}/deny`)).text())
    }
    expect(await deny(CALLBACK)).toEqual({ redirect_url: null, code: null })
    const told = new URL((await deny('http://localhost:3000/cb', { state: 's' })).redirect_url)
    expect(told.searchParams.get('error')).toBe('access_denied')
    expect(told.searchParams.get('state')).toBe('s')
    expect(told.searchParams.get('iss')).toBe(rig.url)
    expect(told.searchParams.has('code')).toBe(false)
    expect(await audited('oauth.deny')).toHaveLength(before + 2)
  })

  test('row 68: one decision, however often it is pressed', async () => {
    const id = await flow.begin(query())
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => flow.allow(id)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await flow.send('POST', `/api/app/auth/${id}/deny`)).status).toBe(409)
  })

  test('row 69: two tabs of one app each carry their own cap', async () => {
    const pairs = [pkcePair(), pkcePair()]
    const ids = await Promise.all(pairs.map((pair) => flow.begin({ ...query(), code_challenge: pair.challenge })))
    const limits = ['1', '2']
    const codes: string[] = []
    for (const [at, id] of ids.entries()) {
      const { redirect_url } = await flow.allow(id, { limit_usd: limits[at] ?? '' })
      codes.push(new URL(redirect_url ?? '').searchParams.get('code') ?? '')
    }
    for (const at of [1, 0]) {
      const answer = await exchangeCode(rig, { code: codes[at], code_verifier: pairs[at]?.verifier })
      const { key } = JSON.parse(await answer.text())
      expect(JSON.parse(await (await rig.call('/api/v1/key', { key })).text()).data.limit).toBe(at + 1)
    }
  })

  test('row 70: a high cap asks for a sign-in of the last five minutes', async () => {
    const person = await appFlow(rig)
    ahead += 6 * MINUTE
    const id = await person.begin(query())
    await expect(person.allow(id, { limit_usd: '21' })).rejects.toThrow(/sign_in_again/)
    expect((await person.allow(id, { limit_usd: '20' })).redirect_url).not.toBeNull()
    const again = await appFlow(rig)
    expect((await again.allow(await again.begin(query()), { limit_usd: '21' })).redirect_url).not.toBeNull()
  })

  test('row 71: nothing is given for somebody who was disabled, or whose password changed, in between', async () => {
    const pair = pkcePair()
    const ask = { ...query(), code_challenge: pair.challenge }
    const person = await addMember(rig, 'Gone')
    const code = await (await appFlow(rig, person)).code(ask)
    const actor = { id: rig.server.house.owner.id, workspaceId: person.workspaceId }
    await store().updateUser(person.id, { disabledAt: clock.now() }, actor)
    expect((await exchangeCode(rig, { code, code_verifier: pair.verifier })).status).toBe(403)
    const other = await addMember(rig, 'Changed')
    const theirs = await (await appFlow(rig, other)).code(ask)
    const password = {
      userId: other.id,
      workspaceId: other.workspaceId,
      login: 'changed',
      cost: 2,
      blockSize: 1,
      parallelism: 1,
      salt: new Uint8Array(16),
      hash: new Uint8Array(32),
      changedAt: clock.now() + 1,
    }
    await store().putPassword(password, { keepSession: '', actor })
    expect((await exchangeCode(rig, { code: theirs, code_verifier: pair.verifier })).status).toBe(403)
  })

  test('a request is of the browser that it began in: its link is nothing to another', async () => {
    const id = await flow.begin(query())
    const victim = await appFlow(rig)
    await victim.begin(query())
    expect((await victim.send('GET', `/api/app/auth/${id}`)).status).toBe(404)
    expect((await victim.send('POST', `/api/app/auth/${id}/deny`)).status).toBe(404)
    ahead += 16 * MINUTE
    expect((await flow.send('GET', `/api/app/auth/${id}`)).status).toBe(404)
  })

  test('row 74: a flood is slowed down, and what it leaves is bounded', async () => {
    ahead += 2 * MINUTE
    const before = (await audited('oauth.refused')).length
    const flood = await appFlow(rig, null)
    const text = new URLSearchParams(query()).toString()
    const statuses = new Map<number, number>()
    for (let hit = 0; hit < 1_000; hit++) {
      const response = await flood.browser.go(`/auth?${text}`)
      await response.body?.cancel()
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
    }
    expect(statuses.get(303)).toBe(300)
    expect(statuses.get(429)).toBe(700)
    expect(await audited('oauth.refused')).toHaveLength(before + 1)
    ahead += 2 * MINUTE
    // One browser keeps twenty; the others of the flood are gone.
    expect(mostRequestsOfOneBrowser(rig)).toBeLessThanOrEqual(20)
  })
})

describe('headless', () => {
  test('shows the code instead of sending it, and needs a challenge', async () => {
    const pair = pkcePair()
    await refused({ key_label: 'Server', code_challenge: '' })
    const decided = await flow.allow(
      await flow.begin({ code_challenge: pair.challenge, code_challenge_method: 'S256', key_label: 'Server' }),
    )
    expect(decided).toEqual({ redirect_url: null, code: expect.stringMatching(/^[\w-]{43}$/) })
    const answer = await exchangeCode(rig, { code: decided.code, code_verifier: pair.verifier })
    expect(answer.status).toBe(200)
  })
})

describe('modes', () => {
  const asks = async (env: Record<string, string>, addresses: readonly string[]) => {
    const other = await startRig({ env })
    try {
      const { browser } = await appFlow(other)
      const statuses: number[] = []
      for (const callback_url of addresses) {
        const response = await browser.go(`/auth?${new URLSearchParams({ callback_url, ...S256 })}`)
        await response.body?.cancel()
        statuses.push(response.status)
      }
      return statuses
    } finally {
      await other.close()
    }
  }
  const APPS = JSON.stringify([{ name: 'Notes', callback_urls: ['https://notes.example/cb', 'http://localhost/cb'] }])

  test('allowlist: the listed origins and nobody else', async () => {
    const env = { KEYWAY_OAUTH__MODE: 'allowlist', KEYWAY_OAUTH__ALLOWED_ORIGINS: 'https://app.example,loopback' }
    expect(
      await asks(env, [CALLBACK, 'http://localhost:3000/', 'https://other.example/', 'https://sub.app.example/']),
    ).toEqual([303, 303, 400, 400])
  })

  test('registered: the very callbacks and nobody else; on this computer any port', async () => {
    const env = { KEYWAY_OAUTH__MODE: 'registered', KEYWAY_OAUTH__APPS: APPS }
    const addresses = [
      'https://notes.example/cb',
      'http://localhost:4711/cb',
      'https://notes.example/other',
      'http://localhost:4711/',
      'http://127.0.0.1/cb',
    ]
    expect(await asks(env, addresses)).toEqual([303, 303, 400, 400, 400])
  })
})
