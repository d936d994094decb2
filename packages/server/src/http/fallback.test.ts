import { readdirSync, readFileSync } from 'node:fs'
import { type Simulation, startSimulation } from '@keyway/sim'
import pino from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Rig, type RigOptions, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
/** Served by OpenAI, then by OpenRouter. */
const ASK = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }
/** Served by Groq, Fireworks, OpenRouter and Cerebras. */
const OSS = { ...ASK, model: 'openai/gpt-oss-120b' }

let rig: Rig
let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
  rig = await startRig({ simulation })
})
afterEach(() => simulation.reset())
afterAll(async () => {
  await rig.close()
  await simulation.close()
})

/** A rig of its own, where what is done to a provider spoils no other test. */
async function using<T>(options: RigOptions, act: (own: Rig) => Promise<T>): Promise<T> {
  const own = await startRig({ simulation, ...options })
  simulation.reset()
  try {
    return await act(own)
  } finally {
    await own.close()
  }
}

/** Who was asked, in turn. */
const asked = () => simulation.requests.filter(({ method }) => method === 'POST').map(({ provider }) => provider)

type Failure = { error: { code: number; message: string; metadata: Record<string, unknown> } }
const failure = async (response: Response) => (JSON.parse(await response.text()) as Failure).error

/** One more credential for a provider, tried before the one that works. */
async function addCredential(to: Rig, secret: string, provider: 'openai' | 'google' | 'xai' = 'openai'): Promise<void> {
  const { vault, owner, workspace } = to.server.house
  const { baseUrl } = simulation.providers[provider]
  await vault.put(
    {
      workspaceId: workspace.id,
      userId: owner.id,
      provider,
      name: 'first',
      origin: 'pasted',
      reach: 'own',
      baseUrl,
      secret,
      priority: 0,
      allowPrivate: true,
    },
    { id: owner.id, workspaceId: workspace.id },
  )
}

