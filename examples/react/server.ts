// React before a small server of node:http: node examples/react/server.ts, then http://localhost:3000
import { createServer } from 'node:http'
import process from 'node:process'
import { nodeListener } from '@keyway/connect/node'
import { createChatProxy, createServerConnect } from '@keyway/connect/server'
import { createSealedStore } from '@keyway/connect/store'
import { diskRows } from '@keyway/connect/store/disk'
import { bundlePage } from '../shared/bundle-page.ts'
import { demoUsers } from '../shared/demo-users.ts'
import { readSettings } from '../shared/settings.ts'

const settings = readSettings(process.env)
const { issuer, publicUrl, keys, models } = settings
const secrets = createSealedStore(keys, diskRows(settings.folder))
const place = (user: string) => ({ user, name: 'openrouter' })
const users = demoUsers(settings, async (user) => (await secrets.get(place(user))) !== undefined, {
  page: new URL('index.html', import.meta.url),
  script: await bundlePage(new URL('page.js', import.meta.url)),
})

const connect = createServerConnect({
  issuer,
  publicUrl,
  keys,
  keyLabel: 'React example',
  limit: '5.00',
  userOf: users.userOf,
  onConnected: ({ user, key }) => secrets.put(place(user), key),
})
const proxy = createChatProxy({
  issuer,
  publicUrl,
  models,
  userOf: users.userOf,
  keyOf: (user) => secrets.get(place(user)),
  onKeyRefused: (user) => secrets.delete(place(user)),
})

const routes = [
  connect.handle,
  (request: Request) => (new URL(request.url).pathname === '/api/chat' ? proxy(request, undefined) : undefined),
  users.handle,
]
createServer(nodeListener(...routes)).listen(settings.port, 'localhost', () => console.log(`Listening on ${publicUrl}`))
