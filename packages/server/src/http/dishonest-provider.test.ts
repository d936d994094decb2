import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Rig, startRig } from '../testing/rig.ts'
import { completion, type ScriptedProvider, startScriptedProvider } from '../testing/scripted-provider.ts'

const CHAT = '/api/v1/chat/completions'
const MESSAGES = [{ role: 'user', content: 'hi' }]
const OPENAI = { model: 'openai/gpt-4o-mini', messages: MESSAGES, max_tokens: 50 }
const OPENROUTER = { ...OPENAI, model: 'cheap/model' }
const IMAGE = { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }

let provider: ScriptedProvider
let rig: Rig
beforeAll(async () => {
  provider = await startScriptedProvider()
  const rows = JSON.parse(provider.env['KEYWAY_PROVIDERS'] ?? '[]')
  const anthropic = { ...rows[0], provider: 'anthropic' }
  rig = await startRig({ env: { ...provider.env, KEYWAY_PROVIDERS: JSON.stringify([...rows, anthropic]) } })
})
beforeEach(() => {
  provider.requests.length = 0
  provider.answer = (_request, response) => response.end(completion({ prompt_tokens: 5, completion_tokens: 2 }))
})
afterAll(async () => {
  await rig.close()
  await provider.close()
})

const spendOf = (hash: string) => rig.server.house.store.spendOf('key', hash, rig.server.house.clock.now())

describe('usage that cannot be', () => {
  it.each([
    { prompt_tokens: -5, completion_tokens: 2 },
    { prompt_tokens: 1.5, completion_tokens: 2 },
    { prompt_tokens: 1e300, completion_tokens: 2 },
    { prompt_tokens: 5, completion_tokens: -1e18 },
    { prompt_tokens: 5, completion_tokens: 2, prompt_tokens_details: { cached_tokens: -1 } },
    { prompt_tokens: 5, completion_tokens: 2, completion_tokens_details: { reasoning_tokens: 1e17 } },
  ])('is charged at the hold, and is in the ledger: %j', async (usage) => {
    provider.answer = (_request, response) => response.end(completion(usage))
    const { key, hash } = await rig.issue({ limit: 1_000_000_000n })
    const response = await rig.call(CHAT, { json: OPENAI, key })
    const { cost } = JSON.parse(await response.text()).usage
    const spend = await spendOf(hash)
    expect(spend.held).toBe(0n)
    expect(spend.total).toBeGreaterThan(0n)
    expect(Number(spend.total)).toBe(Math.round(cost * 1e9))
    expect((await rig.generations()).find(({ keyHash }) => keyHash === hash)?.amount).toBe(spend.total)
  })

  it('has names of any length and kind, and is in the ledger all the same', async () => {
    const reply = JSON.parse(completion({ prompt_tokens: 5, completion_tokens: 2 }))
    reply.id = 'a\0b'.repeat(100_000)
    reply.choices[0].finish_reason = 'c\0'.repeat(100_000)
    provider.answer = (_request, response) => response.end(JSON.stringify(reply))
    const { key, hash } = await rig.issue()
    expect((await rig.call(CHAT, { json: OPENAI, key })).status).toBe(200)
    await spendOf(hash)
    const row = (await rig.generations()).find(({ keyHash }) => keyHash === hash)
    expect(row?.generation.upstreamId).toMatch(/^[ab]{10,200}$/)
    expect(row?.generation.nativeFinishReason).toMatch(/^c{10,200}$/)
  })
})

it('charges the hold for a line without a price, also where the provider bills by a cost that it left out', async () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2, server_tool_use_details: { web_search_requests: 3 } }
  provider.answer = (_request, response) => response.end(completion(usage))
  const { key, hash } = await rig.issue({ limit: 1_000_000_000n })
  expect((await rig.call(CHAT, { json: OPENROUTER, key })).status).toBe(200)
  expect((await spendOf(hash)).total).toBeGreaterThan(100_000n)
})

