import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ProviderName } from '../dialect.ts'
import { eventsOf, exchange } from '../raw-exchange.ts'
import { type Simulation, startSimulation } from '../simulation.ts'
import { OPENROUTER_MANAGEMENT_KEY } from './openrouter-pages.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())

const MESSAGES = [{ role: 'user', content: 'Hello there.' }]
const USAGE = { stream_options: { include_usage: true } }

async function ask(provider: ProviderName, body: object) {
  const { baseUrl, key, models } = simulation.providers[provider]
  const full = { model: models[0], messages: MESSAGES, ...body }
  const answer = await exchange({ url: `${baseUrl}/chat/completions`, key, body: full })
  return { status: answer.status, text: answer.body.toString(), json: () => JSON.parse(answer.body.toString()) }
}

async function stream(provider: ProviderName, body: object) {
  const answer = await ask(provider, { ...body, stream: true })
  const events = eventsOf(Buffer.from(answer.text)).filter((event) => event !== '[DONE]')
  return { ...answer, chunks: events.map((event) => JSON.parse(event)) }
}

test('openai gives usage in a stream only if asked, as a last chunk without choices after chunks with null', async () => {
  const silent = await stream('openai', {})
  expect(silent.text).not.toContain('"usage"')
  const asked = await stream('openai', USAGE)
  expect(asked.chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 2, total_tokens: 32 } })
  expect(asked.chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
  expect(asked.chunks.every((chunk) => chunk.choices.length <= 1)).toBe(true)
})

test.each(['gpt-5', 'o3', 'gpt-5-mini', 'o4-mini'])(
  'openai refuses max_tokens and a temperature for %s',
  async (model) => {
    const refused = await ask('openai', { model, max_tokens: 5 })
    expect(refused.status).toBe(400)
    expect(refused.json().error).toMatchObject({ code: 'unsupported_parameter', param: 'max_tokens' })
    expect(refused.text).toContain("Use 'max_completion_tokens' instead.")
    expect((await ask('openai', { model, temperature: 0 })).json().error.code).toBe('unsupported_value')
    expect((await ask('openai', { model, max_completion_tokens: 5, temperature: 1 })).status).toBe(200)
    expect((await ask('openai', { model: 'gpt-4o', max_tokens: 5, temperature: 0 })).status).toBe(200)
  },
)

test('openai refuses fields that it does not know, and stream_options without a stream', async () => {
  for (const field of ['provider', 'models', 'plugins', 'transforms']) {
    expect((await ask('openai', { [field]: [] })).json().error.message).toContain(field)
  }
  expect((await ask('openai', USAGE)).status).toBe(400)
})

test('openai counts the hidden thinking in the completion and in the limit', async () => {
  const answer = (await ask('openai', { model: 'gpt-5', max_completion_tokens: 7 })).json()
  expect(answer.usage).toMatchObject({ completion_tokens: 7, completion_tokens_details: { reasoning_tokens: 5 } })
  expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '**This answer' } })
  const starved = (await ask('openai', { model: 'gpt-5', max_completion_tokens: 3 })).json()
  expect(starved.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '' } })
})

test('openai reads whole steps of a long prompt from its cache', async () => {
  const messages = [{ role: 'user', content: 'word '.repeat(1300) }]
  const { usage } = (await ask('openai', { messages })).json()
  expect(usage).toMatchObject({ prompt_tokens: 1300, prompt_tokens_details: { cached_tokens: 1280 } })
})

const TOOLS = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
  { type: 'function', function: { name: 'get_time', parameters: { type: 'object', properties: {} } } },
]

test('anthropic takes one answer at a time and its own header, and lists models its own way', async () => {
  expect((await ask('anthropic', { n: 2 })).status).toBe(400)
  expect((await ask('anthropic', { logprobs: true, unknown_field: 1 })).status).toBe(200)
  const { baseUrl, key } = simulation.providers.anthropic
  const models = await exchange({ url: `${baseUrl}/models`, headers: { 'x-api-key': key } })
  expect(JSON.parse(models.body.toString())).toMatchObject({ has_more: false, first_id: 'claude-opus-5-5' })
})

test('google counts the thinking in the total alone, and asked-for usage grows from chunk to chunk', async () => {
  const { usage } = (await ask('google', {})).json()
  expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens + 5)
  expect((await stream('google', {})).text).not.toContain('"usage"')
  const { chunks } = await stream('google', USAGE)
  const totals = chunks.map((chunk) => chunk.usage.total_tokens)
  expect(totals).toEqual([...totals].sort((one, other) => one - other))
  expect(chunks.at(-1).usage).toEqual(usage)
  expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true)
  expect((await ask('google', { model: 'models/gemini-2.5-flash' })).status).toBe(200)
})

