import type { NewKeyRequest } from '@keyway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const PASSWORD = 'maple engine slow river'
const MESSAGES = [{ role: 'user', content: 'hi' }]
/** No key that anyone issued: its only use is to be looked for afterwards. */
const CANARY = 'sk-proj-jackdaw6f1e2d3c4b5a69788796a5b4c3d2e1f0'

let rig: Rig
let browser: AppBrowser
/** How far the server's clock is ahead. Milliseconds. */
let aheadMs = 0

beforeAll(async () => {
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + aheadMs }
  rig = await startRig({ clock, env: { KEYWAY_HOUSE__MODEL: 'ollama/qwen3:8b' } })
  browser = appBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD, name: 'Ada' }
  await browser.ask('POST /api/app/setup/password', { body })
})
afterAll(() => rig.close())

describe('keys', () => {
  it.each([
    ['name', { name: ' ' }],
    ['name', {}],
    ['limit_usd', { name: 'x', limit_usd: '1.0000000001' }],
    ['limit_usd', { name: 'x', limit_usd: 5 }],
    ['expires_at', { name: 'x', expires_at: '2001-01-01T00:00:00Z' }],
    ['models', { name: 'x', models: [] }],
    ['reaches', { name: 'x', reaches: ['all'] }],
  ])('refuses a bad %s by name', async (field, body) => {
    expect(await browser.fail('POST /api/app/keys', { body })).toMatchObject({
      status: 400,
      error: { code: 'invalid_request', field },
    })
  })

  it('are shown once, work at once, are counted, changed, rotated and revoked', async () => {
    const body: NewKeyRequest = { name: 'ci', limit_usd: '5.10', reset: 'daily', models: ['openai/*'] }
    const made = await browser.ask('POST /api/app/keys', { body })
    expect(made.key).toMatchObject({
      limit_usd: '5.1',
      limit_remaining_usd: '5.1',
      user: { name: 'Ada' },
      state: 'active',
    })
    expect(made.env).toContainEqual({ name: 'OPENAI_BASE_URL', value: `${rig.url}/api/v1` })
    const json = { model: 'openai/gpt-4o-mini', messages: MESSAGES }
    const chat = (key: string) => rig.call('/api/v1/chat/completions', { key, json })
    expect((await chat(made.plaintext)).status).toBe(200)
    const { data } = await browser.ask('GET /api/app/keys')
    expect(JSON.stringify(data)).not.toContain(made.plaintext)
    const listed = data.find(({ hash }) => hash === made.key.hash)
    expect(Number(listed?.usage.total_usd)).toBeGreaterThan(0)
    expect(data.map(({ name }) => name)).not.toContain('Web app')

    const id = made.key.hash
    const changed = await browser.ask('PATCH /api/app/keys/:hash', { id, body: { disabled: true, limit_usd: null } })
    expect(changed).toMatchObject({ state: 'disabled', limit_usd: null, reset: 'daily' })
    expect((await chat(made.plaintext)).status).toBe(401)
    await browser.ask('PATCH /api/app/keys/:hash', { id, body: { disabled: false } })
    const next = await browser.ask('POST /api/app/keys/:hash/rotate', { id, body: {} })
    expect([(await chat(made.plaintext)).status, (await chat(next.plaintext)).status]).toEqual([401, 200])
    await browser.ask('DELETE /api/app/keys/:hash', { id: next.key.hash })
    expect((await chat(next.plaintext)).status).toBe(401)
    expect((await browser.fail('GET /api/app/keys/:hash', { id: next.key.hash })).status).toBe(404)
  })

  it('never include the web app\u2019s own, though its hash is known', async () => {
    const hash = await rig.server.house.store.findHiddenKey(rig.server.house.owner.id)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    for (const endpoint of [
      'GET /api/app/keys/:hash',
      'DELETE /api/app/keys/:hash',
      'POST /api/app/keys/:hash/rotate',
    ]) {
      const body = endpoint.startsWith('POST') ? { body: {} } : {}
      expect((await browser.fail(endpoint, { id: hash ?? '', ...body })).status).toBe(404)
    }
  })
})

