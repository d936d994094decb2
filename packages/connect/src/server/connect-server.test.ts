import { inspect } from 'node:util'
import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newSealingSecret } from '../store/sealer.ts'
import { approve } from '../testing/approve.ts'
import { createServerConnect, type ServerConnect, type ServerConnectOptions } from './connect-server.ts'
import { memoryFlows } from './flow-keeper.ts'

const PUBLIC = 'https://app.example'
const keys = [{ id: 'k1', secret: newSealingSecret() }]

let simulation: Simulation
let connected: unknown[]
let failures: unknown[]
let connect: ServerConnect

beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())
beforeEach(() => {
  simulation.reset()
  simulation.openrouter.account.consent = 'approve'
  connected = []
  failures = []
  connect = make()
})

const make = (more: Partial<ServerConnectOptions> = {}) =>
  createServerConnect({
    issuer: simulation.openrouter.siteUrl,
    publicUrl: PUBLIC,
    keys,
    userOf: (request) => request.headers.get('x-user') ?? undefined,
    onConnected: (one) => void connected.push(one),
    onFailed: (error) => void failures.push(error),
    ...more,
  })

const exchanges = () => simulation.requests.filter(({ path }) => path.endsWith('/auth/keys'))

/** A browser with a jar, in which somebody is signed in. */
function browser(name = 'ann') {
  const who: { user: string | undefined } = { user: name }
  const jar = new Map<string, string>()
  return {
    jar,
    ...who,
    async go(path: string, { by = connect, ...init }: RequestInit & { by?: ServerConnect } = {}) {
      const headers = new Headers(init.headers)
      if (this.user !== undefined) headers.set('x-user', this.user)
      if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
      const response = await by.handle(new Request(new URL(path, PUBLIC), { ...init, headers }), undefined)
      if (response === undefined) throw new Error('no route')
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (line.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
      return response
    },
    /** Begins and approves: the path of the callback. */
    async approve(query = '', by = connect) {
      const started = await this.go(`${by.path}/start${query}`, { by })
      const callback = new URL(await approve(started.headers.get('location') ?? ''))
      return callback.pathname + callback.search
    },
  }
}
const place = (response: Response) => response.headers.get('location')

describe('attacks on a server', () => {
  test.each([
    ['no cookie (login CSRF)', async (callback: string) => browser().go(callback)],
    [
      'an attacker\u2019s cookie and state in the victim\u2019s browser, without the cookie',
      async (callback: string) => browser('victim').go(callback),
    ],
    [
      'no state',
      async (callback: string, own: ReturnType<typeof browser>) => own.go(callback.replace(/state=[^&]*/, '')),
    ],
    [
      'another state',
      async (callback: string, own: ReturnType<typeof browser>) =>
        own.go(callback.replace(/state=[^&]{4}/, 'state=AAAA')),
    ],
    [
      'two states',
      async (callback: string, own: ReturnType<typeof browser>) => own.go(`${callback}&state=${'A'.repeat(43)}`),
    ],
    [
      'somebody else signed in meanwhile',
      async (callback: string, own: ReturnType<typeof browser>) => {
        own.user = 'bob'
        return own.go(callback)
      },
    ],
    [
      'another issuer (mix-up)',
      async (callback: string, own: ReturnType<typeof browser>) => own.go(`${callback}&iss=https%3A%2F%2Fevil.example`),
    ],
    [
      'a cookie that was changed',
      async (callback: string, own: ReturnType<typeof browser>) => {
        for (const [name, value] of own.jar) own.jar.set(name, `${value.slice(0, -6)}AAAAAA`)
        return own.go(callback)
      },
    ],
    [
      'a second cookie of the name (planted)',
      async (callback: string, own: ReturnType<typeof browser>) => {
        const [[name = '', value = ''] = []] = own.jar
        own.jar.clear()
        return own.go(callback, { headers: { cookie: `${name}=${value}; ${name}=planted` } })
      },
    ],
    [
      'a cookie of another flow',
      async (callback: string, own: ReturnType<typeof browser>) => {
        const [[name = ''] = []] = own.jar
        await own.go('/connect/start')
        const [, [, other = ''] = []] = own.jar
        own.jar.set(name, other)
        return own.go(callback)
      },
    ],
  ])('with %s: refused, nothing is asked, nothing is kept', async (_name, attack) => {
    const own = browser()
    const response = await attack(await own.approve(), own)
    expect(place(response)).toBe('/?connect=state_mismatch')
    expect([exchanges(), connected]).toEqual([[], []])
    expect(failures).toMatchObject([{ code: 'state_mismatch' }])
  })

  test('an answer of one issuer at another\u2019s callback finds no flow', async () => {
    const other = make({ path: '/connect/other', issuer: 'https://other.example' })
    const own = browser()
    const callback = await own.approve()
    expect(place(await own.go(callback.replace('/connect/', '/connect/other/'), { by: other }))).toContain(
      'state_mismatch',
    )
    expect(exchanges()).toEqual([])
  })

  test('nobody signed in at the end: the code is never exchanged, and the flow is over', async () => {
    connect = make({ signInPath: '/sign-in' })
    const own = browser()
    const callback = await own.approve('?return_to=/chat')
    own.user = undefined
    expect(place(await own.go(callback))).toBe('/sign-in?return_to=%2Fchat')
    own.user = 'ann'
    expect(place(await own.go(callback))).toContain('state_mismatch')
    expect(exchanges()).toEqual([])
  })

  test.each([
    ['in the cookie', {}],
    ['in a store', { flows: memoryFlows() }],
  ])('one callback fifty times at once: one exchange, with the flow kept %s', async (_name, more) => {
    connect = make(more)
    const own = browser()
    const callback = await own.approve()
    const cookie = [...own.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const all = Array.from({ length: 50 }, () => browser().go(callback, { headers: { cookie } }))
    const places = (await Promise.all(all)).map(place).sort()
    expect(places.filter((one) => one === '/?connect=done')).toHaveLength(1)
    expect(exchanges()).toHaveLength(1)
    expect(connected).toHaveLength(1)
  })

  test('a flow that took too long is not exchanged', async () => {
    let ahead = 0
    connect = make({ now: () => Date.now() + ahead })
    const own = browser()
    const callback = await own.approve()
    ahead = 600_001
    expect(place(await own.go(callback))).toBe('/?connect=expired')
    expect(exchanges()).toEqual([])
  })

  test.each([
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/%09/evil',
    'javascript:alert(1)',
    '/..//evil.example',
    '/.//evil.example',
  ])('return_to %j leads nowhere else', async (path) => {
    const own = browser()
    const end = place(await own.go(await own.approve(`?return_to=${encodeURIComponent(path)}`))) ?? ''
    expect(new URL(end, PUBLIC).origin).toBe(PUBLIC)
    expect(end).toMatch(/^\/(?![/\\])/)
  })

  test('another site can link to the button, not press it', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const response = await browser().go('/connect/start', { method: 'POST', headers })
      expect([place(response), response.headers.getSetCookie()]).toEqual(['/', []])
    }
  })

  test('the form of a page that sends no referrer is taken: its origin is null', async () => {
    const headers = { 'sec-fetch-site': 'same-origin', origin: 'null' }
    const response = await browser().go('/connect/start', { method: 'POST', headers })
    expect(place(response)).toContain('/auth?')
  })

  test('nobody signed in begins nothing; other verbs and paths are not taken', async () => {
    const nobody = browser()
    nobody.user = undefined
    expect(place(await nobody.go('/connect/start'))).toBe('/?connect=signed_out')
    expect((await browser().go('/connect/callback', { method: 'POST' })).headers.get('allow')).toBe('GET')
    expect((await browser().go('/connect/start', { method: 'PUT' })).status).toBe(405)
    expect(await connect.handle(new Request(`${PUBLIC}/connect/start/`), undefined)).toBeUndefined()
  })

  test('the verifier is in no address, cookie, error or log; the key is in no answer', async () => {
    const own = browser()
    const started = await own.go('/connect/start')
    const url = place(started) ?? ''
    const bodies: string[] = []
    connect = make({
      fetch: async (to, init) => {
        bodies.push(String(init.body))
        throw new Error(`cannot reach ${to}`)
      },
    })
    const callback = new URL(await approve(url))
    const ended = await own.go(callback.pathname + callback.search)
    const { code_verifier: verifier } = JSON.parse(bodies[0] ?? '')
    const shown = [
      url,
      callback.href,
      inspect(started),
      inspect(ended),
      inspect(failures, { depth: 9 }),
      inspect(connect),
    ].join()
    expect(verifier).toMatch(/^[\w-]{43}$/)
    expect(shown).not.toContain(verifier)
    expect(place(ended)).toBe('/?connect=unreachable')
    connect = make()
    const done = await own.go(await own.approve())
    expect(inspect(done)).not.toContain(simulation.openrouter.account.keys()[0]?.key)
  })

  test.each([
    ['a page', '<html>', 'malformed'],
    ['200 kB', 'x'.repeat(200_000), 'malformed'],
    ['no key', '{}', 'malformed'],
    ['a key with a line break', '{"key":"sk-or-v1-abc\\r\\nx: y"}', 'malformed'],
  ])('an issuer that answers with %s is refused, once', async (_name, body, code) => {
    simulation.openrouter.replyPage('exchange', { body })
    const own = browser()
    expect(place(await own.go(await own.approve()))).toBe(`/?connect=${code}`)
    expect(exchanges()).toHaveLength(1)
    expect(connected).toEqual([])
  })

  test.each([400, 403])('%i at the exchange is "refused", and not tried again', async (status) => {
    simulation.openrouter.spoil('exchange', { kind: 'status', status })
    const own = browser()
    expect(place(await own.go(await own.approve()))).toBe('/?connect=refused')
    expect(exchanges()).toHaveLength(1)
  })

  test('a key that cannot be kept is told of as that', async () => {
    connect = make({
      onConnected: () => {
        throw new Error('disk full')
      },
    })
    const own = browser()
    expect(place(await own.go(await own.approve()))).toBe('/?connect=storage')
    expect(failures).toMatchObject([{ code: 'storage' }])
    // A Keyway ends it; OpenRouter has no such address, which changes nothing.
    const [key] = simulation.openrouter.account.keys()
    const revocations = simulation.requests.filter(({ path }) => path.endsWith('/oauth/revoke'))
    expect(revocations.map(({ body }) => Buffer.from(body).toString())).toEqual([`token=${key?.key}`])
  })

  test('a store whose rows were damaged, swapped, or sealed under a key that is gone, is a flow to begin again', async () => {
    const rows = new Map<string, string>()
    const flows = {
      put: async (id: string, text: string) => void rows.set(id, text),
      take: async (id: string) => rows.get(id),
    }
    connect = make({ flows })
    const own = browser()
    const [one, other] = [await own.approve(), await own.approve()]
    const [[first = '', a = ''] = [], [second = '', b = ''] = []] = rows
    rows.set(first, b).set(second, `${a.slice(0, -4)}AAAA`)
    for (const callback of [one, other]) expect(place(await own.go(callback))).toBe('/?connect=state_mismatch')
    const callback = await own.approve()
    connect = make({ flows, keys: [{ id: 'k2', secret: newSealingSecret() }] })
    expect(place(await own.go(callback))).toBe('/?connect=state_mismatch')
    expect(exchanges()).toEqual([])
  })

  test('flows in memory are bounded, and those that ran out are forgotten', async () => {
    let now = 0
    const flows = memoryFlows(() => now)
    for (let n = 0; n <= 10_000; n++) await flows.put(`${n}`, 'x', 10)
    expect([await flows.take('0'), await flows.take('1'), await flows.take('10000')]).toEqual([undefined, 'x', 'x'])
    now = 10
    await flows.put('late', 'x', 20)
    expect([await flows.take('2'), await flows.take('late')]).toEqual([undefined, 'x'])
  })

  test.each([
    ['a path that is none', { path: 'connect' }],
    ['no key', { keys: [] }],
    ['an address that is none', { publicUrl: 'app.example' }],
    ['an address with a path, which is said elsewhere', { publicUrl: `${PUBLIC}/app` }],
    ['an address to which no issuer sends people back', { publicUrl: 'http://app.example' }],
    ['an issuer over plain http', { issuer: 'http://openrouter.ai' }],
  ])('refuses to be made with %s', (_name, more) => {
    expect(() => make(more)).toThrow(TypeError)
  })
})

