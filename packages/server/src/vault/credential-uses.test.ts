import { expect, test } from 'vitest'
import { createCredentialUses } from './credential-uses.ts'

function usesAt(time: { now: number }, refuse = false) {
  const written: [string, number | undefined][] = []
  const failures: unknown[] = []
  const uses = createCredentialUses({
    store: {
      async noteCredential(id, { lastUsedAt }) {
        if (refuse) throw new Error('the disk is full')
        written.push([id, lastUsedAt])
      },
    },
    clock: { now: () => time.now, monotonic: () => 0 },
    report: (error) => failures.push(error),
  })
  return { uses, written, failures }
}

test('a use that cannot be written is reported, and known all the same', async () => {
  const { uses, failures } = usesAt({ now: 5 }, true)
  uses.note('one')
  await expect.poll(() => failures).toHaveLength(1)
  expect(uses.last('one', null)).toBe(5)
})

test('each use is known at once, and written once a minute for each credential', () => {
  const time = { now: 1_000 }
  const { uses, written } = usesAt(time)
  expect([uses.last('one', null), uses.last('one', 7)]).toEqual([null, 7])
  for (time.now = 1_000; time.now <= 61_000; time.now += 10_000) uses.note('one')
  uses.note('two')
  expect(written).toEqual([
    ['one', 1_000],
    ['one', 61_000],
    ['two', 71_000],
  ])
  expect(uses.last('one', 999)).toBe(61_000)
  // Another process may know of a later one.
  expect(uses.last('one', 99_000)).toBe(99_000)
})
