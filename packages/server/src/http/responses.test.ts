import { OpenRouter } from '@openrouter/sdk'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'
import { eventsOf } from '../wire/testing/exchanges.ts'

const RESPONSES = '/v1/responses'
const MODEL = 'openai/gpt-4o-mini'
/** Only OpenAI itself, though the simulated OpenRouter serves the model too. */
const ONLY = { provider: { only: ['openai'] } }
/** Dollars of gpt-4o-mini, in nano-dollars a token. */
const INPUT = 150
const OUTPUT = 600
const ADD = {
  type: 'function' as const,
  name: 'add',
  strict: false,
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
}

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterEach(() => rig.simulation.reset())
afterAll(() => rig.close())

const ask = (input: unknown, fields: Record<string, unknown> = {}) => ({ model: MODEL, input, ...ONLY, ...fields })
const send = (json: unknown, of: Parameters<Rig['call']>[1] = {}) => rig.call(RESPONSES, { json, ...of })
const posts = () => rig.simulation.requests.filter(({ method }) => method === 'POST')
const sent = () => Buffer.from(posts().at(-1)?.body ?? new Uint8Array(0)).toString()
const open = (apiKey = rig.key) => new OpenAI({ baseURL: `${rig.url}/v1`, apiKey, maxRetries: 0 })

/** The body, whatever it is. */
async function bodyOf(response: Response | Promise<Response>) {
  return JSON.parse(await (await response).text())
}
async function stream(json: Record<string, unknown>, of: Parameters<Rig['call']>[1] = {}) {
  const response = await send({ ...json, stream: true }, of)
  const events = eventsOf(await response.text()).filter(({ data }) => data !== '')
  return { response, events: events.map(({ name, data }) => ({ name, data: JSON.parse(data) })) }
}
const lastRow = async () => {
  const row = (await rig.generations()).at(-1)
  if (row === undefined) throw new Error('nothing was written')
  return row
}

describe('a refusal', () => {
  it.each([
    ['no key', { key: null }, ask('hi'), 401, 'Missing Authentication header'],
    ['no input', {}, { model: MODEL }, 400, '"input"'],
    ['no such model', {}, ask('hi', { model: 'no/such' }), 400, 'no/such'],
    ['a kept answer', {}, ask('hi', { store: true }), 400, '"store"'],
    ['a kept answer to go on from', {}, ask('hi', { previous_response_id: 'resp_1' }), 400, 'whole conversation'],
    ['an answer that comes later', {}, ask('hi', { background: true }), 400, '"background"'],
    [
      'nobody who speaks the format',
      {},
      { ...ask('hi'), model: 'mistral/mistral-small-latest', provider: {} },
      404,
      '',
    ],
  ])('is in OpenRouter\u2019s envelope, and reaches no provider: %s', async (_, of, json, status, words) => {
    const response = await send(json, of)
    expect(response.status).toBe(status)
    const { error } = await bodyOf(response)
    expect(error).toMatchObject({ code: status, metadata: { error_type: expect.any(String) } })
    expect(error.message).toContain(words)
    expect(posts()).toHaveLength(0)
  })

  it('of the provider says what it said', async () => {
    const response = await send(ask('hi', { unheard_of: 1 }))
    expect(response.status).toBe(400)
    expect(JSON.stringify(await bodyOf(response))).toContain('Unknown parameter')
  })

  it('is the class that the openai client has for it', async () => {
    const create = (client: OpenAI, fields: object = {}) =>
      client.responses.create({ model: MODEL, input: 'hi', ...fields })
    await expect(create(open('kwy_k1_wrong'))).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    await expect(create(open(), { input: [] })).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    const { key: capped } = await rig.issue({ limit: 1_000n })
    await expect(create(open(capped))).rejects.toMatchObject({ status: 402 })
  })
})

