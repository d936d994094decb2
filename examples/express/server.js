// Express: node examples/express/server.js, then http://localhost:3000
import process from 'node:process'
import { expressConnect, expressHandler } from '@keyway/connect/express'
import { createChatProxy, createServerConnect } from '@keyway/connect/server'
import { createSealedStore } from '@keyway/connect/store'
import { diskRows } from '@keyway/connect/store/disk'
import express from 'express'
import { demoUsers } from '../shared/demo-users.ts'
import { readSettings } from '../shared/settings.ts'

const settings = readSettings(process.env)
const { issuer, publicUrl, keys, models } = settings
const secrets = createSealedStore(keys, diskRows(settings.folder))
const place = (user) => ({ user, name: 'openrouter' })
const users = demoUsers(settings, async (user) => (await secrets.get(place(user))) !== undefined)
const { userOf } = users

const connect = createServerConnect({
  issuer,
  publicUrl,
  keys,
  keyLabel: 'Express example',
  limit: '5.00',
  userOf,
  onConnected: ({ user, key }) => secrets.put(place(user), key),
})
const chat = createChatProxy({
  issuer,
  publicUrl,
  models,
  userOf,
  keyOf: (user) => secrets.get(place(user)),
  onKeyRefused: (user) => secrets.delete(place(user)),
})

const app = express()
app.disable('x-powered-by')
app.use(expressConnect(connect))
app.post('/api/chat', expressHandler(chat))
app.use(expressHandler(users.handle))
app.listen(settings.port, 'localhost', () => console.log(`Listening on ${publicUrl}`))
