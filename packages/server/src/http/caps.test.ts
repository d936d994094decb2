import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { readStream } from '../testing/read-events.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
const MODEL = 'openai/gpt-4o-mini'
const DAY_MS = 24 * 60 * 60 * 1000
/** Calls at once; the figure's full count is for `npm run prove`. */
const PARALLEL = 300

let rig: Rig
let aheadMs = 0
beforeAll(async () => {
  rig = await startRig({
    clock: { now: () => systemClock.now() + aheadMs, monotonic: () => systemClock.monotonic() },
  })
})
afterEach(() => {
  aheadMs = 0
  rig.simulation.reset()
})
afterAll(() => rig.close())

const ask = (content: string, fields: Record<string, unknown> = {}) => ({
  model: MODEL,
  messages: [{ role: 'user', content }],
  ...fields,
})
const spendOf = (hash: string) => rig.server.house.store.spendOf('key', hash, rig.server.house.clock.now())
const sentBodies = () =>
  rig.simulation.requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }): Record<string, unknown> => JSON.parse(Buffer.from(body).toString()))

describe('a cap', () => {
  it(`is never exceeded by ${PARALLEL} calls at once`, async () => {
    const limit = 300_000n
    const { key, hash } = await rig.issue({ limit })
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, (_, i) =>
        rig
          .call(CHAT, { json: ask('write 20 words', { max_tokens: 40, stream: i % 2 === 0 }), key })
          .then(async (r) => {
            await r.text()
            return r.status
          }),
      ),
    )
    await rig.server.house.live.idle()
    const spend = await spendOf(hash)
    expect(new Set(answers)).toEqual(new Set([200, 402]))
    expect(answers.filter((status) => status === 200).length).toBeGreaterThan(2)
    expect(spend.total).toBeLessThanOrEqual(limit)
    expect(spend.held).toBe(0n)
    const charged = (await rig.generations())
      .filter(({ keyHash }) => keyHash === hash)
      .reduce((sum, { amount }) => sum + amount, 0n)
    expect(charged).toBe(spend.total)
  })

  it('shortens the answer to what it affords, says so, and tells the provider', async () => {
    const { key } = await rig.issue({ limit: 100_000n })
    const response = await rig.call(CHAT, { json: ask('write 2000 words', { stream: true }), key })
    expect(response.status).toBe(200)
    const clamped = Number(response.headers.get('x-keyway-output-clamped'))
    expect(clamped).toBeGreaterThan(16)
    expect(sentBodies()).toMatchObject([{ max_completion_tokens: clamped }])
    const { chunks } = await readStream(response)
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length')
    expect(chunks.at(-1)?.usage?.completion_tokens).toBe(clamped)
  })

  it('lowers a max_tokens that it does not afford, under the one name that the provider knows', async () => {
    const { key } = await rig.issue({ limit: 100_000n })
    const response = await rig.call(CHAT, { json: ask('write 2000 words', { max_tokens: 10_000 }), key })
    const clamped = Number(response.headers.get('x-keyway-output-clamped'))
    const [body] = sentBodies()
    expect(body?.['max_completion_tokens'] ?? body?.['max_tokens']).toBe(clamped)
  })

  it('leaves a request alone that it affords', async () => {
    const { key } = await rig.issue({ limit: 10_000_000_000n })
    const response = await rig.call(CHAT, { json: ask('hi'), key })
    expect(response.headers.get('x-keyway-output-clamped')).toBeNull()
    expect(sentBodies()).toEqual([{ ...ask('hi'), model: 'gpt-4o-mini' }])
  })

  it('tells OpenRouter the dearest price that was held for', async () => {
    const { key } = await rig.issue({ limit: 10_000_000_000n })
    await rig.call(CHAT, { json: ask('hi', { provider: { ignore: ['openai'] } }), key })
    expect(sentBodies()[0]?.['provider']).toEqual({
      ignore: ['openai'],
      max_price: { prompt: 0.15, completion: 0.6, request: 0 },
    })
  })

  it('shows what is left, counting every call', async () => {
    const { key, hash } = await rig.issue({ limit: 1_000_000_000n })
    const { usage } = JSON.parse(await (await rig.call(CHAT, { json: ask('hi'), key })).text()) as {
      usage: { cost: number }
    }
    const { data } = JSON.parse(await (await rig.call('/api/v1/key', { key })).text()) as {
      data: Record<string, number>
    }
    expect(data).toMatchObject({ limit: 1, usage: usage.cost, usage_daily: usage.cost, byok_usage: 0 })
    expect(data['limit_remaining']).toBeCloseTo(1 - usage.cost, 9)
    expect((await spendOf(hash)).held).toBe(0n)
  })

  it.each(['daily', 'weekly', 'monthly'])('begins anew when its %s window does, once it has one', async (window) => {
    const { key, hash } = await rig.issue({ limit: 80_000n })
    const call = () => rig.call(CHAT, { json: ask('write 5 words', { max_tokens: 20 }), key })
    let status = 200
    for (let i = 0; i < 40 && status === 200; i++) status = (await call()).status
    expect(status).toBe(402)
    const change = { method: 'PATCH', json: { limit_reset: window }, key: rig.managementKey }
    expect((await rig.call(`/api/v1/keys/${hash}`, change)).status).toBe(200)
    expect((await call()).status).toBe(402)
    aheadMs = 32 * DAY_MS
    expect((await call()).status).toBe(200)
  })

  it('that is raised or lifted counts from the next call', async () => {
    const { key, hash } = await rig.issue({ limit: 0n })
    const call = async () => (await rig.call(CHAT, { json: ask('hi', { max_tokens: 20 }), key })).status
    const patch = (limit: number | null) =>
      rig.call(`/api/v1/keys/${hash}`, { method: 'PATCH', json: { limit }, key: rig.managementKey })
    expect(await call()).toBe(402)
    await patch(1)
    expect(await call()).toBe(200)
    await patch(0)
    expect(await call()).toBe(402)
    await patch(null)
    expect(await call()).toBe(200)
  })

  it('holds the operator\u2019s flat amount for a feature without a price', async () => {
    const terms = { limit: 2_000_000_000n, flatHold: 1_500_000_000n }
    const { key, hash } = await rig.issue(terms)
    rig.simulation.script('openai', { kind: 'stall-before-headers' })
    const leaving = new AbortController()
    const json = ask('hi', { web_search_options: {}, max_tokens: 20 })
    const first = rig.call(CHAT, { json, key, signal: leaving.signal })
    await rig.simulation.waitFor(({ provider, method }) => provider === 'openai' && method === 'POST')
    expect((await spendOf(hash)).held).toBeGreaterThanOrEqual(terms.flatHold)
    expect((await rig.call(CHAT, { json, key })).status).toBe(402)
    leaving.abort()
    await expect(first).rejects.toThrow()
    await rig.server.house.live.idle()
  })
})

