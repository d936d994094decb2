import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from './random.ts'

/** How a provider answers everything: as it should, or not at all. */
export type Mood = 'well' | 'status-503' | 'status-500' | 'reset'

/**
 * A provider that keeps `max_tokens` and whose usage is random below it, which is what a cap can rely on and no more. It
 * speaks OpenAI's chat completions, takes any key, and can fall ill.
 */
export type HonestProvider = {
  baseUrl: string
  mood: Mood
  /** Requests that arrived so far. */
  requests: number
  close(): Promise<void>
}

/** Output of a request that names no limit: the model's own. */
const OUTPUT_TOKENS_MAX = 16_384

export async function startHonestProvider(random: Random): Promise<HonestProvider> {
  const server = createServer((request, response) => {
    provider.requests++
    if (provider.mood === 'reset') request.socket.destroy()
    else void answer(request, response, { mood: provider.mood, random })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const provider: HonestProvider = {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    mood: 'well',
    requests: 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return provider
}

/** The environment of a rig whose only provider this is, under OpenAI's name and prices. */
export function onlyProvider({ baseUrl }: { baseUrl: string }): Record<string, string> {
  const provider = { provider: 'openai', base_url: baseUrl, key: { env: 'PROOF_KEY' }, allow_private: true }
  return {
    PROOF_KEY: 'sk-proof-not-a-real-key-000000000000',
    KEYWAY_PROVIDERS: JSON.stringify([provider]),
    KEYWAY_CATALOGUE__REFRESH: 'false',
  }
}

type Asked = { max_tokens?: number; max_completion_tokens?: number; stream?: boolean; messages: { content: string }[] }

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { mood, random }: { mood: Mood; random: Random },
): Promise<void> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  if (mood !== 'well') {
    response.writeHead(Number(mood.slice('status-'.length)), { 'content-type': 'application/json' })
    response.end('{"error":{"message":"The provider is ill.","type":"server_error"}}')
    return
  }
  const asked: Asked = JSON.parse(Buffer.concat(pieces).toString('utf8'))
  const limit = asked.max_completion_tokens ?? asked.max_tokens ?? OUTPUT_TOKENS_MAX
  // No tokenizer makes fewer tokens of a text than it has words.
  const words = asked.messages.reduce((sum, message) => sum + message.content.split(' ').length, 0)
  const usage = { prompt_tokens: random.integer(1, words), completion_tokens: random.integer(0, limit) }
  const whole = { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens }
  const common = { id: 'chatcmpl-proof', created: 1_767_225_600, model: 'gpt-4o-mini' }
  if (asked.stream !== true) {
    const message = { role: 'assistant', content: 'Honest.' }
    const choices = [{ index: 0, message, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ...common, object: 'chat.completion', choices, usage: whole }))
    return
  }
  const chunk = (rest: object) => `data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', ...rest })}\n\n`
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk({ choices: [{ index: 0, delta: { content: 'Honest.' }, finish_reason: null }] }))
  response.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }))
  response.end(`${chunk({ choices: [], usage: whole })}data: [DONE]\n\n`)
}