describe('a provider that quotes the secret it was sent', () => {
  const quote = () => JSON.stringify({ error: { message: `bad ${provider.secret}`, code: `x-${provider.secret}` } })
  const chunk = 'data: {"id":"1","choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'
  const quotes = {
    'with a status': (): [number, string] => [400, quote()],
    'in text': (): [number, string] => [500, `<p>${provider.secret}`],
    'inside a 200': (): [number, string] => [200, quote()],
    'as the first event': (): [number, string] => [200, `data: ${quote()}\n\n`],
    'in the middle of a stream': (): [number, string] => [200, `${chunk}data: ${quote()}\n\n`],
  }
  it.each(Object.entries(quotes))('is not quoted: %s', async (_name, say) => {
    const [status, text] = say()
    provider.answer = (_request, response) => response.writeHead(status).end(text)
    const stream = text.startsWith('data:')
    const { key, hash } = await rig.issue()
    const answer = await (await rig.call(CHAT, { json: { ...OPENAI, stream }, key })).text()
    expect(answer).toContain('"error"')
    expect(answer).not.toContain('horse')
    await spendOf(hash)
    const row = (await rig.generations()).find(({ keyHash }) => keyHash === hash)
    expect(row).toBeDefined()
    expect(JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'horse',
    )
  })
})

describe('in Anthropic\u2019s Messages and OpenAI\u2019s Responses a provider', () => {
  const asked = { max_tokens: 50, messages: MESSAGES, stream: true }
  const event = (data: Record<string, unknown> & { type: string }) =>
    `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
  const begun = (usage: object) =>
    event({ type: 'message_start', message: { id: 'm', type: 'message', content: [], usage } }) +
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } })
  const item = event({ type: 'response.output_item.added', output_index: 0, item: { type: 'message' } })
  const FORMATS = [
    ['/v1/messages', asked, begun({ input_tokens: 100, output_tokens: 1 })],
    ['/v1/responses', { input: 'hi', stream: true }, item],
  ] as const

  async function ask(path: string, json: object, terms: Parameters<Rig['issue']>[0] = {}, headers = {}) {
    const { key, hash } = await rig.issue(terms)
    const model = path.endsWith('responses') ? OPENAI.model : OPENROUTER.model
    const text = await (await rig.call(path, { json: { model, ...json }, key, headers })).text()
    const spend = await spendOf(hash)
    expect(spend.held).toBe(0n)
    const row = (await rig.generations()).find(({ keyHash }) => keyHash === hash)
    return { text, spent: spend.total, row }
  }

  it.each([
    ['and breaks off', ''],
    ['and never tells another', event({ type: 'message_delta', delta: {}, usage: { output_tokens: 9 } })],
  ])('that tells a cost of nothing before the answer %s is charged by its prices', async (_, rest) => {
    const stop = rest === '' ? '' : event({ type: 'message_stop' })
    provider.answer = (_request, response) =>
      response.end(begun({ input_tokens: 100, output_tokens: 1, cost: 0 }) + rest + stop)
    const { spent } = await ask('/v1/messages', asked)
    // 100 tokens at a dollar a million, and 2 or 9 at two.
    expect(spent).toBe(rest === '' ? 104_000n : 118_000n)
  })

  it('that read a longer context than is listed is believed where a beta asked for it', async () => {
    const whole = { id: 'i', type: 'message', content: [], usage: { input_tokens: 600_000, output_tokens: 2 } }
    provider.answer = (_request, response) => response.end(JSON.stringify(whole))
    const json = { ...asked, stream: false }
    const { spent } = await ask('/v1/messages', json, {}, { 'anthropic-beta': 'a-1, context-1m-2025-08-07' })
    expect(spent).toBe(600_004_000n)
    expect((await ask('/v1/messages', json)).spent).toBeLessThan(1_000_000n)
  })

  it('that tells of its prompt alone is charged for it once, images and cache included', async () => {
    const usage = { input_tokens: 100, cache_read_input_tokens: 5000, output_tokens: 1 }
    const image = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }
    provider.answer = (_request, response) => response.end(begun(usage) + event({ type: 'message_stop' }))
    const { spent } = await ask('/v1/messages', { ...asked, messages: [{ role: 'user', content: [image] }] })
    expect(spent).toBe(5_104_000n)
  })

  it.each([
    { input_tokens: -5, output_tokens: 2 },
    { input_tokens: 5, output_tokens: 1.5 },
    { input_tokens: 1e300, output_tokens: 2 },
    { input_tokens: 5, output_tokens: 2, cache_read_input_tokens: -1 },
    { input_tokens: 5, output_tokens: 2, input_tokens_details: { cached_tokens: -1 } },
    { input_tokens: 5, output_tokens: 2, iterations: [{ type: 'compaction', output_tokens: -9 }] },
    { input_tokens: 5, output_tokens: 2, output_tokens_details: { reasoning_tokens: 1e17, thinking_tokens: -1 } },
  ])('whose usage cannot be is charged at the hold, or by what can be: %j', async (usage) => {
    const whole = { id: 'i', type: 'message', content: [], output: [], status: 'completed', usage }
    provider.answer = (_request, response) => response.end(JSON.stringify(whole))
    for (const [path, json] of FORMATS) {
      const { text, spent } = await ask(path, { ...json, stream: false }, { limit: 1_000_000_000n })
      expect(spent).toBeGreaterThan(0n)
      expect(Number(spent)).toBe(Math.round(JSON.parse(text).usage.cost * 1e9))
    }
  })

  it('that quotes the secret it was sent is not quoted', async () => {
    const error = { type: `x-${provider.secret}`, code: `x-${provider.secret}`, message: `bad ${provider.secret}` }
    const failed = { type: 'response.failed', response: { status: 'failed', error } }
    for (const [path, json, start] of FORMATS) {
      const ends: (readonly [number, string])[] = [
        [400, JSON.stringify({ type: 'error', error })],
        [200, event({ type: 'error', error })],
        [200, start + event({ type: 'error', error })],
        ...(path.endsWith('responses')
          ? ([
              [200, event(failed)],
              [200, start + event(failed)],
            ] as const)
          : []),
        [200, `${start}data: {"${provider.secret}\n\n`],
      ]
      for (const [status, body] of ends) {
        provider.answer = (_request, response) => response.writeHead(status).end(body)
        const { text, row } = await ask(path, json)
        expect(text).toContain('"error"')
        expect(text).not.toContain('horse')
        expect(row).toBeDefined()
        expect(JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
          'horse',
        )
      }
    }
  })
})

