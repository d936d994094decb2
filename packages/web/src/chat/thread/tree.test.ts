import type { Message } from '@keyway/contract'
import { expect, test } from 'vitest'
import { answered, own } from '../../../fixture/chat.ts'
import { branchTo, leafUnder, type Messages } from './tree.ts'

const mapOf = (...messages: Message[]): Messages => new Map(messages.map((message) => [message.id, message]))
const shown = (messages: Messages, leaf: string | null) => branchTo(messages, leaf).map(({ on }) => on.id)

const TREE = mapOf(
  own('m1', null, 'question'),
  answered('m2', 'm1', []),
  answered('m3', 'm1', []),
  own('m4', 'm2', 'more'),
  own('m5', 'm2', 'other'),
  answered('m6', 'm5', []),
)

test('an unknown end shows the newest branch instead of nothing', () => {
  expect(shown(TREE, 'gone')).toEqual(['m1', 'm3'])
  expect(branchTo(new Map(), null)).toEqual([])
})

test('messages that name each other as parents are shown once', () => {
  expect(shown(mapOf(own('m1', 'm2', 'a'), own('m2', 'm1', 'b')), 'm1')).toEqual(['m2', 'm1'])
})

test('a branch goes from the top to its end, each step with its siblings and its place among them', () => {
  const steps = branchTo(TREE, 'm6')
  expect(steps.map(({ on, at, variants }) => [on.id, at, variants.map(({ id }) => id)])).toEqual([
    ['m1', 0, ['m1']],
    ['m2', 0, ['m2', 'm3']],
    ['m5', 1, ['m4', 'm5']],
    ['m6', 0, ['m6']],
  ])
})

test('a comparison is one step and one variant, whichever of its answers the branch goes on from', () => {
  const tree = mapOf(
    own('m1', null, 'question'),
    answered('m2', 'm1', []),
    answered('m3', 'm1', [], { group_id: 'g', created_at: '2027-01-01T00:00:00Z' }),
    answered('m4', 'm1', [], { group_id: 'g', created_at: '2027-01-01T00:00:00Z' }),
  )
  const last = branchTo(tree, 'm4').at(-1)
  expect(last?.messages.map(({ id }) => id)).toEqual(['m3', 'm4'])
  expect(last?.variants.map(({ id }) => id)).toEqual(['m2', 'm3'])
  expect(last?.at).toBe(1)
  expect(leafUnder(tree, 'm1')).toBe('m3')
})

test('going to a branch goes to where it was gone on with last', () => {
  expect(leafUnder(TREE, 'm2')).toBe('m6')
  expect(leafUnder(TREE, 'm3')).toBe('m3')
})
