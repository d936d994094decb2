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
/** Codes that all of them exchange before the next: enough that nobody waits, few enough that they do meet. */
const BATCH = 16

/** How many of the exchanges of one code one of the processes makes. */
function shareOf(times: number, place: number): number {
  return Math.floor(times / PROCESSES) + (place < times % PROCESSES ? 1 : 0)
}

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

/** A code, and how often a process is to exchange it; or how often it got the key. */
type Times = readonly [hash: string, times: number]

/** A process of its own that exchanges the codes it is sent, each several times at once. */
async function startRacer(url: string) {
  const program = fileURLToPath(new URL('./redeem-race.ts', import.meta.url))
  const child = spawn(process.execPath, [program, url], { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return {
    async race(batch: readonly Times[]): Promise<Times[]> {
      child.stdin.write(`${batch.map(([hash, times]) => `${hash}:${times}`).join(' ')}\n`)
      const { value, done } = await lines.next()
      if (done === true) throw new Error('a process ended before it answered')
      return String(value)
        .split(' ')
        .map((one): Times => [one.split(':')[0] ?? '', Number(one.split(':')[1])])
    },
    async end(): Promise<void> {
      child.stdin.end()
      const [code] = await closed
      if (code !== 0) throw new Error(`a process ended with ${code}`)
    },
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

  it('F6, row 79: gives one key for one code, however many of four processes exchange it at the same moment', async () => {
    await withTwo(async (world) => {
      const { store, workspace, owner, actor, subject } = world
      const begun = performance.now()
      const app = await store.upsertApp(workspace.id, 'https://app.example', null)
      const rounds = proofCount(10_000, 40)
      const racers = await Promise.all(Array.from({ length: PROCESSES }, () => startRacer(subject.url)))
      const lucky = new Set<number>()
      let [exchanges, winners] = [0, 0]
      for (let first = 0; first < rounds; first += BATCH) {
        const codes = Array.from({ length: Math.min(BATCH, rounds - first) }, (_, n) => {
          const round = first + n
          return { hash: `code-${round}`, round, times: 2 + (round % 49) }
        })
        for (const { hash } of codes) {
          await store.putAuthCode(makeCode({ hash, workspace, owner, appId: app.id }), actor)
        }
        const won = await Promise.all(
          racers.map(({ race }, racer) =>
            race(codes.map(({ hash, round, times }): Times => [hash, shareOf(times, (racer + round) % PROCESSES)])),
          ),
        )
        for (const { hash, times } of codes) {
          const each = won.map((ofOne) => ofOne.find(([one]) => one === hash)?.[1] ?? Number.NaN)
          expect([hash, each.reduce((sum, one) => sum + one, 0)]).toEqual([hash, 1])
          lucky.add(each.indexOf(1))
          exchanges += times
          winners += 1
        }
      }
      await Promise.all(racers.map(({ end }) => end()))
      expect(winners).toBe(rounds)
      for (const table of ['api_key', 'auth_grant']) {
        expect(await subject.query(`SELECT count(*) AS n FROM ${table}`)).toEqual([{ n: String(rounds) }])
      }
      // All of them got keys: they did race.
      expect(lucky.size).toBe(PROCESSES)
      const seconds = ((performance.now() - begun) / 1000).toFixed(1)
      const measured = `codes, ${exchanges} exchanges of 2 to 50 at once from ${PROCESSES} processes on PostgreSQL: one key each`
      console.log(`proof: F6 | ${rounds} | ${measured} | - | ${seconds}`)
    })
  }, 1_200_000)

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
