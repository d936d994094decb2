import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appBrowser } from '../testing/app-browser.ts'
import { type AppFlow, appFlow, CALLBACK, exchangeCode, pkcePair } from '../testing/app-flow.ts'
import { addMember } from '../testing/browser.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { sessionCookie } from './app/session-cookie.ts'

// What becomes of a code and a key after they were given. Rows are those of the list in docs/oauth-rows.md.

const CHAT = '/api/v1/chat/completions'
const ASK = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }

let rig: Rig
let flow: AppFlow
const lines: string[] = []

beforeAll(async () => {
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  rig = await startRig({ log })
  flow = await appFlow(rig)
})
afterAll(() => rig.close())

const store = () => rig.server.house.store

async function given(of: AppFlow = flow) {
  const pair = pkcePair()
  const query = {
    callback_url: CALLBACK,
    state: 'state-canary',
    code_challenge: pair.challenge,
    code_challenge_method: 'S256',
  }
  const id = await of.begin(query)
  const { csrf } = await of.question(id)
  const { redirect_url } = await of.allow(id)
  const code = new URL(redirect_url ?? '').searchParams.get('code') ?? ''
  const answer = await exchangeCode(rig, { code, code_verifier: pair.verifier })
  const { key } = JSON.parse(await answer.text()) as { key: string }
  return { key, code, csrf: csrf ?? '', verifier: pair.verifier }
}