test('groq repeats the usage in x_groq, asked or not, and refuses what it says it refuses', async () => {
  const { chunks } = await stream('groq', {})
  expect(chunks[0].x_groq).toEqual({ id: expect.stringMatching(/^req_/u) })
  expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }], x_groq: { usage: { prompt_tokens: 2 } } })
  const asked = await stream('groq', USAGE)
  expect(asked.chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 2 } })
  for (const body of [
    { logprobs: true },
    { n: 2 },
    { logit_bias: {} },
    { messages: [{ ...MESSAGES[0], name: 'Ann' }] },
  ]) {
    expect((await ask('groq', body)).status).toBe(400)
  }
  expect((await ask('groq', { model: 'openai/gpt-oss-20b' })).json().choices[0].message.reasoning).toContain(
    'Simulated reasoning',
  )
})

test('cerebras gives usage and times on its last chunk unasked, and refuses some of OpenAI’s fields', async () => {
  const { chunks } = await stream('cerebras', {})
  expect(chunks.at(-1)).toMatchObject({
    choices: [{ finish_reason: 'stop' }],
    usage: { prompt_tokens: 2 },
    time_info: {},
  })
  expect((await ask('cerebras', { presence_penalty: 1 })).json()).toMatchObject({ type: 'invalid_request_error' })
})

test('deepinfra estimates the cost', async () => {
  expect((await ask('deepinfra', {})).json().usage.estimated_cost).toBeGreaterThan(0)
  expect((await stream('deepinfra', {})).chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 2 } })
})

test('mistral refuses unknown fields by 422 and gives usage on its last chunk unasked', async () => {
  for (const body of [{ max_completion_tokens: 5 }, { provider: {} }, { logprobs: true }]) {
    const refused = await ask('mistral', body)
    expect(refused.status).toBe(422)
    const loc = ['body', Object.keys(body)[0]]
    expect(refused.json()).toMatchObject({ object: 'error', message: { detail: [{ type: 'extra_forbidden', loc }] } })
  }
  const options = (await ask('mistral', { stream: true, ...USAGE })).json()
  expect(options.message.detail[0]).toMatchObject({ loc: ['body', 'stream_options', 'include_usage'], input: true })
  const { chunks } = await stream('mistral', { max_tokens: 3 })
  expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'length' }], usage: { completion_tokens: 3 } })
})

test('mistral sends a tool call whole, in one delta', async () => {
  const { chunks } = await stream('mistral', { tools: TOOLS, tool_choice: 'any' })
  const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
  expect(deltas).toMatchObject([{ function: { arguments: '{"city":"simulated city"}' } }])
})

test.each(['google', 'xai'] as const)('%s says finish_reason in the last chunk of a choice only', async (provider) => {
  const { chunks } = await stream(provider, {})
  const said = chunks.filter(({ choices }) => choices.some((choice: object) => 'finish_reason' in choice))
  expect(said).toHaveLength(1)
})

test('google calls a tool whole, and without an index', async () => {
  const { chunks } = await stream('google', { tools: TOOLS, tool_choice: 'required' })
  const calls = chunks.flatMap(({ choices }) =>
    choices.flatMap((choice: { delta: { tool_calls?: object[] } }) => choice.delta.tool_calls ?? []),
  )
  expect(calls).toHaveLength(1)
  expect(calls[0]).not.toHaveProperty('index')
  expect(calls[0]).toMatchObject({ type: 'function', function: { arguments: expect.any(String) } })
})

test('xai leaves the thinking out of the completion but not out of the total', async () => {
  const { usage } = (await ask('xai', {})).json()
  expect(usage.completion_tokens_details.reasoning_tokens).toBe(5)
  expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens + 5)
  expect(usage.cost_in_usd_ticks).toBe(usage.total_tokens * 10_000)
})

test('deepseek tells cache hits from misses, streams its thinking, and keeps the stream alive by a comment', async () => {
  const answer = await stream('deepseek', { model: 'deepseek-reasoner' })
  expect(answer.text.startsWith(': keep-alive\n\n')).toBe(true)
  expect(answer.chunks.map((chunk) => chunk.choices[0]?.delta.reasoning_content ?? '').join('')).toBe(
    'Simulated reasoning about 2 words.',
  )
  expect(answer.chunks.at(-1)).toMatchObject({
    choices: [{ finish_reason: 'stop' }],
    usage: { prompt_cache_miss_tokens: 2 },
  })
  const asked = await stream('deepseek', USAGE)
  expect(asked.chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_cache_hit_tokens: 0 } })
  expect(asked.chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
})

test('together ends llama’s answers by eos and lists models as a bare array', async () => {
  const { chunks } = await stream('together', {})
  expect(chunks.at(-1)).toMatchObject({ choices: [{ finish_reason: 'eos' }], usage: { prompt_tokens: 2 } })
  expect(chunks[0].usage).toBeNull()
  const { baseUrl, key } = simulation.providers.together
  const models = JSON.parse((await exchange({ url: `${baseUrl}/models`, key })).body.toString())
  expect(models[0]).toMatchObject({ type: 'chat', context_length: 131_072 })
})

test('fireworks gives usage on its last chunk unasked', async () => {
  expect((await stream('fireworks', {})).chunks.at(-1)).toMatchObject({ choices: [{}], usage: { prompt_tokens: 2 } })
})

