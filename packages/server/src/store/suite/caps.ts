import { describe, expect, it } from 'vitest'
import { findViolations } from '../invariants.ts'
import type { Admitted, HoldRequest, KeyRecord, Refused } from '../records.ts'
import type { Store } from '../store.ts'
import { makeKey, makeSettlement, NOON, proofCount, type World } from './subject.ts'

const DAY = 86_400_000

function admitted(answer: Admitted | Refused): Admitted {
  if (!answer.admitted) throw new Error(`refused by the cap of the ${answer.scope}`)
  return answer
}

async function spend(world: World, key: KeyRecord, fields: Partial<HoldRequest>): Promise<void> {
  const hold = world.hold(key, fields)
  await admitted(await world.store.reserve(hold)).durable
  await world.store.settle(makeSettlement(hold, { amount: hold.input + hold.output }))
}

async function setBudget(world: World, limit: bigint, reset: string | null): Promise<void> {
  const value = reset === null ? 'NULL' : `'${reset}'`
  await world.subject.query(
    `UPDATE workspace SET budget_limit = ${limit}, budget_reset = ${value} WHERE id = '${world.workspace.id}' RETURNING id`,
  )
}

/** Parallel calls of random size against nested caps, some settled and some released while others are being admitted. */
async function storm(world: World, stores: readonly Store[], key: KeyRecord, calls: number): Promise<bigint> {
  let charged = 0n
  const one = async (index: number) => {
    const store = stores[index % stores.length]
    if (!store) throw new Error('no store')
    const hold = world.hold(key, { input: BigInt(1 + (index % 7)), output: BigInt(index % 13) })
    const answer = await store.reserve(hold)
    if (!answer.admitted) return
    await answer.durable
    if (index % 5 === 0) return store.release(hold.callId)
    const amount = index % 3 === 0 ? hold.input + hold.output : hold.input
    charged += amount
    await store.settle(makeSettlement(hold, { amount }))
  }
  await Promise.all(Array.from({ length: calls }, (_, index) => one(index)))
  return charged
}

export { admitted, setBudget, spend, storm }

