import { describe, expect, test } from 'vitest'
import type { ShownProof } from './proof.ts'
import { createSeenProofs } from './seen-proofs.ts'

const MINUTE = 60_000

/** A store that keeps what is used, and a clock that tests move. */
function setUp(limits?: { ofOneKey: number; ofAllKeys: number }) {
  const time = { wall: 1_700_000_000_000, monotonic: 0 }
  const clock = { now: () => time.wall, monotonic: () => time.monotonic }
  const kept = new Map<string, number>()
  const store = {
    async useChallenge(hash: string, { expiresAt, at }: { expiresAt: number; at: number }) {
      for (const [one, end] of kept) if (end <= at) kept.delete(one)
      if (kept.has(hash)) return false
      kept.set(hash, expiresAt)
      return true
    },
  }
  const start = () => createSeenProofs({ store, clock }, limits)
  const { use } = start()
  const proofs = { use: (proof: ShownProof, userId = 'ada') => use(proof, userId) }
  const pass = (ms: number) => {
    time.wall += ms
    time.monotonic += ms
  }
  /** A proof made now. */
  const shown = (id: string, thumbprint = 'a') => ({ thumbprint, id, until: time.wall + MINUTE })
  return { time, kept, start, proofs, pass, shown }
}

const usedBefore = expect.objectContaining({ code: 'proof_invalid', message: expect.stringContaining('shown before') })
const full = expect.objectContaining({ code: 'rate_limited' })

describe('a proof that was shown', () => {
  test('is refused a second time, at the same moment too, and is no matter of another key', async () => {
    const { proofs, shown } = setUp()
    const proof = shown('one')
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => proofs.use(proof)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await expect(proofs.use(proof)).rejects.toEqual(usedBefore)
    await proofs.use({ ...proof, thumbprint: 'b' })
    await proofs.use(shown('two'))
  })

  test('is refused by another process, and by one that was started anew', async () => {
    const { proofs, shown, start } = setUp()
    const proof = shown('one')
    await proofs.use(proof)
    await expect(start().use(proof, 'ada')).rejects.toEqual(usedBefore)
  })

  test('is not taken where it could not be written', async () => {
    const time = { now: () => 0, monotonic: () => 0 }
    const store = { useChallenge: () => Promise.reject(new Error('the disk is full')) }
    const proofs = createSeenProofs({ store, clock: time })
    const proof = { thumbprint: 'a', id: 'one', until: MINUTE }
    await expect(proofs.use(proof, 'ada')).rejects.toThrow('the disk is full')
    await expect(proofs.use(proof, 'ada')).rejects.toEqual(usedBefore)
  })

  test('is refused after it was forgotten, when the clock is set back to where it was good', async () => {
    const { proofs, shown, pass, time } = setUp()
    const proof = shown('one')
    await proofs.use(proof)
    pass(20 * MINUTE)
    await proofs.use(shown('two'))
    time.wall -= 20 * MINUTE
    await expect(proofs.use(proof)).rejects.toThrow('older than what this Keyway remembers')
    // A clock that was ahead and is put right keeps nobody out.
    pass(2)
    await proofs.use(shown('three'))
  })

  test('is refused by one that was started anew after the clock was set back by ten minutes', async () => {
    const { proofs, shown, pass, time, start } = setUp()
    const proof = shown('one')
    await proofs.use(proof)
    pass(9 * MINUTE)
    await proofs.use(shown('two'))
    time.wall -= 9 * MINUTE
    await expect(start().use(proof, 'ada')).rejects.toEqual(usedBefore)
  })
})

test('the store forgets what is over, asked once a minute', async () => {
  const { proofs, shown, pass, kept } = setUp()
  for (let minute = 0; minute < 30; minute++) {
    for (let n = 0; n < 10; n++) await proofs.use(shown(`${minute} ${n}`))
    pass(MINUTE)
  }
  expect(kept.size).toBeLessThanOrEqual(12 * 10)
  const asked: number[] = []
  const clock = { now: () => 5_000_000, monotonic: () => 0 }
  const store = { useChallenge: async (_hash: string, { at }: { at: number }) => asked.push(at) > 0 }
  const others = createSeenProofs({ store, clock })
  for (const id of ['1', '2', '3']) await others.use({ thumbprint: 'a', id, until: 5_060_000 }, 'ada')
  expect(asked).toEqual([5_000_000, 0, 0])
})

describe('the room for proofs', () => {
  test('is bounded for each key: what is full refuses, forgets nothing, and is free again after two minutes', async () => {
    const { proofs, shown, pass } = setUp({ ofOneKey: 3, ofAllKeys: 1_000 })
    const first = shown('0')
    await proofs.use(first)
    for (const id of ['1', '2']) await proofs.use(shown(id))
    await expect(proofs.use(shown('3'))).rejects.toEqual(full)
    await expect(proofs.use(first)).rejects.toEqual(usedBefore)
    await proofs.use(shown('0', 'b'))
    pass(2 * MINUTE - 1)
    await expect(proofs.use(shown('3'))).rejects.toEqual(full)
    pass(1)
    await proofs.use(shown('3'))
  })

  test('is never filled by some people: whoever comes last finds some of it', async () => {
    const ofAllKeys = 1_000
    const { proofs, shown, kept } = setUp({ ofOneKey: 150, ofAllKeys })
    for (let person = 0; person < 10; person++) {
      const flood = [0, 1].flatMap((key) =>
        Array.from({ length: 150 }, (_, n) => proofs.use(shown(`${n}`, `${person} ${key}`), `person ${person}`)),
      )
      const outcomes = await Promise.allSettled(flood)
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true)
    }
    expect(kept.size).toBeLessThan(ofAllKeys)
    await proofs.use(shown('one', 'somebody else\u2019s'), 'somebody else')
  })

  test('of a person is not filled by one of the apps that hold a key of theirs', async () => {
    const { proofs, shown } = setUp({ ofOneKey: 50, ofAllKeys: 1_000 })
    const flood = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => proofs.use(shown(`${n}`, 'flood'))))
    expect(flood.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
    await proofs.use(shown('one', 'another app\u2019s'))
  })

  test('of a person is free again after two minutes, whichever of their apps had it', async () => {
    const { proofs, shown, pass } = setUp({ ofOneKey: 1_000, ofAllKeys: 40 })
    const fill = async (thumbprint: string) => {
      const all = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => proofs.use(shown(`${n}`, thumbprint))))
      return all.filter(({ status }) => status === 'fulfilled').length
    }
    expect(await fill('a')).toBe(8)
    expect(await fill('b')).toBe(0)
    pass(2 * MINUTE)
    expect(await fill('b')).toBe(8)
  })
})
