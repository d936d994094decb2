import { createInterface } from 'node:readline'
import type { AuthCodeRecord, GrantRecord } from '../oauth-records.ts'
import { makeKey, testClock } from '../suite/subject.ts'
import { openPostgresStore } from './open.ts'

// One of several processes that exchange the same codes at the same moment, each code several times. Started by
// store.test.ts with the database's address. It reads a code a line and says how often it was the one to get the key.

/** Exchanges of one code at once in each process. */
const AT_ONCE = 5

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

async function race(hash: string): Promise<void> {
  const code = await store.findAuthCode(hash)
  if (code === undefined) throw new Error('there is no such code')
  const won = await Promise.all(Array.from({ length: AT_ONCE }, () => redeem(code)))
  process.stdout.write(`${hash} ${won.filter(Boolean).length}\n`)
}

const running: Promise<void>[] = []
process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  running.push(race(line))
}
await Promise.all(running)
await store.close()
