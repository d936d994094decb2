import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findViolations } from '../invariants.ts'
import type { Store } from '../store.ts'
import { storeSuite } from '../store-suite.ts'
import { admitted, storm } from '../suite/caps.ts'
import { makeSettlement, makeWorld, NOON, proofCount } from '../suite/subject.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { makePostgresSubject } from './test-subject.ts'

let server: TestServer | undefined
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server?.stop()
})

function makeSubject() {
  if (!server) throw new Error('the PostgreSQL server of the tests did not start')
  return makePostgresSubject(server)
}

storeSuite('PostgreSQL', makeSubject)

describe('PostgreSQL shared by several processes', () => {
  async function withTwo(work: (world: Awaited<ReturnType<typeof makeWorld>>, second: Store) => Promise<void>) {
    const subject = await makeSubject()
    const world = await makeWorld(subject)
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
    const subject = await makeSubject()
    const clock = { now: () => NOON, monotonic: () => 0 }
    const stores = await Promise.all([1, 2, 3].map(() => subject.open(clock)))
    expect(new Set(stores.map((store) => store.installId)).size).toBe(1)
    await Promise.all(stores.map((store) => store.close()))
    await subject.remove()
  })
})