describe('usage that cannot be believed', () => {
  it.each(['negative-usage', 'absurd-usage'] as const)('is charged at the hold: %s', async (name) => {
    const usage =
      name === 'negative-usage'
        ? { prompt_tokens: -5, completion_tokens: -7, total_tokens: -12 }
        : { prompt_tokens: 1e15, completion_tokens: 1e15, total_tokens: 2e15 }
    rig.simulation.script('openai', { kind: 'usage', usage })
    const { key, hash } = await rig.issue({ limit: 1_000_000_000n })
    const response = await rig.call(CHAT, { json: ask('hi', { max_tokens: 50 }), key })
    expect(response.status).toBe(200)
    await response.text()
    const { total, held } = await spendOf(hash)
    expect(total).toBeGreaterThan(30_000n)
    expect(total).toBeLessThan(1_000_000_000n)
    expect(held).toBe(0n)
  })

  it('that is missing is estimated, and said to be', async () => {
    rig.simulation.script('openai', { kind: 'no-usage' })
    const response = await rig.call(CHAT, { json: ask('write 20 words', { stream: true }) })
    const { chunks, done } = await readStream(response)
    expect(done).toBe(true)
    expect(chunks.at(-1)?.usage?.cost).toBeGreaterThan(0)
    const id = response.headers.get('x-generation-id')
    const generation = (await rig.generations()).find(({ callId }) => callId === id)
    expect(generation?.basis).toBe('estimated')
  })
})

describe('prepaid credit', () => {
  it('refuses at zero, and serves from the moment that credit is granted', async () => {
    const own = await startRig({ simulation: rig.simulation, env: { KEYWAY_PREPAID: 'true' } })
    try {
      const call = () => own.call(CHAT, { json: ask('hi', { max_tokens: 20 }) })
      const refused = await call()
      expect(refused.status).toBe(402)
      expect(await refused.json()).toMatchObject({
        error: { metadata: { reason: 'credit_exhausted', error_type: 'payment_required' } },
      })
      const { store, owner, workspace } = own.server.house
      await store.grantCredit(owner.id, 5_000_000_000n, { id: owner.id, workspaceId: workspace.id }, Date.now())
      expect((await call()).status).toBe(200)
      const credits = await own.call('/api/v1/credits', { key: own.managementKey })
      expect(await credits.json()).toEqual({ data: { total_credits: 5, total_usage: expect.any(Number) } })
    } finally {
      await own.close()
    }
  })
})
