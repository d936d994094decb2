import OpenAI from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { exchange } from '../raw-exchange.ts'
import { type Simulation, startSimulation } from '../simulation.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterEach(() => simulation.reset())
afterAll(() => simulation.close())

const HELLO = { input: 'Hello there.' }
const WEATHER = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
}
const SEALED = { include: ['reasoning.encrypted_content'], store: false }

type Asked = { provider?: 'openai' | 'openrouter' | 'groq'; key?: string }

async function ask(body: object, { provider = 'openai', ...of }: Asked = {}) {
  const { baseUrl, key, models } = simulation.providers[provider]
  const asked = { model: models[0], ...body }
  const answer = await exchange({ url: `${baseUrl}/responses`, key: of.key ?? key, body: asked })
  const text = answer.body.toString()
  return { status: answer.status, text, json: () => JSON.parse(text) }
}

async function stream(body: object, asked: Asked = {}) {
  const { text } = await ask({ ...body, stream: true }, asked)
  const events = text.split('\n\n').filter((block) => block.includes('data: {'))
  return { text, data: events.map((block) => JSON.parse(block.slice(block.indexOf('{')))) }
}

describe('openai refuses', () => {
  test.each([
    [{ input: [] }, "Missing required parameter: 'input'."],
    [{ ...HELLO, model: '' }, "Missing required parameter: 'model'."],
    [{ ...HELLO, messages: [] }, "Unknown parameter: 'messages'."],
    [{ ...HELLO, provider: {} }, "Unknown parameter: 'provider'."],
    [{ ...HELLO, max_output_tokens: 3 }, 'at least 16'],
    [{ ...HELLO, max_output_tokens: 20.5 }, 'at least 16'],
    [{ ...HELLO, previous_response_id: 'resp_1' }, 'not found'],
    [{ input: [{ type: 'reasoning', summary: [], encrypted_content: 'gAAAAAother' }] }, 'could not be verified'],
  ])('%j', async (body, message) => {
    const refused = await ask(body)
    expect(refused.status).toBe(400)
    expect(refused.json().error).toMatchObject({
      type: 'invalid_request_error',
      message: expect.stringContaining(message),
    })
  })

  test('a wrong key, and a model that it does not have', async () => {
    expect((await ask(HELLO, { key: 'sk-wrong' })).status).toBe(401)
    expect((await ask({ ...HELLO, model: 'claude-sonnet-5' })).status).toBe(404)
  })

  test('what was scripted, as a status and as an event', async () => {
    simulation.script('openai', { kind: 'status', status: 503 })
    expect((await ask(HELLO)).status).toBe(503)
    simulation.script('openai', { kind: 'error-mid-stream', afterEvents: 2, status: 429 })
    const { text, data } = await stream(HELLO)
    expect(data.map(({ type }) => type)).toEqual(['response.created', 'response.in_progress', 'error'])
    expect(text).toContain('event: error\n')
  })
})

