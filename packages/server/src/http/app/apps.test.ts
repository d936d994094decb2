import type { AppCall, AppCalls, ConnectedApp } from '@keyway/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rotateKey } from '../../keys/issue.ts'
import { type AppFlow, appFlow, CALLBACK, exchangeCode, pkcePair } from '../../testing/app-flow.ts'
import { addMember } from '../../testing/browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
const ASK = {
  model: 'openai/gpt-4o-mini',
  messages: [{ role: 'user', content: 'hi' }],
  provider: { only: ['openai'] },
}
const HOUR_MS = 60 * 60_000

let rig: Rig
let flow: AppFlow
/** How far the server's clock is ahead of the real one. Milliseconds. */
let ahead = 0

beforeAll(async () => {
  rig = await startRig({ clock: { now: () => Date.now() + ahead, monotonic: () => performance.now() } })
})
afterAll(() => rig.close())
beforeEach(async () => {
  flow = await appFlow(rig)
})

/** A key that an app was given; by the strong flow unless the query says otherwise. */
async function connect(query: Readonly<Record<string, string>> = {}, of: AppFlow = flow) {
  const pair = pkcePair()
  const strong = { code_challenge: pair.challenge, code_challenge_method: 'S256' }
  const weak = 'weak' in query
  const { weak: _, ...rest } = query
  const code = await of.code({ callback_url: CALLBACK, ...(weak ? {} : strong), ...rest })
  const answer = await exchangeCode(rig, { code, ...(weak ? {} : { code_verifier: pair.verifier }) })
  const { key } = JSON.parse(await answer.text()) as { key: string }
  const label = `kwy_k1_...${key.slice(-4)}`
  const listed = (await list(of)).find((one) => one.label === label)
  if (listed === undefined) throw new Error('the app is not listed')
  return { key, app: listed }
}

async function list(of: AppFlow = flow): Promise<ConnectedApp[]> {
  return JSON.parse(await (await of.send('GET', '/api/app/apps')).text()).data
}

async function change(hash: string, body: unknown, of: AppFlow = flow) {
  const response = await of.send('PATCH', `/api/app/apps/${hash}`, { body })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

describe('what is refused', () => {
  test('another person\u2019s app: it is not listed, read, changed or revoked, by an owner either', async () => {
    const member = await appFlow(rig, await addMember(rig, 'Elsewhere'))
    const { app, key } = await connect({}, member)
    expect((await list()).map(({ hash }) => hash)).not.toContain(app.hash)
    expect((await change(app.hash, { limit_usd: '1' })).status).toBe(404)
    expect((await flow.send('GET', `/api/app/apps/${app.hash}/calls`)).status).toBe(404)
    expect((await flow.send('DELETE', `/api/app/apps/${app.hash}`)).status).toBe(404)
    expect((await rig.call('/api/v1/key', { key })).status).toBe(200)
  })

  test('a key that is no app\u2019s, and an app\u2019s key on the page for keys, which asks for less', async () => {
    const own = await rig.issue()
    expect((await change(own.hash, { limit_usd: '1' })).status).toBe(404)
    expect((await change('x', { limit_usd: '1' })).status).toBe(404)
    const { app } = await connect()
    const keys = JSON.parse(await (await flow.send('GET', '/api/app/keys')).text()).data as { hash: string }[]
    expect(keys.map(({ hash }) => hash)).toContain(own.hash)
    expect(keys.map(({ hash }) => hash)).not.toContain(app.hash)
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['POST', '/rotate'],
      ['DELETE', ''],
    ] as const) {
      const body = method === 'PATCH' ? { limit_usd: '50' } : {}
      const response = await flow.send(method, `/api/app/keys/${app.hash}${path}`, method === 'GET' ? {} : { body })
      expect([method, response.status]).toEqual([method, 404])
    }
  })

  test.each([
    ['a cap above what an app may be given', { limit_usd: '100.01' }, 'limit_usd'],
    ['a cap that is no amount', { limit_usd: '-1' }, 'limit_usd'],
    ['a life above what an app may be given', { days: 366 }, 'days'],
    ['an empty list of models', { models: [] }, 'models'],
  ])('%s, and nothing changes', async (_what, body, field) => {
    const { app } = await connect()
    const refused = await change(app.hash, body)
    expect(refused.status).toBe(400)
    expect(JSON.stringify(refused.body)).toContain(field)
    expect((await list()).find(({ hash }) => hash === app.hash)).toEqual(app)
  })

  test('more for the key of a weak flow without a fresh sign-in; the refusal says why it was small', async () => {
    const { app } = await connect({ weak: 'yes' })
    expect(app).toMatchObject({ weak: 'no_challenge', limit_usd: '1', reset: null })
    ahead += HOUR_MS
    for (const body of [{ limit_usd: '2' }, { days: 30 }, { reset: 'daily' }]) {
      const refused = await change(app.hash, body)
      expect(refused.body.error).toMatchObject({ code: 'sign_in_again' })
      expect(refused.body.error.message).toContain('no code challenge')
    }
    // Less is always given.
    expect((await change(app.hash, { limit_usd: '0.50' })).body).toMatchObject({ limit_usd: '0.5' })
    const again = await appFlow(rig)
    const raised = await change(app.hash, { limit_usd: '10', reset: 'monthly', days: 30 }, again)
    expect(raised.body).toMatchObject({ limit_usd: '10', reset: 'monthly', weak: 'no_challenge' })
    expect(Date.parse(raised.body.expires_at)).toBeGreaterThan(Date.now() + ahead + 29 * 24 * HOUR_MS)
  })

  test('a cap above twenty dollars without a fresh sign-in, for any app', async () => {
    const { app } = await connect()
    ahead += HOUR_MS
    expect((await change(app.hash, { limit_usd: '20' })).status).toBe(200)
    expect((await change(app.hash, { limit_usd: '20.01' })).body.error.code).toBe('sign_in_again')
    expect((await change(app.hash, { limit_usd: '20.01' }, await appFlow(rig))).status).toBe(200)
  })
})

