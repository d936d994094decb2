import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'
import { type ScriptedProvider, startScriptedProvider } from '../testing/scripted-provider.ts'

const CHAT = '/api/v1/chat/completions'
const ASK = { model: 'cheap/model', messages: [{ role: 'user', content: 'hi' }] }
const LIMIT = 1_000_000_000n

let provider: ScriptedProvider
let rig: Rig
beforeAll(async () => {
  provider = await startScriptedProvider()
  rig = await startRig({ env: { ...provider.env, KEYWAY_PREPAID: 'true' } })
  const { store, owner, workspace, clock } = rig.server.house
  await store.grantCredit(owner.id, LIMIT, { id: owner.id, workspaceId: workspace.id }, clock.now())
})
beforeEach(() => {
  provider.requests.length = 0
})
afterAll(async () => {
  await rig.close()
  await provider.close()
})

async function ask(key: string, fields: Record<string, unknown>): Promise<{ status: number; reason: unknown }> {
  const response = await rig.call(CHAT, { json: { ...ASK, ...fields }, key })
  const body = JSON.parse(await response.text())
  return { status: response.status, reason: body.error?.metadata.reason }
}

describe('a key with a list of models', () => {
  it.each(['dear/model', 'DEAR/model', 'dear/model:nitro', 'openrouter/dear/model'])(
    'gets no other one by way of the list that OpenRouter falls back by: %s',
    async (name) => {
      const { key } = await rig.issue({ models: ['cheap/model'] })
      expect(await ask(key, { models: [name] })).toEqual({ status: 403, reason: 'model_not_allowed' })
      expect(await ask(key, { models: ['cheap/model', name] })).toEqual({ status: 403, reason: 'model_not_allowed' })
      expect(provider.requests).toEqual([])
    },
  )

  it('may name those that are in it', async () => {
    const { key } = await rig.issue({ models: ['cheap/*'] })
    expect(await ask(key, { models: ['cheap/model:nitro'] })).toMatchObject({ status: 200 })
    expect(provider.requests).toHaveLength(1)
  })
})

describe('the variant that searches the web', () => {
  it.each([
    { model: 'cheap/model:online' },
    { models: ['cheap/model:online'] },
    { models: ['dear/model:free:online'] },
  ])('is refused by name on a capped key: %j', async (fields) => {
    const { key } = await rig.issue({ limit: LIMIT })
    expect(await ask(key, fields)).toEqual({ status: 403, reason: 'feature_price_unknown' })
    expect(provider.requests).toEqual([])
  })

  it('passes where a flat amount is held for it', async () => {
    const { key } = await rig.issue({ limit: LIMIT, flatHold: 1_000_000n })
    expect(await ask(key, { model: 'cheap/model:online' })).toMatchObject({ status: 200 })
  })
})

describe('a feature for which a flat amount is held', () => {
  it('is charged at it where the provider reports no cost: under the cap it is not free', async () => {
    const { key, hash } = await rig.issue({ limit: LIMIT, flatHold: 1_000_000n })
    const costOf = async (fields: Record<string, unknown>): Promise<number> => {
      const response = await rig.call(CHAT, { json: { ...ASK, model: 'openai/gpt-4o-mini', ...fields }, key })
      const body = JSON.parse(await response.text())
      expect(response.status, JSON.stringify(body)).toBe(200)
      return Math.round(body.usage.cost * 1e9)
    }
    const plain = await costOf({})
    expect(await costOf({ web_search_options: {} })).toBe(plain + 1_000_000)
    const { store, clock } = rig.server.house
    expect(await store.spendOf('key', hash, clock.now())).toMatchObject({
      total: BigInt(2 * plain + 1_000_000),
      held: 0n,
    })
  })
})

describe('credit caps a key without a cap of its own, so', () => {
  it('a feature without a price is refused', async () => {
    expect(await ask(rig.key, { plugins: [{ id: 'web' }] })).toEqual({ status: 403, reason: 'feature_price_unknown' })
  })

  it('OpenRouter is told the dearest price', async () => {
    expect(await ask(rig.key, {})).toMatchObject({ status: 200 })
    expect(JSON.parse(provider.requests[0]?.body ?? '').provider).toEqual({
      max_price: { prompt: 1, completion: 2, request: 0 },
    })
  })
})
