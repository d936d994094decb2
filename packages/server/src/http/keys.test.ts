import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'

const KEYS = '/api/v1/keys'
const CHAT = '/api/v1/chat/completions'
const ASK = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

type Key = Record<string, unknown> & { hash: string; name: string }
type Answer = { data: Key; key: string; error: { code: number; message: string } }

async function manage(path: string, method = 'GET', json?: unknown): Promise<{ status: number; body: Answer }> {
  const of = json === undefined ? { method } : { method, json }
  const response = await rig.call(path, { ...of, key: rig.managementKey })
  return { status: response.status, body: JSON.parse(await response.text()) as Answer }
}
const create = (json: unknown) => manage(KEYS, 'POST', json)
const list = async (query = ''): Promise<Key[]> => {
  const response = await rig.call(`${KEYS}${query}`, { key: rig.managementKey })
  expect(response.status).toBe(200)
  return (JSON.parse(await response.text()) as { data: Key[] }).data
}

describe('POST /keys', () => {
  it.each([
    ['no name', {}],
    ['an empty name', { name: ' ' }],
    ['a name that is too long', { name: 'x'.repeat(101) }],
    ['a negative cap', { name: 'x', limit: -1 }],
    ['a cap as text', { name: 'x', limit: '5' }],
    ['a cap beyond all sums', { name: 'x', limit: 1e300 }],
    ['a cap finer than a nano-dollar', { name: 'x', limit: 1e-10 }],
    ['a window that is none', { name: 'x', limit_reset: 'hourly' }],
    ['an expiry in the past', { name: 'x', expires_at: '2020-01-01T00:00:00Z' }],
    ['an expiry without seconds', { name: 'x', expires_at: '2099-01-01T00:00Z' }],
    ['an expiry in local time', { name: 'x', expires_at: '2099-01-01T00:00:00' }],
    ['an expiry elsewhere than in UTC', { name: 'x', expires_at: '2099-01-01T00:00:00+02:00' }],
    ['a day that is none', { name: 'x', expires_at: '2099-02-30T00:00:00Z' }],
    ['a list', []],
    ['null', null],
  ])('8.22: refuses %s, and makes no key', async (_case, json) => {
    const before = (await list()).length
    const { status, body } = await create(json)
    expect(status).toBe(400)
    expect(body.error.code).toBe(400)
    expect(await list()).toHaveLength(before)
  })

  it.each([
    ['twice', '{"name":"x","limit":1,"limit":100}'],
    ['a second time, hidden by an escape', '{"name":"x","limit":1,"lim\\u0069t":100}'],
  ])('refuses a cap that stands %s, and makes or changes no key', async (_case, body) => {
    const before = await list()
    for (const [path, method] of [
      [KEYS, 'POST'],
      [`${KEYS}/${before[0]?.hash}`, 'PATCH'],
    ] as const) {
      const response = await rig.call(path, { method, body, key: rig.managementKey })
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('duplicate_field')])
    }
    expect(await list()).toEqual(before)
  })

  it('refuses a body that is no JSON, one without a content type, and one that is too large', async () => {
    const post = (body: string, headers = {}) => rig.call(KEYS, { body, headers, key: rig.managementKey })
    expect((await post('{"name":')).status).toBe(400)
    expect((await post('{"name":"x"}', { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post(JSON.stringify({ name: 'x', more: 'y'.repeat(300_000) }))).status).toBe(413)
  })

  it('refuses another workspace, and another\u2019s user', async () => {
    expect((await create({ name: 'x', workspace_id: randomUUID() })).status).toBe(404)
    expect((await create({ name: 'x', creator_user_id: randomUUID() })).status).toBe(404)
  })

  it('answers 201 with the key, once, and the key works at once', async () => {
    const { status, body } = await create({ name: 'ci', limit: 5.1, limit_reset: 'daily' })
    expect(status).toBe(201)
    expect(body.key).toMatch(/^kwy_k1_[0-9A-Za-z]{49}$/)
    expect(body.data).toMatchObject({
      name: 'ci',
      limit: 5.1,
      limit_remaining: 5.1,
      limit_reset: 'daily',
      disabled: false,
      usage: 0,
      byok_usage: 0,
      external_user: null,
      updated_at: null,
      workspace_id: rig.server.house.workspace.id,
      creator_user_id: rig.server.house.owner.id,
    })
    expect((await rig.call(CHAT, { json: ASK, key: body.key })).status).toBe(200)
    const again = await rig.call(`${KEYS}/${body.data.hash}`, { key: rig.managementKey })
    expect(await again.text()).not.toContain(body.key)
  })

  it('8.22: takes no cap as null or absent, and the forms of an expiry', async () => {
    expect((await create({ name: 'x' })).body.data).toMatchObject({ limit: null, limit_remaining: null })
    expect((await create({ name: 'x', limit: null })).body.data['limit']).toBeNull()
    expect((await create({ name: 'x', limit: 0 })).body.data).toMatchObject({ limit: 0, limit_remaining: 0 })
    for (const expires_at of ['2099-01-01T00:00:00Z', '2099-01-01T00:00:00.000Z', '2099-01-01T00:00:00+00:00']) {
      expect((await create({ name: 'x', expires_at })).body.data['expires_at']).toBe('2099-01-01T00:00:00.000Z')
    }
    expect((await create({ name: 'x', expires_at: null })).body.data['expires_at']).toBeNull()
  })

  it('ignores fields that it does not know', async () => {
    expect((await create({ name: 'x', include_byok_in_limit: false, nonsense: { a: 1 } })).status).toBe(201)
  })
})

