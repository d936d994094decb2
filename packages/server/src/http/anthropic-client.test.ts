import Anthropic from '@anthropic-ai/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeToken } from '../keys/token.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const MODEL = 'anthropic/claude-sonnet-5'
const say = (content: string) => [{ role: 'user' as const, content }]
const WEATHER = {
  name: 'get_weather',
  input_schema: { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] },
}
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

let rig: Rig
beforeAll(async () => {
  rig = await startRig()
})
afterEach(() => rig.simulation.reset())
afterAll(() => rig.close())

const open = (key = rig.key) => new Anthropic({ baseURL: rig.url, apiKey: key, maxRetries: 0 })
const ask = (content: string) => ({ model: MODEL, max_tokens: 500, messages: say(content) })
const posts = () => rig.simulation.requests.filter(({ method }) => method === 'POST')

/** What a call was charged, in dollars, as the ledger has it. */
async function chargedOf(id: string): Promise<number> {
  const row = (await rig.generations()).find(({ callId }) => callId === id)
  return Number(row?.amount) / 1e9
}

describe('the anthropic client is refused', () => {
  it('with its own class for each refusal', async () => {
    const refusal = (client: Anthropic, fields: object = {}) => client.messages.create({ ...ask('hi'), ...fields })
    await expect(refusal(open(makeToken('inference')))).rejects.toBeInstanceOf(Anthropic.AuthenticationError)
    await expect(refusal(open(rig.managementKey))).rejects.toBeInstanceOf(Anthropic.PermissionDeniedError)
    await expect(refusal(open(), { messages: [] })).rejects.toBeInstanceOf(Anthropic.BadRequestError)
    await expect(refusal(open(), { model: 'no/such' })).rejects.toMatchObject({ type: 'invalid_request_error' })
    await expect(open().get('/v1/nothing')).rejects.toBeInstanceOf(Anthropic.NotFoundError)
    const { key: limited } = await rig.issue({ rpm: 1 })
    await refusal(open(limited))
    await expect(refusal(open(limited))).rejects.toBeInstanceOf(Anthropic.RateLimitError)
    const { key: capped } = await rig.issue({ limit: 1_000n })
    await expect(refusal(open(capped))).rejects.toMatchObject({ status: 402, type: 'billing_error' })
    rig.simulation.script('anthropic', { kind: 'status', status: 529 }, { times: 2 })
    rig.simulation.script('openrouter', { kind: 'status', status: 529 }, { times: 2 })
    await expect(refusal(open())).rejects.toMatchObject({ status: 503, type: 'overloaded_error' })
  })

  it('in the middle of a stream that breaks, as an APIError that names the call', async () => {
    rig.simulation.script('anthropic', { kind: 'close-mid-event', afterEvents: 10 })
    const stream = open().messages.stream(ask('write 50 words'))
    let text = ''
    stream.on('text', (delta) => {
      text += delta
    })
    const failed = await stream.finalMessage().catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Anthropic.APIError)
    expect(failed).toMatchObject({ type: 'api_error', error: { request_id: expect.stringMatching(/^gen-/) } })
    expect(text).not.toBe('')
  })

  it('in the middle of a stream whose key is revoked', async () => {
    const { key, hash } = await rig.issue()
    rig.simulation.script('anthropic', { kind: 'stall-mid-stream', afterEvents: 8 })
    const stream = open(key).messages.stream(ask('write 50 words'))
    const begun = new Promise<void>((resolve) => stream.once('text', () => resolve()))
    const ended = stream.finalMessage().catch((error: unknown) => error)
    await begun
    await rig.call(`/api/v1/keys/${hash}`, { method: 'DELETE', key: rig.managementKey })
    expect(await ended).toMatchObject({ type: 'authentication_error' })
    await rig.server.house.live.idle()
    const { house } = rig.server
    expect((await house.store.spendOf('key', hash, house.clock.now())).held).toBe(0n)
  })
})