describe('a key that was given', () => {
  test('row 101, 126: is kept by nobody, like its code, verifier and token: in no file, log, list, metric or audit row', async () => {
    const secrets = await given()
    await (await rig.call(CHAT, { key: secrets.key, json: ASK })).text()
    // Refused ones as well, since refusals are written down.
    await (await exchangeCode(rig, { code: secrets.code, code_verifier: `${secrets.verifier}x` })).text()
    await (
      await exchangeCode(rig, { code: secrets.code, code_verifier_typo: secrets.verifier, code_verifier: 7 })
    ).text()
    const places = new Map<string, string>()
    for (const name of readdirSync(rig.home)) {
      if (/\.db/.test(name)) places.set(name, readFileSync(`${rig.home}/${name}`, 'latin1'))
    }
    places.set('the log', lines.join(''))
    places.set('audit', JSON.stringify(await store().listAudit(rig.server.house.workspace.id, 1_000)))
    for (const path of ['/api/v1/keys', '/api/v1/key', '/metrics', '/openapi.json']) {
      places.set(path, await (await rig.call(path, { key: rig.managementKey })).text())
    }
    for (const path of ['/api/app/keys', '/api/app/usage', '/api/app/me']) {
      places.set(path, await (await flow.send('GET', path)).text())
    }
    expect(places.size).toBeGreaterThan(8)
    const found: string[] = []
    for (const [place, text] of places) {
      for (const [name, secret] of Object.entries(secrets)) {
        expect(secret.length).toBeGreaterThan(40)
        for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64url')]) {
          if (text.includes(form)) found.push(`${name} in ${place}`)
        }
      }
    }
    expect(found).toEqual([])
    expect(places.get('/api/v1/keys')).toContain(`kwy_k1_...${secrets.key.slice(-4)}`)
  })

  test('row 105, 106: ends for a stream that is running, when whoever holds it gives it back', async () => {
    const { key } = await given()
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 3 })
    const response = await rig.call(CHAT, {
      key,
      json: {
        ...ASK,
        stream: true,
        provider: { only: ['openai'] },
        messages: [{ role: 'user', content: 'write 100 words' }],
      },
    })
    let text = ''
    let revokedAt = 0
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8')
      if (revokedAt === 0 && text.includes('"delta"')) {
        const form = new URLSearchParams({ token: key })
        expect((await fetch(`${rig.url}/oauth/revoke`, { method: 'POST', body: form })).status).toBe(200)
        revokedAt = performance.now()
        expect((await rig.call('/api/v1/key', { key })).status).toBe(401)
        expect(performance.now() - revokedAt).toBeLessThan(1_000)
      }
    }
    expect(performance.now() - revokedAt).toBeLessThan(5_000)
    expect(text).toContain('key_revoked')
    expect(text).not.toContain('[DONE]')
    rig.simulation.reset()
  })

  test('row 108: dies with its person, within a second, and a stream of it too', async () => {
    const person = await addMember(rig, 'Leaving')
    const { key } = await given(await appFlow(rig, person))
    expect((await rig.call('/api/v1/key', { key })).status).toBe(200)
    const { vault, owner, clock, workspace } = rig.server.house
    const openai = (await vault.list(workspace.id)).find(({ provider }) => provider === 'openai')
    if (openai === undefined) throw new Error('the owner has no credential')
    const { workspaceId, provider, name, baseUrl, priority } = openai
    const secret = await vault.open(openai.id, { baseUrl })
    const own = { userId: person.id, origin: 'pasted', reach: 'own', allowPrivate: true, secret } as const
    await vault.put({ workspaceId, provider, name, baseUrl, priority, ...own }, { id: person.id, workspaceId })
    // Also for whoever asks it for its models, now that it has a credential more.
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 3 }, { times: 5 })
    const messages = [{ role: 'user', content: 'write 100 words' }]
    const json = { ...ASK, stream: true, provider: { only: ['openai'] }, messages }
    const response = await rig.call(CHAT, { key, json })
    let text = ''
    let since = 0
    expect(response.status).toBe(200)
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8')
      if (since !== 0 || !text.includes('"delta"')) continue
      await store().updateUser(person.id, { disabledAt: clock.now() }, { id: owner.id, workspaceId })
      since = performance.now()
      expect((await rig.call('/api/v1/key', { key })).status).toBe(401)
      expect(performance.now() - since).toBeLessThan(1_000)
    }
    expect(since).toBeGreaterThan(0)
    expect(performance.now() - since).toBeLessThan(5_000)
    expect(text).not.toContain('[DONE]')
    expect(text).toContain('"error"')
    rig.simulation.reset()
  })

  test('row 109, 112: is looked for by what it is: nothing misspelled, malformed or clever reaches the database', async () => {
    const { key } = await given()
    const real = store().findKeyByMac
    let looks = 0
    store().findKeyByMac = (...of) => {
      looks += 1
      return real(...of)
    }
    try {
      for (const wrong of [
        `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`,
        key.replace('kwy_k1_', 'kwy_m1_'),
        key.replace('kwy_', 'sk-or-v1-'),
        key.toLowerCase(),
        `${key}'--`,
        "'%20OR%20'1'='1",
        'x'.repeat(10_000),
      ]) {
        const response = await rig.call('/api/v1/key', { key: wrong })
        const text = await response.text()
        expect(`${wrong.slice(0, 30)} ${response.status}`).toBe(`${wrong.slice(0, 30)} 401`)
        expect(text).not.toContain(wrong)
      }
    } finally {
      store().findKeyByMac = real
    }
    expect(looks).toBe(0)
    expect((await rig.call('/api/v1/key', { key })).status).toBe(200)
  })
})