describe('GET /keys', () => {
  it.each(['?offset=-1', '?offset=x', '?offset=1.5', '?include_disabled=maybe'])('refuses %s', async (query) => {
    expect((await manage(`${KEYS}${query}`)).status).toBe(400)
  })

  it('shows another workspace to nobody', async () => {
    expect((await manage(`${KEYS}?workspace_id=${randomUUID()}`)).status).toBe(404)
    expect((await list(`?workspace_id=${rig.server.house.workspace.id}`)).length).toBeGreaterThan(0)
  })

  it('pages through all keys, newest first, 100 at a time', async () => {
    const made: string[] = []
    for (let i = 0; i < 120; i++) made.push((await rig.issue({ name: `page ${i}` })).hash)
    const first = await list()
    expect(first).toHaveLength(100)
    expect(first.map(({ hash }) => hash)).toEqual(made.toReversed().slice(0, 100))
    const second = await list('?offset=100')
    expect(second.slice(0, 20).map(({ hash }) => hash)).toEqual(made.toReversed().slice(100))
    expect(await list('?offset=100000')).toEqual([])
  })

  it('leaves disabled keys out unless asked, and revoked ones always', async () => {
    const { hash } = (await create({ name: 'off' })).body.data
    await manage(`${KEYS}/${hash}`, 'PATCH', { disabled: true })
    const hashes = async (query = '') => (await list(query)).map((key) => key.hash)
    expect(await hashes()).not.toContain(hash)
    expect(await hashes('?include_disabled=false')).not.toContain(hash)
    expect(await hashes('?include_disabled=true')).toContain(hash)
    expect((await manage(`${KEYS}/${hash}`)).body.data['disabled']).toBe(true)
    await manage(`${KEYS}/${hash}`, 'DELETE')
    expect(await hashes('?include_disabled=true')).not.toContain(hash)
  })
})

describe('PATCH and DELETE /keys/{hash}', () => {
  it.each(['GET', 'PATCH', 'DELETE'])('%s answers 404 for a hash that is none', async (method) => {
    for (const hash of ['0'.repeat(64), 'nothing', '%2e%2e']) {
      expect((await manage(`${KEYS}/${hash}`, method, method === 'PATCH' ? {} : undefined)).status).toBe(404)
    }
  })

  it('refuses a change of the wrong type, and changes nothing', async () => {
    const { hash } = (await create({ name: 'steady', limit: 1 })).body.data
    for (const json of [{ disabled: 'yes' }, { limit: 'x' }, { limit_reset: 'never' }, { name: 5 }, 'x', [], null]) {
      expect((await manage(`${KEYS}/${hash}`, 'PATCH', json)).status).toBe(400)
    }
    expect((await manage(`${KEYS}/${hash}`)).body.data).toMatchObject({ name: 'steady', limit: 1, updated_at: null })
  })

  it('changes what is named, keeps the rest, and counts from the next call', async () => {
    const { body } = await create({ name: 'one', limit: 1, limit_reset: 'weekly' })
    const { hash } = body.data
    const { data } = (await manage(`${KEYS}/${hash}`, 'PATCH', { name: 'two' })).body
    expect(data).toMatchObject({ name: 'two', limit: 1, limit_reset: 'weekly', updated_at: expect.any(String) })
    expect((await manage(`${KEYS}/${hash}`, 'PATCH', { limit_reset: null, limit: null })).body.data).toMatchObject({
      limit: null,
      limit_reset: null,
    })
    const call = async () => (await rig.call(CHAT, { json: ASK, key: body.key })).status
    expect(await call()).toBe(200)
    await manage(`${KEYS}/${hash}`, 'PATCH', { disabled: true })
    expect(await call()).toBe(401)
    await manage(`${KEYS}/${hash}`, 'PATCH', { disabled: false })
    expect(await call()).toBe(200)
  })

  it('deletes with or without a content type, once, for good', async () => {
    const { body } = await create({ name: 'gone' })
    const path = `${KEYS}/${body.data.hash}`
    const headers = { 'content-type': 'application/json' }
    const response = await rig.call(path, { method: 'DELETE', headers, key: rig.managementKey })
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ deleted: true })
    expect((await manage(path, 'DELETE')).status).toBe(404)
    expect((await manage(path, 'PATCH', { disabled: false })).status).toBe(401)
    expect((await rig.call('/api/v1/key', { key: body.key })).status).toBe(401)
  })

  it('keeps a revoked key\u2019s generations', async () => {
    const { body } = await create({ name: 'ledger' })
    const answer = await rig.call(CHAT, { json: ASK, key: body.key })
    const { id } = JSON.parse(await answer.text()) as { id: string }
    await manage(`${KEYS}/${body.data.hash}`, 'DELETE')
    expect((await rig.call(`/api/v1/generation?id=${id}`, { key: rig.managementKey })).status).toBe(200)
  })
})

describe('GET /key', () => {
  it.each(['/api/v1/key', '/api/v1/auth/key', '/v1/key', '/v1/auth/key'])(
    '8.19, 8.20: answers any key at %s',
    async (path) => {
      for (const [key, management] of [
        [rig.key, false],
        [rig.managementKey, true],
      ] as const) {
        const { data } = JSON.parse(await (await rig.call(path, { key })).text()) as { data: Record<string, unknown> }
        expect(data).toMatchObject({
          is_management_key: management,
          is_provisioning_key: management,
          organization_id: null,
          workspace_id: rig.server.house.workspace.id,
          free_model_daily_requests: { limit: 0, used: 0, remaining: 0 },
          allowed_data_regions: expect.any(Array),
          rate_limit: { requests: -1, interval: expect.any(String), note: expect.any(String) },
          is_free_tier: false,
        })
        expect(String(data['label']).length).toBeLessThan(30)
      }
    },
  )
})
