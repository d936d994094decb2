import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PROVIDER_NAMES } from './dialect.ts'
import { eventsOf, exchange, openExchange, readExchange } from './raw-exchange.ts'
import { REQUESTS_KEPT_MAX } from './recorder.ts'
import { type Simulation, startSimulation } from './simulation.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterEach(() => simulation.reset())
afterAll(() => simulation.close())

const MESSAGES = [{ role: 'user', content: 'Hello there.' }]

const WRONG_KEYS: Record<string, unknown> = {
  openai: { status: 401, body: { error: { code: 'invalid_api_key', type: 'invalid_request_error' } } },
  anthropic: { status: 401, body: { error: { type: 'authentication_error', message: 'invalid x-api-key' } } },
  google: {
    status: 400,
    body: [{ error: { code: 400, status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } }],
  },
  groq: { status: 401, body: { error: { message: 'Invalid API Key', code: 'invalid_api_key' } } },
  cerebras: { status: 401, body: { message: 'Wrong API Key', code: 'wrong_api_key', param: 'api_key' } },
  deepinfra: { status: 401, body: { error: { message: 'Not authenticated', code: null } } },
  mistral: { status: 401, body: { detail: 'Unauthorized' } },
  xai: { status: 400, body: { code: 'Client specified an invalid argument' } },
  deepseek: { status: 401, body: { error: { code: 'invalid_request_error' } } },
  together: { status: 401, body: { error: { code: 'invalid_api_key' } } },
  fireworks: { status: 401, body: { error: { object: 'error' } } },
  perplexity: { status: 401, body: { error: { type: 'invalid_api_key', code: 401 } } },
  openrouter: { status: 401, body: { error: { code: 401 } } },
  custom: { status: 401, body: { error: { code: 'invalid_api_key' } } },
  sim: { status: 401, body: { error: { code: 'invalid_api_key' } } },
}

describe.each(PROVIDER_NAMES.filter((name) => name !== 'ollama'))('%s', (name) => {
  test('refuses a wrong key in its own words, on every page', async () => {
    const { baseUrl, models } = simulation.providers[name]
    const body = { model: models[0], messages: MESSAGES }
    for (const request of [{ url: `${baseUrl}/models` }, { url: `${baseUrl}/chat/completions`, body }]) {
      const answer = await exchange({ ...request, key: 'sk-wrong' })
      expect({ status: answer.status, body: JSON.parse(answer.body.toString()) }).toMatchObject(WRONG_KEYS[name] ?? {})
      expect(answer.body.toString()).not.toContain('sk-wrong')
    }
    expect((await exchange({ url: `${baseUrl}/models` })).status).toBeGreaterThanOrEqual(400)
  })
})

describe.each(PROVIDER_NAMES)('%s', (name) => {
  test('lists its models and answers each, whole and as a stream, with the same text', async () => {
    const { baseUrl, key, models } = simulation.providers[name]
    const listed = await exchange({ url: `${baseUrl}/models`, key })
    expect(listed.status).toBe(200)
    for (const model of models.slice(0, 3)) {
      expect(listed.body.toString()).toContain(model)
      if (name === 'sim' && model === 'slow') continue
      const request = { url: `${baseUrl}/chat/completions`, key, body: { model, messages: MESSAGES } }
      const whole = JSON.parse((await exchange(request)).body.toString())
      expect(whole).toMatchObject({ object: 'chat.completion', model, choices: [{ message: { role: 'assistant' } }] })
      const streamed = await exchange({ ...request, body: { ...request.body, stream: true } })
      const events = eventsOf(streamed.body)
      expect(events.at(-1)).toBe('[DONE]')
      const chunks = events.slice(0, -1).map((event) => JSON.parse(event))
      const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')
      expect(text).toBe(whole.choices[0].message.content)
      expect(text === 'Hello there.' || text.includes('simulated')).toBe(true)
      expect(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? [])).toEqual([whole.choices[0].finish_reason])
    }
  })

  test('does not know other models, and says so in JSON', async () => {
    const { baseUrl, key } = simulation.providers[name]
    const body = { model: 'no-such-model', messages: MESSAGES }
    const answer = await exchange({ url: `${baseUrl}/chat/completions`, key, body })
    expect(answer.status).toBe(name === 'openrouter' ? 400 : 404)
    expect(JSON.stringify(JSON.parse(answer.body.toString()))).toContain('no-such-model')
  })
})