describe('the anthropic client', () => {
  it('is answered, whole and streamed, with the same text, and with what the ledger charged', async () => {
    const whole = await open().messages.create(ask('write 20 words'))
    expect(whole).toMatchObject({ type: 'message', role: 'assistant', model: MODEL, stop_reason: 'end_turn' })
    expect(whole.usage).toMatchObject({ cost: await chargedOf(whole.id) })
    const stream = open().messages.stream(ask('write 20 words'))
    let charged: unknown
    stream.on('streamEvent', (event) => {
      if (event.type === 'message_delta') charged = event.usage
    })
    const streamed = await stream.finalMessage()
    expect(streamed.content).toEqual(whole.content)
    expect(streamed.usage).toMatchObject({ output_tokens: whole.usage.output_tokens })
    expect(charged).toMatchObject({ cost: await chargedOf(streamed.id) })
    expect(await chargedOf(streamed.id)).toBeGreaterThan(0)
  })

  it('names a model as Anthropic does', async () => {
    const answer = await open().messages.create({ ...ask('hi'), model: 'claude-sonnet-5' })
    expect(answer.model).toBe(MODEL)
  })

  it('is served through OpenRouter too', async () => {
    const elsewhere = { provider: { ignore: ['anthropic'] } }
    const answer = await open().messages.create(Object.assign(ask('hi'), elsewhere))
    expect(posts().at(-1)?.path).toBe('/openrouter/api/v1/messages')
    expect(answer.usage).toMatchObject({ cost: await chargedOf(answer.id) })
  })

  it('calls tools, and is answered about their results', async () => {
    const asked = { ...ask('get_weather, please'), tools: [WEATHER] }
    const whole = await open().messages.create(asked)
    const streamed = await open().messages.stream(asked).finalMessage()
    const call = whole.content.find((block) => block.type === 'tool_use')
    expect(call).toMatchObject({ name: 'get_weather', input: { city: expect.any(String) } })
    expect(streamed.content.find((block) => block.type === 'tool_use')?.input).toEqual(call?.input)
    if (call === undefined) throw new Error('no call')
    const result = { type: 'tool_result' as const, tool_use_id: call.id, content: '21 degrees' }
    const after = await open().messages.create({
      ...asked,
      messages: [...asked.messages, whole, { role: 'user', content: [result] }],
    })
    expect(after.content).toMatchObject([{ type: 'text', text: expect.stringContaining('21 degrees') }])
  })

  it('reads signed thoughts, and sends them back untouched', async () => {
    const asked = { ...ask('hi'), max_tokens: 3000, thinking: { type: 'enabled' as const, budget_tokens: 1024 } }
    const answer = await open().messages.stream(asked).finalMessage()
    const [thought] = answer.content
    expect(thought).toMatchObject({ type: 'thinking', signature: expect.stringMatching(/./) })
    expect(answer.usage.output_tokens_details?.thinking_tokens).toBeGreaterThan(0)
    await open().messages.create({ ...asked, messages: [...say('hi'), answer, ...say('go on')] })
    const sent = Buffer.from(posts().at(-1)?.body ?? new Uint8Array(0)).toString()
    expect(sent).toContain(JSON.stringify(thought))
  })

  it('sends images', async () => {
    const source = { type: 'base64' as const, media_type: 'image/png' as const, data: PIXEL }
    const content = [
      { type: 'image' as const, source },
      { type: 'text' as const, text: 'What is this?' },
    ]
    const answer = await open().messages.create({ ...ask(''), messages: [{ role: 'user', content }] })
    expect(answer.content).toMatchObject([{ text: expect.stringContaining('sent 1 image') }])
  })

  it('uses betas by their header, and counts tokens', async () => {
    await open().beta.messages.create({ ...ask('hi'), betas: ['some-beta-2026-11-01'] })
    expect(posts().at(-1)?.headers['anthropic-beta']).toContain('some-beta-2026-11-01')
    const { messages } = ask('one two three')
    expect(await open().messages.countTokens({ model: MODEL, messages })).toEqual({ input_tokens: 3 })
  })

  it('is cut short where its cap affords no more, and told so', async () => {
    const { key } = await rig.issue({ limit: 10_000_000n })
    const { data, response } = await open(key)
      .messages.create({ ...ask('write 5000 words'), max_tokens: 10_000 })
      .withResponse()
    const clamped = Number(response.headers.get('x-keyway-output-clamped'))
    expect(clamped).toBeGreaterThan(0)
    expect(data).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: clamped } })
  })

  it('ends the call upstream when it aborts', async () => {
    rig.simulation.script('anthropic', { kind: 'stall-mid-stream', afterEvents: 8 })
    const stream = open().messages.stream(ask('write 50 words'))
    const ended = stream.finalMessage().catch((error: unknown) => error)
    await new Promise<void>((resolve) => stream.once('text', () => resolve()))
    stream.abort()
    expect(await ended).toBeInstanceOf(Anthropic.APIUserAbortError)
    expect((await posts().at(-1)?.ended)?.by).toBe('client')
  })
})
