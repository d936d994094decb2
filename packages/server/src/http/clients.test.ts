import { OpenRouter } from '@openrouter/sdk'
import {
  BadRequestResponseError,
  ForbiddenResponseError,
  NotFoundResponseError,
  PaymentRequiredResponseError,
  TooManyRequestsResponseError,
  UnauthorizedResponseError,
} from '@openrouter/sdk/models/errors'
import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeToken } from '../keys/token.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const MODEL = 'openai/gpt-4o-mini'
const say = (content: string) => [{ role: 'user' as const, content }]
/** A PNG of one pixel. */
const IMAGE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const ADD = {
  type: 'function' as const,
  function: {
    name: 'add',
    parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
  },
}

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterEach(() => rig.simulation.reset())
afterAll(() => rig.close())

describe('the openai client', () => {
  const open = (apiKey = rig.key, maxRetries = 0) => new OpenAI({ baseURL: `${rig.url}/v1`, apiKey, maxRetries })

  it('8.9: throws its own class for each refusal', async () => {
    const chat = (client: OpenAI, fields: Record<string, unknown> = {}) =>
      client.chat.completions.create({ model: MODEL, messages: say('hi'), ...fields })
    await expect(chat(open(makeToken('inference')))).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
    await expect(chat(open(rig.managementKey))).rejects.toBeInstanceOf(OpenAI.PermissionDeniedError)
    await expect(chat(open(), { messages: [] })).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    await expect(chat(open(), { model: 'no/such' })).rejects.toBeInstanceOf(OpenAI.BadRequestError)
    const { key: limited } = await rig.issue({ rpm: 1 })
    await chat(open(limited))
    await expect(chat(open(limited))).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    const { key: capped } = await rig.issue({ limit: 1_000n })
    await expect(chat(open(capped))).rejects.toMatchObject({ status: 402, code: 402 })
    await expect(open().get('/nothing')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    rig.simulation.script('openai', { kind: 'status', status: 500 }, { times: 2 })
    rig.simulation.script('openrouter', { kind: 'status', status: 500 }, { times: 2 })
    await expect(chat(open())).rejects.toBeInstanceOf(OpenAI.InternalServerError)
  })

  it('8.8: raises an APIError when a stream breaks', async () => {
    rig.simulation.script('openai', { kind: 'close-mid-event', afterEvents: 3 })
    const stream = await open().chat.completions.create({ model: MODEL, messages: say('write 50 words'), stream: true })
    let seen = 0
    const reading = (async () => {
      for await (const _chunk of stream) seen++
    })()
    await expect(reading).rejects.toBeInstanceOf(OpenAI.APIError)
    expect(seen).toBeGreaterThan(0)
  })

  it('answers, whole and streamed, with the same text and cost', async () => {
    const whole = await open().chat.completions.create({ model: MODEL, messages: say('write 20 words') })
    expect(whole.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant' } })
    const stream = await open().chat.completions.create({ model: MODEL, messages: say('write 20 words'), stream: true })
    let text = ''
    let usage: unknown
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      usage = chunk.usage ?? usage
    }
    expect(text).toBe(whole.choices[0]?.message.content)
    expect(text.split(' ')).toHaveLength(20)
    expect(usage).toEqual(whole.usage)
    expect(whole.usage).toMatchObject({ cost: expect.any(Number) })
  })

  it('8.14: calls tools, whole and streamed, and is answered after their results', async () => {
    const asked = { model: MODEL, messages: say('Call add.'), tools: [ADD] }
    const whole = await open().chat.completions.create(asked)
    expect(whole.choices[0]?.finish_reason).toBe('tool_calls')
    const streamed = await open().chat.completions.stream(asked).finalChatCompletion()
    const [call] = whole.choices[0]?.message.tool_calls ?? []
    expect(call).toMatchObject({ type: 'function', function: { name: 'add' } })
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'add', arguments: call?.type === 'function' ? call.function.arguments : '' },
    })
    const message = whole.choices[0]?.message
    if (message === undefined || call === undefined) throw new Error('no call')
    const messages = [...say('Call add.'), message, { role: 'tool' as const, tool_call_id: call.id, content: '3' }]
    const after = await open().chat.completions.create({ ...asked, messages })
    expect(after.choices[0]?.message.content).toContain('The tool answered')
  })

  it('parses structured output', async () => {
    const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
    const parsed = await open().chat.completions.parse({
      model: MODEL,
      messages: say('Which city?'),
      response_format: { type: 'json_schema', json_schema: { name: 'place', schema, strict: true } },
    })
    expect(parsed.choices[0]?.message.parsed).toMatchObject({ city: expect.any(String) })
  })

  it('sends images', async () => {
    const content = [
      { type: 'text' as const, text: 'What is this?' },
      { type: 'image_url' as const, image_url: { url: IMAGE } },
    ]
    const answer = await open().chat.completions.create({ model: MODEL, messages: [{ role: 'user', content }] })
    expect(answer.choices[0]?.message.content).toContain('sent 1 image')
  })

  it('ends the call upstream when it aborts', async () => {
    rig.simulation.script('openai', { kind: 'stall-mid-stream', afterEvents: 3 })
    const stream = await open().chat.completions.create({ model: MODEL, messages: say('write 50 words'), stream: true })
    for await (const _chunk of stream) {
      stream.controller.abort()
      break
    }
    const upstream = await rig.simulation.waitFor(({ provider }) => provider === 'openai')
    expect((await upstream.ended).by).toBe('client')
    await rig.server.house.live.idle()
  })

  it('8.10: repeats a call that failed, and is charged only for the one that was answered', async () => {
    const fail = { kind: 'status' as const, status: 500 }
    // As many as the gateway itself would try, so that the client sees one failure.
    const json = { model: MODEL, messages: say('hi'), provider: { only: ['openai'], ignore: ['openrouter'] } }
    const before = (await rig.generations()).length
    rig.simulation.script('openai', fail, { times: 2 })
    const answer = await open(rig.key, 2).chat.completions.create(json)
    expect(answer.choices).toHaveLength(1)
    const made = (await rig.generations()).slice(before)
    expect(made.map(({ generation }) => generation.status)).toEqual([502, 200])
    expect(made[0]?.amount).toBe(0n)
    expect(made[1]?.amount).toBeGreaterThan(0n)
  })

  it('lists the models', async () => {
    const { data } = await open().models.list()
    expect(data.map(({ id }) => id)).toContain(MODEL)
  })
})