test('bodies that are no request are refused', async () => {
  const { baseUrl, key } = simulation.providers.custom
  const bodies = ['{', '[]', { model: 'echo' }, { model: 'echo', messages: [] }, { messages: MESSAGES }]
  for (const body of [
    ...bodies,
    { model: 'echo', messages: MESSAGES, n: 0 },
    { model: 'echo', messages: MESSAGES, max_tokens: -1 },
  ]) {
    expect((await exchange({ url: `${baseUrl}/chat/completions`, key, body })).status).toBe(400)
  }
})

test('unknown paths are JSON 404', async () => {
  expect((await exchange({ url: `${simulation.url}/nowhere/v1/models` })).status).toBe(404)
  const { baseUrl, key } = simulation.providers.openai
  expect((await exchange({ url: `${baseUrl}/nothing`, key })).body.toString()).toContain('unknown_url')
})

test('a request is recorded byte for byte, with its headers', async () => {
  const { baseUrl, key } = simulation.providers.custom
  const body = '{ "model":"echo" ,"messages":[{"role":"user","content":"caf\\u00e9 é"}]}'
  const arrived = simulation.waitFor((request) => request.headers['x-test'] === 'yes')
  await exchange({ url: `${baseUrl}/chat/completions?a=1`, key, body, headers: { 'x-test': 'yes' } })
  const recorded = await arrived
  expect(Buffer.from(recorded.body).toString()).toBe(body)
  expect(recorded).toMatchObject({ provider: 'custom', method: 'POST', path: '/custom/v1/chat/completions?a=1' })
  expect((await recorded.ended).by).toBe('server')
  expect(recorded.clientLeftAtMs).toBeUndefined()
})

test('a client that leaves in the middle of a stream is seen to leave', async () => {
  const { baseUrl, key } = simulation.providers.sim
  const body = { model: 'chat:slow-events', stream: true, messages: MESSAGES }
  const socket = openExchange({ url: `${baseUrl}/chat/completions`, key, body })
  await readExchange(socket, (bytes) => bytes.includes('data: '))
  const recorded = await simulation.waitFor(() => true)
  expect((await recorded.ended).by).toBe('client')
})

test('waiting for a request that does not come fails and says how long it waited', async () => {
  await expect(simulation.waitFor(() => true, { timeoutMs: 20 })).rejects.toThrow(/within 20 ms/u)
})

test('onRequest hears of each request until it is stopped', async () => {
  const { baseUrl, key } = simulation.providers.openai
  const heard: string[] = []
  const stop = simulation.onRequest((request) => heard.push(request.path))
  await exchange({ url: `${baseUrl}/models`, key })
  stop()
  await exchange({ url: `${baseUrl}/models`, key })
  expect(heard).toEqual(['/openai/v1/models'])
})

test('no more than its bound of requests is remembered', async () => {
  const { createRecorder } = await import('./recorder.ts')
  const recorder = createRecorder()
  const ended = Promise.resolve({ by: 'server', atMs: 0 } as const)
  for (let index = 0; index < REQUESTS_KEPT_MAX + 5; index += 1) {
    const body = new Uint8Array(0)
    recorder.record({
      provider: 'openai',
      method: 'GET',
      path: `/${index}`,
      headers: {},
      body,
      atMs: 0,
      clientLeftAtMs: undefined,
      ended,
    })
  }
  expect(recorder.requests).toHaveLength(REQUESTS_KEPT_MAX)
  expect(recorder.requests[0]?.path).toBe('/5')
})

test('the same seed gives the same bytes, another seed other ids', async () => {
  const answers: string[] = []
  for (const seed of [7, 7, 8]) {
    const other = await startSimulation({ seed })
    const { baseUrl, key } = other.providers.openai
    const answer = await exchange({
      url: `${baseUrl}/chat/completions`,
      key,
      body: { model: 'gpt-4o', messages: MESSAGES },
    })
    answers.push(answer.body.toString())
    await other.close()
  }
  expect(answers[0]).toBe(answers[1])
  expect(answers[2]).not.toBe(answers[0])
})

test('close ends stalled calls and listens no more', async () => {
  const other = await startSimulation()
  other.script('openai', { kind: 'stall-before-headers' })
  const { baseUrl, key } = other.providers.openai
  const request = { url: `${baseUrl}/chat/completions`, key, body: { model: 'gpt-4o', messages: MESSAGES } }
  const reading = readExchange(openExchange(request))
  const stalled = await other.waitFor(() => true)
  await other.close()
  expect((await stalled.ended).by).toBe('server')
  expect((await reading).status).toBe(0)
  expect((await exchange(request)).status).toBe(0)
})
