import { expect, test } from 'vitest'
import { MODELS } from '../../fixture/models.ts'
import { filterModels, NO_FILTERS } from './filter-models.ts'
import { listRows } from './list-rows.ts'

const ids = (filters: Partial<typeof NO_FILTERS>) =>
  filterModels(MODELS, { ...NO_FILTERS, ...filters }).map(({ id }) => id)

test('without filters every model is there, in its order', () => {
  expect(ids({})).toEqual(MODELS.map(({ id }) => id))
})

test('every word of a search must occur, in name, id or provider', () => {
  expect(ids({ search: 'CLAUDE haiku' })).toEqual(['anthropic/claude-haiku-4.5'])
  expect(ids({ search: 'claude gpt' })).toEqual([])
})

test('filters narrow together', () => {
  expect(ids({ free: true })).toContain('meta-llama/llama-3.2-3b-instruct:free')
  expect(ids({ free: true, reasoning: true })).toEqual([])
  expect(ids({ contextMin: 1_000_000, outputPriceMax: 5 })).toEqual(['google/gemini-2.5-flash'])
  expect(ids({ provider: 'openai' })).toEqual(['openai/gpt-5-mini', 'openai/gpt-5'])
})

test('a model without a known price may cost anything, and is under no limit', () => {
  const unpriced = MODELS.slice(0, 1).map((model) => ({ ...model, price_output_usd_per_mtok: null }))
  expect(filterModels(unpriced, { ...NO_FILTERS, outputPriceMax: 15 })).toEqual([])
})

test('favourites and recent ones come first, and each model stands once', () => {
  const some = MODELS.slice(0, 4)
  const [a = '', b = '', c = ''] = some.map(({ id }) => id)
  const rows = listRows(some, { favourites: [b], recent: [b, c, 'gone/model'], searching: false })
  expect(rows.map((row) => (row.kind === 'heading' ? row.id : row.key))).toEqual([
    'favourites',
    b,
    'recent',
    c,
    'all',
    a,
    some[3]?.id,
  ])
})