describe('credentials', () => {
  it('are recognised, checked and refused in the provider\u2019s words, without the key', async () => {
    const body = { secret: CANARY }
    const { status, error } = await browser.fail('POST /api/app/credentials', { body })
    expect({ status, code: error.code }).toEqual({ status: 403, code: 'provider_credential_rejected' })
    expect(error.message).toContain('OpenAI')
    expect(JSON.stringify(error)).not.toContain('jackdaw')
    const { data } = await browser.ask('GET /api/app/credentials')
    expect(data.filter(({ origin }) => origin === 'pasted')).toEqual([])
  })

  it('are stored cleaned and masked, tested, replaced and removed, and the key is never given back', async () => {
    const secret = ` "Bearer ${CANARY}" \n`
    const stored = await browser.ask('POST /api/app/credentials', { body: { secret, unchecked: true } })
    expect(stored).toMatchObject({
      check: { outcome: 'unverified' },
      credential: { provider: { id: 'openai', name: 'OpenAI' }, reach: 'own', mine: true, origin: 'pasted' },
    })
    const { id } = stored.credential
    const check = await browser.ask('POST /api/app/credentials/:id/test', { id })
    expect(check.outcome).toBe('rejected')
    const listed = await browser.send('GET /api/app/credentials')
    const text = await listed.text()
    expect(text).toContain(check.detail.slice(0, 20))
    for (let at = 8; at < CANARY.length - 8; at += 4) expect(text).not.toContain(CANARY.slice(at, at + 8))
    const replaced = { id, body: { secret: `${CANARY.slice(0, -4)}ffff`, unchecked: true } }
    expect((await browser.ask('PUT /api/app/credentials/:id', replaced)).credential.hint).toContain('ffff')
    await browser.ask('DELETE /api/app/credentials/:id', { id })
    expect((await browser.fail('DELETE /api/app/credentials/:id', { id })).status).toBe(404)
  })

  it.each([
    ['whose they are', { secret: 'zzz-no-prefix-1234567890' }, 'provider'],
    ['a provider of one\u2019s own without an address', { secret: 'zzz-1234567890', provider: 'mine' }, 'provider'],
    [
      'an address with a password',
      { secret: 'x1234567890', provider: 'mine', base_url: 'https://a:b@c.example' },
      'base_url',
    ],
    [
      'an address to which nobody on the way can read them',
      { secret: 'x1234567890', provider: 'mine', base_url: 'http://api.example.com/v1', unchecked: true },
      'base_url',
    ],
    ['nothing', { secret: '' }, 'secret'],
  ])('are refused without %s', async (_kind, body, field) => {
    expect((await browser.fail('POST /api/app/credentials', { body })).error).toMatchObject({
      code: 'invalid_request',
      field,
    })
  })

  it('do not lead to this machine\u2019s own network unless the owner says so', async () => {
    const body = { secret: 'x1234567890', provider: 'inner', base_url: 'http://127.0.0.1:9/v1' }
    expect((await browser.fail('POST /api/app/credentials', { body })).error.code).toBe('address_forbidden')
    const allowed = await browser.ask('POST /api/app/credentials', { body: { ...body, allow_private: true } })
    expect(allowed.check.outcome).toBe('unverified')
    await browser.ask('DELETE /api/app/credentials/:id', { id: allowed.credential.id })
  })

  it('go to another address, take the place of a shared one or take it away, after a sign-in of the last minutes alone', async () => {
    const body = { secret: 'x1234567890', provider: 'moved', base_url: 'http://127.0.0.1:9/v1', allow_private: true }
    const shared = await browser.ask('POST /api/app/credentials', { body: { ...body, reach: 'shared' } })
    const { id } = shared.credential
    const own = await browser.ask('POST /api/app/credentials', { body })
    aheadMs = 6 * 60_000
    const changed = { ...body, base_url: 'http://127.0.0.1:8/v1' }
    expect((await browser.fail('POST /api/app/credentials', { body: changed })).error.code).toBe('sign_in_again')
    const anew = { secret: 'y1234567890', unchecked: true }
    expect((await browser.fail('PUT /api/app/credentials/:id', { id, body: anew })).error.code).toBe('sign_in_again')
    expect((await browser.fail('DELETE /api/app/credentials/:id', { id })).error.code).toBe('sign_in_again')
    // One's own, where it has always gone, takes none.
    await browser.ask('PUT /api/app/credentials/:id', { id: own.credential.id, body: anew })
    await browser.ask('POST /api/app/credentials', { body: { ...body, name: 'third', unchecked: true } })
    const { data } = await browser.ask('GET /api/app/credentials')
    const moved = data.filter(({ provider }) => provider.id === 'moved')
    expect(new Set(moved.map(({ base_url }) => base_url))).toEqual(new Set(['http://127.0.0.1:9']))
    expect(moved.map((one) => one.id)).toContain(id)
    await browser.ask('DELETE /api/app/credentials/:id', { id: own.credential.id })
    aheadMs = 0
    for (const one of moved.filter((other) => other.id !== own.credential.id))
      await browser.ask('DELETE /api/app/credentials/:id', { id: one.id })
  })

  it('from the environment are shown and not changed', async () => {
    const { data } = await browser.ask('GET /api/app/credentials')
    const found = data.find(({ origin }) => origin === 'environment')
    expect(found).toMatchObject({ mine: false, hint: expect.stringMatching(/^env:/) })
    expect((await browser.fail('DELETE /api/app/credentials/:id', { id: found?.id ?? '' })).status).toBe(409)
  })

  it('come from providers whose form the page can fill in', async () => {
    const { data } = await browser.ask('GET /api/app/providers')
    const openrouter = data.find(({ id }) => id === 'openrouter')
    expect(openrouter).toMatchObject({ name: 'OpenRouter', needs_key: true })
    expect(openrouter?.key_prefixes).toContain('sk-or-')
  })
})