describe('connecting on a server', () => {
  test('the key comes to the server, for whoever began; the browser gets a clean address and no cookie stays', async () => {
    const own = browser()
    const end = await own.go(await own.approve('?return_to=%2Fchat%3Fx%3D1'))
    expect([end.status, place(end)]).toEqual([303, '/chat?x=1&connect=done'])
    expect(end.headers.get('cache-control')).toBe('no-store')
    expect(end.headers.get('referrer-policy')).toBe('no-referrer')
    const [key] = simulation.openrouter.account.keys()
    expect(connected).toEqual([
      { key: key?.key, userId: 'user_simulated', user: 'ann', issuer: simulation.openrouter.siteUrl },
    ])
    expect(own.jar.size).toBe(0)
  })

  test('over https the cookie is __Host-, Secure, HttpOnly and Lax', async () => {
    const response = await browser().go('/connect/start')
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-connect_[0-9a-f]{8}_[\w-]{16}=kc1\.k1\.[\w-]+; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      ),
    ])
  })

  test('whatever people are called, the cookie fits a browser', async () => {
    const own = browser('u'.repeat(5_000))
    const started = await own.go(`/connect/start?return_to=/${'x'.repeat(511)}`)
    expect(started.headers.getSetCookie()[0]?.length).toBeLessThan(2_500)
    expect(place(await own.go(await own.approve()))).toBe('/?connect=done')
  })

  test('each key ends so long after the press, however long the server has run', async () => {
    let now = Date.parse('2027-01-01T00:00:00Z')
    connect = make({ now: () => now, keyLifetimeMs: 86_400_000 })
    const ends: (string | null)[] = []
    for (let day = 0; day < 2; day++) {
      ends.push(new URL(place(await browser().go('/connect/start')) ?? '').searchParams.get('expires_at'))
      now += 86_400_000
    }
    expect(ends).toEqual(['2027-01-02T00:00:00Z', '2027-01-03T00:00:00Z'])
  })

  test('many tabs: each is finished in any order, and a browser holds five', async () => {
    const own = browser()
    const callbacks: string[] = []
    for (let tab = 0; tab < 7; tab++) callbacks.push(await own.approve())
    expect(own.jar.size).toBe(5)
    const places: (string | null)[] = []
    for (const callback of callbacks.reverse()) places.push(place(await own.go(callback)))
    expect(places).toEqual([...Array(5).fill('/?connect=done'), '/?connect=state_mismatch', '/?connect=state_mismatch'])
  })

  test('a flow that began before a rotation of keys is finished after it', async () => {
    const own = browser()
    const callback = await own.approve()
    connect = make({ keys: [{ id: 'k2', secret: newSealingSecret() }, ...keys] })
    expect(place(await own.go(callback))).toBe('/?connect=done')
  })

  test('no: cancelled, and said so', async () => {
    simulation.openrouter.account.consent = 'deny'
    const own = browser()
    expect(place(await own.go(await own.approve()))).toBe('/?connect=denied')
  })
})
