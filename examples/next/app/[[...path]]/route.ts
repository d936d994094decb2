// The example's own page and sign-in, which your app has already.
import { users } from '../../lib/connect.ts'

const handle = async (request: Request): Promise<Response> =>
  (await users.handle(request)) ?? new Response('Not found\n', { status: 404 })

export { handle as GET, handle as POST }
export const runtime = 'nodejs'
