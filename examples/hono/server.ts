// Hono: node examples/hono/server.ts, then http://localhost:3000. Under Bun, Deno or a worker, export `app` instead.
import { createServer } from 'node:http'
import process from 'node:process'
import { honoConnect, honoHandler } from '@keyway/connect/hono'
import { nodeListener } from '@keyway/connect/node'
import { createChatProxy, createServerConnect } from '@keyway/connect/server'
import { createSealedStore } from '@keyway/connect/store'
import { diskRows } from '@keyway/connect/store/disk'
import { type Context, Hono } from 'hono'
import { demoUsers } from '../shared/demo-users.ts'
import { readSettings } from '../shared/settings.ts'

const settings = readSettings(process.env)
const { issuer, publicUrl, keys, models } = settings
const secrets = createSealedStore(keys, diskRows(settings.folder))
const place = (user: string) => ({ user, name: 'openrouter' })
const users = demoUsers(settings, async (user) => (await secrets.get(place(user))) !== undefined)
const { userOf } = users

const connect = createServerConnect<Context>({
  issuer,
  publicUrl,
  keys,
  keyLabel: 'Hono example',
  limit: '5.00',
  userOf,
  onConnected: ({ user, key }) => secrets.put(place(user), key),
})
const chat = createChatProxy<Context>({
  issuer,
  publicUrl,
  models,
  userOf,
  keyOf: (user) => secrets.get(place(user)),
  onKeyRefused: (user) => secrets.delete(place(user)),
})

const app = new Hono()
app.use(honoConnect(connect))
app.use('/api/chat', honoHandler(chat))
app.use(honoHandler(users.handle))

createServer(nodeListener((request) => app.fetch(request))).listen(settings.port, 'localhost', () => {
  console.log(`Listening on ${publicUrl}`)
})
