import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Chunk, readFrames, readStream } from '../testing/read-events.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
const ask = (content: string) => ({ model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content }], stream: true })
/** Goes to OpenAI's simulation and nowhere else. */
const only = (content: string) => ({ ...ask(content), provider: { only: ['openai'], ignore: ['openrouter'] } })

/** The gateway promises to be quicker than this when a client leaves. */
const ABORT_MS = 250

let rig: Rig
/** Flushes its headers at once, so that every failure is one within the stream. */
let early: Rig
/** What the two logged. */
const lines: string[] = []

beforeAll(async () => {
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) })
  rig = await startRig({ log })
  early = await startRig({ simulation: rig.simulation, env: { KEYWAY_LIMITS__HEADERS_HOLD_MS: '1' }, log })
})
afterEach(() => rig.simulation.reset())
afterAll(async () => {
  await early.close()
  await rig.close()
})

type Generation = {
  id: string
  cancelled: boolean
  total_cost: number
  tokens_prompt: number
  tokens_completion: number
  finish_reason: string | null
  streamed: boolean
  keyway: { status: number; error: string | null; basis: string; attempts: { outcome: string; provider: string }[] }
}

async function generationOf(of: Rig, id: string | null): Promise<Generation> {
  const response = await of.call(`/api/v1/generation?id=${id}`)
  expect(response.status).toBe(200)
  const { data } = JSON.parse(await response.text()) as { data: Generation }
  return data
}

/** Waits for the call's end, as the ledger sees it, and reads what it left. */
async function settled(of: Rig, id: string | null): Promise<Generation> {
  await of.server.house.live.idle()
  return generationOf(of, id)
}

/** A stream that failed says so in its last event, in a form that every client can read, and never ends as if whole. */
function expectFailure(chunks: readonly Chunk[], done: boolean): Chunk & { error: NonNullable<Chunk['error']> } {
  const last = chunks.at(-1)
  if (last?.error === undefined) throw new Error(`no error event: ${JSON.stringify(last)}`)
  expect(done).toBe(false)
  expect(Number.isInteger(last.error.code)).toBe(true)
  expect(last.error.metadata).toMatchObject({
    error_type: expect.any(String),
    reason: expect.any(String),
    fix: expect.any(String),
    docs_url: expect.stringContaining('/docs/troubleshooting#'),
  })
  expect(last.choices[0]).toMatchObject({ index: 0, delta: { content: '' }, finish_reason: 'error' })
  expect(last.object).toBe('chat.completion.chunk')
  return { ...last, error: last.error }
}

describe('a stream that fails', () => {
  it('8.8: ends with an error event when the provider closes inside an event', async () => {
    rig.simulation.script('openai', { kind: 'close-mid-event', afterEvents: 3 })
    const response = await rig.call(CHAT, { json: only('write 50 words') })
    expect(response.status).toBe(200)
    const { chunks, done, text } = await readStream(response)
    expect(text).not.toBe('')
    expect(expectFailure(chunks, done).error).toMatchObject({ code: 502, metadata: { reason: 'stream_broken' } })
    const generation = await settled(rig, response.headers.get('x-generation-id'))
    expect(generation.keyway).toMatchObject({ basis: 'estimated', attempts: [{ outcome: 'broken' }] })
    expect(generation.total_cost).toBeGreaterThan(0)
  })

  it('ends with an error event when the provider leaves out its [DONE] and never finishes a choice', async () => {
    rig.simulation.reply('openai', {
      sse: 'data: {"id":"x","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"Hal"},"finish_reason":null}]}\n\n',
    })
    const { chunks, done, text } = await readStream(await rig.call(CHAT, { json: only('hi') }))
    expect(text).toBe('Hal')
    expectFailure(chunks, done)
  })

  it('ends with an error event when the provider sends one, in the provider\u2019s words', async () => {
    rig.simulation.script('openai', { kind: 'error-mid-stream', afterEvents: 3 })
    const { chunks, done } = await readStream(await rig.call(CHAT, { json: only('write 50 words') }))
    expect(expectFailure(chunks, done).error.message).toContain('The simulated server had an error.')
  })

  it('ends with an error event when an event is no JSON', async () => {
    rig.simulation.script('openai', { kind: 'malformed-json' })
    const { chunks, done } = await readStream(await rig.call(CHAT, { json: only('hi') }))
    expectFailure(chunks, done)
  })

  it('ends with an error event, and asks nobody else, when it breaks after the first byte', async () => {
    rig.simulation.script('openai', { kind: 'close-mid-event', afterEvents: 2 })
    const { chunks, done } = await readStream(await rig.call(CHAT, { json: ask('write 50 words') }))
    expectFailure(chunks, done)
    expect(rig.simulation.requests).toHaveLength(1)
  })

  it('8.9: is a plain HTTP error when nothing was sent yet', async () => {
    rig.simulation.script('openai', { kind: 'status', status: 400, message: 'no such thing' })
    const response = await rig.call(CHAT, { json: only('hi') })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toMatchObject({ error: { code: 400, metadata: { reason: 'provider_rejected' } } })
  })

  it('is an event when the headers had gone out', async () => {
    rig.simulation.script('openai', { kind: 'status', status: 400, message: 'no such thing' })
    const release = holdRequests(early)
    const response = await early.call(CHAT, { json: only('hi') })
    release()
    expect(response.status).toBe(200)
    const { chunks, done, comments } = await readStream(response)
    expect(comments.length).toBeGreaterThan(0)
    const { error, id } = expectFailure(chunks, done)
    expect(error).toMatchObject({ code: 400, metadata: { reason: 'provider_rejected' } })
    expect(id).toBe(response.headers.get('x-generation-id'))
    expect((await settled(early, id)).total_cost).toBe(0)
  })
})

