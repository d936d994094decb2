import { Writable } from 'node:stream'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readStream } from '../testing/read-events.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
const MODEL = 'openai/gpt-4o-mini'
const PROMPT = 'CANARY-PROMPT-4f1c'
const ANSWER = 'CANARY-ANSWER-9d2e'

let rig: Rig
const lines: string[] = []
/** Everything that any answer said. */
let seen = ''
beforeAll(async () => {
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString('utf8').split('\n').filter(Boolean))
      done()
    },
  })
  rig = await startRig({ log: pino({ level: 'debug', base: null }, destination) })
})
afterEach(() => {
  rig.simulation.reset()
})
afterAll(() => rig.close())

const ask = (fields: Record<string, unknown> = {}) => ({
  model: MODEL,
  messages: [{ role: 'user', content: PROMPT }],
  ...fields,
})
const posts = () => rig.simulation.requests.filter(({ method }) => method === 'POST')
type Line = Record<string, unknown>
const calls = (): Line[] => lines.map((line) => JSON.parse(line) as Line).filter((line) => line['msg'] === 'call')

describe('a provider', () => {
  /** What a request of ours may carry, whatever the client's carried. */
  const ALLOWED = new Set([
    'host',
    'connection',
    'content-type',
    'content-length',
    'user-agent',
    'authorization',
    'accept-encoding',
  ])
  const ATTRIBUTION = ['http-referer', 'x-title', 'x-openrouter-categories', 'x-session-id']
  const HOSTILE = {
    cookie: 'session=CANARY-COOKIE',
    'x-forwarded-for': '203.0.113.9',
    'x-custom': 'CANARY-HEADER',
    'x-stainless-lang': 'js',
    'x-provider-api-keys': '{"openai":"CANARY-BYOK"}',
    'openai-organization': 'org-canary',
    'anthropic-beta': 'x',
    'accept-language': 'tlh',
    origin: 'https://app.example',
    referer: 'https://app.example/page',
    'http-referer': 'https://app.example/',
    'x-title': 'Example',
    'x-openrouter-categories': 'cli-agent',
    'x-session-id': 's-1',
    'x-keyway-tags': 'feature=search,group=beta',
  }

  it('gets no header of the client\u2019s, and no secret but its own', async () => {
    const models = [MODEL, 'anthropic/claude-haiku-4.5', 'sim/chat', 'openai/gpt-oss-120b', 'google/gemini-2.5-flash']
    for (const model of models) {
      const json = ask({ model, provider: { ignore: ['openrouter'] } })
      expect((await rig.call(CHAT, { json, headers: HOSTILE })).status).toBe(200)
    }
    expect(posts()).toHaveLength(models.length)
    for (const request of posts()) {
      expect(Object.keys(request.headers).filter((name) => !ALLOWED.has(name))).toEqual([])
      expect(request.headers.authorization).toBe(`Bearer ${rig.simulation.providers[request.provider].key}`)
      const whole = `${JSON.stringify(request.headers)} ${request.path} ${Buffer.from(request.body).toString()}`
      expect(whole).not.toContain('kwy_')
      expect(whole).not.toMatch(/CANARY-(?:COOKIE|HEADER|BYOK)/)
    }
  })

  it('that is OpenRouter gets the attribution, in its spellings', async () => {
    const json = ask({ provider: { ignore: ['openai'] } })
    expect((await rig.call(CHAT, { json, headers: HOSTILE })).status).toBe(200)
    const [request] = posts()
    const names = Object.keys(request?.headers ?? {}).filter((name) => !ALLOWED.has(name))
    expect(names.sort()).toEqual([...ATTRIBUTION].sort())
    expect(request?.headers).toMatchObject({
      'http-referer': 'https://app.example/',
      'x-title': 'Example',
      'x-openrouter-categories': 'cli-agent',
      'x-session-id': 's-1',
    })
  })

  it('gets the newer spelling of the title, and nothing where nothing was said', async () => {
    const json = ask({ provider: { ignore: ['openai'] } })
    await rig.call(CHAT, { json, headers: { 'x-openrouter-title': 'New', 'http-referer': 'https://new.example' } })
    await rig.call(CHAT, { json })
    const [one, other] = posts()
    expect(one?.headers['x-title']).toBe('New')
    expect(Object.keys(other?.headers ?? {}).filter((name) => !ALLOWED.has(name))).toEqual([])
  })
})

