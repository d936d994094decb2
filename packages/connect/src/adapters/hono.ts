import type { ServerConnect } from '../server/connect-server.ts'
import type { Handler } from './node-http.ts'

/** What this library needs of Hono's context. */
export type HonoContextLike = { req: { raw: Request } }

/** A Hono middleware. */
export type HonoMiddleware<Context> = (context: Context, next: () => Promise<void>) => Promise<Response | undefined>

/** The two routes as middleware: `app.use(honoConnect(connect))`. `userOf` gets Hono's context as its own. */
export function honoConnect<Context extends HonoContextLike>(connect: ServerConnect<Context>): HonoMiddleware<Context> {
  return honoHandler(connect.handle)
}

/** Any handler as middleware or route: `app.post('/api/chat', honoHandler(createChatProxy(...)))`. */
export function honoHandler<Context extends HonoContextLike>(handler: Handler<Context>): HonoMiddleware<Context> {
  return async (context, next) => {
    const answer = await handler(context.req.raw, context)
    if (answer === undefined) await next()
    return answer
  }
}
