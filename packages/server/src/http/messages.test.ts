import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'
import { eventsOf } from '../wire/testing/exchanges.ts'

const MESSAGES = '/v1/messages'
const MODEL = 'anthropic/claude-sonnet-5'
const NATIVE = 'claude-sonnet-5'
const VERSION = { 'anthropic-version': '2023-06-01' }
/** Only Anthropic itself, though the simulated OpenRouter serves the model too. */
const ONLY = { provider: { ignore: ['openrouter'] } }

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterEach(() => rig.simulation.reset())
afterAll(() => rig.close())

const ask = (content: string, fields: Record<string, unknown> = {}) => ({
  model: MODEL,
  max_tokens: 500,
  messages: [{ role: 'user', content }],
  ...fields,
})
const send = (json: unknown, of: Parameters<Rig['call']>[1] = {}) =>
  rig.call(MESSAGES, { json, ...of, headers: { ...VERSION, ...of.headers } })
const posts = () => rig.simulation.requests.filter(({ method }) => method === 'POST')
const sent = () => Buffer.from(posts().at(-1)?.body ?? new Uint8Array(0)).toString()

/** The body, whatever it is. */
async function bodyOf(response: Response | Promise<Response>) {
  return JSON.parse(await (await response).text())
}
const lastRow = async () => {
  const row = (await rig.generations()).at(-1)
  if (row === undefined) throw new Error('nothing was written')
  return row
}

async function stream(json: Record<string, unknown>, of: Parameters<Rig['call']>[1] = {}) {
  const response = await send({ ...json, stream: true }, of)
  const text = await response.text()
  return { response, text, events: eventsOf(text).map(({ name, data }) => ({ name, data: JSON.parse(data) })) }
}

describe('a refusal', () => {
  it.each([
    ['no key', { key: null }, ask('hi'), 401, 'authentication_error'],
    ['no messages', {}, { model: MODEL, max_tokens: 5 }, 400, 'invalid_request_error'],
    ['no such model', {}, { ...ask('hi'), model: 'no/such' }, 400, 'invalid_request_error'],
    [
      'a model that no provider serves in this format',
      {},
      { ...ask('hi'), model: 'openai/gpt-4o-mini', provider: { ignore: ['openrouter'] } },
      404,
      'not_found_error',
    ],
  ])('is in Anthropic\u2019s form: %s', async (_, of, json, status, type) => {
    const response = await send(json, of)
    const body = await bodyOf(response)
    expect(response.status).toBe(status)
    expect(body).toMatchObject({ type: 'error', error: { type, error_type: expect.any(String) } })
    expect(body.request_id).toBe(response.headers.get('x-request-id'))
    expect(body.request_id).toBe(response.headers.get('request-id'))
    expect(body.metadata.docs_url).toContain('#')
  })

  it('of the provider says what it said', async () => {
    const response = await send(ask('hi', { ...ONLY, unknown_field: 1 }))
    expect(response.status).toBe(400)
    const { error, metadata } = await bodyOf(response)
    expect(error).toMatchObject({ type: 'invalid_request_error' })
    expect(error.message + JSON.stringify(metadata)).toContain('unknown_field: Extra inputs are not permitted')
  })

  it('by every provider is one of the kind that says to try again', async () => {
    rig.simulation.script('anthropic', { kind: 'status', status: 529 }, { times: 3 })
    const response = await send(ask('hi', ONLY))
    expect(response.status).toBe(503)
    expect((await bodyOf(response)).error).toMatchObject({
      type: 'overloaded_error',
      error_type: 'provider_overloaded',
    })
  })
})

