import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { exchange } from '../raw-exchange.ts'
import { type Simulation, startSimulation } from '../simulation.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterEach(() => simulation.reset())
afterAll(() => simulation.close())

const VERSION = { 'anthropic-version': '2023-06-01' }
const HELLO = { max_tokens: 200, messages: [{ role: 'user', content: 'Hello there.' }] }
const WEATHER = { name: 'get_weather', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }

type Asked = {
  provider?: 'anthropic' | 'openrouter' | 'deepseek' | 'fireworks' | 'ollama'
  path?: string
  headers?: Record<string, string>
}

async function ask(body: object, { provider = 'anthropic', path = '/messages', headers = VERSION }: Asked = {}) {
  const { baseUrl, key, models } = simulation.providers[provider]
  const model = provider === 'anthropic' ? 'claude-sonnet-5' : models[0]
  const answer = await exchange({ url: `${baseUrl}${path}`, key, body: { model, ...body }, headers })
  return { status: answer.status, text: answer.body.toString(), json: () => JSON.parse(answer.body.toString()) }
}

async function stream(body: object, asked: Asked = {}) {
  const { status, text } = await ask({ ...body, stream: true }, asked)
  const events = text
    .split('\n\n')
    .filter((block) => block.startsWith('event: '))
    .map((block) => ({ name: block.slice(7, block.indexOf('\n')), data: JSON.parse(block.slice(block.indexOf('{'))) }))
  return { status, text, events, data: events.map((event) => event.data) }
}

describe('anthropic refuses', () => {
  test('a wrong key, in its own shape', async () => {
    const { baseUrl } = simulation.providers.anthropic
    const answer = await exchange({ url: `${baseUrl}/messages`, key: 'sk-wrong', body: HELLO, headers: VERSION })
    expect(answer.status).toBe(401)
    expect(JSON.parse(answer.body.toString())).toMatchObject({ type: 'error', error: { type: 'authentication_error' } })
  })

  test('a call without a version', async () => {
    const refused = await ask(HELLO, { headers: {} })
    expect(refused.status).toBe(400)
    expect(refused.json().error.message).toContain('anthropic-version')
  })

  test.each([
    [{ ...HELLO, max_tokens: undefined }, 'max_tokens: Field required'],
    [{ ...HELLO, max_tokens: -1 }, 'max_tokens: '],
    [{ ...HELLO, max_tokens: 1.5 }, 'max_tokens: '],
    [{ ...HELLO, messages: [] }, 'messages: '],
    [{ ...HELLO, model: '' }, 'model: '],
    [{ ...HELLO, user: 'u' }, 'user: Extra inputs are not permitted'],
    [{ ...HELLO, provider: {} }, 'provider: Extra inputs are not permitted'],
    [{ ...HELLO, models: [] }, 'models: Extra inputs are not permitted'],
    [{ ...HELLO, thinking: { type: 'enabled', budget_tokens: 10 } }, 'budget_tokens'],
    [{ ...HELLO, thinking: { type: 'enabled', budget_tokens: 2000 } }, 'must be greater than'],
  ])('%j', async (body, message) => {
    const refused = await ask(body)
    expect(refused.status).toBe(400)
    expect(refused.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } })
    expect(refused.json().error.message).toContain(message)
  })

  test('a model that it does not have', async () => {
    const refused = await ask({ ...HELLO, model: 'gpt-5' })
    expect(refused.status).toBe(404)
    expect(refused.json().error).toMatchObject({ type: 'not_found_error', message: 'model: gpt-5' })
  })

  test('what was scripted, as a status and as an event', async () => {
    simulation.script('anthropic', { kind: 'status', status: 529 })
    const refused = await ask(HELLO)
    expect(refused.status).toBe(529)
    expect(refused.json().error.type).toBe('overloaded_error')
    simulation.script('anthropic', { kind: 'error-first', status: 529 })
    const first = await stream(HELLO)
    expect(first.events).toHaveLength(1)
    expect(first.events[0]).toMatchObject({ name: 'error', data: { error: { type: 'overloaded_error' } } })
    simulation.script('anthropic', { kind: 'error-mid-stream' })
    expect((await stream(HELLO)).events.map(({ name }) => name)).toEqual([
      'message_start',
      'content_block_start',
      'ping',
      'error',
    ])
  })
})

