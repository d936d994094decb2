import { ListEndpointsResponse$inboundSchema } from '@openrouter/sdk/models/listendpointsresponse'
import { ModelResponse$inboundSchema } from '@openrouter/sdk/models/modelresponse'
import { ModelsListResponse$inboundSchema } from '@openrouter/sdk/models/modelslistresponse'
import { ListProvidersResponse$inboundSchema } from '@openrouter/sdk/models/operations/listproviders'
import { describe, expect, it } from 'vitest'
import { BUNDLED } from './bundled.ts'
import { createCatalogue } from './catalogue.ts'
import type { Catalogue } from './model.ts'
import { endpointsView, modelsView, modelView, providersView } from './model-view.ts'
import { PROVIDER_ROWS } from './rows.ts'

const catalogue: Catalogue = createCatalogue({
  bundled: BUNDLED,
  providers: PROVIDER_ROWS,
  discovered: new Map([['ollama', [{ nativeId: 'llama3:8b' }]]]),
  overrides: new Map(),
  nowMs: Date.parse('2026-11-21T12:00:00Z'),
})
const base = 'http://localhost:7777/api/v1'
const model = (id: string) => {
  const found = catalogue.models.get(id)
  if (found === undefined) throw new Error(`no model ${id}`)
  return found
}
/** What a client gets: undefined members are gone, and numbers are numbers. */
const wire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const list = (query: Record<string, string>) => modelsView(catalogue, query, base)

describe('the views satisfy the official SDK', () => {
  it('with every model', () => {
    const view = list({ output_modalities: 'all' })
    const parsed = ModelsListResponse$inboundSchema.parse(wire(view))
    expect(parsed.totalCount).toBe(catalogue.models.size)
    expect(parsed.links.next).toBeNull()
    for (const each of catalogue.models.values())
      ModelResponse$inboundSchema.parse(wire({ data: modelView(each, base) }))
  })

  it('8.19: with every model’s endpoints', () => {
    for (const each of catalogue.models.values()) ListEndpointsResponse$inboundSchema.parse(wire(endpointsView(each)))
  })

  it('with every provider', () => {
    const parsed = ListProvidersResponse$inboundSchema.parse(wire({ data: providersView(PROVIDER_ROWS) }))
    expect(parsed.data.map(({ slug }) => slug)).toContain('openrouter')
  })
})

describe('the views', () => {
  it('write prices as decimal texts for one token, and tiers as overrides', () => {
    expect(modelView(model('openai/gpt-5.5'), base).pricing).toEqual({
      prompt: '0.000005',
      completion: '0.00003',
      input_cache_read: '0.0000005',
      web_search: '0.01',
      overrides: [
        { min_prompt_tokens: 272_000, prompt: '0.00001', completion: '0.000045', input_cache_read: '0.000001' },
      ],
    })
    expect(modelView(model('ollama/llama3:8b'), base).pricing).toMatchObject({ prompt: '0', completion: '0' })
  })

  it('never write zero for a price that is not known', () => {
    expect(modelView(model('perplexity/sonar-deep-research'), base).pricing).toMatchObject({
      prompt: expect.not.stringMatching(/^0$/),
    })
    const unpriced = { ...model('openai/gpt-5.5'), endpoints: [] }
    expect(modelView(unpriced, base).pricing).toEqual({ prompt: '-1', completion: '-1' })
  })

  it('show the cheapest endpoint’s price, and each endpoint’s own', () => {
    const llama = model('meta-llama/llama-3.3-70b-instruct')
    const each = endpointsView(llama).endpoints
    const lowest = Math.min(...each.map(({ pricing }) => Number(pricing.prompt)))
    expect(Number(modelView(llama, base).pricing.prompt)).toBe(lowest)
    expect(each.map(({ provider_name }) => provider_name)).toContain('Groq')
    expect(each.find(({ tag }) => tag === 'groq')?.pricing.prompt).toBe('0.00000059')
  })

  it('link to the endpoints', () => {
    expect(modelView(model('openai/gpt-5.5'), base).links.details).toBe(`${base}/models/openai/gpt-5.5/endpoints`)
  })
})

describe('the query refuses', () => {
  it.each([
    { limit: '0' },
    { limit: '1001' },
    { limit: 'ten' },
    { offset: '-1' },
    { max_price: 'cheap' },
    { context: '1e6' },
  ])('%j', (query) => {
    expect(() => list(query as Record<string, string>)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})

describe('the query', () => {
  it('comes whole unless a page is asked for, and links to the next', () => {
    const first = list({ limit: '10', q: 'gpt' })
    expect(first.data).toHaveLength(10)
    expect(first.total_count).toBeGreaterThan(10)
    const next = new URL(first.links.next ?? '')
    const second = list(Object.fromEntries(next.searchParams))
    expect(second.data[0]?.id).not.toBe(first.data[0]?.id)
    const all = list({ q: 'gpt' })
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(all.data.slice(0, 20).map(({ id }) => id))
    expect(list({ offset: '100000' })).toMatchObject({ data: [], links: { next: null } })
  })

  it('keeps to models that write text, unless told otherwise', () => {
    expect(list({ output_modalities: 'audio' }).data.map(({ id }) => id)).toContain('openai/gpt-audio')
    expect(list({ output_modalities: 'text,audio' }).total_count).toBeGreaterThan(0)
    expect(list({}).data.every(({ architecture }) => architecture.output_modalities.includes('text'))).toBe(true)
  })

  it('filters by what a model takes, who made it, who serves it and what it costs', () => {
    const ids = (query: Record<string, string>) => list(query).data.map(({ id }) => id)
    expect(ids({ model_authors: 'x-ai' }).every((id) => id.startsWith('x-ai/'))).toBe(true)
    expect(ids({ providers: 'cerebras' })).toContain('openai/gpt-oss-120b')
    expect(ids({ providers: 'cerebras' })).not.toContain('openai/gpt-5.5')
    expect(ids({ input_modalities: 'image', model_authors: 'openai' })).not.toContain('openai/o3-mini')
    expect(ids({ max_price: '0.05', providers: 'groq' })).toContain('meta-llama/llama-3.1-8b-instruct')
    expect(ids({ min_price: '5' })).not.toContain('meta-llama/llama-3.1-8b-instruct')
    expect(ids({ context: '1000000' })).toContain('openai/gpt-5.5')
    expect(ids({ supported_parameters: 'tools,nonsense' })).toEqual([])
  })

  it('ignores parameters that it does not know', () => {
    expect(list({ category: 'programming', zdr: 'true' }).total_count).toBe(list({}).total_count)
  })
})
