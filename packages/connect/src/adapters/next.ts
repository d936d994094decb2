import type { ServerConnect } from '../server/connect-server.ts'

type RouteHandler = (request: Request) => Promise<Response>

/**
 * The two routes as route handlers of Next.js, in `app/connect/[action]/route.ts`:
 * `export const { GET, POST } = nextConnect(connect)`. One begins (RFC 6749 section 4.1.1), the other takes the answer
 * (section 4.1.2). A chat proxy is a route handler as it is.
 */
export function nextConnect(connect: ServerConnect): { GET: RouteHandler; POST: RouteHandler } {
  const handle: RouteHandler = async (request) =>
    (await connect.handle(request, undefined)) ?? new Response(null, { status: 404 })
  return { GET: handle, POST: handle }
}