describe('a connected app', () => {
  test('shows its verified origin, what it may spend and spent, which models it used, and its calls', async () => {
    const { app, key } = await connect({ key_label: 'Evil Corp', limit: '3' })
    expect(app.app).toEqual({
      kind: 'web',
      origin: 'https://app.example',
      host: 'app.example',
      name: null,
      claimed: null,
      script: 'ascii',
    })
    expect(app).toMatchObject({ key_name: expect.stringContaining('Evil Corp'), state: 'active', weak: null })
    expect(app).toMatchObject({ limit_usd: '3', limit_remaining_usd: '3', last_used_at: null, models_used: [] })
    for (const model of ['openai/gpt-4o-mini', 'openai/gpt-4o-mini', 'openai/gpt-4o']) {
      expect((await rig.call(CHAT, { key, json: { ...ASK, model } })).status).toBe(200)
    }
    const [used] = (await list()).filter(({ hash }) => hash === app.hash)
    expect(used?.models_used).toEqual([
      { model: 'openai/gpt-4o-mini', calls: 2 },
      { model: 'openai/gpt-4o', calls: 1 },
    ])
    expect(Date.parse(used?.last_used_at ?? '')).toBeGreaterThan(Date.parse(app.connected_at) - 1)
    expect(Number(used?.usage.total_usd)).toBeGreaterThan(0)
    const calls = JSON.parse(await (await flow.send('GET', `/api/app/apps/${app.hash}/calls`)).text()).data as AppCall[]
    expect(calls.map(({ model }) => model)).toEqual(['openai/gpt-4o', 'openai/gpt-4o-mini', 'openai/gpt-4o-mini'])
    expect(calls[0]).toMatchObject({ provider: 'OpenAI', state: 'done', tokens_prompt: expect.any(Number) })
    const sum = calls.reduce((all, { cost_usd }) => all + Math.round(Number(cost_usd) * 1e9), 0)
    expect(sum).toBe(Math.round(Number(used?.usage.total_usd) * 1e9))
  })

  test('tells its calls a page at a time, each call once', async () => {
    const { app, key } = await connect()
    const asked = 103
    await Promise.all(Array.from({ length: asked }, async () => (await rig.call(CHAT, { key, json: ASK })).text()))
    const page = async (query: string): Promise<AppCalls> =>
      JSON.parse(await (await flow.send('GET', `/api/app/apps/${app.hash}/calls${query}`)).text())
    const first = await page('')
    expect(first.data).toHaveLength(100)
    const second = await page(`?before=${first.next}`)
    expect(second.next).toBeNull()
    const ids = [...first.data, ...second.data].map(({ id }) => id)
    expect(ids).toHaveLength(asked)
    expect(new Set(ids).size).toBe(asked)
    expect(await page('?before=gen-none')).toEqual({ data: [], next: null })
  })

  test('keeps its place on the page, its name and its weakness when its key is rotated', async () => {
    const { app, key } = await connect({ weak: 'yes' })
    const { house } = rig.server
    const { key: nextKey, record } = await rotateKey(
      house,
      { hash: app.hash, overlapMs: 0 },
      { id: house.owner.id, workspaceId: house.workspace.id },
    )
    expect((await rig.call('/api/v1/key', { key })).status).toBe(401)
    const hashes = (await list()).map(({ hash }) => hash)
    expect(hashes).not.toContain(app.hash)
    const successor = (await list()).find(({ hash }) => hash === record.hash)
    expect(successor).toMatchObject({
      app: app.app,
      weak: 'no_challenge',
      limit_usd: '1',
      connected_at: app.connected_at,
    })
    expect((await rig.call('/api/v1/key', { key: nextKey })).status).toBe(200)
    expect((await flow.send('DELETE', `/api/app/apps/${successor?.hash}`, { body: {} })).status).toBe(200)
    expect((await rig.call('/api/v1/key', { key: nextKey })).status).toBe(401)
  })

  test('is held to a new list of models and a new cap from the next call on', async () => {
    const { app, key } = await connect()
    expect((await change(app.hash, { models: ['openai/gpt-4o'] })).body.models).toEqual(['openai/gpt-4o'])
    expect((await rig.call(CHAT, { key, json: ASK })).status).toBe(403)
    expect((await change(app.hash, { models: null, limit_usd: '0' })).body.limit_remaining_usd).toBe('0')
    expect((await rig.call(CHAT, { key, json: ASK })).status).toBe(402)
  })

  test.each([
    ['paused', (hash: string) => flow.send('PATCH', `/api/app/apps/${hash}`, { body: { paused: true } }), 'disabled'],
    ['revoked', (hash: string) => flow.send('DELETE', `/api/app/apps/${hash}`, { body: {} }), 'revoked'],
  ])(
    'is refused within a second once it is %s, and its running stream is cut within five',
    async (_what, act, word) => {
      const { app, key } = await connect()
      rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 3 })
      const messages = [{ role: 'user', content: 'write 100 words' }]
      const response = await rig.call(CHAT, { key, json: { ...ASK, stream: true, messages } })
      let text = ''
      let actedAt = 0
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk).toString('utf8')
        if (actedAt !== 0 || !text.includes('"delta"')) continue
        expect((await act(app.hash)).status).toBe(200)
        actedAt = performance.now()
        expect((await rig.call('/api/v1/key', { key })).status).toBe(401)
        expect(performance.now() - actedAt).toBeLessThan(1_000)
      }
      expect(performance.now() - actedAt).toBeLessThan(5_000)
      expect(text).toContain(`key_${word}`)
      expect(text).not.toContain('[DONE]')
      rig.simulation.reset()
      const after = (await list()).find(({ hash }) => hash === app.hash)
      expect(after?.state).toBe(word === 'revoked' ? undefined : 'paused')
      if (word === 'revoked') return
      expect((await change(app.hash, { paused: false })).body.state).toBe('active')
      expect((await rig.call('/api/v1/key', { key })).status).toBe(200)
    },
  )

  test('leaves an audit row for each change, with who did it', async () => {
    const { app } = await connect()
    await change(app.hash, { limit_usd: '2' })
    await (await flow.send('DELETE', `/api/app/apps/${app.hash}`, { body: {} })).text()
    const { store, workspace, owner } = rig.server.house
    const rows = (await store.listAudit(workspace.id, 1_000)).filter(({ object }) => object === app.hash)
    expect(rows.map(({ action, actor }) => [action, actor]).sort()).toEqual([
      ['key.create', expect.any(String)],
      ['key.revoke', owner.id],
      ['key.update', owner.id],
    ])
  })
})
