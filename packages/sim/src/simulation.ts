import { createServer } from 'node:http'
import { type AnswerContext, answerRequest } from './answer-request.ts'
import type { Dialect, ProviderName } from './dialect.ts'
import { DIALECTS } from './dialects/all.ts'
import { OPENROUTER_MANAGEMENT_KEY } from './dialects/openrouter-pages.ts'
import type { Fault } from './fault.ts'
import { closeServer, listen } from './listening.ts'
import { createOpenRouterAccount, type OpenRouterAccount } from './openrouter-account.ts'
import { SITE_PREFIX, type SitePage } from './openrouter-site.ts'
import { createRecorder, type Recorder } from './recorder.ts'
import { createScript, type RawReply } from './script.ts'

/** How to reach a simulated provider. */
export type ProviderAccess = { baseUrl: string; key: string; models: string[] }

/** Simulated providers, running. */
export type Simulation = Omit<Recorder, 'record'> & {
  /** The server's own address, `http://127.0.0.1:PORT`. */
  url: string
  providers: Record<ProviderName, ProviderAccess>
  openrouter: ProviderAccess & {
    managementKey: string
    /** Where its website begins: `/auth` and `/api/v1` are under it. */
    siteUrl: string
    /** Its one person, who signs in, approves, denies and revokes. */
    account: OpenRouterAccount
    /** The site's next such page goes wrong in this way. */
    spoil(page: SitePage, fault: Fault, options?: { times?: number }): void
    /** The site's next such page is answered with these bytes. */
    replyPage(page: SitePage, reply: RawReply, options?: { times?: number }): void
  }
  /** The provider's next chat completions (one, unless `times` says more) go wrong in this way. */
  script(provider: ProviderName, fault: Fault, options?: { times?: number }): void
  /** The provider's next chat completions are answered with these bytes, whatever they ask and whatever key they carry. */
  reply(provider: ProviderName, reply: RawReply, options?: { times?: number }): void
  /** How many scripted faults and replies a provider has still to give. */
  pending(provider: ProviderName): number
  /** Forgets requests, faults, replies, and the codes and keys of the simulated OpenRouter. */
  reset(): void
  /** Ends every connection and the server. Nothing is left open. */
  close(): Promise<void>
}

/** How a simulation is started. */
export type SimulationOptions = {
  /** 0 picks a free one. */
  port?: number
  /** 127.0.0.1 when not said. */
  host?: string
  /** Changes the answers' ids. */
  seed?: number
  /** Waits before a JSON answer and before each event of a stream, in milliseconds. */
  delayMs?: number
}

/** Starts the simulated providers on one port, each under its own path. */
export async function startSimulation(options: SimulationOptions = {}): Promise<Simulation> {
  const { port = 0, host = '127.0.0.1', seed = 1, delayMs = 0 } = options
  const recorder = createRecorder()
  const script = createScript()
  const account = createOpenRouterAccount()
  const sitePages = createScript<SitePage>()
  let calls = 0
  let closing = false
  const context: AnswerContext = {
    recorder,
    script,
    account,
    sitePages,
    seed,
    delayMs,
    nextNumber() {
      calls += 1
      return calls
    },
    isClosing: () => closing,
  }
  const server = createServer((request, response) => {
    answerRequest(request, response, context).catch((error: unknown) => {
      // A bug of the simulation's own: the caller sees a broken connection, the operator why.
      process.stderr.write(`simulation: ${error instanceof Error ? error.stack : String(error)}\n`)
      response.destroy()
    })
  })
  const origin = await listen(server, port, host)
  const providers = accessTable(origin)
  return {
    url: origin,
    providers,
    openrouter: {
      ...providers.openrouter,
      managementKey: OPENROUTER_MANAGEMENT_KEY,
      siteUrl: `${origin}${SITE_PREFIX}`,
      account,
      spoil: (page, fault, { times = 1 } = {}) => sitePages.add(page, { kind: 'fault', fault }, times),
      replyPage: (page, reply, { times = 1 } = {}) => sitePages.add(page, { kind: 'reply', reply }, times),
    },
    requests: recorder.requests,
    onRequest: recorder.onRequest,
    waitFor: recorder.waitFor,
    clear: recorder.clear,
    script: (provider, fault, { times = 1 } = {}) => script.add(provider, { kind: 'fault', fault }, times),
    reply: (provider, reply, { times = 1 } = {}) => script.add(provider, { kind: 'reply', reply }, times),
    pending: script.pending,
    reset() {
      recorder.clear()
      script.clear()
      sitePages.clear()
      account.reset()
    },
    close() {
      closing = true
      return closeServer(server)
    },
  }
}

function accessTable(origin: string): Record<ProviderName, ProviderAccess> {
  const access = ({ prefix, key = '', models }: Dialect): ProviderAccess => ({
    baseUrl: `${origin}${prefix}`,
    key,
    models: models.map((model) => model.id),
  })
  return {
    openai: access(DIALECTS.openai),
    anthropic: access(DIALECTS.anthropic),
    google: access(DIALECTS.google),
    groq: access(DIALECTS.groq),
    cerebras: access(DIALECTS.cerebras),
    deepinfra: access(DIALECTS.deepinfra),
    mistral: access(DIALECTS.mistral),
    xai: access(DIALECTS.xai),
    deepseek: access(DIALECTS.deepseek),
    together: access(DIALECTS.together),
    fireworks: access(DIALECTS.fireworks),
    perplexity: access(DIALECTS.perplexity),
    openrouter: access(DIALECTS.openrouter),
    ollama: access(DIALECTS.ollama),
    custom: access(DIALECTS.custom),
    sim: access(DIALECTS.sim),
  }
}