describe('a request', () => {
  it('reaches Anthropic byte for byte but for the model and what is ours, under its own key', async () => {
    const body = (name: string, ours: string) =>
      `{ "max_tokens":50,${ours} "system":[{"type":"text","text":"h\\u00e9","cache_control":{"type":"ephemeral"}}],"model":"${name}" ,"messages":[{"role":"user","content":"hi"}],"output_config":{"effort":"low"},"temperature":1.0}`
    const own = '"provider":{"only":["anthropic"]},"session_id":"s","user":"u",'
    const response = await rig.call(`${MESSAGES}?beta=true`, {
      body: body(MODEL, own),
      headers: {
        'anthropic-version': '2026-10-21',
        'anthropic-beta': 'new-beta-2026-11-01,other-1',
        'x-stainless-lang': 'js',
      },
    })
    expect(response.status).toBe(200)
    await response.text()
    expect(sent()).toBe(body(NATIVE, ''))
    expect(posts().at(-1)?.headers).toMatchObject({
      'x-api-key': rig.simulation.providers.anthropic.key,
      'anthropic-version': '2026-10-21',
      'anthropic-beta': 'new-beta-2026-11-01,other-1',
    })
    expect(posts().at(-1)?.headers.authorization).toBeUndefined()
    expect(posts().at(-1)?.headers['x-stainless-lang']).toBeUndefined()
  })

  it('without a version is sent with one, at either prefix', async () => {
    const response = await rig.call('/api/v1/messages', { json: ask('hi', ONLY) })
    expect(response.status).toBe(200)
    await response.text()
    expect(posts().at(-1)?.headers['anthropic-version']).toBe('2023-06-01')
  })

  it('takes the key as x-api-key, as Anthropic\u2019s own clients send it', async () => {
    const response = await send(ask('hi', ONLY), { key: null, headers: { 'x-api-key': rig.key } })
    expect(response.status).toBe(200)
    await response.text()
  })

  it.each([
    ['deepseek', '/deepseek/anthropic/v1/messages'],
    ['fireworks', '/fireworks/inference/v1/messages'],
    ['ollama', '/ollama/v1/messages'],
  ] as const)('reaches %s where it takes the format', async (provider, path) => {
    const caller = await rig.server.house.verifier.verify(rig.key)
    const models = [...(await rig.server.house.callable(caller)).models.values()]
    const served = rig.simulation.providers[provider].models
    const model = models.find(({ endpoints }) =>
      endpoints.some((endpoint) => endpoint.provider === provider && served.includes(endpoint.nativeId)),
    )
    const routing = { provider: { only: [provider], ignore: ['openrouter'] } }
    const response = await send({ ...ask('hi', routing), model: model?.id })
    expect(await bodyOf(response)).toMatchObject({ type: 'message', model: model?.id })
    expect(posts().at(-1)).toMatchObject({ provider, path })
  })

  it('reaches OpenRouter with its routing, in its skin', async () => {
    const response = await send(ask('hi', { provider: { only: ['openrouter'] }, user: 'u' }))
    expect(response.status).toBe(200)
    const answer = await bodyOf(response)
    expect(posts().at(-1)).toMatchObject({ provider: 'openrouter', path: '/openrouter/api/v1/messages' })
    expect(JSON.parse(sent())).toMatchObject({ user: 'u' })
    expect(answer.usage.cost).toBeGreaterThan(0)
    expect(Number((await lastRow()).amount) / 1e9).toBeCloseTo(answer.usage.cost, 9)
  })
})

describe('an answer', () => {
  it('is the provider\u2019s with our id, our name of the model and the charge, which is the ledger\u2019s to the nano-dollar', async () => {
    const response = await send(ask('write 20 words', ONLY))
    const answer = await bodyOf(response)
    const id = response.headers.get('x-generation-id')
    expect(answer).toMatchObject({ id, type: 'message', model: MODEL, provider: 'Anthropic', stop_reason: 'end_turn' })
    const { input_tokens, output_tokens, cost, is_byok, cost_details } = answer.usage
    // Claude Sonnet 5: 2 dollars a million tokens in, 10 out.
    expect(cost).toBe((input_tokens * 2000 + output_tokens * 10_000) / 1e9)
    expect({ is_byok, byok: cost_details.upstream_inference_cost }).toEqual({ is_byok: false, byok: 0 })
    expect(await lastRow()).toMatchObject({
      callId: id,
      generation: {
        api: 'messages',
        finishReason: 'stop',
        nativeFinishReason: 'end_turn',
        tokensPrompt: input_tokens,
        tokensCompletion: output_tokens,
      },
      amount: BigInt(input_tokens * 2000 + output_tokens * 10_000),
    })
  })

  it('8.16: streams the provider\u2019s own events, each with its name, and the charge before the end', async () => {
    const whole = await bodyOf(send(ask('write 20 words', ONLY)))
    const { response, events } = await stream(ask('write 20 words', ONLY))
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    for (const event of events) expect(event.name).toBe(event.data.type)
    expect(events[0]?.data.message).toMatchObject({ id: response.headers.get('x-generation-id'), model: MODEL })
    const text = events.map(({ data }) => data.delta?.text ?? '').join('')
    expect(text).toBe(whole.content[0].text)
    expect(events.at(-2)?.data.usage).toEqual(whole.usage)
    expect(events.at(-1)?.name).toBe('message_stop')
  })

  it('of a cached prompt is charged by what was read and what was written, for how long', async () => {
    const text = Array.from({ length: 1100 }, () => 'word').join(' ')
    const system = [{ type: 'text', text, cache_control: { type: 'ephemeral', ttl: '1h' } }]
    const { usage } = await bodyOf(send(ask('hi', { ...ONLY, system })))
    const hour = usage.cache_creation.ephemeral_1h_input_tokens
    expect(hour).toBeGreaterThan(0)
    const nano =
      usage.input_tokens * 2000 + hour * 4000 + usage.cache_read_input_tokens * 200 + usage.output_tokens * 10_000
    expect(usage.cost).toBe(nano / 1e9)
  })

  it('with thoughts, tools and searches passes untouched', async () => {
    const thinking = { type: 'enabled', budget_tokens: 1024 }
    const { events } = await stream(ask('write 20 words', { ...ONLY, max_tokens: 2000, thinking }))
    expect(events.some(({ data }) => data.delta?.type === 'signature_delta')).toBe(true)
    const tools = [{ type: 'web_search_20250305', name: 'web_search' }]
    const searched = await bodyOf(send(ask('hi', { ...ONLY, tools })))
    expect(searched.content[1]).toMatchObject({
      type: 'web_search_tool_result',
      content: [{ encrypted_content: expect.any(String) }],
    })
    expect(searched.usage.cost).toBeGreaterThan(0.01)
  })

  it('of a provider that fails behind its first event is another\u2019s', async () => {
    rig.simulation.script('anthropic', { kind: 'error-first', status: 529 }, { times: 3 })
    const { response, events } = await stream(ask('hi', { provider: { order: ['anthropic'] } }))
    expect(response.status).toBe(200)
    expect(posts().at(-1)?.provider).toBe('openrouter')
    expect(events.at(-1)?.name).toBe('message_stop')
  })

  it('that breaks ends with an error event, and is charged by the prompt that it told and by what came', async () => {
    rig.simulation.script('anthropic', { kind: 'close-mid-event', afterEvents: 12 })
    const { response, events } = await stream(ask('write 50 words', ONLY))
    expect(events.at(-1)).toMatchObject({
      name: 'error',
      data: { type: 'error', error: { type: 'api_error' }, request_id: response.headers.get('x-generation-id') },
    })
    const begun = events[0]?.data.message.usage.input_tokens
    const { generation, basis } = await lastRow()
    expect(basis).toBe('estimated')
    expect(generation.tokensPrompt).toBe(begun)
    expect(generation.tokensCompletion).toBeGreaterThan(1)
  })

  it('that the provider breaks off with an error is one', async () => {
    rig.simulation.script('anthropic', { kind: 'error-mid-stream', status: 529 })
    const { events } = await stream(ask('write 50 words', ONLY))
    expect(events.at(-1)?.data).toMatchObject({ type: 'error', error: { type: 'overloaded_error' } })
    expect((await lastRow()).generation.error).toContain('The simulated server had an error.')
  })
})