test('perplexity cites, and its cost is an object', async () => {
  const whole = (await ask('perplexity', {})).json()
  expect(whole).toMatchObject({
    citations: ['https://example.com/simulated'],
    usage: { cost: { request_cost: 0.005 } },
  })
  expect((await stream('perplexity', {})).chunks.every((chunk) => chunk.search_results.length === 1)).toBe(true)
})

test('ollama needs no key and streams usage only if asked', async () => {
  const { baseUrl, models } = simulation.providers.ollama
  const answer = await exchange({ url: `${baseUrl}/chat/completions`, body: { model: models[0], messages: MESSAGES } })
  expect(JSON.parse(answer.body.toString())).toMatchObject({ system_fingerprint: 'fp_ollama' })
  expect((await stream('ollama', {})).text).not.toContain('"usage"')
  expect((await stream('ollama', USAGE)).chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 2 } })
})

test('openrouter comments first, names the provider, and always ends by usage with its cost', async () => {
  const answer = await stream('openrouter', { model: 'openai/gpt-5-mini', max_tokens: 8 })
  expect(answer.text.startsWith(': OPENROUTER PROCESSING\n\n')).toBe(true)
  const last = answer.chunks.at(-1)
  // 2 prompt tokens at 0.00000025 and 8 completion tokens at 0.000002 dollars.
  expect(last).toMatchObject({ choices: [], provider: 'OpenAI', usage: { cost: 0.0000165, is_byok: false } })
  for (const chunk of answer.chunks) {
    expect(chunk.id).toMatch(/^gen-\d{10}-[A-Za-z0-9]{20}$/u)
    expect('system_fingerprint' in chunk).toBe(false)
    for (const choice of chunk.choices) expect(choice).toHaveProperty('native_finish_reason')
  }
  const whole = (await ask('openrouter', { unknown_field: 1, plugins: [] })).json()
  expect(whole).toMatchObject({ provider: 'OpenAI', system_fingerprint: null, usage: { cost: expect.any(Number) } })
})

test('openrouter falls back along models, obeys max_price, and puts its errors into its envelope', async () => {
  const fallback = await ask('openrouter', { model: 'no/such', models: ['no/other', 'openai/gpt-4o'] })
  expect(fallback.json().model).toBe('openai/gpt-4o')
  const prices = (completion: number) => ({
    model: 'openai/gpt-4o',
    provider: { max_price: { prompt: '3', completion } },
  })
  expect((await ask('openrouter', prices(9))).json()).toMatchObject({
    error: { code: 404, metadata: { error_type: 'not_found' } },
  })
  expect((await ask('openrouter', prices(10))).status).toBe(200)
})

test('openrouter’s credits are for management keys, its key page for any', async () => {
  const { baseUrl, key } = simulation.openrouter
  const page = async (path: string, as: string) => exchange({ url: `${baseUrl}${path}`, key: as })
  expect((await page('/credits', key)).status).toBe(403)
  expect((await page('/credits', OPENROUTER_MANAGEMENT_KEY)).status).toBe(200)
  expect(JSON.parse((await page('/auth/key', key)).body.toString()).data.is_management_key).toBe(false)
  expect((await page('/models/openai/gpt-5/endpoints', key)).status).toBe(200)
  expect((await page('/model/openai%2Fgpt-5', key)).status).toBe(200)
  expect((await page('/model/no/such', key)).status).toBe(404)
  expect(JSON.parse((await page('/models', key)).body.toString()).data.length).toBeGreaterThanOrEqual(36)
})

test.each([
  ['deepinfra', '/../me'],
  ['xai', '/api-key'],
  ['perplexity', '/v1/async/sonar'],
  ['deepseek', '/models'],
  ['openrouter', '/key'],
  ['openai', '/models/gpt-4o'],
] as const)('%s has its page that costs nothing and needs a key: %s', async (provider, path) => {
  const { baseUrl, key } = simulation.providers[provider]
  const url = new URL(`${baseUrl}${path}`).href
  expect((await exchange({ url, key })).status).toBe(200)
  expect((await exchange({ url, key: 'wrong' })).status).toBe(provider === 'xai' ? 400 : 401)
})

test('sim’s models are troubles', async () => {
  expect((await ask('sim', { model: '429' })).status).toBe(429)
  expect((await ask('sim', { model: 'empty' })).json().choices[0].message.content).toBe('')
  expect((await stream('sim', { model: 'error-first' })).chunks).toMatchObject([{ error: {} }])
  expect((await ask('sim', { model: 'cut', stream: true })).text.endsWith('\n\n')).toBe(false)
  expect((await ask('sim', { model: 'chat:503' })).status).toBe(503)
  expect((await ask('sim', { model: 'chat:no-such-fault' })).status).toBe(404)
  expect((await ask('sim', { model: 'chat:constructor' })).status).toBe(404)
  expect((await ask('sim', { model: 'echo' })).json().choices[0].message.content).toBe('Hello there.')
})
