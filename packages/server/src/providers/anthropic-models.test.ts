import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anthropicModelsView } from './anthropic-models.ts'
import type { Model } from './model.ts'

const model = (id: string, created: number): Model => ({
  id,
  canonicalSlug: id,
  name: id,
  description: '',
  created,
  contextLength: null,
  inputModalities: ['text'],
  outputModalities: ['text'],
  supportedParameters: [],
  knowledgeCutoff: null,
  endpoints: [],
})
const three = [model('a/old', 10), model('a/new', 30), model('a/mid', 20)]

describe('a page that is none is refused by its field', () => {
  it.each([
    ['limit', { limit: '0' }],
    ['limit', { limit: '1001' }],
    ['limit', { limit: 'many' }],
    ['limit', { limit: ['1', '2'] }],
    ['after_id', { after_id: 'a/unknown' }],
    ['before_id', { before_id: ['a/new', 'a/mid'] }],
    ['after_id', { after_id: 'a/new', before_id: 'a/old' }],
  ])('%s', (field, query) => {
    expect(() => anthropicModelsView(three, query)).toThrow(field)
  })
})

describe('the list', () => {
  it('is empty where nothing can be called', () => {
    expect(anthropicModelsView([], {})).toEqual({ data: [], first_id: null, last_id: null, has_more: false })
  })

  it('has the newest first, in Anthropic’s shape', () => {
    const { data, ...page } = anthropicModelsView(three, {})
    expect(data.map(({ id }) => id)).toEqual(['a/new', 'a/mid', 'a/old'])
    expect(data[0]).toMatchObject({ type: 'model', created_at: '1970-01-01T00:00:30.000Z' })
    expect(page).toEqual({ first_id: 'a/new', last_id: 'a/old', has_more: false })
  })

  it('has no time for one whose list says none that could be', () => {
    expect(anthropicModelsView([model('a/odd', Number.MAX_SAFE_INTEGER)], {}).data[0]?.created_at).toMatch(/^1970-/)
  })

  it('has 20 on a page where the client does not say', () => {
    const many = Array.from({ length: 21 }, (_, index) => model(`a/m${index}`, index))
    expect(anthropicModelsView(many, {})).toMatchObject({ has_more: true, last_id: 'a/m1' })
  })

  it('is each model once, whichever way it is paged through', () => {
    const count = fc.integer({ min: 1, max: 12 })
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 25 }), count, (times, limit) => {
        const models = times.map((created, index) => model(`a/m${index}`, created))
        const whole = anthropicModelsView(models, { limit: '1000' }).data.map(({ id }) => id)
        const forward: string[] = []
        let page = anthropicModelsView(models, { limit: String(limit) })
        for (;;) {
          forward.push(...page.data.map(({ id }) => id))
          if (!page.has_more) break
          page = anthropicModelsView(models, { limit: String(limit), after_id: String(page.last_id) })
        }
        expect(forward).toEqual(whole)
        const back = [whole.at(-1)]
        for (page = anthropicModelsView(models, { limit: String(limit), before_id: String(back[0]) }); ; ) {
          back.unshift(...page.data.map(({ id }) => id))
          if (!page.has_more) break
          page = anthropicModelsView(models, { limit: String(limit), before_id: String(page.first_id) })
        }
        expect(back).toEqual(whole)
      }),
    )
  })
})