describe('the rest', () => {
  it('shows the connection\u2019s card', async () => {
    expect(await browser.ask('GET /api/app/connections/openrouter')).toMatchObject({
      enabled: true,
      status: 'disconnected',
      start_url: '/connect/openrouter/start',
      connected: null,
    })
    expect((await browser.fail('DELETE /api/app/connections/openrouter')).status).toBe(404)
  })

  it('lists models with exact prices, and which of them can be called', async () => {
    const { data, preselected } = await browser.ask('GET /api/app/models')
    const mini = data.find(({ id }) => id === 'openai/gpt-4o-mini')
    expect(mini).toMatchObject({ callable: true, tools: true, house: false, price_input_usd_per_mtok: '0.15' })
    expect(data.find(({ id }) => id === 'ollama/qwen3:8b')).toMatchObject({ callable: true, house: true, free: true })
    expect(data.find(({ id }) => id === preselected)?.callable).toBe(true)
  })

  it('says of each model in which protocols it can be called here', async () => {
    const { data } = await browser.ask('GET /api/app/models')
    const formats = (id: string) => data.find((model) => model.id === id)?.formats
    expect(data.find((model) => model.id.startsWith('custom/'))?.formats).toEqual(['openai-chat'])
    expect(formats('anthropic/claude-sonnet-5')).toEqual(expect.arrayContaining(['openai-chat', 'anthropic-messages']))
  })

  it('sums up usage', async () => {
    const usage = await browser.ask('GET /api/app/usage', { query: '?days=7' })
    expect(usage.total.calls).toBeGreaterThan(0)
    expect(usage.by_model.map(({ group }) => group)).toContain('openai/gpt-4o-mini')
    expect(usage.by_key.map(({ group }) => group)).toContain('ci')
    expect((await browser.fail('GET /api/app/usage', { query: '?days=0' })).error.field).toBe('days')
  })

  it('tells what is left of the operator\u2019s models today', async () => {
    const { house, user } = await browser.ask('GET /api/app/state')
    expect(house).toMatchObject({ models: ['ollama/qwen3:8b'], daily_messages: 20, remaining_today: 20 })
    expect(house?.resets_at).toMatch(/T00:00:00.000Z$/)
    expect(user?.name).toBe('Ada')
    expect((await appBrowser(rig).ask('GET /api/app/state')).house?.remaining_today).toBeNull()
  })
})

describe('people', () => {
  it('are invited by a link that works once', async () => {
    const body = { name: 'Grace', email: 'grace@example.com' }
    const { link, user } = await browser.ask('POST /api/app/users', { body })
    const token = (link ?? '').replace(/^.*#/, '')
    const grace = appBrowser(rig)
    const setup = { body: { token, login: 'grace@example.com', password: PASSWORD } }
    const check = await grace.ask('POST /api/app/setup/check', { body: { token } })
    expect(check).toMatchObject({ methods: expect.not.arrayContaining(['this_machine']) })
    expect((await grace.fail('POST /api/app/setup/this-machine', { body: { token } })).status).toBe(403)
    expect(await grace.ask('POST /api/app/setup/password', setup)).toMatchObject({
      user: { id: user.id, role: 'member' },
    })
    expect((await appBrowser(rig).fail('POST /api/app/setup/password', setup)).status).toBe(404)
    await browser.ask('PATCH /api/app/users/:id', { id: user.id, body: { disabled: true } })
    expect((await grace.fail('GET /api/app/me')).status).toBe(401)
    const { data } = await browser.ask('GET /api/app/users')
    expect(data.find(({ id }) => id === user.id)?.disabled).toBe(true)
  })
})

describe('"this machine only"', () => {
  it('lets the owner in without asking, on the machine itself, by the page\u2019s own name and through no proxy', async () => {
    const stranger = appBrowser(rig)
    expect((await stranger.fail('POST /api/app/login/this-machine')).error.code).toBe('sign_in_failed')
    const owner = appBrowser(rig)
    await owner.ask('POST /api/app/setup/this-machine', { body: { token: await setupToken(rig) } })
    expect((await stranger.ask('GET /api/app/state')).sign_in.this_machine).toBe(true)
    expect((await stranger.ask('POST /api/app/login/this-machine')).user.role).toBe('owner')
    for (const headers of [{ 'x-forwarded-for': '10.0.0.1' }, { forwarded: 'for=10.0.0.1' }, { via: '1.1 proxy' }]) {
      expect((await appBrowser(rig).fail('POST /api/app/login/this-machine', { headers })).status).toBe(401)
      const { sign_in } = await appBrowser(rig).ask('GET /api/app/state', { headers })
      expect(sign_in.this_machine).toBe(false)
    }
  })
})
