// What the route handlers share. In your app `userOf` is your own session's.
import process from 'node:process'
import { createChatProxy, createServerConnect } from '@keyway/connect/server'
import { createSealedStore } from '@keyway/connect/store'
import { diskRows } from '@keyway/connect/store/disk'
import { demoUsers } from '../../shared/demo-users.ts'
import { readSettings } from '../../shared/settings.ts'

const settings = readSettings(process.env)
const { issuer, publicUrl, keys, models } = settings
const secrets = createSealedStore(keys, diskRows(settings.folder))
const place = (user: string) => ({ user, name: 'openrouter' })

export const users = demoUsers(settings, async (user) => (await secrets.get(place(user))) !== undefined)

export const connect = createServerConnect({
  issuer,
  publicUrl,
  keys,
  keyLabel: 'Next.js example',
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
export const chat = (request: Request): Promise<Response> => proxy(request, undefined)