describe('a request', () => {
  it('reaches OpenAI byte for byte but for the model, what is ours, and that nothing is to be kept', async () => {
    const body = (name: string, ours: string, store: string) =>
      `{ "max_output_tokens":50,${ours} "instructions":"h\\u00e9","model":"${name}" ,"input":[{"role":"user","content":"hi"}],"temperature":1.0${store}}`
    const own = '"provider":{"only":["openai"]},"session_id":"s",'
    const response = await rig.call(RESPONSES, { body: body(MODEL, own, '') })
    expect(response.status).toBe(200)
    expect((await bodyOf(response)).store).toBe(false)
    expect(sent()).toBe(body('gpt-4o-mini', '', ',"store":false'))
    expect(posts().at(-1)).toMatchObject({ path: '/openai/v1/responses' })
  })

  it('reaches OpenRouter with its routing, and is charged what it reports', async () => {
    const response = await rig.call('/api/v1/responses', {
      json: ask('hi', { provider: { only: ['openrouter'] }, user: 'u' }),
    })
    const answer = await bodyOf(response)
    expect(posts().at(-1)).toMatchObject({ provider: 'openrouter', path: '/openrouter/api/v1/responses' })
    expect(JSON.parse(sent())).toMatchObject({ user: 'u', store: false })
    expect(answer.usage.cost).toBeGreaterThan(0)
    expect(Number((await lastRow()).amount) / 1e9).toBeCloseTo(answer.usage.cost, 9)
  })
})

describe('the openai client', () => {
  it('gets a whole answer, with the charge that the ledger holds to the nano-dollar', async () => {
    const { data, response } = await open()
      .responses.create({ model: MODEL, input: 'write 20 words', ...ONLY })
      .withResponse()
    const id = response.headers.get('x-generation-id')
    expect(data).toMatchObject({ id, model: MODEL, status: 'completed', object: 'response' })
    expect(data.output_text.split(' ')).toHaveLength(20)
    const { input_tokens = 0, output_tokens = 0 } = data.usage ?? {}
    const nano = input_tokens * INPUT + output_tokens * OUTPUT
    expect(data.usage).toMatchObject({ cost: nano / 1e9, is_byok: false, total_tokens: input_tokens + output_tokens })
    expect(await lastRow()).toMatchObject({
      callId: id,
      amount: BigInt(nano),
      generation: {
        api: 'responses',
        finishReason: 'stop',
        nativeFinishReason: 'completed',
        tokensPrompt: input_tokens,
        tokensCompletion: output_tokens,
        upstreamId: expect.stringMatching(/^resp_/),
      },
    })
  })

  it('8.17: accumulates a stream, whose events come in order and numbered, into the same answer', async () => {
    const whole = await open().responses.create({ model: MODEL, input: 'write 20 words', ...ONLY })
    const reading = open().responses.stream({ model: MODEL, input: 'write 20 words', ...ONLY })
    const numbers: number[] = []
    reading.on('event', ({ sequence_number }) => void numbers.push(sequence_number))
    const last = await reading.finalResponse()
    expect(numbers).toEqual(numbers.map((_, index) => index))
    expect(last).toMatchObject({
      model: MODEL,
      status: 'completed',
      output_text: whole.output_text,
      usage: whole.usage,
    })
    expect(last.id).toMatch(/^gen-/)
  })

  it('runs a tool, and goes on with what it gave', async () => {
    const client = open()
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: 'please add' }]
    const first = await client.responses.stream({ model: MODEL, input, tools: [ADD], ...ONLY }).finalResponse()
    const call = first.output.find((item) => item.type === 'function_call')
    if (call?.type !== 'function_call') throw new Error('no call')
    expect(JSON.parse(call.arguments)).toHaveProperty('a')
    expect((await lastRow()).generation.finishReason).toBe('tool_calls')
    // What the client's helper adds of its own is no part of the wire's item.
    const { parsed_arguments: _parsed, ...item } = call
    input.push(item, { type: 'function_call_output', call_id: call.call_id, output: '42' })
    const second = await client.responses.create({ model: MODEL, input, tools: [ADD], ...ONLY })
    expect(second.output_text).toContain('42')
  })

  it('takes a structured answer, and one that was cut', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    }
    const format = { type: 'json_schema' as const, name: 'c', schema }
    const answer = await open().responses.create({ model: MODEL, input: 'hi', text: { format }, ...ONLY })
    expect(JSON.parse(answer.output_text)).toHaveProperty('city')
    const cut = await open().responses.create({ model: MODEL, input: 'write 90 words', max_output_tokens: 16, ...ONLY })
    expect(cut).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
    expect((await lastRow()).generation).toMatchObject({
      finishReason: 'length',
      nativeFinishReason: 'max_output_tokens',
    })
  })

  it('brings encrypted reasoning back as it came, to the account that can read it', async () => {
    const model = 'openai/gpt-5-mini'
    const include: OpenAI.Responses.ResponseIncludable[] = ['reasoning.encrypted_content']
    const first = await open().responses.create({ model, input: 'think', include, store: false, ...ONLY })
    const [thought] = first.output
    if (thought?.type !== 'reasoning') throw new Error('no reasoning')
    expect(thought.encrypted_content).toMatch(/^gAAAAA/)
    const { reasoning_tokens } = first.usage?.output_tokens_details ?? {}
    expect(reasoning_tokens).toBeGreaterThan(0)
    const input = [{ role: 'user' as const, content: 'think' }, thought, { role: 'user' as const, content: 'again' }]
    await open().responses.create({ model, input, include, store: false, ...ONLY })
    expect(sent()).toContain(JSON.stringify(thought))
    const elsewhere = { model, input, include, store: false, provider: { only: ['openrouter'] } }
    const refused = await send(elsewhere)
    expect(refused.status).toBe(404)
    expect(JSON.stringify(await bodyOf(refused))).toContain('encrypted reasoning of another endpoint')
  })

  it('brings it back to the credential that made it, though another is preferred; what nobody here made is the provider\u2019s to judge', async () => {
    const model = 'openai/gpt-5-mini'
    const made = await stream(ask('think', { model, include: ['reasoning.encrypted_content'] }))
    const [thought] = made.events.at(-1)?.data.response.output ?? []
    const again = ask([{ role: 'user', content: 'think' }, thought, { role: 'user', content: 'again' }], { model })
    const { provider: _only, ...anywhere } = again
    // Of two that serve the model, the other one is asked for first.
    const there = await send({ ...anywhere, provider: { order: ['openrouter', 'openai'] } })
    expect(there.status).toBe(200)
    expect(posts().at(-1)?.provider).toBe('openai')
    // Reasoning that nobody here made goes where any call would, and its provider judges it.
    const foreign = { ...thought, encrypted_content: `gAAAAA${'x'.repeat(80)}` }
    const judged = await send(ask([{ role: 'user', content: 'think' }, foreign], { model }))
    expect(judged.status).toBe(400)
    expect(JSON.stringify(await bodyOf(judged))).toContain('could not be verified')
  })

  it('raises an error when a stream breaks', async () => {
    rig.simulation.script('openai', { kind: 'close-mid-event', afterEvents: 12 })
    const reading = open().responses.stream({ model: MODEL, input: 'write 50 words', ...ONLY })
    await expect(reading.finalResponse()).rejects.toBeInstanceOf(OpenAI.APIError)
  })
})