/** Law 3: a cap is checked and held in one act, and nothing is spent beyond it. */
export function capsSuite(world: () => World): void {
  describe('refuses', () => {
    it('a call over the cap of its key, and says what is left', async () => {
      const w = world()
      const key = await w.key({ limit: 150n })
      admitted(await w.store.reserve(w.hold(key)))
      const refused = { admitted: false, scope: 'key', limit: 150n, available: 50n, resetsAt: null }
      expect(await w.store.reserve(w.hold(key))).toEqual(refused)
    })

    it('a call over the credit of its user, where credit is prepaid', async () => {
      const w = world()
      const key = await w.key()
      await w.store.setPrepaid('on')
      expect(await w.store.reserve(w.hold(key))).toMatchObject({ scope: 'user', limit: 0n, available: 0n })
      await w.store.grantCredit(w.owner.id, 150n, w.actor, NOON)
      admitted(await w.store.reserve(w.hold(key)))
      expect(await w.store.reserve(w.hold(key))).toMatchObject({ scope: 'user', limit: 150n, available: 50n })
      await w.store.setPrepaid('off')
      admitted(await w.store.reserve(w.hold(key)))
    })

    it('a call over the budget of its workspace', async () => {
      const w = world()
      await setBudget(w, 150n, 'monthly')
      const [one, two] = [await w.key(), await w.key()]
      admitted(await w.store.reserve(w.hold(one)))
      const february = Date.UTC(2026, 1, 1)
      const refused = { admitted: false, scope: 'workspace', limit: 150n, available: 50n, resetsAt: february }
      expect(await w.store.reserve(w.hold(two))).toEqual(refused)
    })

    it('by the first cap in the order key, user, workspace', async () => {
      const w = world()
      await setBudget(w, 0n, null)
      await w.store.setPrepaid('on')
      const [capped, free] = [await w.key({ limit: 0n }), await w.key()]
      expect(await w.store.reserve(w.hold(capped))).toMatchObject({ scope: 'key' })
      expect(await w.store.reserve(w.hold(free))).toMatchObject({ scope: 'user' })
      await w.store.grantCredit(w.owner.id, 1_000n, w.actor, NOON)
      expect(await w.store.reserve(w.hold(free))).toMatchObject({ scope: 'workspace' })
    })

    it('a second hold for a call that is held, by throwing', async () => {
      const w = world()
      const hold = w.hold(await w.key())
      await admitted(await w.store.reserve(hold)).durable
      await expect(w.store.reserve(hold)).rejects.toThrow(hold.callId)
    })

    it('a second hold for a call that was settled, before any answer may be sent', async () => {
      const w = world()
      const hold = w.hold(await w.key({ limit: 1_000n }))
      await admitted(await w.store.reserve(hold)).durable
      await w.store.settle(makeSettlement(hold))
      const again = async () => admitted(await w.store.reserve(hold)).durable
      await expect(again()).rejects.toThrow(hold.callId)
      expect((await w.store.spendOf('key', hold.keyHash, NOON)).held).toBe(0n)
    })

    it('a hold of an unknown key, of another user than the key\u2019s, or of a negative amount', async () => {
      const w = world()
      const key = await w.key()
      const stranger = makeKey({ workspaceId: w.workspace.id, userId: w.owner.id })
      await expect(w.store.reserve(w.hold(stranger))).rejects.toMatchObject({ code: 'key_unknown' })
      await expect(w.store.reserve(w.hold(key, { userId: 'user_x' }))).rejects.toMatchObject({
        code: 'invalid_request',
      })
      await expect(w.store.reserve(w.hold(key, { output: -1n }))).rejects.toMatchObject({ code: 'invalid_request' })
    })
  })

  describe('admits', () => {
    it('what fits to the last nano-dollar, and then nothing', async () => {
      const w = world()
      const key = await w.key({ limit: 200n })
      admitted(await w.store.reserve(w.hold(key)))
      admitted(await w.store.reserve(w.hold(key)))
      expect(await w.store.reserve(w.hold(key, { input: 1n, output: 0n }))).toMatchObject({ available: 0n })
      admitted(await w.store.reserve(w.hold(key, { input: 0n, output: 0n })))
    })

    it('again what a release or a cheaper settlement gave back', async () => {
      const w = world()
      const key = await w.key({ limit: 100n })
      const [first, second] = [w.hold(key), w.hold(key)]
      await admitted(await w.store.reserve(first)).durable
      await w.store.release(first.callId)
      await admitted(await w.store.reserve(second)).durable
      await w.store.settle(makeSettlement(second, { amount: 30n }))
      expect(await w.store.reserve(w.hold(key))).toMatchObject({ admitted: false, available: 70n })
      admitted(await w.store.reserve(w.hold(key, { input: 70n, output: 0n })))
    })

    it('under a raised cap at once, and no more under a lowered one', async () => {
      const w = world()
      const key = await w.key({ limit: 100n })
      admitted(await w.store.reserve(w.hold(key)))
      await w.store.updateKey(key.hash, { limit: 200n }, w.actor, NOON)
      admitted(await w.store.reserve(w.hold(key)))
      await w.store.updateKey(key.hash, { limit: 10n }, w.actor, NOON)
      expect(await w.store.reserve(w.hold(key))).toMatchObject({ limit: 10n, available: 0n })
      await w.store.updateKey(key.hash, { limit: null }, w.actor, NOON)
      admitted(await w.store.reserve(w.hold(key)))
    })

    it('under a cap set while calls were open, counting those calls', async () => {
      const w = world()
      const key = await w.key()
      const hold = w.hold(key)
      await admitted(await w.store.reserve(hold)).durable
      await w.store.updateKey(key.hash, { limit: 150n, reset: 'daily' }, w.actor, NOON)
      expect(await w.store.reserve(w.hold(key))).toMatchObject({ available: 50n })
      await w.store.settle(makeSettlement(hold, { amount: 20n }))
      admitted(await w.store.reserve(w.hold(key)))
    })
  })

  describe('never spends more than a cap', () => {
    it('with parallel calls under three nested caps', async () => {
      const w = world()
      const limit = BigInt(proofCount(10_000)) * 2n
      await setBudget(w, limit + 60n, 'monthly')
      await w.store.setPrepaid('on')
      await w.store.grantCredit(w.owner.id, limit + 30n, w.actor, NOON)
      const key = await w.key({ limit, reset: 'daily' })
      let charged = 0n
      for (let wave = 0; wave < 3; wave++) charged += await storm(w, [w.store], key, proofCount(10_000))
      const { total, held } = await w.store.spendOf('key', key.hash, NOON)
      expect({ total, held }).toEqual({ total: charged, held: 0n })
      expect(total).toBeLessThanOrEqual(limit)
      const rest = { input: limit - total, output: 0n }
      expect(await w.store.reserve(w.hold(key, { ...rest, output: 1n }))).toMatchObject({ available: rest.input })
      admitted(await w.store.reserve(w.hold(key, rest)))
      expect(await findViolations(w.subject.query)).toEqual([])
    })

    it('by rotating the key', async () => {
      const w = world()
      const key = await w.key({ limit: 100n })
      await spend(w, key, {})
      const next = makeKey({ workspaceId: w.workspace.id, userId: w.owner.id, limit: 100n })
      await w.store.rotateKey(key.hash, next, NOON + DAY, w.actor)
      expect(await w.store.reserve(w.hold(next))).toMatchObject({ scope: 'key', available: 0n })
    })
  })

  describe('counts a charge in the window of its hold', () => {
    const windows = [
      { reset: 'daily', last: Date.UTC(2026, 0, 31, 23, 59, 59, 999), next: Date.UTC(2026, 1, 1) },
      { reset: 'weekly', last: Date.UTC(2026, 0, 18, 23, 59, 59, 999), next: Date.UTC(2026, 0, 19) },
      { reset: 'monthly', last: Date.UTC(2026, 0, 31, 23, 59, 59, 999), next: Date.UTC(2026, 1, 1) },
      { reset: 'monthly', last: Date.UTC(2028, 1, 29, 23, 59, 59, 999), next: Date.UTC(2028, 2, 1) },
      { reset: 'daily', last: Date.UTC(2028, 1, 28, 23, 59, 59, 999), next: Date.UTC(2028, 1, 29) },
    ] as const
    for (const { reset, last, next } of windows) {
      it(`${reset}, which begins anew at ${new Date(next).toISOString()}`, async () => {
        const w = world()
        const key = await w.key({ limit: 100n, reset })
        await spend(w, key, { at: last })
        expect(await w.store.reserve(w.hold(key, { at: last }))).toMatchObject({ available: 0n, resetsAt: next })
        admitted(await w.store.reserve(w.hold(key, { at: next })))
      })
    }

    it('also when it is settled in the next one', async () => {
      const w = world()
      const key = await w.key({ limit: 100n, reset: 'daily' })
      const hold = w.hold(key)
      await admitted(await w.store.reserve(hold)).durable
      w.clock.time += DAY
      await w.store.settle(makeSettlement(hold, { amount: 100n }))
      expect(await w.store.reserve(w.hold(key, { at: NOON }))).toMatchObject({ available: 0n })
      expect(await w.store.spendOf('key', key.hash, NOON)).toMatchObject({ day: 100n, month: 100n })
      expect(await w.store.spendOf('key', key.hash, w.clock.time)).toMatchObject({ day: 0n, total: 100n })
      admitted(await w.store.reserve(w.hold(key, { at: w.clock.time })))
    })

    it('also when the clock jumps ahead and back', async () => {
      const w = world()
      const key = await w.key({ limit: 100n, reset: 'weekly' })
      await spend(w, key, {})
      await spend(w, key, { at: NOON + 400 * DAY })
      await spend(w, key, { at: NOON - 400 * DAY })
      for (const at of [NOON, NOON + 400 * DAY, NOON - 400 * DAY]) {
        expect(await w.store.reserve(w.hold(key, { at }))).toMatchObject({ admitted: false, available: 0n })
      }
      for (let week = 1; week < 12; week++) await spend(w, key, { at: NOON + week * 7 * DAY })
      expect(await w.store.reserve(w.hold(key))).toMatchObject({ admitted: false, available: 0n })
    })
  })
}
