import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventsOf, exchange } from './raw-exchange.ts'
import { type Simulation, startSimulation } from './simulation.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())

const MESSAGES = [{ role: 'user', content: 'Hello there.' }]
const USAGE = { stream_options: { include_usage: true } }

async function ask(body: object) {
  const { baseUrl, key, models } = simulation.providers.openai
  const full = { model: models[0], messages: MESSAGES, ...body }
  const answer = await exchange({ url: `${baseUrl}/chat/completions`, key, body: full })
  return { status: answer.status, text: answer.body.toString(), json: () => JSON.parse(answer.body.toString()) }
}

async function stream(body: object) {
  const answer = await ask({ ...body, stream: true })
  const events = eventsOf(Buffer.from(answer.text)).filter((event) => event !== '[DONE]')
  return { ...answer, chunks: events.map((event) => JSON.parse(event)) }
}

test('stop cuts before the sequence, and a limit after its tokens', async () => {
  const stopped = (await ask({ stop: ['No model', 'zzz'] })).json()
  expect(stopped.choices[0]).toMatchObject({
    finish_reason: 'stop',
    message: { content: '**This answer is simulated.** ' },
  })
  const limited = (await ask({ max_tokens: 2 })).json()
  expect(limited.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: '**This answer' } })
  expect(limited.usage.completion_tokens).toBe(2)
})

test('a number of words that is asked for is the number of tokens that comes, one event each', async () => {
  const messages = [{ role: 'user', content: 'Write 120 words.' }]
  const answer = await stream({ messages, ...USAGE })
  expect(answer.chunks.filter((chunk) => chunk.choices[0]?.delta.content)).toHaveLength(120)
  expect(answer.chunks.at(-1).usage.completion_tokens).toBe(120)
})

test('n answers come side by side, and all are counted', async () => {
  const whole = (await ask({ n: 3, max_tokens: 4 })).json()
  expect(whole.choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1, 2])
  expect(whole.usage.completion_tokens).toBe(12)
  const { chunks } = await stream({ n: 2 })
  expect(chunks.slice(0, 4).map((chunk) => chunk.choices[0].index)).toEqual([0, 1, 0, 1])
  expect(chunks.filter((chunk) => chunk.choices[0].finish_reason === 'stop')).toHaveLength(2)
})

test('images are counted, in words and in tokens', async () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image, image] }]
  const answer = (await ask({ messages })).json()
  expect(answer.choices[0].message.content).toContain('sent 2 images')
  expect(answer.usage.prompt_tokens).toBe(3 + 2 * 85)
})

test('log probabilities are given for every token, if asked for', async () => {
  const answer = (await ask({ logprobs: true, max_tokens: 3 })).json()
  expect(answer.choices[0].logprobs.content.map((entry: { token: string }) => entry.token)).toEqual([
    '**This',
    ' answer',
    ' is',
  ])
  expect((await stream({ logprobs: true, max_tokens: 1 })).text).toContain('"logprobs":{"content":[{"token":"**This"')
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

test('tools are called when they must be or are spoken of, and their arguments come in pieces', async () => {
  const messages = [{ role: 'user', content: 'Use get_weather, please.' }]
  const whole = (await ask({ messages, tools: TOOLS })).json().choices[0]
  expect(whole).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } })
  expect(whole.message.tool_calls).toMatchObject([
    { type: 'function', function: { name: 'get_weather', arguments: '{"city":"simulated city"}' } },
  ])
  const { chunks } = await stream({ messages, tools: TOOLS, ...USAGE })
  const deltas = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? [])
  expect(deltas[0]).toMatchObject({ index: 0, type: 'function', function: { name: 'get_weather', arguments: '' } })
  expect(deltas.length).toBe(5)
  expect(deltas.map((delta) => delta.function.arguments).join('')).toBe('{"city":"simulated city"}')
  expect(chunks.at(-1).usage.completion_tokens).toBe(5)

  expect((await ask({ tools: TOOLS })).json().choices[0].finish_reason).toBe('stop')
  expect((await ask({ tools: TOOLS, tool_choice: 'required' })).json().choices[0].finish_reason).toBe('tool_calls')
  expect((await ask({ messages, tools: TOOLS, tool_choice: 'none' })).json().choices[0].finish_reason).toBe('stop')
  const chosen = { type: 'function', function: { name: 'get_time' } }
  expect((await ask({ tools: TOOLS, tool_choice: chosen })).text).toContain('"name":"get_time"')
})

test('two tools are called at once unless that is forbidden, and their results are answered in words', async () => {
  const messages = [{ role: 'user', content: 'Use get_weather and get_time.' }]
  const called = (await ask({ messages, tools: TOOLS })).json().choices[0].message
  expect(called.tool_calls).toHaveLength(2)
  const single = await ask({ messages, tools: TOOLS, parallel_tool_calls: false })
  expect(single.json().choices[0].message.tool_calls).toHaveLength(1)
  const result = { role: 'tool', tool_call_id: called.tool_calls[0].id, content: '21 degrees' }
  const after = await ask({ messages: [...messages, called, result], tools: TOOLS })
  expect(after.json().choices[0].message.content).toContain('21 degrees')
})

test('a JSON schema is answered with JSON that fits it', async () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string' }, warm: { type: 'boolean' } },
    required: ['city', 'warm'],
  }
  const response_format = { type: 'json_schema', json_schema: { name: 'weather', strict: true, schema } }
  const answer = (await ask({ response_format })).json()
  expect(JSON.parse(answer.choices[0].message.content)).toEqual({ city: 'simulated city', warm: true })
  const object = (await ask({ response_format: { type: 'json_object' } })).json()
  expect(JSON.parse(object.choices[0].message.content)).toMatchObject({ simulated: true })
})