describe('OpenRouter\u2019s client', () => {
  const client = () =>
    new OpenRouter({ serverURL: `${rig.url}/api/v1`, apiKey: rig.key, retryConfig: { strategy: 'none' } })
  const request = { model: MODEL, input: 'write 20 words', provider: { only: ['openrouter'] } }
  const stream = async () => {
    const answer = await client().responses.send({ responsesRequest: { ...request, stream: true } })
    if (!(Symbol.asyncIterator in answer)) throw new Error('no stream')
    return answer
  }

  it('takes an answer and a stream', async () => {
    const whole = await client().responses.send({ responsesRequest: { ...request, stream: false } })
    expect(whole).toMatchObject({ model: MODEL, status: 'completed', usage: { isByok: false } })
    let last: unknown
    for await (const event of await stream()) last = event
    expect(last).toMatchObject({ type: 'response.completed', response: { model: MODEL, usage: { isByok: false } } })
  })

  it('takes the events that end a broken stream', async () => {
    rig.simulation.script('openrouter', { kind: 'close-mid-event', afterEvents: 12 })
    const types: string[] = []
    for await (const event of await stream()) types.push(event.type)
    expect(types.slice(-2)).toEqual(['error', 'response.failed'])
  })
})

describe('a stream', () => {
  it.each([0, 2])(
    'of a provider that fails behind %i events that say nothing yet is another\u2019s',
    async (afterEvents) => {
      rig.simulation.script('openai', { kind: 'error-mid-stream', afterEvents, status: 503 }, { times: 3 })
      const { response, events } = await stream(ask('hi', { provider: { order: ['openai'] } }))
      expect(response.status).toBe(200)
      expect(posts().at(-1)?.provider).toBe('openrouter')
      expect(events.at(-1)?.data.type).toBe('response.completed')
      expect(events.map(({ data }) => data.sequence_number)).toEqual(events.map((_, index) => index))
    },
  )

  it('that breaks ends with an error and a failed response, numbered on, and is charged by what came', async () => {
    rig.simulation.script('openai', { kind: 'close-mid-event', afterEvents: 12 })
    const { response, events } = await stream(ask('write 50 words'))
    const [error, failed] = events.slice(-2)
    expect(error).toMatchObject({ name: 'error', data: { type: 'error', code: 'server_error', sequence_number: 12 } })
    expect(failed).toMatchObject({
      name: 'response.failed',
      data: {
        sequence_number: 13,
        response: { id: response.headers.get('x-generation-id'), model: MODEL, status: 'failed' },
      },
    })
    const { generation, basis, amount } = await lastRow()
    expect(basis).toBe('estimated')
    expect(generation.tokensCompletion).toBeGreaterThan(1)
    expect(amount).toBeGreaterThan(0n)
  })

  it('that the provider breaks off with an error is one', async () => {
    rig.simulation.script('openai', { kind: 'error-mid-stream', afterEvents: 8, status: 503 })
    const { events } = await stream(ask('write 50 words'))
    expect(events.at(-1)?.name).toBe('response.failed')
    expect((await lastRow()).generation.error).toContain('The simulated server had an error.')
  })

  it('ends when its key is revoked, with events that say so', async () => {
    const { key, hash } = await rig.issue()
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 9 })
    const response = await send({ ...ask('write 50 words'), stream: true }, { key })
    const revoked = rig.call(`/api/v1/keys/${hash}`, { method: 'DELETE', key: rig.managementKey })
    const events = eventsOf(await response.text())
    expect((await revoked).status).toBe(200)
    expect(JSON.parse(events.at(-2)?.data ?? '{}').error.metadata.error_type).toBe('authentication')
    expect(events.at(-1)?.name).toBe('response.failed')
    const { amount, generation } = await lastRow()
    expect(amount).toBeGreaterThan(0n)
    expect(generation.error).toContain('key_revoked')
  })
})

