import type { ServerConnect } from '../server/connect-server.ts'
import { type Handler, type NodeRequest, type NodeResponse, webRequest } from './node-http.ts'

/** What this library needs of Fastify 5's request. @see https://www.rfc-editor.org/rfc/rfc9110#section-6 */
export type FastifyRequestLike = { raw: NodeRequest; body: unknown }
type Reply = { raw: NodeResponse; send(payload: unknown): unknown }
type Route<Req> = (request: Req, reply: Reply) => Promise<unknown>

/** What this library needs of a Fastify 5 instance: its routes and body parsers. @see https://www.rfc-editor.org/rfc/rfc9110#section-9 */
export type FastifyLike<Req> = {
  get(path: string, route: Route<Req>): unknown
  post(path: string, route: Route<Req>): unknown
  removeAllContentTypeParsers(): unknown
  addContentTypeParser(
    type: string,
    parser: (request: Req, payload: unknown, done: (error: null) => void) => void,
  ): unknown
}

/**
 * The two routes as a plugin: `app.register(fastifyConnect(connect))`. One begins (RFC 6749 section 4.1.1), the other takes
 * the answer (section 4.1.2). `userOf` gets Fastify's request as its context.
 */
export function fastifyConnect<Req extends FastifyRequestLike>(
  connect: ServerConnect<Req>,
): (app: FastifyLike<Req>) => Promise<void> {
  const route = fastifyHandler(connect.handle)
  return async (app) => {
    // A form's own fields are not read; in this plugin alone.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.get(`${connect.path}/start`, route)
    app.post(`${connect.path}/start`, route)
    app.get(`${connect.path}/callback`, route)
  }
}

/**
 * Any handler as a route: `app.post('/api/chat', fastifyHandler(createChatProxy(...)))`. What it leaves is a 404.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.5.5
 */
export function fastifyHandler<Req extends FastifyRequestLike>(handler: Handler<Req>): Route<Req> {
  return async (request, reply) => {
    const { raw, body } = request
    const asked = webRequest(body === undefined ? raw : withBody(raw, body), reply.raw)
    const answer = asked === undefined ? undefined : await handler(asked, request)
    return reply.send(answer ?? new Response(null, { status: 404 }))
  }
}

/** Fastify has read the body within its own limit. */
function withBody(raw: NodeRequest, body: unknown): NodeRequest {
  const { method, url, headers } = raw
  return { method, url, headers, body, [Symbol.asyncIterator]: () => raw[Symbol.asyncIterator]() }
}