describe('the ledger', () => {
  it('keeps attribution, tags, user and metadata with the call, and counts by app', async () => {
    const headers = {
      'http-referer': 'https://ledger.example',
      'x-title': 'Ledger',
      'x-keyway-tags': 'feature=search, group=beta,bad name=x,=y',
      'user-agent': 'ua/1',
    }
    const json = ask({ user: 'u-1', metadata: { run: '7' }, session_id: 's-2' })
    const response = await rig.call(CHAT, { json, headers })
    const id = response.headers.get('x-generation-id')
    const { data } = JSON.parse(await (await rig.call(`/api/v1/generation?id=${id}`)).text()) as { data: Line }
    expect(data).toMatchObject({
      http_referer: 'https://ledger.example',
      user_agent: 'ua/1',
      external_user: 'u-1',
      session_id: 's-2',
      app_id: expect.any(Number),
      keyway: { tags: { feature: 'search', group: 'beta' }, metadata: { run: '7' } },
    })
    const again = await rig.call(CHAT, { json, headers })
    const found = (await rig.generations()).filter(({ generation }) => generation.appId === data['app_id'])
    expect(found.map(({ callId }) => callId)).toEqual([id, again.headers.get('x-generation-id')])
    const { store, workspace } = rig.server.house
    const range = { from: 0, to: Date.now() + 1_000 }
    expect(await store.usage(workspace.id, { by: 'app', ...range })).toEqual(
      expect.arrayContaining([expect.objectContaining({ group: 'Ledger', calls: 2 })]),
    )
    expect(await store.usage(workspace.id, { by: { tag: 'feature' }, ...range })).toEqual(
      expect.arrayContaining([expect.objectContaining({ group: 'search' })]),
    )
  })

  it('takes attribution that is too long, and a call that has none', async () => {
    const headers = { 'http-referer': `https://x.example/${'x'.repeat(3_000)}`, 'x-title': 'y'.repeat(3_000) }
    expect((await rig.call(CHAT, { json: ask(), headers })).status).toBe(200)
    expect((await rig.call(CHAT, { json: ask() })).status).toBe(200)
  })
})

describe('the log', () => {
  it('has one line for each call, with its figures', async () => {
    const before = calls().length
    const response = await rig.call(CHAT, { json: ask({ stream: true }) })
    const { chunks } = await readStream(response)
    await rig.server.house.live.idle()
    const made = calls().slice(before)
    expect(made).toHaveLength(1)
    const usage = chunks.at(-1)?.usage
    expect(made[0]).toMatchObject({
      time: expect.anything(),
      request_id: response.headers.get('x-request-id'),
      generation: response.headers.get('x-generation-id'),
      key: expect.stringMatching(/^[0-9a-f]{64}$/),
      model: MODEL,
      provider: 'openai',
      streamed: true,
      status: 200,
      latency_ms: expect.any(Number),
      first_event_ms: expect.any(Number),
      retries: 0,
      tokens_prompt: usage?.prompt_tokens,
      tokens_completion: usage?.completion_tokens,
      error: null,
    })
    expect(Number(made[0]?.['cost_usd'])).toBe(usage?.cost)
  })

  it.each([
    ['without a key', { json: ask(), key: null }, 401, 'key_missing'],
    ['that is no JSON', { body: PROMPT }, 400, 'invalid_json'],
    ['for no model', { json: ask({ model: PROMPT }) }, 400, 'model_not_found'],
    ['of another type', { body: PROMPT, headers: { 'content-type': 'text/plain' } }, 415, 'content_type_unsupported'],
  ])('has one line for a call %s, too', async (_case, call, status, error) => {
    const before = calls().length
    await (await rig.call(CHAT, call)).text()
    expect(calls().slice(before)).toMatchObject([{ status, error, model: '', provider: '', cost_usd: '0.00' }])
  })

  it('has one line for a call beyond its cap, with the model that it asked for', async () => {
    const { key, hash } = await rig.issue({ limit: 0n })
    const before = calls().length
    await (await rig.call(CHAT, { json: ask(), key })).text()
    expect(calls().slice(before)).toMatchObject([{ status: 402, error: 'key_limit_reached', model: MODEL, key: hash }])
  })

  it('counts a fallback as a retry, and names the error of a call that failed', async () => {
    const before = calls().length
    rig.simulation.script('openai', { kind: 'status', status: 500, message: PROMPT })
    await (await rig.call(CHAT, { json: ask() })).text()
    rig.simulation.script('openai', { kind: 'status', status: 400, message: PROMPT })
    await (await rig.call(CHAT, { json: ask({ provider: { ignore: ['openrouter'] } }) })).text()
    expect(calls().slice(before)).toMatchObject([
      { status: 200, retries: 1, provider: 'openrouter', error: null },
      { status: 400, retries: 0, error: 'provider_rejected', level: 30 },
    ])
  })

  it('says nothing of a client that leaves while it is still sending', async () => {
    const { connect } = await import('node:net')
    const { port } = new URL(rig.url)
    const before = lines.length
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), 'localhost', () => {
        socket.write(
          `POST ${CHAT} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${rig.key}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"model"`,
          () => setImmediate(() => socket.destroy()),
        )
      })
      socket.on('close', () => resolve())
    })
    expect((await rig.call('/health')).status).toBe(200)
    expect(lines.slice(before).filter((line) => line.includes('internal'))).toEqual([])
  })
})

