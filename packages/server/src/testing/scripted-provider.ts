import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { Environment } from '../config/environment.ts'

/** A request that reached the provider. */
export type ProviderRequest = { headers: IncomingHttpHeaders; body: string; aborted: Promise<void> }

/** A provider that answers as one test says, however wrongly. It serves two priced models to OpenRouter's row. */
export type ScriptedProvider = {
  /** For the rig: the rows of openrouter and openai lead here, with this secret. */
  env: Environment
  secret: string
  requests: ProviderRequest[]
  /** Set by each test. The request's body has been read. */
  answer: (request: ProviderRequest, response: ServerResponse) => void
  close(): Promise<void>
}

const MODELS = ['cheap/model', 'dear/model'].map((id) => ({
  id,
  context_length: 100_000,
  pricing: { prompt: '0.000001', completion: '0.000002' },
}))

export async function startScriptedProvider(): Promise<ScriptedProvider> {
  // No known kind of key looks like this one.
  const secret = 'correct.horse.battery.staple'
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      response.setHeader('content-type', 'application/json')
      if (incoming.method === 'GET') {
        response.end(JSON.stringify({ data: MODELS }))
        return
      }
      const aborted = new Promise<void>((resolve) => {
        response.on('close', () => {
          if (!response.writableFinished) resolve()
        })
      })
      const request = { headers: incoming.headers, body: Buffer.concat(chunks).toString(), aborted }
      provider.requests.push(request)
      if (request.body.includes('"stream":true')) response.setHeader('content-type', 'text/event-stream')
      provider.answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the provider has no port')
  const row = { base_url: `http://127.0.0.1:${address.port}/v1`, allow_private: true, key: { env: 'SCRIPTED_KEY' } }
  const provider: ScriptedProvider = {
    env: {
      SCRIPTED_KEY: secret,
      KEYWAY_PROVIDERS: JSON.stringify([
        { provider: 'openrouter', ...row },
        { provider: 'openai', ...row },
      ]),
    },
    secret,
    requests: [],
    answer: (_request, response) => response.end(completion({ prompt_tokens: 5, completion_tokens: 2 })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return provider
}

/** A whole answer. @param usage anything that a provider could claim */
export function completion(usage: unknown): string {
  const message = { role: 'assistant', content: 'hi' }
  return JSON.stringify({ id: 'x', choices: [{ index: 0, message, finish_reason: 'stop' }], usage })
}
