// Serves the route handlers without Next.js, as Next.js would call them: node examples/next/serve.ts
import { createServer } from 'node:http'
import process from 'node:process'
import { nodeListener } from '@keyway/connect/node'
import { readSettings } from '../shared/settings.ts'
import * as pages from './app/[[...path]]/route.ts'
import * as chat from './app/api/chat/route.ts'
import * as connect from './app/connect/[action]/route.ts'

const { port, publicUrl } = readSettings(process.env)

function route(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/api/chat') return chat.POST(request)
  const { GET, POST } = pathname.startsWith('/connect/') ? connect : pages
  return request.method === 'POST' ? POST(request) : GET(request)
}

createServer(nodeListener(route)).listen(port, 'localhost', () => console.log(`Listening on ${publicUrl}`))
