import type { ServerConnect } from '../server/connect-server.ts'
import { type Handler, type NodeRequest, type NodeResponse, sendWebResponse, webRequest } from './node-http.ts'

/** A middleware as Express 4 and 5 call it: it answers the request, or passes it on. @see https://www.rfc-editor.org/rfc/rfc9110#section-6 */
export type ExpressMiddleware<Req extends NodeRequest> = (
  request: Req,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => void

/**
 * The two routes as middleware: `app.use(expressConnect(connect))`. One begins (RFC 6749 section 4.1.1), the other takes the
 * answer (section 4.1.2). `userOf` gets Express's request as its context.
 */
export function expressConnect<Req extends NodeRequest>(connect: ServerConnect<Req>): ExpressMiddleware<Req> {
  return expressHandler(connect.handle)
}

/**
 * Any handler as middleware: `app.use('/api/chat', expressHandler(createChatProxy(...)))`. What it leaves goes on; an answer
 * is sent as it comes, and a broken one is never ended cleanly (RFC 9112 section 8).
 */
export function expressHandler<Req extends NodeRequest>(handler: Handler<Req>): ExpressMiddleware<Req> {
  return (request, response, next) => {
    const answer = async () => {
      const asked = webRequest(request, response)
      const answered = asked === undefined ? undefined : await handler(asked, request)
      if (answered === undefined) next()
      else await sendWebResponse(answered, response)
    }
    answer().catch(next)
  }
}
