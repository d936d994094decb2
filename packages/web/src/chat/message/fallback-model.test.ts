import type { ModelItem } from '@keyway/contract'
import { expect, test } from 'vitest'
import { busyWorld } from '../../../fixture/world.ts'
import { fallbackFor } from './fallback-model.ts'

const [first, second, third] = busyWorld().models.filter(({ callable }) => callable)
if (first === undefined || second === undefined || third === undefined)
  throw new Error('the fixture has too few models')
const models = (...some: ModelItem[]) => new Map(some.map((model) => [model.id, model]))
const known = models(first, second, third)

test('there is none among the models that could not answer, that are gone, or that cannot be called', () => {
  const preselected = first.id
  expect(fallbackFor([first.id], { models: known, remembered: [first.id], preselected })).toBeUndefined()
  expect(fallbackFor([first.id], { models: known, remembered: ['gone/model'], preselected: null })).toBeUndefined()
  const uncallable = models(first, { ...second, callable: false })
  expect(fallbackFor([first.id], { models: uncallable, remembered: [second.id], preselected })).toBeUndefined()
})

test('what the person likes or used lately comes before what Keyway would choose', () => {
  const preselected = second.id
  expect(fallbackFor([first.id], { models: known, remembered: [first.id, third.id], preselected })).toBe(third)
  expect(fallbackFor([first.id], { models: known, remembered: [], preselected })).toBe(second)
})
