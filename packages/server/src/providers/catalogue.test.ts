import { describe, expect, it } from 'vitest'
import { FREE_PRICES, type Prices } from '../meter/price-book.ts'
import { BUNDLED } from './bundled.ts'
import { type CatalogueSources, createCatalogue, narrowCatalogue } from './catalogue.ts'
import { customProvider } from './custom.ts'
import { readPriceOverrides } from './overrides.ts'
import { PROVIDER_ROWS } from './rows.ts'

const nowMs = Date.parse('2026-11-21T12:00:00Z')
const make = (changes: Partial<CatalogueSources> = {}) =>
  createCatalogue({
    bundled: BUNDLED,
    providers: PROVIDER_ROWS,
    discovered: new Map(),
    overrides: new Map(),
    nowMs,
    ...changes,
  })

const price = (input: bigint): Prices => ({ items: { input, output: input }, tiers: [], version: 'list' })
const lab = customProvider({ id: 'lab', baseUrl: 'http://localhost:1/v1', free: false })
const endpointsOf = (catalogue: ReturnType<typeof make>, id: string) => catalogue.models.get(id)?.endpoints ?? []

describe('createCatalogue', () => {
  it('gives one model the endpoints of every provider that serves it', () => {
    const endpoints = endpointsOf(make(), 'meta-llama/llama-3.3-70b-instruct')
    expect(endpoints.map(({ id }) => id).sort()).toEqual([
      'groq:llama-3.3-70b-versatile',
      'openrouter:meta-llama/llama-3.3-70b-instruct',
      'together:meta-llama/Llama-3.3-70B-Instruct-Turbo',
      'together:meta-llama/Meta-Llama-3.3-70B-Instruct-Turbo',
    ])
    expect(new Set(endpoints.map(({ modelId }) => modelId)).size).toBe(1)
  })

  it('has only the given providers, and says of a price where it is from', () => {
    const catalogue = make({ providers: PROVIDER_ROWS.filter(({ id }) => id === 'openai') })
    const [endpoint, ...more] = endpointsOf(catalogue, 'openai/gpt-5.5')
    expect(more).toEqual([])
    expect(endpoint?.prices).toMatchObject({
      version: BUNDLED.source,
      items: { input: 5_000_000_000n, output: 30_000_000_000n },
    })
    expect(endpoint?.prices?.tiers[0]).toMatchObject({ abovePromptTokens: 271_999, items: { input: 10_000_000_000n } })
    expect([...catalogue.models.values()].every(({ id }) => id.startsWith('openai/'))).toBe(true)
  })

  it('takes prices by date and hour, and says until when it holds', () => {
    const input = (nowMs: number) =>
      endpointsOf(make({ nowMs }), 'google/gemini-3.6-flash').find(({ provider }) => provider === 'google')?.prices
        ?.items.input
    expect(input(nowMs)).toBe(750_000_000n)
    expect(input(Date.parse('2027-01-01T00:00:00Z'))).toBe(1_500_000_000n)
    // DeepSeek's prices change at 16:30.
    expect(make().validUntilMs).toBe(Date.parse('2026-11-21T16:30:00Z'))
  })

  it('replaces the table by the provider’s own list where the row says so, and keeps the table’s price for what the list does not price', () => {
    const discovered = new Map([
      ['openrouter', [{ nativeId: 'openai/gpt-5.5' }, { nativeId: 'new/model', prices: price(7n) }]],
      ['openai', [{ nativeId: 'gpt-99' }]],
    ])
    const catalogue = make({ discovered })
    const listed = [...catalogue.models.values()]
      .flatMap(({ endpoints }) => endpoints)
      .filter(({ provider }) => provider === 'openrouter')
    expect(listed.map(({ nativeId }) => nativeId).sort()).toEqual(['new/model', 'openai/gpt-5.5'])
    expect(listed.find(({ nativeId }) => nativeId === 'openai/gpt-5.5')?.prices?.items.input).toBe(5_000_000_000n)
    expect(catalogue.models.has('openai/gpt-99')).toBe(false)
  })

  it('never takes one provider’s price for another’s', () => {
    const discovered = new Map([
      ['openrouter', [{ nativeId: 'qwen/qwen3-32b', prices: price(7n) }]],
      ['deepinfra', [{ nativeId: 'Qwen/Qwen3-32B' }]],
    ])
    const endpoints = endpointsOf(make({ discovered }), 'qwen/qwen3-32b')
    expect(endpoints.find(({ provider }) => provider === 'deepinfra')?.prices).toBeUndefined()
    expect(endpoints.find(({ provider }) => provider === 'openrouter')?.prices?.items.input).toBe(7n)
  })

  it('describes a model by the list that tells most', () => {
    const told = {
      nativeId: 'openai/gpt-5.5',
      description: 'It talks.',
      name: 'OpenAI: GPT-5.5',
      canonicalSlug: 'openai/gpt-5.5-20260423',
      created: 5,
    }
    const model = make({ discovered: new Map([['openrouter', [told]]]) }).models.get('openai/gpt-5.5')
    expect(model).toMatchObject({
      description: 'It talks.',
      name: 'OpenAI: GPT-5.5',
      canonicalSlug: 'openai/gpt-5.5-20260423',
      created: 5,
    })
  })

  it('gives a free provider’s models the price zero, and local ids verbatim', () => {
    const catalogue = make({
      discovered: new Map([
        ['ollama', [{ nativeId: 'llama3:8b' }, { nativeId: 'hf.co/some/Model:Q4' }, { nativeId: 'llama3:8b' }]],
      ]),
    })
    expect(endpointsOf(catalogue, 'ollama/llama3:8b')).toMatchObject([{ nativeId: 'llama3:8b', prices: FREE_PRICES }])
    expect(catalogue.models.has('ollama/hf.co/some/Model:Q4')).toBe(true)
  })

  it('leaves a custom provider’s models without a price until the operator sets one', () => {
    const sources = { providers: [lab], discovered: new Map([['lab', [{ nativeId: 'x' }]]]) }
    expect(endpointsOf(make(sources), 'lab/x')[0]?.prices).toBeUndefined()
    const overrides = readPriceOverrides({ 'lab/x': { input: '1.50', output: '3' } })
    expect(endpointsOf(make({ ...sources, overrides }), 'lab/x')[0]?.prices).toEqual({
      items: { input: 1_500_000_000n, output: 3_000_000_000n },
      tiers: [],
      version: 'config',
    })
  })

  it('puts the operator’s price of an endpoint above that of the model, and both above every list', () => {
    const overrides = readPriceOverrides({
      'openai/gpt-5.5': { input: '1', output: '1' },
      'openai:gpt-5.5': {
        input: '2',
        output: '2',
        tiers: [
          { above_prompt_tokens: 9, input: '4' },
          { above_prompt_tokens: 5, input: '3' },
        ],
      },
    })
    const endpoints = endpointsOf(make({ overrides }), 'openai/gpt-5.5')
    expect(endpoints.find(({ provider }) => provider === 'openai')?.prices?.items.input).toBe(2_000_000_000n)
    expect(
      endpoints
        .find(({ provider }) => provider === 'openai')
        ?.prices?.tiers.map(({ abovePromptTokens }) => abovePromptTokens),
    ).toEqual([5, 9])
    expect(endpoints.find(({ provider }) => provider === 'openrouter')?.prices?.items.input).toBe(1_000_000_000n)
  })

  it('adds an endpoint that only the operator’s prices name', () => {
    const overrides = readPriceOverrides({ 'openai:gpt-99': { input: '1', output: '1' }, 'nobody:x': { input: '1' } })
    const catalogue = make({ overrides })
    expect(endpointsOf(catalogue, 'openai/gpt-99')).toMatchObject([{ id: 'openai:gpt-99', nativeId: 'gpt-99' }])
    expect(catalogue.resolve('x').kind).toBe('unknown')
  })

  it('knows what it needs for holds: context, longest answer, largest parts', () => {
    const endpoint = endpointsOf(make(), 'openai/gpt-4o').find(({ provider }) => provider === 'openai')
    expect(endpoint).toMatchObject({
      contextLength: 128_000,
      maxOutputTokens: 16_384,
      partTokensMax: { image: 12_288, file: 128_000, audio: 128_000 },
    })
  })

  it('does not offer parameters that the provider refuses', () => {
    const endpoint = endpointsOf(make(), 'openai/gpt-oss-120b').find(({ provider }) => provider === 'groq')
    expect(endpoint?.supportedParameters).toContain('tools')
    expect(endpoint?.supportedParameters).not.toContain('logprobs')
  })
})

describe('narrowCatalogue', () => {
  it('leaves what a key can call, and resolves nothing else', () => {
    const narrow = narrowCatalogue(make(), (endpoint) => endpoint.provider === 'groq')
    expect(narrow.models.size).toBe(13)
    expect(narrow.models.get('openai/gpt-oss-120b')?.endpoints.map(({ provider }) => provider)).toEqual(['groq'])
    expect(narrow.resolve('gpt-5.5').kind).toBe('unknown')
    expect(narrow.resolve('gpt-oss-120b').kind).toBe('model')
  })
})
