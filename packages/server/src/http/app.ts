import { randomUUID } from 'node:crypto'
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { KeywayError } from '../base/errors.ts'
import { CLIENT_GONE } from '../gateway/call.ts'
import { observeRefusal } from '../gateway/refused.ts'
import {
  type Caller,
  refuseBrowser,
  requireAddress,
  requireInference,
  requireManagement,
  requireOwnKey,
  requireScope,
} from '../keys/caller.ts'
import { checkTarget, readHead } from './access.ts'
import { accountRoutes } from './account.ts'
import { authorizeApp, findSession } from './app/app-access.ts'
import { appRoutes } from './app/routes.ts'
import { authRoutes } from './auth.ts'
import { authKeyRoutes } from './auth-keys.ts'
import { requireProof } from './bound-key.ts'
import { catalogueRoutes } from './catalogue.ts'
import { chatHistoryRoutes } from './chat-history.ts'
import { connectRoutes } from './connect.ts'
import { API_PREFIXES, CORS_HEADERS, isOpenToPages, preflight } from './cors.ts'
import type { Edge } from './edge.ts'
import { asKeywayError, refuseHead, sendFailure } from './failure.ts'
import { keyRoutes } from './keys.ts'
import { llmRoutes } from './llm.ts'
import { createRefusalNotes } from './note-refusal.ts'
import { oauthRoutes } from './oauth.ts'
import { operateRoutes } from './operate.ts'
import { pageRoutes } from './pages.ts'
import { rankingRoutes } from './rankings.ts'
import type { Route } from './route.ts'
import { ssoCallbackRoutes } from './sso.ts'
import { answersFromWeb } from './web.ts'

/** A connection may stay idle this long between requests: longer than a load balancer's 60 s, so that it closes first. */
const KEEP_ALIVE_MS = 65_000

/**
 * What may wait in a connection for a client that does not read, before its own upstream is paused. An event in that queue
 * costs three times its bytes, so Node's usual 64 KiB would be 200 for every slow reader. Whoever reads never notices.
 */
const WAITING_BYTES = 4_096

/** When to come back while this process stops: by then another one answers. */
const DRAIN_RETRY_MS = 5_000

export type App = {
  fastify: FastifyInstance
  routes: readonly Route[]
  /** Ends connections: all, or those on which no answer is being given. */
  endConnections(which: 'all' | 'idle'): void
}