/** Keeps the rig's outbound requests back until released: for what must happen while no provider has answered. */
function holdRequests(of: Rig): () => void {
  const { gateway } = of.server.house
  const { dispatch } = gateway
  const { promise: gate, resolve: release } = Promise.withResolvers<void>()
  gateway.dispatch = async (request) => {
    await gate
    return dispatch(request)
  }
  return () => {
    gateway.dispatch = dispatch
    release()
  }
}

describe('before the first byte', () => {
  it('takes a 200 whose first event is an error for a failure, and asks the next provider', async () => {
    rig.simulation.script('openai', { kind: 'error-first' })
    const response = await rig.call(CHAT, { json: ask('hi') })
    expect((await readStream(response)).done).toBe(true)
    const generation = await generationOf(rig, response.headers.get('x-generation-id'))
    expect(generation.keyway.attempts).toMatchObject([
      { provider: 'openai', outcome: 'failed' },
      { provider: 'openrouter', outcome: 'served' },
    ])
  })

  it('8.9: gives such a failure its HTTP status when there is no other provider', async () => {
    rig.simulation.script('openai', { kind: 'error-first' }, { times: 2 })
    const response = await rig.call(CHAT, { json: only('hi') })
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ error: { code: 502 } })
  })

  it('8.12: sends headers and a comment while no provider has answered, and still falls back', async () => {
    rig.simulation.script('openai', { kind: 'status', status: 500 })
    const release = holdRequests(early)
    const response = await early.call(CHAT, { json: ask('hi') })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    release()
    const { comments, done } = await readStream(response)
    expect(comments.length).toBeGreaterThan(0)
    expect(done).toBe(true)
    const generation = await generationOf(early, response.headers.get('x-generation-id'))
    expect(generation.keyway.attempts.map(({ provider }) => provider)).toEqual(['openai', 'openrouter'])
  })

  it('aborts upstream and settles when the client leaves before anything came', async () => {
    rig.simulation.script('openai', { kind: 'stall-before-headers' })
    const leaving = new AbortController()
    const call = rig.call(CHAT, { json: only('hi'), signal: leaving.signal })
    const upstream = await rig.simulation.waitFor((request) => request.provider === 'openai')
    const leftAtMs = performance.now()
    leaving.abort()
    await expect(call).rejects.toThrow()
    const ending = await upstream.ended
    expect(ending.by).toBe('client')
    expect(ending.atMs - leftAtMs).toBeLessThan(ABORT_MS)
    await rig.server.house.live.idle()
    const last = (await rig.generations()).at(-1)
    expect(last?.generation).toMatchObject({ cancelled: true, status: 499 })
  })

  it('takes a client that leaves after the headers for what it is, and for no error of its own', async () => {
    rig.simulation.script('openai', { kind: 'stall-before-headers' })
    const leaving = new AbortController()
    const response = await early.call(CHAT, { json: only('hi'), signal: leaving.signal })
    const upstream = await rig.simulation.waitFor((request) => request.provider === 'openai')
    leaving.abort()
    await expect(response.text()).rejects.toThrow()
    expect((await upstream.ended).by).toBe('client')
    await early.server.house.live.idle()
    const last = (await early.generations()).at(-1)
    expect(last?.generation).toMatchObject({ cancelled: true })
    expect(lines.filter((line) => line.includes('internal error'))).toEqual([])
  })
})

