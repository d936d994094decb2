import { OpenRouter } from '@openrouter/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Simulation, startSimulation } from './simulation.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())

test('the openai client streams from every simulated provider', async () => {
  for (const { baseUrl, key, models } of Object.values(simulation.providers)) {
    const client = new OpenAI({ baseURL: baseUrl, apiKey: key === '' ? 'none' : key, maxRetries: 0 })
    const messages = [{ role: 'user' as const, content: 'Say 12 words.' }]
    const stream = await client.chat.completions.create({ model: models[0] ?? '', messages, stream: true })
    let text = ''
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
    expect(text.split(' ')).toHaveLength(12)
  }
})

test('the openai client parses structured output, tools and errors of openai', async () => {
  const { baseUrl, key } = simulation.providers.openai
  const client = new OpenAI({ baseURL: baseUrl, apiKey: key, maxRetries: 0 })
  const runner = client.chat.completions.stream({
    model: 'gpt-5',
    messages: [{ role: 'user', content: 'Call the tool.' }],
    tools: [
      {
        type: 'function',
        function: { name: 'add', parameters: { type: 'object', properties: { a: { type: 'number' } } } },
      },
    ],
    stream_options: { include_usage: true },
  })
  const final = await runner.finalChatCompletion()
  expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: 'add', arguments: '{"a":1}' } })
  expect(final.usage?.completion_tokens).toBe(2 + 5)
  const refused = client.chat.completions.create({
    model: 'gpt-5',
    messages: [{ role: 'user', content: 'x' }],
    max_tokens: 1,
  })
  await expect(refused).rejects.toBeInstanceOf(OpenAI.BadRequestError)
  const models = await client.models.list()
  expect(models.data.length).toBeGreaterThan(5)
})

test('the OpenRouter client takes the simulated OpenRouter’s models, key and answers', async () => {
  const { baseUrl, key } = simulation.openrouter
  const client = new OpenRouter({ apiKey: key, serverURL: baseUrl })
  const models = await client.models.list()
  expect(JSON.stringify(models)).toContain('openai/gpt-5')
  const current = await client.apiKeys.getCurrentKeyMetadata()
  expect(current.data.isManagementKey).toBe(false)
  const messages = [{ role: 'user' as const, content: 'Hello.' }]
  const answer = await client.chat.send({ chatRequest: { model: 'openai/gpt-5', messages, stream: false } })
  if (!('usage' in answer)) throw new Error('a JSON answer has usage')
  expect(answer.usage?.totalTokens).toBeGreaterThan(10)
  const stream = await client.chat.send({ chatRequest: { model: 'openai/gpt-5', messages, stream: true } })
  if (!(Symbol.asyncIterator in stream)) throw new Error('a stream can be iterated')
  let usage: unknown
  for await (const chunk of stream) usage = chunk.usage ?? usage
  expect(usage).toMatchObject({ totalTokens: answer.usage?.totalTokens })
})