describe('when a provider fails for good', () => {
  it('gives the caller the last failure, those before it, and the shortest wait that any provider named', () =>
    using({}, async (own) => {
      simulation.script('openai', { kind: 'status', status: 429, retryAfterSeconds: 40 }, { times: 4 })
      simulation.script('openrouter', { kind: 'status', status: 429, retryAfterSeconds: 20 }, { times: 4 })
      const response = await own.call(CHAT, { json: ASK })
      expect(response.status).toBe(429)
      expect(response.headers.get('retry-after')).toBe('20')
      expect([...response.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
      const error = await failure(response)
      expect(error.metadata).toMatchObject({
        error_type: 'rate_limit_exceeded',
        reason: 'provider_rate_limited',
        provider_name: 'OpenRouter',
        previous_errors: [{ provider: 'OpenAI', status: 429 }],
      })
      expect(asked()).toEqual(['openai', 'openrouter'])
      const { store, workspace } = own.server.house
      expect(await store.spendOf('workspace', workspace.id, Date.now())).toMatchObject({ total: 0n, held: 0n })
      expect((await own.generations()).at(-1)).toMatchObject({ amount: 0n, generation: { status: 429 } })
    }))

  it.each([
    [401, 403, 'provider_credential_rejected'],
    [402, 402, 'provider_credential_rejected'],
    [500, 502, 'provider_unavailable'],
    [503, 503, 'provider_overloaded'],
    [418, 418, 'provider_rejected'],
  ])('answers %i of the only provider with %i, %s', (status, expected, reason) =>
    using({}, async (own) => {
      simulation.script('openai', { kind: 'status', status }, { times: 4 })
      const json = { ...ASK, provider: { only: ['openai'], ignore: ['openrouter'] } }
      const response = await own.call(CHAT, { json })
      expect(response.status).toBe(expected)
      expect((await failure(response)).metadata).toMatchObject({ reason, provider_name: 'OpenAI' })
    }),
  )

  it.each([
    ['no JSON', { kind: 'malformed-json' as const }],
    ['a compressed answer that nobody asked for', { kind: 'gzip-bomb' as const, bytes: 1024 }],
    ['a redirect', { kind: 'redirect' as const }],
    ['a wrong length', { kind: 'wrong-length' as const }],
    ['headers without end', { kind: 'huge-headers' as const }],
  ])('answers 502 in the envelope for %s', (_case, fault) =>
    using({}, async (own) => {
      simulation.script('openai', fault, { times: 4 })
      const response = await own.call(CHAT, {
        json: { ...ASK, provider: { only: ['openai'], ignore: ['openrouter'] } },
      })
      expect(response.status).toBe(502)
      const error = await failure(response)
      expect(error.code).toBe(502)
      expect(error.metadata['error_type']).toBe('provider_unavailable')
    }),
  )

  it('row 127: tells neither a caller, nor the log, nor the database, what a provider says about a credential', () => {
    const lines: string[] = []
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
    return using({ log }, async (own) => {
      await addCredential(own, 'sk-test-canary-0000000000000000')
      simulation.reply(
        'openai',
        {
          status: 401,
          body: '{"error":{"message":"Incorrect API key provided: sk-test-canary-0000000000000000"}}',
        },
        { times: 4 },
      )
      const response = await own.call(CHAT, {
        json: { ...ASK, provider: { only: ['openai'], ignore: ['openrouter'] } },
      })
      expect(await response.text()).not.toContain('canary')
      expect(lines.join('')).toContain('provider_credential_rejected')
      expect(lines.join('')).not.toContain('canary')
      const files = readdirSync(own.home).filter((name) => name.includes('.db'))
      expect(files.length).toBeGreaterThan(0)
      for (const name of files) expect(readFileSync(`${own.home}/${name}`, 'latin1')).not.toContain('test-canary')
    })
  })
})

describe('when a provider fails', () => {
  it.each([401, 402, 403, 408, 429, 500, 502, 503, 529])('falls back to another provider after %i', (status) =>
    using({}, async (own) => {
      simulation.script('openai', { kind: 'status', status }, { times: 4 })
      const response = await own.call(CHAT, { json: ASK })
      expect(response.status).toBe(200)
      expect(asked()).toEqual(['openai', 'openrouter'])
    }),
  )

  it('falls back to another provider when the first one is silent for too long', () =>
    using({ env: { KEYWAY_LIMITS__FIRST_EVENT_MS: '1000' } }, async (own) => {
      simulation.script('openai', { kind: 'stall-before-headers' })
      const response = await own.call(CHAT, { json: { ...ASK, stream: true } })
      expect(response.status).toBe(200)
      await response.text()
      expect(asked()).toEqual(['openai', 'openrouter'])
      const [silent] = simulation.requests
      expect(await silent?.ended).toMatchObject({ by: 'client' })
    }))

  it('falls back to the second credential of the same provider', () =>
    using({}, async (own) => {
      await addCredential(own, 'sk-wrong-0000000000000000')
      const response = await own.call(CHAT, { json: ASK })
      expect(response.status).toBe(200)
      expect(asked()).toEqual(['openai', 'openai'])
      const calls = simulation.requests.filter(({ method }) => method === 'POST')
      expect(calls.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer sk-wrong-0000000000000000',
        `Bearer ${simulation.providers.openai.key}`,
      ])
    }))

  it.each([
    ['google', 'google/gemini-2.5-flash'],
    ['xai', 'x-ai/grok-3'],
  ] as const)('knows a key that %s refuses, though it says 400 for it', (provider, model) =>
    using({}, async (own) => {
      await addCredential(own, 'wrong-0000000000000000', provider)
      const response = await own.call(CHAT, { json: { ...ASK, model } })
      expect(response.status).toBe(200)
      expect(asked()).toEqual([provider, provider])
    }),
  )

  it('8.13: moves on to the next of models[], and names the model that served', async () => {
    simulation.script('openai', { kind: 'status', status: 400, message: 'context length exceeded' })
    simulation.script('openrouter', { kind: 'status', status: 400, message: 'context length exceeded' })
    const json = { ...ASK, models: ['anthropic/claude-haiku-4.5'] }
    const response = await rig.call(CHAT, { json })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ model: 'anthropic/claude-haiku-4.5', provider: 'Anthropic' })
    expect(asked()).toEqual(['openai', 'anthropic'])
  })

  it('takes models[] without a model', async () => {
    const response = await rig.call(CHAT, { json: { messages: ASK.messages, models: [ASK.model] } })
    expect(await response.json()).toMatchObject({ model: ASK.model })
  })
})