describe('the OpenRouter client', () => {
  const open = (apiKey = rig.key) =>
    new OpenRouter({ apiKey, serverURL: `${rig.url}/api/v1`, retryConfig: { strategy: 'none' } })
  const managing = () => open(rig.managementKey)
  const stream = async (request: Omit<Parameters<OpenRouter['chat']['send']>[0]['chatRequest'], 'stream'>) => {
    const answer = await open().chat.send({ chatRequest: { ...request, stream: true } })
    if (!(Symbol.asyncIterator in answer)) throw new Error('a stream can be iterated')
    return answer
  }
  const chat = (client: OpenRouter, fields: Record<string, unknown> = {}) =>
    client.chat.send({ chatRequest: { model: MODEL, messages: say('hi'), stream: false, ...fields } })

  it('8.9: throws its own class for each refusal', async () => {
    await expect(chat(open(makeToken('inference')))).rejects.toBeInstanceOf(UnauthorizedResponseError)
    await expect(chat(open(rig.managementKey))).rejects.toBeInstanceOf(ForbiddenResponseError)
    await expect(chat(open(), { model: 'no/such' })).rejects.toBeInstanceOf(BadRequestResponseError)
    const { key: capped } = await rig.issue({ limit: 1_000n })
    await expect(chat(open(capped))).rejects.toBeInstanceOf(PaymentRequiredResponseError)
    const { key: limited } = await rig.issue({ rpm: 1 })
    await chat(open(limited))
    await expect(chat(open(limited))).rejects.toBeInstanceOf(TooManyRequestsResponseError)
    await expect(open().generations.getGeneration({ id: 'gen-1-none' })).rejects.toBeInstanceOf(NotFoundResponseError)
    // The SDK knows no class for this status here.
    await expect(open().apiKeys.list()).rejects.toMatchObject({ statusCode: 403 })
    await expect(open().credits.getCredits()).rejects.toBeInstanceOf(ForbiddenResponseError)
  })

  it('8.8: reads the error event of a broken stream', async () => {
    rig.simulation.script('openai', { kind: 'close-mid-event', afterEvents: 3 })
    const broken = await stream({ model: MODEL, messages: say('write 50 words') })
    let code: number | undefined
    let finish: string | null | undefined
    for await (const chunk of broken) {
      code = chunk.error?.code ?? code
      finish = chunk.choices[0]?.finishReason ?? finish
    }
    expect(code).toBe(502)
    expect(finish).toBe('error')
  })

  it.each([MODEL, 'openai/gpt-5-mini', 'anthropic/claude-haiku-4.5', 'openai/gpt-oss-120b', 'sim/thinker'])(
    'takes whole answers and streams of %s',
    async (model) => {
      const whole = await chat(open(), { model })
      if (!('choices' in whole)) throw new Error('a whole answer has choices')
      expect(whole.choices).toHaveLength(1)
      let last: unknown
      for await (const chunk of await stream({ model, messages: say('hi') })) last = chunk.usage ?? last
      expect(last).toMatchObject({ totalTokens: whole.usage?.totalTokens, cost: expect.any(Number) })
    },
  )

  it.each([MODEL, 'google/gemini-2.5-flash', 'anthropic/claude-haiku-4.5', 'openai/gpt-oss-120b', 'x-ai/grok-3'])(
    '8.5: takes streamed tool calls of %s',
    async (model) => {
      const direct = { provider: { ignore: ['openrouter'] } }
      const calls = new Map<number, { name: string; args: string }>()
      for await (const chunk of await stream({ ...direct, model, messages: say('Call add.'), tools: [ADD] })) {
        for (const { index, type, function: piece } of chunk.choices[0]?.delta.toolCalls ?? []) {
          const call = calls.get(index)
          if (call === undefined) {
            expect({ type, name: piece?.name }).toEqual({ type: 'function', name: 'add' })
            calls.set(index, { name: 'add', args: piece?.arguments ?? '' })
          } else call.args += piece?.arguments ?? ''
        }
      }
      expect([...calls.keys()]).toEqual([0])
      expect(JSON.parse(calls.get(0)?.args ?? '')).toMatchObject({ a: expect.any(Number) })
    },
  )

  it.each([
    ['refuses', 401, 'openai', { statusCode: 403 }],
    ['will not charge', 402, 'openai', { statusCode: 402 }],
  ] as const)('8.10: is not kept waiting for a key that the provider %s', async (_what, status, provider, expected) => {
    // With the retries that the SDK does by itself: an hour of them for any 5xx.
    const patient = new OpenRouter({ apiKey: rig.key, serverURL: `${rig.url}/api/v1` })
    rig.simulation.script(provider, { kind: 'status', status }, { times: 20 })
    const only = { provider: { only: [provider], ignore: ['openrouter'] } }
    await expect(chat(patient, only)).rejects.toMatchObject(expected)
    expect(rig.simulation.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  })

  it('reads a generation, with its cost', async () => {
    const answer = await chat(open())
    if (!('choices' in answer)) throw new Error('a whole answer has choices')
    const { data } = await open().generations.getGeneration({ id: answer.id })
    expect(data).toMatchObject({ id: answer.id, model: MODEL, totalCost: answer.usage?.cost })
  })

  it('8.18, 8.19: reads the lists of models, endpoints and providers', async () => {
    const page = await open().models.list({})
    const { data, totalCount } = page.result
    expect(data.map(({ id }) => id)).toContain(MODEL)
    expect(totalCount).toBe(data.length)
    expect((await open().models.count()).data.count).toBe(data.length)
    expect((await open().models.get({ author: 'openai', slug: 'gpt-4o-mini' })).data.id).toBe(MODEL)
    const { data: detail } = await open().endpoints.list({ author: 'openai', slug: 'gpt-4o-mini' })
    expect(detail.endpoints.map(({ providerName }) => providerName)).toEqual(['OpenAI', 'OpenRouter'])
    const providers = await open().providers.list()
    expect(providers.data.map(({ slug }) => slug)).toContain('groq')
  })

  it('pages through the models', async () => {
    const ids: string[] = []
    for await (const page of await open().models.list({ limit: 100 })) ids.push(...page.result.data.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBe((await open().models.count()).data.count)
  })

  it('8.19, 8.22: manages keys', async () => {
    const client = managing()
    const expiresAt = new Date(Date.now() + 86_400_000)
    const made = await client.apiKeys.create({
      requestBody: { name: 'from the SDK', limit: 5.25, limitReset: 'monthly', expiresAt },
    })
    expect(made.key).toMatch(/^kwy_k1_/)
    expect(made.data).toMatchObject({ name: 'from the SDK', limit: 5.25, limitReset: 'monthly', limitRemaining: 5.25 })
    const { hash } = made.data
    const current = await open(made.key).apiKeys.getCurrentKeyMetadata()
    expect(current.data).toMatchObject({ limit: 5.25, limitRemaining: 5.25, isManagementKey: false })
    expect((await client.apiKeys.list()).data.map((key) => key.hash)).toContain(hash)
    const changed = await client.apiKeys.update({ hash, requestBody: { name: 'renamed', limit: null, disabled: true } })
    expect(changed.data).toMatchObject({ name: 'renamed', limit: null, disabled: true })
    expect((await client.apiKeys.list()).data.map((key) => key.hash)).not.toContain(hash)
    expect((await client.apiKeys.list({ includeDisabled: true })).data.map((key) => key.hash)).toContain(hash)
    expect((await client.apiKeys.get({ hash })).data.name).toBe('renamed')
    expect(await client.apiKeys.delete({ hash })).toEqual({ deleted: true })
    await expect(client.apiKeys.delete({ hash })).rejects.toBeInstanceOf(NotFoundResponseError)
  })

  it('8.19: reads its own key and the credits', async () => {
    const management = await managing().apiKeys.getCurrentKeyMetadata()
    expect(management.data).toMatchObject({ isManagementKey: true, isProvisioningKey: true })
    const { data } = await managing().credits.getCredits()
    expect(data.totalUsage).toBeGreaterThan(0)
  })
})