describe('nobody', () => {
  it('reads a prompt, an answer or a secret in the log, the metrics or an error', async () => {
    const quote = `{"error":{"message":"bad key ${rig.simulation.providers.openai.key} ${PROMPT}"}}`
    const echo = { index: 0, message: { role: 'assistant', content: ANSWER }, finish_reason: 'stop' }
    for (const reply of [
      { body: JSON.stringify({ id: 'x', choices: [echo], usage: { prompt_tokens: 1, completion_tokens: 1 } }) },
      { status: 401, body: quote },
      { status: 500, body: quote },
      { body: `not JSON ${ANSWER}` },
    ]) {
      rig.simulation.reply('openai', reply, { times: 4 })
      const response = await rig.call(CHAT, { json: ask({ provider: { ignore: ['openrouter'] } }) })
      const text = await response.text()
      if (response.status !== 200) seen += text
      rig.simulation.reset()
    }
    seen += await (await rig.call('/metrics', { key: null })).text()
    seen += await (await rig.call('/openapi.json', { key: null })).text()
    seen += await (await rig.call('/api/v1/keys', { key: rig.managementKey })).text()
    seen += await (await rig.call('/api/v1/providers', { key: null })).text()
    seen += await (await rig.call('/', { key: null })).text()
    await rig.server.house.live.idle()
    const log = lines.join('\n')
    expect(lines.length).toBeGreaterThan(10)
    for (const text of [log, seen]) {
      expect(text).not.toContain(ANSWER)
      expect(text).not.toContain('not-a-real-key')
      expect(text).not.toContain(rig.key)
      expect(text).not.toContain(rig.managementKey)
      expect(text).not.toMatch(/kwy_[km]1_[0-9A-Za-z]{20}/)
    }
    expect(log).not.toContain(PROMPT)
    expect(log).not.toMatch(/CANARY/)
  })

  it('reads a key or a user in the metrics, which count every call', async () => {
    const text = await (await rig.call('/metrics', { key: null })).text()
    const { owner } = rig.server.house
    const { data } = JSON.parse(await (await rig.call('/api/v1/keys', { key: rig.managementKey })).text()) as {
      data: { hash: string }[]
    }
    for (const secret of [owner.id, ...data.map(({ hash }) => hash), PROMPT]) expect(text).not.toContain(secret)
    const count = (metrics: string) =>
      Number(
        /^keyway_calls_total\{model="openai\/gpt-4o-mini",provider="openai",status="200"\} (\d+)$/m.exec(metrics)?.[1],
      )
    const before = count(text)
    expect(before).toBeGreaterThan(0)
    await (await rig.call(CHAT, { json: ask() })).text()
    const after = await (await rig.call('/metrics', { key: null })).text()
    expect(count(after)).toBe(before + 1)
    expect(after).toMatch(/^keyway_cost_usd_total\{.*\} [\d.e-]+$/m)
    expect(after).toMatch(/^keyway_calls_in_progress 0$/m)
  })
})
