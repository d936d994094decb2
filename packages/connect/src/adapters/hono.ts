import type { ServerConnect } from '../server/connect-server.ts'
import type { Handler } from './node-http.ts'

/** What this library needs of Hono's context: the web request. @see https://fetch.spec.whatwg.org/#request-class */
export type HonoContextLike = { req: { raw: Request } }

/** A middleware as Hono calls it: it answers, or leaves it to the next. @see https://fetch.spec.whatwg.org/#response-class */
export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<Response | undefined>

/**
 * The two routes as middleware: `app.use(honoConnect(connect))`. One begins (RFC 6749 section 4.1.1), the other takes the
 * answer (section 4.1.2). `userOf` gets Hono's context as its own.
 */
export function honoConnect<Context extends HonoContextLike>(connect: ServerConnect<Context>): HonoMiddleware<Context> {
  return honoHandler(connect.handle)
}

/**
 * Any handler as middleware or route: `app.post('/api/chat', honoHandler(createChatProxy(...)))`. What it leaves goes on.
 * @see https://fetch.spec.whatwg.org/#response-class
 */
export function honoHandler<Context extends HonoContextLike>(handler: Handler<Context>): HonoMiddleware<Context> {
  return async (context, next) => {
    const answer = await handler(context.req.raw, context)
    if (answer === undefined) await next()
    return answer
  }
}
