import { expect, it } from 'vitest'
import { findViolations } from '../invariants.ts'
import type { GenerationRecord, Settlement } from '../records.ts'
import { admitted } from './caps.ts'
import { DRAFT, makeSettlement, NOON, type World } from './subject.ts'

function recorded(settlement: Settlement, settledAt: number): GenerationRecord {
  return { ...settlement, explanation: null, settledAt }
}

/** One call from hold to charge: law 2. */
export function callsSuite(world: () => World): void {
  it('refuses to settle what was never held', async () => {
    const w = world()
    await expect(w.store.settle(makeSettlement(w.hold(await w.key())))).rejects.toMatchObject({ code: 'not_found' })
  })

  it('leaves a hold as it was when its settlement cannot be written', async () => {
    const w = world()
    const key = await w.key({ limit: 150n })
    const hold = w.hold(key)
    await admitted(await w.store.reserve(hold)).durable
    await expect(w.store.settle(makeSettlement(hold, { amount: -1n }))).rejects.toThrow(/check/i)
    expect(await w.store.reserve(w.hold(key))).toMatchObject({ admitted: false, available: 50n })
    await w.store.settle(makeSettlement(hold, { amount: 30n }))
    expect(await w.store.reserve(w.hold(key, { input: 121n, output: 0n }))).toMatchObject({ available: 120n })
    expect(await w.store.spendOf('key', key.hash, NOON)).toMatchObject({ total: 30n, held: 0n })
  })

  it('refuses to change or delete a charge, an audit row or a credit', async () => {
    const w = world()
    const hold = w.hold(await w.key())
    await admitted(await w.store.reserve(hold)).durable
    await w.store.settle(makeSettlement(hold))
    await w.store.grantCredit(w.owner.id, 1n, w.actor, NOON)
    for (const [table, column] of Object.entries({ charge: 'amount', audit: 'at', credit: 'amount' })) {
      await expect(w.subject.query(`UPDATE ${table} SET ${column} = 1 RETURNING 1`), table).rejects.toThrow(
        'append-only',
      )
      await expect(w.subject.query(`DELETE FROM ${table} RETURNING 1`), table).rejects.toThrow('append-only')
    }
  })

  it('gives back every field of what was settled', async () => {
    const w = world()
    const hold = w.hold(await w.key(), { input: 9_007_199_254_740_993n, output: 2n })
    await admitted(await w.store.reserve(hold)).durable
    w.clock.time += 777
    const settlement = makeSettlement(hold, { amount: 9_007_199_254_740_993n })
    await w.store.settle(settlement)
    expect(await w.store.findGeneration(hold.callId, w.workspace.id)).toEqual(recorded(settlement, NOON + 777))
    expect(await w.store.findExplanation(hold.callId, w.workspace.id)).toEqual(settlement.explanation)
    expect(await w.store.spendOf('key', hold.keyHash, NOON)).toEqual({
      total: 9_007_199_254_740_993n,
      day: 9_007_199_254_740_993n,
      week: 9_007_199_254_740_993n,
      month: 9_007_199_254_740_993n,
      held: 0n,
    })
  })

  it('shows a settlement to a read that comes right after it', async () => {
    const w = world()
    const hold = w.hold(await w.key())
    await admitted(await w.store.reserve(hold)).durable
    const settled = w.store.settle(makeSettlement(hold))
    expect(await w.store.findGeneration(hold.callId, w.workspace.id)).toMatchObject({ callId: hold.callId })
    await settled
  })

  it('settles once however often it is told', async () => {
    const w = world()
    const hold = w.hold(await w.key({ limit: 1_000n }))
    await admitted(await w.store.reserve(hold)).durable
    await Promise.all([1n, 2n, 3n].map((amount) => w.store.settle(makeSettlement(hold, { amount }))))
    await w.store.settle(makeSettlement(hold, { amount: 99n }))
    await w.store.release(hold.callId)
    for (const scope of ['key', 'user', 'workspace'] as const) {
      const id = { key: hold.keyHash, user: hold.userId, workspace: hold.workspaceId }[scope]
      expect(await w.store.spendOf(scope, id, NOON)).toMatchObject({ total: 1n, held: 0n })
    }
    expect(await findViolations(w.subject.query)).toEqual([])
  })

  it('counts a charge above its hold, and reports by how much', async () => {
    const w = world()
    const key = await w.key({ limit: 150n })
    const hold = w.hold(key)
    await admitted(await w.store.reserve(hold)).durable
    await w.store.settle(makeSettlement(hold, { amount: 170n }))
    expect(await w.store.findGeneration(hold.callId, w.workspace.id)).toMatchObject({ amount: 170n, overage: 70n })
    expect(await w.store.reserve(w.hold(key))).toMatchObject({ admitted: false, available: 0n })
  })

  it('holds until release, which leaves nothing behind', async () => {
    const w = world()
    const hold = w.hold(await w.key())
    await admitted(await w.store.reserve(hold)).durable
    expect((await w.store.spendOf('user', hold.userId, NOON)).held).toBe(100n)
    await w.store.release(hold.callId)
    await w.store.release(hold.callId)
    expect(await w.store.spendOf('user', hold.userId, NOON)).toMatchObject({ total: 0n, held: 0n })
    expect(await w.store.findGeneration(hold.callId, w.workspace.id)).toBeUndefined()
  })

  it('settles an open hold after a crash: its input, and the output up to the last checkpoint', async () => {
    const w = world()
    const key = await w.key()
    const [silent, streamed, beyond] = [w.hold(key), w.hold(key), w.hold(key)]
    for (const hold of [silent, streamed, beyond]) await admitted(await w.store.reserve(hold)).durable
    w.store.checkpoint(streamed.callId, 5n)
    w.store.checkpoint(streamed.callId, 25n)
    w.store.checkpoint(beyond.callId, 1_000n)
    // A read comes after everything that was written before it.
    await w.store.ping()

    const after = await w.subject.openAfterCrash(w.clock)
    try {
      const amounts = { [silent.callId]: 40n, [streamed.callId]: 65n, [beyond.callId]: 100n }
      for (const [callId, amount] of Object.entries(amounts)) {
        const record = await after.findGeneration(callId, w.workspace.id)
        expect(record).toMatchObject({ amount, basis: 'estimated', at: NOON, lines: [], attempts: [] })
        expect(record?.generation).toMatchObject({ ...DRAFT, finishReason: null, cancelled: true })
      }
      expect(await after.spendOf('key', key.hash, NOON)).toMatchObject({ total: 205n, held: 0n })
    } finally {
      await after.close()
    }
  })

  it('settles by estimate what is still open when it closes', async () => {
    const w = world()
    const hold = w.hold(await w.key())
    await admitted(await w.store.reserve(hold)).durable
    w.store.checkpoint(hold.callId, 7n)
    await w.store.close()
    expect(await findViolations(w.subject.query)).toEqual([])
    const again = await w.subject.open(w.clock)
    try {
      const record = await again.findGeneration(hold.callId, w.workspace.id)
      expect(record).toMatchObject({ amount: 47n, basis: 'estimated' })
    } finally {
      await again.close()
    }
  })

  it('deletes old explanations and leaves the ledger as it was', async () => {
    const w = world()
    const key = await w.key()
    const holds = [w.hold(key), w.hold(key)]
    for (const hold of holds) {
      await admitted(await w.store.reserve(hold)).durable
      await w.store.settle(makeSettlement(hold))
      w.clock.time += 1_000
    }
    expect(await w.store.pruneExplanations(NOON + 1)).toBe(1)
    const [old, young] = holds
    expect(await w.store.findExplanation(old?.callId ?? '', w.workspace.id)).toBeUndefined()
    expect(await w.store.findExplanation(young?.callId ?? '', w.workspace.id)).toBeDefined()
    expect(await w.store.findGeneration(old?.callId ?? '', w.workspace.id)).toMatchObject({ amount: 40n })
  })
}