describe('anthropic answers', () => {
  test('a message', async () => {
    const answer = (await ask(HELLO)).json()
    expect(answer).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5',
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 2, cache_read_input_tokens: 0, service_tier: 'standard' },
    })
    expect(answer.id).toMatch(/^msg_/u)
    expect(answer.content).toHaveLength(1)
    expect(answer.content[0].text).toContain('simulated')
  })

  test('the same as events, each under its name, ended by message_stop', async () => {
    const whole = (await ask({ ...HELLO, model: 'claude-haiku-4-5' })).json()
    const { events, data } = await stream({ ...HELLO, model: 'claude-haiku-4-5' })
    for (const event of events) expect(event.name).toBe(event.data.type)
    expect(data[0]).toMatchObject({ type: 'message_start', message: { content: [], usage: { output_tokens: 1 } } })
    expect(
      data
        .filter((event) => event.delta?.text)
        .map((event) => event.delta.text)
        .join(''),
    ).toBe(whole.content[0].text)
    expect(data.at(-2)).toMatchObject({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: whole.usage })
    expect(data.at(-1)).toEqual({ type: 'message_stop' })
  })

  test('no more than the limit', async () => {
    expect((await ask({ ...HELLO, max_tokens: 3 })).json()).toMatchObject({
      stop_reason: 'max_tokens',
      usage: { output_tokens: 3 },
    })
    expect((await ask({ ...HELLO, max_tokens: 0 })).json()).toMatchObject({ content: [], usage: { output_tokens: 0 } })
  })

  test('with a call of a tool, and in words after its result', async () => {
    const body = { ...HELLO, tools: [WEATHER], messages: [{ role: 'user', content: 'get_weather, please' }] }
    const answer = (await ask(body)).json()
    expect(answer).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', name: 'get_weather' }] })
    const { data } = await stream(body)
    const pieces = data.filter((event) => event.delta?.type === 'input_json_delta')
    expect(JSON.parse(pieces.map((event) => event.delta.partial_json).join(''))).toEqual(answer.content[0].input)
    const result = {
      type: 'tool_result',
      tool_use_id: answer.content[0].id,
      content: [{ type: 'text', text: '21 °C' }],
    }
    const turns = [
      ...body.messages,
      { role: 'assistant', content: answer.content },
      { role: 'user', content: [result] },
    ]
    expect((await ask({ ...body, messages: turns })).json().content[0].text).toContain('21 °C')
    const reminded = [...turns, { role: 'system', content: 'Remember get_weather.' }]
    expect((await ask({ ...body, messages: reminded })).json().stop_reason).toBe('end_turn')
  })

  test('one call where parallel ones are turned off', async () => {
    const tools = [WEATHER, { ...WEATHER, name: 'get_time' }]
    const body = { ...HELLO, tools, messages: [{ role: 'user', content: 'get_weather and get_time' }] }
    expect((await ask(body)).json().content).toHaveLength(2)
    const serial = { ...body, tool_choice: { type: 'auto', disable_parallel_tool_use: true } }
    expect((await ask(serial)).json().content).toHaveLength(1)
  })

  test('with signed thoughts, which it counts', async () => {
    const body = { ...HELLO, max_tokens: 2000, thinking: { type: 'enabled', budget_tokens: 1024 } }
    const answer = (await ask(body)).json()
    expect(answer.content[0]).toMatchObject({ type: 'thinking' })
    expect(answer.content[0].signature).toBeTruthy()
    expect(answer.usage.output_tokens_details.thinking_tokens).toBeGreaterThan(0)
    const { data } = await stream(body)
    expect(data.some((event) => event.delta?.type === 'signature_delta')).toBe(true)
  })

  test('with the cache that the request marks, by how long it is kept', async () => {
    const text = Array.from({ length: 1100 }, () => 'word').join(' ')
    const of = (ttl: string) => ({
      ...HELLO,
      system: [{ type: 'text', text, cache_control: { type: 'ephemeral', ttl } }],
    })
    expect((await ask({ ...HELLO, system: text })).json().usage).toMatchObject({ cache_read_input_tokens: 0 })
    const { usage } = (await ask(of('5m'))).json()
    expect(usage.cache_read_input_tokens).toBe(1024)
    expect(usage.input_tokens + usage.cache_creation_input_tokens).toBe(1102 - 1024)
    expect(usage.cache_creation.ephemeral_5m_input_tokens).toBe(usage.cache_creation_input_tokens)
    const hour = (await ask(of('1h'))).json().usage
    expect(hour.cache_creation.ephemeral_1h_input_tokens).toBe(hour.cache_creation_input_tokens)
  })

  test('with a search where it may', async () => {
    const answer = (await ask({ ...HELLO, tools: [{ type: 'web_search_20250305', name: 'web_search' }] })).json()
    expect(answer.content.map((block: { type: string }) => block.type)).toEqual([
      'server_tool_use',
      'web_search_tool_result',
      'text',
    ])
    expect(answer.usage.server_tool_use.web_search_requests).toBe(1)
  })

  test('with the number of tokens alone, and refuses there what belongs to an answer', async () => {
    const count = { path: '/messages/count_tokens' }
    const { messages } = HELLO
    expect((await ask({ messages, system: 'Be very kind.' }, count)).json()).toEqual({ input_tokens: 5 })
    expect((await ask(HELLO, count)).json().error.message).toBe('max_tokens: Extra inputs are not permitted')
  })
})

