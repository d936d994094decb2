import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { KeywayError } from './base/errors.ts'
import { chatOf } from './chat-of.ts'
import { choresOf, type Repeat, repeatByTimer, startChores } from './chores.ts'
import { runNamedAct } from './cli/acts/all.ts'
import { serveControl } from './cli/control-server.ts'
import { isLoopback } from './config/bind.ts'
import type { Environment } from './config/environment.ts'
import type { Config } from './config/schema.ts'
import { describeError } from './describe-error.ts'
import { loadDocuments } from './documents.ts'
import { buildHouse, type House, type HouseOptions } from './house.ts'
import { createApp } from './http/app.ts'
import { createBodyBudget } from './http/body-budget.ts'
import type { Route } from './http/route.ts'
import { loadWebApp } from './http/web.ts'
import { oauthOf } from './oauth-of.ts'
import { neededVersions } from './vault/key-check.ts'
import { VERSION } from './version.ts'
import { webApp } from './web-app.ts'
import { webFolder } from './web-folder.ts'

/** A server that answers. */
export type RunningServer = {
  /** Where people and programs reach it, without a trailing slash. */
  url: string
  house: House
  /** The table of who may call what. */
  routes: readonly Route[]
  /**
   * Not ready at once; no new connections; streams may finish until `limits.drain_ms`, the rest end with an error event;
   * everything is settled. Further calls give the same promise.
   */
  close(): Promise<void>
  /** Ends what is still streaming now. For the second signal. */
  hurry(): void
}

export type ServerOptions = {
  env: Environment
  /** How chores come round again; by the machine's timers where it is left out. */
  repeat?: Repeat
} & Partial<Pick<HouseOptions, 'clock' | 'log'>>

/** How often connections that became idle are closed while the server stops. Milliseconds. */
const SWEEP_MS = 50

/**
 * Opens the home and serves it: the API on its port, the CLI on its socket.
 * @throws whatever keeps the home from opening or the port from listening
 */
export async function startServer(config: Config, options: ServerOptions): Promise<RunningServer> {
  // Providers' keys may come from the environment, and a report is written to be sent to somebody.
  process.report.excludeEnv = true
  const address = { url: config.public_url ?? '' }
  const docsUrl = () => `${address.url}/docs/troubleshooting`
  const house = await buildHouse(config, { ...options, docsUrl, publicUrl: () => address.url })
  try {
    return await open(house, { address, docsUrl, repeat: options.repeat ?? repeatByTimer })
  } catch (error) {
    await house.close()
    throw error
  }
}

async function open(
  house: House,
  { address, docsUrl, repeat }: { address: { url: string }; docsUrl: () => string; repeat: Repeat },
): Promise<RunningServer> {
  const { config, clock, log, live, store } = house
  let state: 'ready' | 'draining' = 'ready'
  const documents = await loadDocuments(import.meta.url)
  const chat = chatOf(house, (error) => log.error(describeError(error), 'a chat’s answer met an internal error'))
  await chat.recover()
  const { fastify, routes, endConnections } = await createApp({
    clock,
    gateway: house.gateway,
    store,
    verify: house.verifier.verify,
    rateLimiter: house.rateLimiter,
    bodyBudget: createBodyBudget({ bodyBytes: config.limits.body_bytes, bodiesBytes: config.limits.bodies_bytes }),
    keys: { store, ring: house.ring, clock },
    link: house.link,
    oauth: oauthOf(house, () => address.url),
    app: webApp(house, chat, { publicUrl: () => address.url, port: () => portOf(fastify.server.address()) }),
    // Whoever installed Keyway may have left it to another.
    owner: async () => (await store.listUsers(house.workspace.id)).find(({ role }) => role === 'owner') ?? house.owner,
    providers: () => [...house.catalogue.rows().rows.values()],
    callable: house.callable,
    state: () => state,
    vaultOpens: async () => {
      const missing = (await neededVersions(store)).filter((version) => house.ring.kek.key(version) === undefined)
      if (missing.length > 0) throw new Error(`root key version ${missing.join(', ')} is missing`)
    },
    metrics: house.metrics,
    report: (error, requestId) => log.error({ request_id: requestId, ...describeError(error) }, 'internal error'),
    limits: {
      connections: config.limits.connections,
      bodyBytes: config.limits.body_bytes,
      headerBytes: config.limits.header_bytes,
      requestHeadMs: config.limits.request_head_ms,
      requestBodyMs: config.limits.request_body_ms,
      slowReaderMs: config.limits.slow_reader_ms,
      commentMs: config.limits.comment_ms,
    },
    documents,
    web: await loadWebApp(webFolder(import.meta.url)),
    docsUrl,
    publicUrl: () => address.url,
    trustedProxies: config.trusted_proxies,
    tls: await readTls(config),
    version: VERSION,
  })
  await fastify.listen({ host: config.host, port: config.port })
  address.url = config.public_url ?? localUrl(config, fastify.server.address() as AddressInfo)

  const control = await serveControl({
    home: config.home,
    run: (name, args) => runNamedAct(house.actHouse(address.url), name, args),
    report: (error) => log.error(describeError(error), 'an act of the CLI failed'),
  })
  const stopping = new AbortController()
  const { signal } = stopping
  startChores(choresOf(house, signal), { repeat, log, signal })

  let closing: Promise<void> | undefined
  async function drain(): Promise<void> {
    state = 'draining'
    stopping.abort()
    const closed = fastify.close()
    const limit = setTimeout(endStreams, config.limits.drain_ms)
    // A connection whose answer has ended would stay open for the client's next call.
    const sweep = setInterval(endConnections, SWEEP_MS, 'idle')
    await live.idle()
    // An answer of a chat is stored after its call has ended; whoever watches is let go then.
    await chat.drain()
    clearTimeout(limit)
    // Answers that have ended may still be on their way to a slow reader.
    const cut = setTimeout(endConnections, config.limits.drain_ms, 'all')
    await closed
    clearTimeout(cut)
    clearInterval(sweep)
    // Calls that had only begun when the stop came, or were cut just now.
    await live.idle()
    await control.close()
    await house.close()
  }
  function endStreams(): void {
    live.end(() => true, new KeywayError('draining', 'Keyway is stopping; the answer is incomplete.'))
  }
  return {
    url: address.url,
    house,
    routes,
    hurry: endStreams,
    close() {
      closing ??= drain()
      return closing
    },
  }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

function localUrl(config: Config, { port }: AddressInfo): string {
  const scheme = config.tls.cert === undefined ? 'http' : 'https'
  const host = isLoopback(config.host) ? 'localhost' : config.host.includes(':') ? `[${config.host}]` : config.host
  return `${scheme}://${host}:${port}`
}

async function readTls(config: Config): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  const { cert, key } = config.tls
  if (cert === undefined || key === undefined) return undefined
  return { cert: await readFile(cert), key: await readFile(key) }
}