describe('a count of tokens that the provider never gives', () => {
  const COUNT = '/v1/messages/count_tokens'
  const json = { model: 'anthropic/claude-sonnet-5', messages: MESSAGES }
  const asked = () => new Promise<void>((resolve) => (provider.answer = () => resolve()))

  it('has its place among the calls of its key, and ends with the key', async () => {
    const { key, hash } = await rig.issue()
    const arrived = asked()
    const waiting = rig.call(COUNT, { json, key })
    await arrived
    expect(rig.server.house.live.ofKey(hash)).toBe(1)
    expect((await rig.call(`/api/v1/keys/${hash}`, { method: 'DELETE', key: rig.managementKey })).status).toBe(200)
    const response = await waiting
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('authentication_error')
    await provider.requests.at(-1)?.aborted
    expect(rig.server.house.live.ofKey(hash)).toBe(0)
  })

  it('ends with its client', async () => {
    const { key, hash } = await rig.issue()
    const leaving = new AbortController()
    const arrived = asked()
    const waiting = rig.call(COUNT, { json, key, signal: leaving.signal })
    await arrived
    leaving.abort()
    await expect(waiting).rejects.toThrow()
    await provider.requests.at(-1)?.aborted
    await rig.server.house.live.idle()
    expect(await spendOf(hash)).toMatchObject({ total: 0n, held: 0n })
  })
})

describe('a client that leaves before the answer', () => {
  async function leave(content: unknown): Promise<bigint> {
    const { key, hash } = await rig.issue({ limit: 10_000_000_000n })
    const leaving = new AbortController()
    provider.answer = () => leaving.abort()
    const json = { ...OPENAI, messages: [{ role: 'user', content }] }
    await expect(rig.call(CHAT, { json, key, signal: leaving.signal })).rejects.toThrow()
    await provider.requests.at(-1)?.aborted
    await rig.server.house.live.idle()
    const spend = await spendOf(hash)
    expect(spend.held).toBe(0n)
    return spend.total
  }

  it('pays for the images it sent', async () => {
    const [text, images] = [await leave('hi'), await leave([IMAGE, IMAGE])]
    // Two images of this model are up to 100,000 tokens, at 15 cents a million.
    expect(images - text).toBeGreaterThan(10_000_000n)
  })

  it('pays something for a document, whose length is not known', async () => {
    const document = { type: 'file', file: { file_id: 'file-1' } }
    expect(await leave([document])).toBeGreaterThan(1_000_000n)
  })
})