describe('openrouter', () => {
  const asked = { provider: 'openrouter', headers: {} } as const

  test('wants neither a version nor a limit, and knows its own fields', async () => {
    const { messages } = HELLO
    const answer = (await ask({ messages, provider: {}, user: 'u', plugins: [] }, asked)).json()
    expect(answer).toMatchObject({ type: 'message', usage: { is_byok: false } })
    expect(answer.id).toMatch(/^gen-/u)
    expect(answer.provider).toBeTypeOf('string')
    expect(answer.usage.cost).toBeGreaterThan(0)
  })

  test('tells the cost in the last usage of a stream', async () => {
    const { text, data } = await stream(HELLO, asked)
    expect(text).toMatch(/^: OPENROUTER PROCESSING/u)
    expect(data[0].message.usage.cost).toBeUndefined()
    expect(data.at(-2).usage.cost).toBeGreaterThan(0)
  })

  test('refuses with its own error_type inside Anthropic\u2019s form, and counts no tokens', async () => {
    const refused = await ask({ ...HELLO, model: 'no/such' }, asked)
    expect(refused.json()).toMatchObject({ type: 'error', error: { error_type: 'invalid_request' }, request_id: null })
    expect((await ask(HELLO, { ...asked, path: '/messages/count_tokens' })).status).toBe(404)
  })
})

test.each(['deepseek', 'fireworks', 'ollama'] as const)('%s takes it beside its own API', async (provider) => {
  const path = provider === 'deepseek' ? '/../anthropic/v1/messages' : '/messages'
  const answer = await ask(HELLO, { provider, path, headers: {} })
  expect(answer.json()).toMatchObject({ type: 'message', usage: { input_tokens: 2 } })
  expect((await ask({ ...HELLO, messages: [] }, { provider, path, headers: {} })).json()).toMatchObject({
    type: 'error',
    error: { type: 'invalid_request_error' },
  })
})