describe('provider preferences', () => {
  it('tries providers in the order that is asked for, by id or by name', async () => {
    simulation.script('cerebras', { kind: 'status', status: 500 })
    const json = { ...OSS, provider: { order: ['Cerebras', 'groq'] } }
    expect((await rig.call(CHAT, { json })).status).toBe(200)
    expect(asked()).toEqual(['cerebras', 'groq'])
  })

  it('tries no other than those of only, and none of ignore', async () => {
    await rig.call(CHAT, { json: { ...OSS, provider: { only: ['cerebras'], ignore: ['openrouter'] } } })
    expect(asked()).toEqual(['cerebras'])
    simulation.clear()
    await rig.call(CHAT, { json: { ...OSS, provider: { ignore: ['groq', 'fireworks', 'openrouter'] } } })
    expect(asked()).toEqual(['cerebras'])
  })

  it('tries one provider only where fallbacks are forbidden', async () => {
    simulation.script('cerebras', { kind: 'status', status: 500 }, { times: 4 })
    const json = { ...OSS, provider: { order: ['cerebras'], allow_fallbacks: false, ignore: ['openrouter'] } }
    expect((await rig.call(CHAT, { json })).status).toBe(502)
    expect(new Set(asked())).toEqual(new Set(['cerebras']))
  })

  it('takes the cheapest first, and keeps to max_price', async () => {
    await rig.call(CHAT, {
      json: { ...OSS, provider: { max_price: { prompt: 0.2 }, ignore: ['fireworks', 'openrouter'] } },
    })
    expect(asked()).toEqual(['groq'])
    const json = { ...OSS, provider: { max_price: { prompt: '0.0001' }, ignore: ['openrouter'] } }
    const response = await rig.call(CHAT, { json })
    expect(response.status).toBe(404)
    expect(JSON.stringify((await failure(response)).metadata)).toContain('max_price')
  })

  it('does not show its own fields to other providers, and shows them to OpenRouter', async () => {
    const fields = { transforms: ['middle-out'], route: 'fallback', session_id: 's' }
    await rig.call(CHAT, { json: { ...ASK, ...fields, provider: { only: ['openai'], ignore: ['openrouter'] } } })
    await rig.call(CHAT, { json: { ...ASK, ...fields, provider: { ignore: ['openai'] } } })
    const [direct, aggregated] = simulation.requests.map(({ body }) => JSON.parse(Buffer.from(body).toString()))
    expect(direct).toEqual({ ...ASK, model: 'gpt-4o-mini' })
    expect(aggregated).toEqual({ ...ASK, ...fields, provider: { ignore: ['openai'] } })
  })
})

describe('reach (law 9)', () => {
  it('never lets a call that began with an own credential end with a shared one', () =>
    using({ shared: ['openrouter'] }, async (own) => {
      simulation.script('openai', { kind: 'status', status: 500 }, { times: 4 })
      const response = await own.call(CHAT, { json: ASK })
      expect(response.status).toBe(502)
      expect(new Set(asked())).toEqual(new Set(['openai']))
    }))

  it('says whose credential served', () =>
    using({ shared: ['openai', 'openrouter'] }, async (own) => {
      const response = await own.call(CHAT, { json: ASK })
      expect(response.headers.get('x-keyway-served-by')).toBe('shared')
    }))

  it('does not use a reach that the key may not, nor lists its models', () =>
    using({ shared: ['openai', 'openrouter'] }, async (own) => {
      const { key } = await own.issue({ reaches: ['own'] })
      expect((await own.call(CHAT, { json: ASK, key })).status).toBe(404)
      const { data } = JSON.parse(await (await own.call('/v1/models', { key })).text()) as { data: { id: string }[] }
      expect(data.map(({ id }) => id)).not.toContain(ASK.model)
      expect(data.map(({ id }) => id)).toContain('anthropic/claude-haiku-4.5')
    }))
})