describe('a stream that goes well', () => {
  it('has the headers of an event stream that no proxy should hold back', async () => {
    const response = await rig.call(CHAT, { json: ask('hi') })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('x-accel-buffering')).toBe('no')
    expect(response.headers.get('cache-control')).toMatch(/no-store/)
    expect(response.headers.get('x-keyway-served-by')).toBe('own')
    expect(response.headers.get('content-encoding')).toBeNull()
    await readStream(response)
  })

  it('8.2, 8.3, 8.4, 8.6, 8.13: begins with the role, names the model and provider that serve in every chunk, and carries one id', async () => {
    const response = await rig.call(CHAT, { json: { ...ask('hi'), model: 'gpt-4o-mini' } })
    const id = response.headers.get('x-generation-id')
    expect(id).toMatch(/^gen-\d{10}-[0-9A-Za-z]{20}$/)
    const { chunks } = await readStream(response)
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
    for (const chunk of chunks) {
      expect(chunk).toMatchObject({
        id,
        object: 'chat.completion.chunk',
        model: 'openai/gpt-4o-mini',
        provider: 'OpenAI',
        created: expect.any(Number),
        choices: expect.any(Array),
      })
      expect(chunk).not.toHaveProperty('error')
      if ('usage' in chunk) expect(chunk.usage).not.toBeNull()
      if ('system_fingerprint' in chunk) expect(chunk).toHaveProperty('system_fingerprint', expect.any(String))
      for (const choice of chunk.choices) {
        expect(Object.keys(choice)).toEqual(expect.arrayContaining(['index', 'delta', 'finish_reason']))
      }
    }
    expect(chunks.at(-2)?.choices[0]).toMatchObject({ finish_reason: 'stop', native_finish_reason: 'stop' })
  })

  it.each([
    ['nothing is said of it', {}],
    ['it is asked for', { stream_options: { include_usage: true } }],
    ['it is declined', { stream_options: { include_usage: false } }],
    ['the other way of asking is used', { usage: { include: true } }],
  ])('8.7, 8.11: sends usage once, with no choices, right before [DONE] when %s', async (_case, fields) => {
    const { chunks, done } = await readStream(await rig.call(CHAT, { json: { ...ask('hi'), ...fields } }))
    expect(done).toBe(true)
    expect(chunks.filter((chunk) => 'usage' in chunk)).toHaveLength(1)
    const last = chunks.at(-1)
    expect(last?.choices).toEqual([])
    expect(last?.usage).toMatchObject({
      prompt_tokens: expect.any(Number),
      completion_tokens: expect.any(Number),
      total_tokens: expect.any(Number),
      cost: expect.any(Number),
      is_byok: false,
      prompt_tokens_details: { cached_tokens: expect.any(Number) },
      completion_tokens_details: { reasoning_tokens: expect.any(Number) },
      cost_details: {
        upstream_inference_cost: 0,
        upstream_inference_prompt_cost: expect.any(Number),
        upstream_inference_completions_cost: expect.any(Number),
      },
    })
    expect(last?.usage?.cost).toBeGreaterThan(0)
  })

  it('8.25: can be looked up at the moment that [DONE] arrives, at the cost that the client was told', async () => {
    const response = await rig.call(CHAT, { json: ask('write 30 words') })
    let usage: Chunk['usage']
    for await (const frame of readFrames(response)) {
      if ('comment' in frame) continue
      if (frame.data !== '[DONE]') {
        const chunk = JSON.parse(frame.data) as Chunk
        usage = chunk.usage ?? usage
        continue
      }
      const generation = await generationOf(rig, response.headers.get('x-generation-id'))
      expect(generation).toMatchObject({ streamed: true, cancelled: false, finish_reason: 'stop' })
      expect(generation.total_cost).toBe(usage?.cost)
      expect(generation.tokens_completion).toBe(usage?.completion_tokens)
    }
    expect(usage).toBeDefined()
  })

  it('8.1, 8.25: serves a JSON answer that can be looked up as soon as it is read', async () => {
    const { stream: _stream, ...json } = ask('hi')
    const response = await rig.call(CHAT, { json })
    const body = JSON.parse(await response.text()) as { id: string; usage: { cost: number } }
    expect(body.id).toBe(response.headers.get('x-generation-id'))
    expect((await generationOf(rig, body.id)).total_cost).toBe(body.usage.cost)
    expect(body).toHaveProperty('system_fingerprint')
  })

  it('is the same whatever the prefix', async () => {
    const one = await readStream(await rig.call(CHAT, { json: ask('hi') }))
    const other = await readStream(await rig.call('/v1/chat/completions', { json: ask('hi') }))
    expect(other.text).toBe(one.text)
  })
})

