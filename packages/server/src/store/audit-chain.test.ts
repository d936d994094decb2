import fc from 'fast-check'
import { expect, test } from 'vitest'
import { auditHash, CHAIN_START, type ChainedRow, followChain } from './audit-chain.ts'

type Row = ChainedRow & { hash: string }

const FIELDS = ['actor', 'workspace', 'action', 'object', 'outcome', 'details', 'prev', 'hash'] as const

const chain = fc
  .array(fc.record({ at: fc.nat(), actor: fc.string(), object: fc.string(), details: fc.json() }), {
    minLength: 2,
    maxLength: 20,
  })
  .map((entries) => {
    let prev = CHAIN_START.hash
    return entries.map((entry, index): Row => {
      const row = { ...entry, seq: index + 1, workspace: 'ws', action: 'key.create', outcome: 'done', prev }
      prev = auditHash(row)
      return { ...row, hash: prev }
    })
  })

/** A chain and a place in it. */
const place = chain.chain((rows) => fc.record({ rows: fc.constant(rows), at: fc.nat({ max: rows.length - 1 }) }))

test('a text or time that was changed in a row is found at that row', () => {
  fc.assert(
    fc.property(place, fc.constantFrom(...FIELDS), ({ rows, at }, field) => {
      const changed = rows.map((row, index) => (index === at ? { ...row, [field]: `${row[field]}x` } : row))
      expect(followChain(CHAIN_START, changed).brokenAt).toBe(at + 1)
      const later = rows.map((row, index) => (index === at ? { ...row, at: row.at + 1 } : row))
      expect(followChain(CHAIN_START, later).brokenAt).toBe(at + 1)
    }),
  )
})

test('a row that was removed, put in twice or moved is found where it should have been', () => {
  fc.assert(
    fc.property(place, ({ rows, at }) => {
      const removed = rows.toSpliced(at, 1)
      expect(followChain(CHAIN_START, removed).brokenAt).toBe(at === rows.length - 1 ? null : at + 1)
      const twice = rows.toSpliced(at, 0, ...rows.slice(at, at + 1))
      expect(followChain(CHAIN_START, twice).brokenAt).toBe(at + 2)
      const moved = [...rows.toSpliced(at, 1), ...rows.slice(at, at + 1)]
      expect(followChain(CHAIN_START, moved).brokenAt).toBe(at === rows.length - 1 ? null : at + 1)
    }),
  )
})

test('a chain as it was written is followed to its end, in however many steps', () => {
  fc.assert(
    fc.property(place, ({ rows, at }) => {
      const first = followChain(CHAIN_START, rows.slice(0, at))
      const second = followChain(first.head, rows.slice(at))
      expect(first.brokenAt).toBeNull()
      expect(second).toEqual({ head: { seq: rows.length, hash: rows.at(-1)?.hash }, brokenAt: null })
    }),
  )
})