/** The HTTP server, not yet listening, with the table of its routes. */
export async function createApp(edge: Edge): Promise<App> {
  const options = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: edge.limits.requestHeadMs,
    requestTimeout: edge.limits.requestBodyMs,
    maxHeaderSize: edge.limits.headerBytes,
    // Without it a request head that grows slowly is only looked at every 30 s.
    connectionsCheckingInterval: 1_000,
    highWaterMark: WAITING_BYTES,
    // Node would refuse a request without it in words that no client of ours reads; the hook below refuses it as well.
    requireHostHeader: false,
  }
  // localhost is two addresses, and each has its server.
  const servers: (HttpServer | HttpsServer)[] = []
  // Opened in advance by browsers and clients, without a request so far. Node does not count them as idle.
  const unused = new Set<Socket>()
  const fastify = Fastify({
    bodyLimit: edge.limits.bodyBytes,
    // The log has one line a call, written where the call ends; Fastify's own would add two that say less.
    logger: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    // Behind a proxy every request would otherwise come from one address, and be throttled as one.
    trustProxy: edge.trustedProxies.length > 0 ? [...edge.trustedProxies] : false,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
    serverFactory: (handler) => {
      const server =
        edge.tls === undefined
          ? createHttpServer(options, handler)
          : createHttpsServer({ ...options, ...edge.tls, handshakeTimeout: edge.limits.requestHeadMs }, handler)
      // Node closes what is beyond it before a byte is read.
      server.maxConnections = edge.limits.connections
      servers.push(server)
      server.on(edge.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
        unused.add(socket)
        socket.once('close', () => unused.delete(socket))
      })
      return server
    },
    frameworkErrors: (error, request, reply) => sendFailure(asKeywayError(error), request, reply, edge.docsUrl()),
    clientErrorHandler: (error, socket) => refuseHead(error, socket, edge.docsUrl()),
    forceCloseConnections: 'idle',
    // The refusal of a server that stops is ours, in the envelope.
    return503OnClosing: false,
  })
  const routes: Route[] = []
  const noteRefusal = createRefusalNotes(edge)
  fastify.decorateRequest('caller', undefined)
  fastify.decorateRequest('head', undefined)
  fastify.decorateRequest('signedIn', undefined)
  fastify.decorateRequest('relayed', false)
  fastify.removeAllContentTypeParsers()
  // Bytes, not values: what passes through keeps its spelling, and the few routes of ours parse for themselves.
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

  fastify.addHook('onRoute', (route) => {
    const level = route.config?.access
    if (level === undefined) throw new Error(`route ${String(route.method)} ${route.url} does not say who may call it`)
    for (const method of [route.method].flat()) routes.push({ method, url: route.url, access: level })
  })
  fastify.addHook('onRequest', (request, reply, done) => {
    unused.delete(request.raw.socket)
    // No promise where none is needed: a key that is in the cache is verified in this very turn.
    let waiting: Promise<void> | undefined
    try {
      waiting = authorize(request, reply, edge)
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
      return
    }
    if (waiting) waiting.then(() => done(), done)
    // Here, before a body is read: anybody may ask for what is not there.
    else if (request.is404) answerElsewhere(request, reply)
    else done()
  })
  fastify.setErrorHandler((thrown, request, reply) => {
    // A client that left while it was sending is no error of ours, and cannot be told of one.
    if (request.raw.socket.destroyed && !request.relayed) return
    const error = asKeywayError(thrown)
    // A client that left while its call was going on is no error of ours either; it stands in the call's own line.
    if (error.code === 'internal' && error.cause !== CLIENT_GONE) edge.report(error.cause ?? error, request.id)
    if (request.routeOptions.config.access === 'inference' && !request.relayed) observe(error, request, edge)
    const send = () => sendFailure(error, request, reply, edge.docsUrl())
    const noting = noteRefusal(error, request)
    if (noting === undefined) send()
    else
      return noting.then(send, (failed: unknown) => {
        edge.report(failed, request.id)
        send()
      })
  })
  fastify.setNotFoundHandler(answerElsewhere)
  /** Where no route is, there is something of the web app, or nothing. */
  function answerElsewhere(request: FastifyRequest, reply: FastifyReply): void {
    if (!answersFromWeb(request, reply, edge)) answerUnrouted(request, reply, { routes, docsUrl: edge.docsUrl() })
  }

  for (const prefix of API_PREFIXES) {
    llmRoutes(fastify, edge, prefix)
    catalogueRoutes(fastify, edge, prefix)
    keyRoutes(fastify, edge, prefix)
    accountRoutes(fastify, edge, prefix)
    chatHistoryRoutes(fastify, edge, prefix)
    authKeyRoutes(fastify, edge, prefix)
  }
  rankingRoutes(fastify, edge)
  appRoutes(fastify, edge)
  authRoutes(fastify, edge)
  oauthRoutes(fastify, edge)
  connectRoutes(fastify, edge, (request) => findSession(request, edge))
  ssoCallbackRoutes(fastify, edge, (request) => findSession(request, edge))
  operateRoutes(fastify, edge, routes)
  pageRoutes(fastify, edge)
  await fastify.ready()
  return {
    fastify,
    routes,
    endConnections: (which) => {
      for (const server of servers) {
        if (which === 'all') server.closeAllConnections()
        else server.closeIdleConnections()
      }
      for (const socket of unused) socket.destroy()
    },
  }
}

