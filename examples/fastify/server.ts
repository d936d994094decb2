// Fastify: node examples/fastify/server.ts, then http://localhost:3000
import process from 'node:process'
import { fastifyConnect, fastifyHandler } from '@keyway/connect/fastify'
import { createChatProxy, createServerConnect } from '@keyway/connect/server'
import { createSealedStore } from '@keyway/connect/store'
import { diskRows } from '@keyway/connect/store/disk'
import Fastify, { type FastifyRequest } from 'fastify'
import { demoUsers } from '../shared/demo-users.ts'
import { readSettings } from '../shared/settings.ts'

const settings = readSettings(process.env)
const { issuer, publicUrl, keys, models } = settings
const secrets = createSealedStore(keys, diskRows(settings.folder))
const place = (user: string) => ({ user, name: 'openrouter' })
const users = demoUsers(settings, async (user) => (await secrets.get(place(user))) !== undefined)
const { userOf } = users

const connect = createServerConnect<FastifyRequest>({
  issuer,
  publicUrl,
  keys,
  keyLabel: 'Fastify example',
  limit: '5.00',
  userOf,
  onConnected: ({ user, key }) => secrets.put(place(user), key),
})
const chat = createChatProxy<FastifyRequest>({
  issuer,
  publicUrl,
  models,
  userOf,
  keyOf: (user) => secrets.get(place(user)),
  onKeyRefused: (user) => secrets.delete(place(user)),
})

const app = Fastify()
await app.register(fastifyConnect(connect))
app.post('/api/chat', fastifyHandler(chat))
const page = fastifyHandler(users.handle)
app.get('/', page)
app.get('/page.js', page)
app.get('/api/me', page)
await app.register(async (forms) => {
  // The sign-in's form has no fields.
  forms.addContentTypeParser('application/x-www-form-urlencoded', (_request, _payload, done) => done(null))
  forms.post('/sign-in', page)
})
await app.listen({ port: settings.port, host: 'localhost' })
console.log(`Listening on ${publicUrl}`)