describe('a cap', () => {
  it('that affords nothing is a billing_error', async () => {
    const { key } = await rig.issue({ limit: 1_000n })
    const response = await send(ask('hi', ONLY), { key })
    expect(response.status).toBe(402)
    expect((await bodyOf(response)).error).toMatchObject({ type: 'billing_error', error_type: 'payment_required' })
    expect(posts()).toHaveLength(0)
  })

  it('shortens the answer to what it affords, and the thinking with it', async () => {
    const { key, hash } = await rig.issue({ limit: 30_000_000n })
    const thinking = { type: 'enabled', budget_tokens: 9000 }
    const response = await send(ask('write 5000 words', { ...ONLY, max_tokens: 10_000, thinking }), { key })
    const answer = await bodyOf(response)
    const clamped = Number(response.headers.get('x-keyway-output-clamped'))
    expect(clamped).toBeGreaterThan(1024)
    expect(JSON.parse(sent())).toMatchObject({ max_tokens: clamped, thinking: { budget_tokens: clamped - 1 } })
    expect(answer.stop_reason).toBe('max_tokens')
    const { house } = rig.server
    const spend = await house.store.spendOf('key', hash, house.clock.now())
    expect(spend.total).toBeLessThanOrEqual(30_000_000n)
  })

  it.each([
    ['tools', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    ['speed', { speed: 'fast' }],
    ['mcp_servers', { mcp_servers: [{ type: 'url', url: 'https://e.com', name: 'e' }] }],
    ['max_tokens: 0', { max_tokens: 0, provider: { only: ['openrouter'] } }],
  ])('refuses what it cannot bound: %s', async (name, fields) => {
    const { key } = await rig.issue({ limit: 1_000_000_000n })
    const response = await send(ask('hi', { ...ONLY, ...fields }), { key })
    expect(response.status).toBe(403)
    expect((await bodyOf(response)).error.message).toContain(name)
  })

  describe('of a call that asks for a longer context than is listed', () => {
    const beta = { 'anthropic-beta': 'a-1,context-1m-2025-08-07' }
    const model = 'anthropic/claude-sonnet-4.5'
    // Some 600,000 tokens, where 200,000 are listed, and more than these are twice as dear.
    const long = { ...ONLY, model, max_tokens: 20, system: 'word '.repeat(600_000) }

    it('holds the whole of it at the dearer price', async () => {
      const [{ key }, { key: other }] = [
        await rig.issue({ limit: 4_000_000_000n }),
        await rig.issue({ limit: 4_000_000_000n }),
      ]
      const afforded = await send(ask('hi', long), { key })
      expect(afforded.status).not.toBe(402)
      await afforded.text()
      const refused = await send(ask('hi', long), { key: other, headers: beta })
      expect(refused.status).toBe(402)
      await refused.text()
    })

    it('refuses it where no price beyond the listed context is known', async () => {
      const { key } = await rig.issue({ limit: 1_000_000_000n })
      const asked = ask('hi', { ...ONLY, model: 'anthropic/claude-haiku-4.5' })
      expect((await send(asked, { key })).status).toBe(200)
      const response = await send(asked, { key, headers: beta })
      expect(response.status).toBe(403)
      expect((await bodyOf(response)).error.message).toContain('longer context')
    })
  })

  it('ends a stream when its key is revoked, with an event that says so', async () => {
    const { key, hash } = await rig.issue()
    rig.simulation.script('anthropic', { kind: 'stall-mid-stream', afterEvents: 6 })
    const response = await send({ ...ask('write 50 words', ONLY), stream: true }, { key })
    const revoked = rig.call(`/api/v1/keys/${hash}`, { method: 'DELETE', key: rig.managementKey })
    const events = eventsOf(await response.text())
    expect((await revoked).status).toBe(200)
    expect(JSON.parse(events.at(-1)?.data ?? '{}').error).toMatchObject({ type: 'authentication_error' })
    const { amount, generation } = await lastRow()
    expect(amount).toBeGreaterThan(0n)
    expect(generation.error).toContain('key_revoked')
  })
})

describe('the count of tokens', () => {
  const COUNT = `${MESSAGES}/count_tokens`
  const { max_tokens: _limit, ...ASKED } = ask('one two three')
  const count = (json: object, headers = {}) => rig.call(COUNT, { json, headers: { ...VERSION, ...headers } })

  it('is Anthropic\u2019s own where the call would go there', async () => {
    const response = await count({ ...ASKED, ...ONLY, system: 'four' }, { 'anthropic-beta': 'a-1' })
    expect(await bodyOf(response)).toEqual({ input_tokens: 4 })
    expect(response.headers.get('x-keyway-token-count')).toBe('provider')
    expect(posts().at(-1)).toMatchObject({
      path: '/anthropic/v1/messages/count_tokens',
      headers: { 'anthropic-beta': 'a-1' },
    })
    expect(JSON.parse(sent())).toEqual({ model: NATIVE, messages: ASKED.messages, system: 'four' })
    const page = await count({ ...ASKED, ...ONLY }, { origin: 'https://page.example' })
    expect(page.headers.get('access-control-allow-origin')).toBe('*')
    expect(page.headers.get('access-control-expose-headers')).toContain('X-Keyway-Token-Count')
  })

  it('is an estimate elsewhere, and says so', async () => {
    const text = 'word '.repeat(1000)
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(50_000) } }
    const asked = (content: unknown) => ({
      ...ASKED,
      messages: [{ role: 'user', content }],
      provider: { only: ['openrouter'] },
    })
    const response = await count(asked(text))
    const { input_tokens } = await bodyOf(response)
    expect(response.headers.get('x-keyway-token-count')).toBe('estimate')
    expect(input_tokens).toBeGreaterThan(1000)
    expect(input_tokens).toBeLessThan(1500)
    const seen = await bodyOf(count(asked([{ type: 'text', text }, image])))
    expect(seen.input_tokens).toBeGreaterThan(input_tokens)
    expect(seen.input_tokens).toBeLessThan(input_tokens + 10_000)
    expect(posts()).toHaveLength(0)
  })

  it('is refused as the call would be, and as the provider refuses it', async () => {
    expect((await count({ model: MODEL })).status).toBe(400)
    expect((await count({ ...ASKED, model: 'no/such' })).status).toBe(400)
    expect((await rig.call(COUNT, { json: ASKED, key: null })).status).toBe(401)
    const refused = await count({ ...ASKED, ...ONLY, max_tokens: 5 })
    expect(refused.status).toBe(400)
    expect((await bodyOf(refused)).error.message).toContain('max_tokens: Extra inputs are not permitted')
  })

  it('costs nothing, and leaves nothing in the ledger', async () => {
    const { key, hash } = await rig.issue({ limit: 1n })
    const before = (await rig.generations()).length
    expect((await rig.call(COUNT, { json: { ...ASKED, ...ONLY }, key, headers: VERSION })).status).toBe(200)
    expect(await rig.generations()).toHaveLength(before)
    const { house } = rig.server
    expect((await house.store.spendOf('key', hash, house.clock.now())).total).toBe(0n)
  })
})