describe('openai answers', () => {
  test('a response', async () => {
    const answer = (await ask({ ...HELLO, instructions: 'Be kind.', metadata: { a: 'b' } })).json()
    expect(answer).toMatchObject({
      object: 'response',
      status: 'completed',
      error: null,
      model: 'gpt-4o',
      instructions: 'Be kind.',
      metadata: { a: 'b' },
      store: true,
      output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text' }] }],
      usage: { input_tokens: 4, input_tokens_details: { cached_tokens: 0 } },
    })
    expect(answer.id).toMatch(/^resp_/u)
  })

  test('the same as events, each under its name and number, ended by the whole of it', async () => {
    const whole = (await ask(HELLO)).json()
    const { text, data } = await stream(HELLO)
    expect(data.map(({ sequence_number }) => sequence_number)).toEqual(data.map((_, index) => index))
    for (const { type } of data) expect(text).toContain(`event: ${type}\n`)
    expect(data.slice(0, 4).map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
    ])
    const deltas = data.filter(({ type }) => type === 'response.output_text.delta')
    expect(deltas.map(({ delta }) => delta).join('')).toBe(whole.output[0].content[0].text)
    expect(data.at(-1)).toMatchObject({ type: 'response.completed', response: { usage: whole.usage } })
    expect(text).not.toContain('[DONE]')
  })

  test('no more than the limit, and says that it is incomplete', async () => {
    const body = { input: 'write 90 words', max_output_tokens: 16 }
    const cut = {
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      usage: { output_tokens: 16 },
    }
    expect((await ask(body)).json()).toMatchObject(cut)
    expect((await stream(body)).data.at(-1)).toMatchObject({ type: 'response.incomplete', response: cut })
  })

  test('with calls of functions and of custom tools, and in words after their results', async () => {
    const tools = [
      WEATHER,
      { type: 'custom', name: 'run' },
      { type: 'namespace', name: 'n', tools: [{ ...WEATHER, name: 'deep' }] },
    ]
    const body = {
      input: [{ role: 'user', content: [{ type: 'input_text', text: 'get_weather, run and deep' }] }],
      tools,
    }
    const answer = (await ask(body)).json()
    expect(answer.output.map(({ type, name }: { type: string; name: string }) => [type, name])).toEqual([
      ['function_call', 'get_weather'],
      ['custom_tool_call', 'run'],
      ['function_call', 'deep'],
    ])
    const { data } = await stream(body)
    const pieces = data.filter(
      (event) => event.type === 'response.function_call_arguments.delta' && event.output_index === 0,
    )
    expect(pieces.map(({ delta }) => delta).join('')).toBe(answer.output[0].arguments)
    const result = { type: 'function_call_output', call_id: answer.output[0].call_id, output: '21 °C' }
    const next = (await ask({ ...body, input: [...body.input, ...answer.output, result] })).json()
    expect(next.output[0].content[0].text).toContain('21 °C')
  })

  test('with reasoning that it alone can read, told in short where that was asked for', async () => {
    const body = { ...HELLO, model: 'gpt-5', ...SEALED, reasoning: { summary: 'auto' } }
    const { output, usage } = (await ask(body)).json()
    expect(output[0]).toMatchObject({ type: 'reasoning', summary: [{ type: 'summary_text' }] })
    expect(usage.output_tokens_details.reasoning_tokens).toBeGreaterThan(0)
    const { data } = await stream(body)
    expect(data.some(({ type }) => type === 'response.reasoning_summary_text.delta')).toBe(true)
    const input = [{ role: 'user', content: 'a' }, ...output, { role: 'user', content: 'b' }]
    expect((await ask({ ...body, input })).status).toBe(200)
    expect((await ask({ ...SEALED, input }, { provider: 'openrouter' })).status).toBe(400)
    expect((await ask({ ...HELLO, model: 'gpt-5' })).json().output[0].encrypted_content).toBeUndefined()
  })

  test('with a search where it may, and JSON of the form that was asked for', async () => {
    const searched = (await ask({ ...HELLO, tools: [{ type: 'web_search' }] })).json()
    expect(searched.output[0]).toMatchObject({ type: 'web_search_call', status: 'completed' })
    const format = {
      type: 'json_schema',
      name: 'c',
      schema: { type: 'object', properties: { n: { type: 'integer' } } },
    }
    const { output } = (await ask({ ...HELLO, text: { format } })).json()
    expect(JSON.parse(output[0].content[0].text)).toHaveProperty('n')
  })

  test('its own client', async () => {
    const { baseUrl: baseURL, key: apiKey } = simulation.providers.openai
    const reading = new OpenAI({ baseURL, apiKey, maxRetries: 0 }).responses.stream({ model: 'gpt-4o', ...HELLO })
    expect((await reading.finalResponse()).output_text).toContain('simulated')
  })
})

describe('openrouter', () => {
  const asked = { provider: 'openrouter' } as const

  test('keeps nothing, and knows its own fields', async () => {
    expect((await ask({ ...HELLO, store: true }, asked)).status).toBe(400)
    expect((await ask({ ...HELLO, previous_response_id: 'r' }, asked)).status).toBe(400)
    const answer = (await ask({ ...HELLO, provider: {}, session_id: 's', max_output_tokens: 5 }, asked)).json()
    expect(answer).toMatchObject({ object: 'response', store: false, usage: { is_byok: false, output_tokens: 5 } })
    expect(answer.id).toMatch(/^gen-/u)
    const { cost, cost_details } = answer.usage
    const { upstream_inference_input_cost: input, upstream_inference_output_cost: output } = cost_details
    expect(cost).toBeCloseTo(input + output, 12)
  })

  test('sends comments, events without names, and [DONE]; fails with a failed response', async () => {
    const { text } = await stream(HELLO, asked)
    expect(text).toMatch(/^: OPENROUTER PROCESSING/u)
    expect(text).not.toContain('event: ')
    expect(text).toMatch(/data: \[DONE\]\n\n$/u)
    simulation.script('openrouter', { kind: 'error-first', status: 429 })
    const { data } = await stream(HELLO, asked)
    expect(data.at(-1)).toMatchObject({ type: 'response.failed', response: { error: { code: 'rate_limit_exceeded' } } })
  })
})

test('those who follow openai ignore what they do not know; others have no such path', async () => {
  expect((await ask({ ...HELLO, fancy: 1, max_output_tokens: 3 }, { provider: 'groq' })).status).toBe(200)
  const { baseUrl, key } = simulation.providers.mistral
  expect((await exchange({ url: `${baseUrl}/responses`, key, body: HELLO })).status).toBe(404)
})
