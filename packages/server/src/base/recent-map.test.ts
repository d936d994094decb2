import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentMap } from './recent-map.ts'

test('never holds more than its limit, whatever is done to it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 20 }), fc.array(fc.tuple(fc.boolean(), fc.nat(40))), (limit, steps) => {
      const map = new RecentMap<number, number>(limit)
      for (const [write, key] of steps) {
        if (write) map.set(key, key)
        else expect([undefined, key]).toContain(map.get(key))
        expect(map.size).toBeLessThanOrEqual(limit)
      }
    }),
  )
})

test('an entry that is used stays while others pass through', () => {
  const map = new RecentMap<string, number>(10)
  map.set('used', 1)
  for (let i = 0; i < 100; i++) {
    map.set(`passing-${i}`, i)
    expect(map.get('used')).toBe(1)
  }
  expect(map.get('passing-0')).toBeUndefined()
})

test('a deleted entry does not come back from the older generation', () => {
  const map = new RecentMap<string, number>(4)
  for (const key of ['a', 'b', 'c']) map.set(key, 1)
  map.delete('a')
  map.deleteWhere((_, key) => key === 'c')
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 1, undefined])
})
