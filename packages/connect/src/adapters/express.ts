import type { ServerConnect } from '../server/connect-server.ts'
import { type Handler, type NodeRequest, type NodeResponse, sendWebResponse, webRequest } from './node-http.ts'

/** An Express middleware, 4 or 5. */
export type ExpressMiddleware<Req extends NodeRequest> = (
  request: Req,
  response: NodeResponse,
  next: (error?: unknown) => void,
) => void

/** The two routes as middleware: `app.use(expressConnect(connect))`. `userOf` gets Express's request as its context. */
export function expressConnect<Req extends NodeRequest>(connect: ServerConnect<Req>): ExpressMiddleware<Req> {
  return expressHandler(connect.handle)
}

/** Any handler as middleware: `app.use('/api/chat', expressHandler(createChatProxy(...)))`. What it leaves goes on. */
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
