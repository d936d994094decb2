import { createInterface } from 'node:readline'
import type { AuthCodeRecord, GrantRecord } from '../oauth-records.ts'
import { makeKey, testClock } from '../suite/subject.ts'
import { openPostgresStore } from './open.ts'

// One of several processes that exchange the same codes at the same moment, each code several times. Started by
// store.test.ts with the database's address. It reads a batch a line, 'code:times code:times', exchanges all of it at once,
// and says how often it was the one to get the key, in the same form.

const [, , url = ''] = process.argv
const clock = testClock()
const store = await openPostgresStore({ url, clock })

async function redeem(code: AuthCodeRecord): Promise<boolean> {
  const { workspaceId, userId, appId, flow, callbackUrl, clientId, clientName } = code
  const at = code.createdAt
  const key = makeKey({ workspaceId, userId, appId })
  const of = { keyHash: key.hash, workspaceId, userId, appId, flow, callbackUrl, clientId, clientName }
  const grant: GrantRecord = { ...of, weak: null, identity: 'withheld', createdAt: at }
  return store.redeemAuthCode(code.hash, { key, grant, at, actor: { id: userId, workspaceId } })
}

async function race(one: string): Promise<string> {
  const [hash = '', times = '0'] = one.split(':')
  const code = await store.findAuthCode(hash)
  if (code === undefined) throw new Error('there is no such code')
  const won = await Promise.all(Array.from({ length: Number(times) }, () => redeem(code)))
  return `${hash}:${won.filter(Boolean).length}`
}

process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  const raced = await Promise.all(line.split(' ').map(race))
  process.stdout.write(`${raced.join(' ')}\n`)
}
await store.close()
