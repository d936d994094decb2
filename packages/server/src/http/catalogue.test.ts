import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

type Model = Record<string, unknown> & {
  id: string
  pricing: Record<string, string>
  context_length: number | null
  links: { details: string }
  architecture: { output_modalities: string[]; input_modalities: string[] }
}
type List = { data: Model[]; total_count: number; links: { next: string | null } }

async function list(query = '', key = rig.key): Promise<List> {
  const response = await rig.call(`/api/v1/models${query}`, { key })
  expect(response.status).toBe(200)
  return JSON.parse(await response.text()) as List
}
const ids = async (query = '', key = rig.key) => (await list(query, key)).data.map(({ id }) => id)

describe('GET /models', () => {
  it.each(['?limit=0', '?limit=1001', '?offset=-1', '?context=x', '?max_price=cheap'])('refuses %s', async (query) => {
    expect((await rig.call(`/v1/models${query}`)).status).toBe(400)
  })

  it('8.18: lists each model in the shape that the SDKs demand', async () => {
    const { data, total_count, links } = await list()
    expect(total_count).toBe(data.length)
    expect(links).toEqual({ next: null })
    for (const model of data) {
      expect(model).toMatchObject({
        canonical_slug: expect.any(String),
        name: expect.any(String),
        created: expect.any(Number),
        top_provider: { is_moderated: false },
        per_request_limits: null,
        default_parameters: null,
        supported_voices: null,
        supported_parameters: expect.any(Array),
      })
      expect(model.context_length === null || Number.isInteger(model.context_length)).toBe(true)
      for (const [name, price] of Object.entries(model.pricing))
        if (name !== 'overrides') expect(price).toMatch(/^\d+(\.\d+)?$/)
      expect(model.pricing).toHaveProperty('prompt')
      expect(model.pricing).toHaveProperty('completion')
    }
  })

  it('lists exactly what the key may call', async () => {
    const { key } = await rig.issue({ models: ['anthropic/*', 'openai/gpt-4o-mini'] })
    const listed = await ids('', key)
    expect(listed).toContain('openai/gpt-4o-mini')
    expect(listed.every((id) => id === 'openai/gpt-4o-mini' || id.startsWith('anthropic/'))).toBe(true)
    expect(listed.filter((id) => id.startsWith('anthropic/')).length).toBeGreaterThan(2)
    const count = await rig.call('/api/v1/models/count', { key })
    expect(await count.json()).toEqual({ data: { count: listed.length } })
    expect((await rig.call('/api/v1/model/openai/gpt-5', { key })).status).toBe(404)
    expect((await rig.call('/api/v1/models/openai/gpt-5/endpoints', { key })).status).toBe(404)
  })

  it('lists nothing that cannot be called: every listed model answers a call', async () => {
    const wanted = new Set(Object.values(rig.simulation.providers).flatMap(({ models }) => models))
    const { models } = await rig.server.house.callable(await rig.server.house.verifier.verify(rig.key))
    // Those that the simulated providers really have.
    const real = [...models.values()].filter(
      ({ id, endpoints }) =>
        endpoints.some(({ nativeId }) => wanted.has(nativeId)) && !/^sim\/(429|timeout|cut|error)/.test(id),
    )
    expect(real.length).toBeGreaterThan(20)
    const sample = real.filter((_model, i) => i % 5 === 0)
    const statuses = await Promise.all(
      sample.map(async ({ id }) => {
        const json = { model: id, messages: [{ role: 'user', content: 'hi' }] }
        return [id, (await rig.call(CHAT, { json })).status]
      }),
    )
    expect(statuses.filter(([, status]) => status !== 200)).toEqual([])
  })

  it('does not list a provider without a credential, nor a model without a price', async () => {
    const own = await startRig({
      simulation: rig.simulation,
      env: {
        KEYWAY_PROVIDERS: JSON.stringify([
          {
            provider: 'openai',
            base_url: rig.simulation.providers.openai.baseUrl,
            allow_private: true,
            key: { env: 'K' },
          },
          {
            provider: 'mine',
            base_url: rig.simulation.providers.custom.baseUrl,
            allow_private: true,
            key: { env: 'M' },
          },
        ]),
        K: rig.simulation.providers.openai.key,
        M: rig.simulation.providers.custom.key,
      },
    })
    try {
      const response = await own.call('/v1/models')
      const { data } = JSON.parse(await response.text()) as List
      expect(data.length).toBeGreaterThan(5)
      expect(data.filter(({ id }) => !id.startsWith('openai/'))).toEqual([])
      const [native] = rig.simulation.providers.custom.models
      const json = { model: `mine/${native}`, messages: [{ role: 'user', content: 'hi' }] }
      const refused = await own.call(CHAT, { json })
      expect(refused.status).toBe(403)
      expect(await refused.json()).toMatchObject({ error: { metadata: { reason: 'price_unknown' } } })
    } finally {
      await own.close()
    }
  })

  it('filters and pages', async () => {
    const all = await list('?output_modalities=all')
    expect((await ids('?q=gpt-4o-mini')).every((id) => id.includes('gpt-4o-mini'))).toBe(true)
    expect((await ids('?model_authors=anthropic')).every((id) => id.startsWith('anthropic/'))).toBe(true)
    expect((await ids('?providers=groq')).length).toBeGreaterThan(0)
    expect((await list('?context=1000000')).data.every((model) => (model.context_length ?? 0) >= 1_000_000)).toBe(true)
    expect((await list('?category=programming&sort=newest')).total_count).toBe((await list()).total_count)
    const first = await list('?output_modalities=all&limit=7')
    expect(first.data).toHaveLength(7)
    expect(first.total_count).toBe(all.total_count)
    const next = new URL(first.links.next ?? '')
    const second = await list(next.search)
    expect(second.data[0]?.id).toBe(all.data[7]?.id)
  })

  it('links to details that are there', async () => {
    const [model] = (await list('?limit=1')).data
    const details = new URL(model?.links.details ?? '')
    expect(details.origin).toBe(rig.url)
    expect((await rig.call(details.pathname)).status).toBe(200)
  })
})