describe('a cap', () => {
  it('that affords nothing is 402, before any provider is asked', async () => {
    const { key } = await rig.issue({ limit: 1_000n })
    const response = await send(ask('hi'), { key })
    expect(response.status).toBe(402)
    expect((await bodyOf(response)).error.metadata.error_type).toBe('payment_required')
    expect(posts()).toHaveLength(0)
  })

  it('shortens the answer to what it affords, and the reply says so', async () => {
    const limit = 500_000n
    const { key, hash } = await rig.issue({ limit })
    const response = await send(ask('write 5000 words', { max_output_tokens: 10_000 }), { key })
    const answer = await bodyOf(response)
    const clamped = Number(response.headers.get('x-keyway-output-clamped'))
    expect(clamped).toBeGreaterThan(16)
    expect(JSON.parse(sent()).max_output_tokens).toBe(clamped)
    expect(answer).toMatchObject({ status: 'incomplete', usage: { output_tokens: clamped } })
    const { house } = rig.server
    expect((await house.store.spendOf('key', hash, house.clock.now())).total).toBeLessThanOrEqual(limit)
  })

  it.each([
    ['tools.web_search', { tools: [{ type: 'web_search', external_web_access: false }] }],
    ['tools.code_interpreter', { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }],
    ['service_tier', { service_tier: 'priority' }],
  ])('refuses what it cannot bound, by name: %s', async (name, fields) => {
    const { key } = await rig.issue({ limit: 1_000_000_000n })
    const response = await send(ask('hi', fields), { key })
    expect(response.status).toBe(403)
    expect((await bodyOf(response)).error.message).toContain(name)
  })

  it('lets tools of the client pass, and keyless features on a key without a cap', async () => {
    const { key } = await rig.issue({ limit: 1_000_000_000n })
    const local = [ADD, { type: 'local_shell' }, { type: 'custom', name: 'apply_patch' }]
    expect((await send(ask('hi', { tools: local }), { key })).status).toBe(200)
    const searched = await bodyOf(send(ask('hi', { tools: [{ type: 'web_search' }] })))
    expect(searched.output[0]).toMatchObject({ type: 'web_search_call', status: 'completed' })
  })
})
