import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../invariants.ts'
import type { AuthCodeRecord } from '../oauth-records.ts'
import type { User, Workspace } from '../records.ts'
import type { Store } from '../store.ts'
import { storeSuite } from '../store-suite.ts'
import { admitted, storm } from '../suite/caps.ts'
import { makeSettlement, makeWorld, NOON, proofCount } from '../suite/subject.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { postgresSubjects } from './test-subject.ts'

let server: TestServer | undefined
let subjects: ReturnType<typeof postgresSubjects> | undefined
beforeAll(async () => {
  server = await startTestServer()
  subjects = postgresSubjects(server)
})
afterAll(async () => {
  await server?.stop()
})

function databases() {
  if (!subjects) throw new Error('the PostgreSQL server of the tests did not start')
  return subjects
}

function makeSubject() {
  return databases().next()
}

storeSuite('PostgreSQL', makeSubject)

/** Processes that exchange the same codes. */
const PROCESSES = 4

function makeCode(of: { hash: string; workspace: Workspace; owner: User; appId: number }): AuthCodeRecord {
  return {
    hash: of.hash,
    workspaceId: of.workspace.id,
    userId: of.owner.id,
    appId: of.appId,
    flow: 'compatible',
    callbackUrl: 'https://app.example/cb',
    clientId: null,
    clientName: null,
    challenge: 'a challenge',
    method: 'S256',
    terms: { name: 'app', limit: 5n, reset: null, expiresAt: NOON * 2, models: null, identity: 'withheld' },
    createdAt: NOON,
    expiresAt: NOON + 60_000,
    consumedAt: null,
    failures: 0,
    keyHash: null,
    deliveredAt: null,
    boundTo: null,
  }
}

/** A process of its own that exchanges the codes it is sent, each several times at once. */
async function startRacer(url: string) {
  const program = fileURLToPath(new URL('./redeem-race.ts', import.meta.url))
  const child = spawn(process.execPath, [program, url], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const seen: [hash: string, times: number, racer: number | undefined][] = []
  const ready = once(lines, 'line')
  const closed = once(child, 'close')
  await ready
  lines.on('line', (line) => {
    const [hash = '', times] = line.split(' ')
    seen.push([hash, Number(times), child.pid])
  })
  return {
    send: (hashes: readonly string[]) => child.stdin.end(hashes.join('\n')),
    results: closed.then(([code]) => {
      if (code !== 0) throw new Error(`a process ended with ${code}`)
      return seen
    }),
  }
}

describe('PostgreSQL shared by several processes', () => {
  type Shared = Awaited<ReturnType<typeof makeWorld>> & { subject: Awaited<ReturnType<typeof makeSubject>> }

  async function withTwo(work: (world: Shared, second: Store) => Promise<void>) {
    const subject = await makeSubject()
    const world = { ...(await makeWorld(subject)), subject }
    const second = await subject.open(world.clock)
    try {
      await work(world, second)
    } finally {
      await second.close()
      await world.store.close()
      await subject.remove()
    }
  }

  it('never admits more than a cap, whichever of them is asked', async () => {
    await withTwo(async (world, second) => {
      const limit = BigInt(proofCount(10_000))
      await world.store.grantCredit(world.owner.id, limit + 5n, world.actor, NOON)
      for (const store of [world.store, second]) await store.setPrepaid('on')
      const key = await world.key({ limit, reset: 'monthly' })
      let charged = 0n
      for (let wave = 0; wave < 2; wave++) charged += await storm(world, [world.store, second], key, proofCount(10_000))
      const { total, held } = await second.spendOf('key', key.hash, NOON)
      expect({ total, held }).toEqual({ total: charged, held: 0n })
      expect(total).toBeLessThanOrEqual(limit)
      const rest = { input: limit - total, output: 0n }
      expect(await second.reserve(world.hold(key, { ...rest, output: 1n }))).toMatchObject({ available: rest.input })
      admitted(await world.store.reserve(world.hold(key, rest)))
      expect(await findViolations(world.subject.query)).toEqual([])
    })
  })

  it('row 79: gives one key for one code, however many processes exchange it at the same moment', async () => {
    await withTwo(async (world) => {
      const { store, workspace, owner, actor, subject } = world
      const app = await store.upsertApp(workspace.id, 'https://app.example', null)
      const hashes = Array.from({ length: proofCount(600) }, (_, n) => `code-${n}`)
      for (const hash of hashes) await store.putAuthCode(makeCode({ hash, workspace, owner, appId: app.id }), actor)
      const processes = await Promise.all(Array.from({ length: PROCESSES }, () => startRacer(subject.url)))
      for (const { send } of processes) send(hashes)
      const won = (await Promise.all(processes.map(({ results }) => results))).flat()
      expect(won).toHaveLength(PROCESSES * hashes.length)
      const winners = new Map<string, number>()
      for (const [hash, times] of won) winners.set(hash, (winners.get(hash) ?? 0) + times)
      expect([...winners].filter(([, times]) => times !== 1)).toEqual([])
      const listed = await store.listKeys(workspace.id, { offset: 0, limit: 10_000, includeDisabled: true })
      expect(listed).toHaveLength(hashes.length)
      expect(await store.listGrants({ userId: owner.id })).toHaveLength(hashes.length)
      // More than one of them got keys: they did race.
      const lucky = new Set(won.filter(([, times]) => times > 0).map(([, , racer]) => racer))
      expect(lucky.size).toBeGreaterThan(1)
    })
  }, 600_000)

  it('settles a call once when two of them settle it at the same moment', async () => {
    await withTwo(async (world, second) => {
      const hold = world.hold(await world.key())
      await admitted(await world.store.reserve(hold)).durable
      const settlement = makeSettlement(hold)
      await Promise.all([world.store, second, world.store, second].map((store) => store.settle(settlement)))
      expect(await second.spendOf('user', hold.userId, NOON)).toMatchObject({ total: 40n, held: 0n })
    })
  })

  it('leaves alone the holds of a process that lives', async () => {
    await withTwo(async (world) => {
      const hold = world.hold(await world.key())
      await admitted(await world.store.reserve(hold)).durable
      const third = await world.subject.open(world.clock)
      expect(await third.findGeneration(hold.callId, world.workspace.id)).toBeUndefined()
      await third.close()
      expect(await world.store.spendOf('key', hold.keyHash, NOON)).toMatchObject({ held: 100n, total: 0n })
      await world.store.settle(makeSettlement(hold))
      expect(await world.store.findGeneration(hold.callId, world.workspace.id)).toMatchObject({ basis: 'reported' })
    })
  })

  it('tells the others of a change', async () => {
    await withTwo(async (world, second) => {
      const { promise, resolve } = Promise.withResolvers<unknown>()
      second.onChange(resolve)
      const { hash, mac } = await world.key()
      expect(await promise).toEqual({ kind: 'key', hash, mac })
    })
  })

  it('opens twice at once on an empty database', async () => {
    const subject = await databases().fresh()
    const clock = { now: () => NOON, monotonic: () => 0 }
    const stores = await Promise.all([1, 2, 3].map(() => subject.open(clock)))
    expect(new Set(stores.map((store) => store.installId)).size).toBe(1)
    await Promise.all(stores.map((store) => store.close()))
    await subject.remove()
  })
})
