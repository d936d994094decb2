import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ChatProxyOptions, createChatProxy } from './chat-proxy.ts'

const PUBLIC = 'https://app.example'
const MODEL = 'openai/gpt-4.1'

let simulation: Simulation
let key: string | undefined
let refused: string[]
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())
beforeEach(() => {
  simulation.reset()
  key = simulation.openrouter.key
  refused = []
})

type Sent = { method?: string; headers?: Record<string, string>; body?: unknown; raw?: string; signal?: AbortSignal }
function send({ method = 'POST', headers = {}, body, raw, signal }: Sent = {}, more: Partial<ChatProxyOptions> = {}) {
  const chat = createChatProxy({
    issuer: simulation.openrouter.siteUrl,
    publicUrl: PUBLIC,
    models: [MODEL],
    userOf: (request) => request.headers.get('x-user') ?? undefined,
    keyOf: () => key,
    onKeyRefused: (user) => void refused.push(user),
    ...more,
  })
  const sent = { model: MODEL, messages: [{ role: 'user', content: 'Hello' }], ...Object(body) }
  const request = new Request(`${PUBLIC}/api/chat`, {
    method,
    headers: { 'content-type': 'application/json', origin: PUBLIC, 'x-user': 'ann', ...headers },
    ...(method === 'POST' ? { body: raw ?? JSON.stringify(sent) } : {}),
    ...(signal === undefined ? {} : { signal }),
  })
  return chat(request, undefined)
}
const asked = () => simulation.requests.filter(({ path }) => path.endsWith('/chat/completions'))

describe('the chat proxy refuses', () => {
  test.each([
    ['another verb', { method: 'GET' }, 405],
    ['a page of another site', { headers: { origin: 'https://evil.example' } }, 403],
    ['a page of a sibling domain', { headers: { 'sec-fetch-site': 'same-site' } }, 403],
    ['a form, which needs no preflight', { headers: { 'content-type': 'text/plain' } }, 415],
    ['what is no JSON', { raw: '{' }, 400],
    ['a list', { raw: '[]' }, 400],
    ['a chat without messages', { raw: `{"model":"${MODEL}"}` }, 400],
    ['a list of models to fall back to', { body: { models: ['openai/gpt-5'] } }, 400],
    ['routing that is not the page\u2019s to choose', { body: { provider: { order: ['x'] } } }, 400],
    ['a tool that asks other models by itself', { body: { tools: [{ type: 'openrouter:subagent' }] } }, 400],
    ['a tool that costs', { body: { tools: [{ type: 'function' }, { type: 'web_search_preview' }] } }, 400],
    ['tools that are no list', { body: { tools: { 0: { type: 'openrouter:web_search' } } } }, 400],
    ['a choice of such a tool', { body: { tool_choice: { type: 'openrouter:web_search' } } }, 400],
    ['a model that is not on the list', { body: { model: 'openai/gpt-4.1-mini' } }, 403],
    ['a model that is on the list, with an addition', { body: { model: `${MODEL}:online` } }, 403],
    ['a request that is too large', { body: { stop: 'x'.repeat(1_000_001) } }, 413],
  ])('%s, and asks nothing', async (_name, sent, status) => {
    const response = await send(sent)
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/json'])
    expect(asked()).toEqual([])
  })

  test('whoever is not signed in, or has connected nothing', async () => {
    expect((await send({}, { userOf: () => undefined })).status).toBe(401)
    key = undefined
    expect((await send()).status).toBe(409)
    expect(asked()).toEqual([])
  })

  test('the second of two models of one name: what is sent is what was checked', async () => {
    const raw = `{"model":"evil/model","model":"${MODEL}","messages":[]}`
    await send({ raw })
    expect(Buffer.from(asked()[0]?.body ?? []).toString()).toBe(JSON.stringify({ model: MODEL, messages: [] }))
  })
})

describe('the chat proxy', () => {
  test('attaches the key, streams the answer, and passes neither the page\u2019s cookies on nor the issuer\u2019s back', async () => {
    const response = await send({
      body: { stream: true },
      headers: { cookie: 'session=1', authorization: 'Bearer page' },
    })
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect([...response.headers.keys()].sort()).toEqual(['cache-control', 'content-type', 'x-content-type-options'])
    const text = await response.text()
    expect(text).toContain('data: [DONE]')
    expect(text).not.toContain(key)
    const [request] = asked()
    expect(request?.headers.authorization).toBe(`Bearer ${key}`)
    expect(request?.headers.cookie).toBeUndefined()
  })

  test('says that the connection has ended where the key is refused', async () => {
    key = 'sk-or-v1-gone'
    const response = await send()
    expect([response.status, refused]).toEqual([409, ['ann']])
    expect(await response.text()).not.toContain('sk-or-v1-gone')
  })

  test('takes the key out of an error that repeats it, and follows no redirect', async () => {
    const echo = JSON.stringify({ error: { message: `Incorrect API key provided: ${key}` } })
    simulation.reply('openrouter', { status: 400, body: echo })
    const told = await send()
    expect([told.status, await told.json()]).toEqual([
      400,
      { error: { code: 400, message: 'Incorrect API key provided: [key]' } },
    ])
    simulation.reply('openrouter', { status: 302, headers: { location: `${simulation.url}/elsewhere` }, body: '' })
    expect((await send()).status).toBe(502)
    expect(simulation.requests.some(({ path }) => path === '/elsewhere')).toBe(false)
    simulation.reply('openrouter', { status: 200, headers: { 'content-type': 'text/html' }, body: `<p>${key}` })
    const page = await send()
    expect([page.status, (await page.text()).includes(key ?? '')]).toEqual([502, false])
  })

  test('an issuer that cannot be reached, or is silent, is told of without the request', async () => {
    const broken = await send(
      {},
      { fetch: async (_url, init) => Promise.reject(new Error(JSON.stringify(init.headers))) },
    )
    expect([broken.status, (await broken.text()).includes(key ?? '')]).toEqual([502, false])
    const silent: ChatProxyOptions['fetch'] = (_url, init) =>
      new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
    expect((await send({}, { fetch: silent, headersTimeoutMs: 20 })).status).toBe(502)
  })

  test('an error that never ends, or breaks off, is told without its words', async () => {
    const begun = (init: RequestInit) =>
      new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"error":{"message":"Incor'))
          init.signal?.addEventListener('abort', () => controller.error(init.signal?.reason))
        },
      })
    const response = await send(
      {},
      { fetch: async (_url, init) => new Response(begun(init), { status: 400 }), headersTimeoutMs: 20 },
    )
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('gave no answer')])
  })

  test('the app\u2019s own tools go along', async () => {
    const tools = [{ type: 'function', function: { name: 'clock', parameters: {} } }]
    await send({ body: { tools, tool_choice: { type: 'function', function: { name: 'clock' } } } })
    expect(JSON.parse(Buffer.from(asked()[0]?.body ?? []).toString())).toMatchObject({ tools })
  })

  test('when the page goes away the question to the issuer ends', async () => {
    const page = new AbortController()
    let ended: AbortSignal | null | undefined
    await send(
      { body: { stream: true }, signal: page.signal },
      {
        fetch: (url, init) => {
          ended = init.signal
          return fetch(url, init)
        },
      },
    )
    expect(ended?.aborted).toBe(false)
    page.abort()
    expect(ended?.aborted).toBe(true)
  })
})