describe('every way in', () => {
  const source = fileURLToPath(new URL('..', import.meta.url))
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/test|\/testing\//.test(name))
    .map((name) => ({ name, text: readFileSync(`${source}/${name}`, 'utf8') }))

  test('row 59: no form of ours is ever sent on: redirects are 303, and signing in answers without one', async () => {
    const redirects = files.flatMap(({ text }) =>
      [...text.matchAll(/\.redirect\((?:[^()]|\([^()]*\))*\)/g)].map(([call]) => call),
    )
    expect(redirects.length).toBeGreaterThan(5)
    expect(redirects.filter((call) => !/, 303\)$/.test(call))).toEqual([])
    const browser = appBrowser(rig)
    const response = await browser.send('POST /api/app/login/password', { body: { login: 'nobody', password: 'x' } })
    expect(response.headers.get('location')).toBeNull()
  })

  test('row 123: no session begins but where the second factor is asked about', () => {
    const minting = files
      .filter(({ text }) => /\bbeginSession\(/.test(text))
      .map(({ name }) => name.replaceAll('\\', '/'))
    expect(minting.sort()).toEqual(['accounts/sessions.ts', 'accounts/visitors.ts', 'http/app/begin-session.ts'])
    // Past the door without a second step come only those whose first one is no password: a new person, a passkey.
    const past = files.filter(({ text }) => /\bsignIn\(edge/.test(text)).map(({ name }) => name.replaceAll('\\', '/'))
    expect(past.sort()).toEqual(PAST_THE_DOOR)
  })

  test('row 118: reading changes nothing: no GET of the API leaves a trace in what people own', async () => {
    const traces = async () => {
      const { workspace, owner } = rig.server.house
      const [audit, keys, users, credentials, grants] = await Promise.all([
        store().listAudit(workspace.id, 1_000),
        store().listKeys(workspace.id, { offset: 0, limit: 1_000, includeDisabled: true }),
        store().listUsers(workspace.id),
        store().listCredentials(workspace.id),
        store().listGrants({ userId: owner.id }),
      ])
      const lasting = keys.map(({ hash, name, disabled, limit, expiresAt, revokedAt }) => [
        hash,
        name,
        disabled,
        limit,
        expiresAt,
        revokedAt,
      ])
      return JSON.stringify(
        [audit.map(({ action }) => action), lasting, users, credentials.length, grants],
        (_, value) => (typeof value === 'bigint' ? String(value) : value),
      )
    }
    // Signing in by a page makes the hidden key of the chat; nobody did here, so that the first question would.
    await (await flow.send('GET', '/api/app/models')).body?.cancel()
    const before = await traces()
    let asked = 0
    for (const { method, url } of rig.server.routes) {
      if (method !== 'GET' || !/^\/(?:api\/|v1\/)/.test(url) || /events$/.test(url)) continue
      const path = url.replace(':hash', 'a'.repeat(64)).replace('*', 'openai/gpt-4o-mini').replace(/:\w+/, 'x')
      const response = url.startsWith('/api/app/')
        ? await flow.send('GET', path)
        : await rig.call(path, { key: rig.managementKey })
      await response.body?.cancel()
      asked += 1
    }
    expect(asked).toBeGreaterThan(30)
    expect(await traces()).toBe(before)
  })

  test('row 132: no route gives out what the process holds, and a diagnostic report leaves the environment out', async () => {
    expect(
      rig.server.routes.filter(({ url }) => /heap|snapshot|dump|debug|inspect|report|environ|proc/.test(url)),
    ).toEqual([])
    process.env['KEYWAY_CANARY'] = 'environment-canary'
    try {
      const report = process.report.getReport() as { environmentVariables?: unknown }
      expect(JSON.stringify(report.environmentVariables ?? {})).not.toContain('environment-canary')
    } finally {
      delete process.env['KEYWAY_CANARY']
    }
    // What the system tells of the process has the root key nowhere: it came from a file.
    const [rootKey = ''] = /[A-Za-z0-9+/]{43}=/.exec(readFileSync(rig.server.house.config.root_key_file, 'utf8')) ?? []
    expect(rootKey).toHaveLength(44)
    const told = ['environ', 'cmdline'].map((name) => `/proc/self/${name}`).filter((path) => existsSync(path))
    for (const path of told) expect(readFileSync(path, 'latin1')).not.toContain(rootKey)
    expect(process.platform === 'linux' ? told.length : 2).toBe(2)
    // The root key is in a file of its own, that nobody else may read.
    expect(rig.server.house.config.root_key_file).toContain(rig.home)
  })

  test('row 115: a session whose cookie stands twice, or among hundreds, is none', async () => {
    const { name } = sessionCookie(rig.url, store().installId)
    const value = flow.browser.cookies.get(name)
    const me = async (cookie: string) => (await flow.send('GET', '/api/app/me', { headers: { cookie } })).status
    expect(await me(`${name}=${value}`)).toBe(200)
    expect(await me(`${name}=${value}; ${name}=planted`)).toBe(401)
    expect(await me(`${Array.from({ length: 400 }, (_, n) => `c${n}=1`).join('; ')}; ${name}=${value}`)).toBe(401)
  })
})

/** Where a session begins without a second step. */
const PAST_THE_DOOR = [
  'http/app/begin-session.ts',
  'http/app/login.ts',
  'http/app/me.ts',
  'http/app/sign-up.ts',
  'http/connect.ts',
  'http/sso.ts',
]
