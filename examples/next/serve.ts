// Serves the route handlers without Next.js, as Next.js would call them: node examples/next/serve.ts
import { createServer } from 'node:http'
import process from 'node:process'
import { nodeListener } from '@keyway/connect/node'
import { readSettings } from '../shared/settings.ts'
import * as chat from './app/api/chat/route.ts'
import * as connect from './app/connect/[action]/route.ts'
import { users } from './lib/connect.ts'

const { port, publicUrl } = readSettings(process.env)

async function route(request: Request): Promise<Response | undefined> {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith('/connect/')) return request.method === 'POST' ? connect.POST(request) : connect.GET(request)
  if (pathname === '/api/chat') return chat.POST(request)
  return users.handle(request)
}

createServer(nodeListener(route)).listen(port, 'localhost', () => console.log(`Listening on ${publicUrl}`))