function authorize(request: FastifyRequest, reply: FastifyReply, edge: Edge): Promise<void> | undefined {
  checkTarget(request.raw.url ?? '')
  const head = readHead(request.raw.rawHeaders)
  request.head = head
  const level = request.routeOptions.config.access ?? 'open'
  if (head.origin !== undefined && isOpenToPages(request.url)) reply.headers(CORS_HEADERS)
  if (level === 'open') return undefined
  if (edge.state() === 'draining') {
    throw new KeywayError('draining', 'Keyway is stopping and takes no more calls.', { retryAfterMs: DRAIN_RETRY_MS })
  }
  if (request.headers['content-encoding'] !== undefined) {
    throw new KeywayError('content_type_unsupported', 'The body has a Content-Encoding; it must be plain.')
  }
  if (level === 'navigation') return undefined
  if (level === 'page' || level === 'session') return authorizeApp(request, reply, edge, head)
  if (head.token === undefined) throw new KeywayError('key_missing', 'Missing Authentication header')
  const verified = edge.verify(head.token)
  return verified instanceof Promise
    ? verified.then((caller) => admitProved(request, caller, edge))
    : admitProved(request, verified, edge)
}

/** An ordinary key, sent as such, pays nothing for those that are bound. */
function admitProved(request: FastifyRequest, caller: Caller, edge: Edge): Promise<void> | undefined {
  if (caller.key.boundTo !== null || request.head?.scheme === 'dpop') {
    return requireProof(request, caller, edge).then(() => admit(request, caller, edge))
  }
  admit(request, caller, edge)
  return undefined
}

function admit(request: FastifyRequest, caller: Caller, edge: Edge): void {
  const level = request.routeOptions.config.access
  request.caller = caller
  requireAddress(caller, () => request.ip)
  refuseBrowser(caller, request.head?.origin, `${edge.publicUrl()}/docs/proxy-guide`)
  if (level === 'key' || level === 'chat') requireOwnKey(caller)
  if (level === 'chat') requireScope(caller, 'chat')
  if (level === 'management') requireManagement(caller)
  if (level === 'inference') requireInference(caller)
}

/** A call that did not get as far as the gateway has its line in the log as well. */
function observe(error: KeywayError, request: FastifyRequest, edge: Edge): void {
  const call = { requestId: request.id, at: edge.clock.now(), keyHash: request.caller?.key.hash ?? null }
  observeRefusal({ ...call, id: '', latencyMs: 0, streamed: false, model: '', provider: '' }, error, edge.gateway)
}

/** A preflight, a wrong method (405, naming the right ones), or nothing there (404, in JSON under the API). */
function answerUnrouted(
  request: FastifyRequest,
  reply: FastifyReply,
  { routes, docsUrl }: { routes: readonly Route[]; docsUrl: string },
): void {
  const path = request.url.split('?')[0] ?? ''
  const methods = [...new Set(routes.filter((route) => matches(route.url, path)).map((route) => route.method))]
  if (request.method === 'OPTIONS' && isOpenToPages(path) && methods.length > 0) {
    reply
      .code(204)
      .headers(preflight(methods.join(', '), request.headers['access-control-request-headers']))
      .send()
    return
  }
  if (methods.length > 0) {
    reply.header('allow', methods.join(', '))
    const error = new KeywayError(
      'method_not_allowed',
      `${request.method} is not allowed here; use ${methods.join(' or ')}.`,
    )
    sendFailure(error, request, reply, docsUrl)
    return
  }
  sendFailure(new KeywayError('not_found', `There is nothing at ${path.slice(0, 200)}.`), request, reply, docsUrl)
}

/** '/keys/:hash' matches '/keys/ab'; a last '*' matches the rest. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/')
  const given = path.replace(/\/$/, '').split('/')
  for (const [i, part] of wanted.entries()) {
    if (part === '*') return given.length > i
    if (given[i] === undefined || (!part.startsWith(':') && part !== given[i])) return false
  }
  return given.length === wanted.length
}