describe('a client that leaves', () => {
  it('8.25: has its stream aborted upstream at once, and pays for what was streamed', async () => {
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 8 })
    const leaving = new AbortController()
    const response = await rig.call(CHAT, { json: only('write 100 words'), signal: leaving.signal })
    let seen = 0
    const reading = (async () => {
      for await (const _frame of readFrames(response)) {
        seen++
        if (seen === 6) leaving.abort()
      }
    })()
    const leftAtMs = await new Promise<number>((resolve) => {
      leaving.signal.addEventListener('abort', () => resolve(performance.now()), { once: true })
    })
    await expect(reading).rejects.toThrow()
    const upstream = await rig.simulation.waitFor((request) => request.provider === 'openai')
    const ending = await upstream.ended
    expect(ending.by).toBe('client')
    expect(ending.atMs - leftAtMs).toBeLessThan(ABORT_MS)
    const generation = await settled(rig, response.headers.get('x-generation-id'))
    expect(generation).toMatchObject({ cancelled: true, keyway: { status: 499, basis: 'estimated' } })
    expect(generation.tokens_completion).toBeGreaterThan(0)
    expect(generation.tokens_completion).toBeLessThan(50)
    expect(generation.total_cost).toBeGreaterThan(0)
  })

  it('has its JSON call aborted upstream, and settled', async () => {
    rig.simulation.script('openai', { kind: 'stall-before-headers' })
    const leaving = new AbortController()
    const { stream: _stream, ...json } = only('hi')
    const call = rig.call(CHAT, { json, signal: leaving.signal })
    const upstream = await rig.simulation.waitFor((request) => request.provider === 'openai')
    const leftAtMs = performance.now()
    leaving.abort()
    await expect(call).rejects.toThrow()
    const ending = await upstream.ended
    expect(ending).toMatchObject({ by: 'client' })
    expect(ending.atMs - leftAtMs).toBeLessThan(ABORT_MS)
    await rig.server.house.live.idle()
    const { store, workspace } = rig.server.house
    expect((await rig.generations()).at(-1)?.generation).toMatchObject({ cancelled: true })
    expect((await store.spendOf('workspace', workspace.id, Date.now())).held).toBe(0n)
  })

  it('is no error of ours where its answer had not begun', async () => {
    const { stream: _stream, ...json } = only('hi')
    for (const asked of [json, only('hi')]) {
      rig.simulation.script('openai', { kind: 'stall-before-headers' })
      const leaving = new AbortController()
      const call = rig.call(CHAT, { json: asked, signal: leaving.signal })
      const upstream = await rig.simulation.waitFor((request) => request.provider === 'openai')
      leaving.abort()
      await expect(call).rejects.toThrow()
      await upstream.ended
      await rig.server.house.live.idle()
      rig.simulation.reset()
    }
    expect((await rig.generations()).slice(-2).map(({ generation }) => generation.status)).toEqual([499, 499])
    // Whatever is said of a call is said in the turn in which it ends.
    await rig.call('/health')
    expect(lines.filter((line) => line.includes('internal error'))).toEqual([])
  })

  it('has no hold left behind, at whatever byte it leaves', async () => {
    const points = [1, 40, 200, 600, 1500, 4000]
    await Promise.all(
      points.map(async (bytes) => {
        const leaving = new AbortController()
        const response = await rig.call(CHAT, { json: ask('write 200 words'), signal: leaving.signal })
        if (response.body === null) throw new Error('no body')
        let read = 0
        try {
          for await (const chunk of response.body) {
            read += chunk.length
            if (read >= bytes) leaving.abort()
          }
        } catch (error) {
          expect(leaving.signal.aborted).toBe(true)
          expect(error).toBeDefined()
        }
      }),
    )
    await rig.server.house.live.idle()
    const { store, workspace } = rig.server.house
    expect((await store.spendOf('workspace', workspace.id, Date.now())).held).toBe(0n)
  })
})

describe('a call whose key is taken away', () => {
  it.each([
    ['revoked', (hash: string) => ({ path: `/api/v1/keys/${hash}`, method: 'DELETE' }), 'key_revoked'],
    [
      'disabled',
      (hash: string) => ({ path: `/api/v1/keys/${hash}`, method: 'PATCH', json: { disabled: true } }),
      'key_disabled',
    ],
  ])('row 105: ends with an error event within a second when the key is %s', async (_case, change, reason) => {
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 4 })
    const { key, hash } = await rig.issue()
    const response = await rig.call(CHAT, { json: only('write 100 words'), key })
    const { path, ...of } = change(hash)
    let changedAtMs = 0
    const chunks: Chunk[] = []
    let done = false
    for await (const frame of readFrames(response)) {
      if ('comment' in frame) continue
      done = frame.data === '[DONE]'
      if (!done) chunks.push(JSON.parse(frame.data) as Chunk)
      if (chunks.length === 3 && changedAtMs === 0) {
        expect((await rig.call(path, { ...of, key: rig.managementKey })).status).toBe(200)
        changedAtMs = performance.now()
      }
    }
    expect(performance.now() - changedAtMs).toBeLessThan(1_000)
    expect(expectFailure(chunks, done).error).toMatchObject({ code: 401, metadata: { reason } })
    const generation = await settled(rig, response.headers.get('x-generation-id'))
    expect(generation.total_cost).toBeGreaterThan(0)
    expect((await rig.call(CHAT, { json: ask('hi'), key })).status).toBe(401)
  })
})