describe('one model', () => {
  it.each(['openai/gpt-4o-mini', 'openai%2Fgpt-4o-mini', 'sim/chat'])('is found as %s', async (id) => {
    const response = await rig.call(`/api/v1/model/${id}`)
    expect(await response.json()).toMatchObject({ data: { id: decodeURIComponent(id) } })
    const endpoints = await rig.call(`/api/v1/models/${id}/endpoints`)
    const { data } = JSON.parse(await endpoints.text()) as { data: { id: string; endpoints: object[] } }
    expect(data.id).toBe(decodeURIComponent(id))
    expect(data.endpoints.length).toBeGreaterThan(0)
    for (const endpoint of data.endpoints) {
      expect(endpoint).toMatchObject({ model_id: data.id, supports_tool_choice: expect.any(Object), status: 0 })
    }
  })

  it.each(['/api/v1/model/no/such', '/api/v1/models/no/such/endpoints', '/api/v1/models/openai/gpt-4o-mini'])(
    'is 404 at %s',
    async (path) => {
      expect((await rig.call(path)).status).toBe(404)
    },
  )

  it('with an id that holds slashes keeps them', async () => {
    const nested = (await ids('?output_modalities=all')).find((id) => id.split('/').length > 2)
    if (nested === undefined) throw new Error('the catalogue has no such id')
    expect((await rig.call(`/api/v1/model/${nested}`)).status).toBe(200)
    expect((await rig.call(`/api/v1/model/${encodeURIComponent(nested)}`)).status).toBe(200)
  })
})

describe('GET /providers', () => {
  it('is open, and names no address and no credential', async () => {
    const response = await rig.call('/api/v1/providers', { key: null })
    const text = await response.text()
    expect(response.status).toBe(200)
    expect(text).not.toContain('127.0.0.1')
    expect(text).not.toContain('not-a-real-key')
    const { data } = JSON.parse(text) as { data: { slug: string }[] }
    expect(data.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['openai', 'openrouter', 'anthropic', 'sim']))
    for (const one of data) expect(one).toHaveProperty('privacy_policy_url')
  })
})
