import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseOpenRouterModels } from './openrouter-models.ts'

const readAt = '2026-11-21T09:00:00Z'
const parse = (...entries: unknown[]) => parseOpenRouterModels({ data: entries }, readAt)
const entry = (pricing: unknown, id = 'a/b') => ({ id, pricing })

describe('parseOpenRouterModels refuses', () => {
  it.each([null, [], 'x', {}, { data: {} }, { error: { code: 500 } }])('%j, which is no list', (json) => {
    expect(parseOpenRouterModels(json, readAt)).toBeUndefined()
  })

  it('single entries that are none, and keeps the others', () => {
    const models = parse(
      null,
      7,
      {},
      { id: 5 },
      { id: '' },
      { id: 'no-author' },
      { id: `a/${'x'.repeat(300)}` },
      { id: 'a/\u0007' },
      { id: 'a/b' },
    )
    expect(models).toEqual([{ nativeId: 'a/b' }])
  })

  it.each([
    [{ prompt: '-1', completion: '-1' }],
    [{ prompt: '0.1' }],
    [{ prompt: 'cheap', completion: '0.1' }],
    [{ prompt: '0.1', completion: '0.1', image_token: '-1' }],
    [{ prompt: '0.1', completion: '0.1', overrides: [{ prompt: 'x' }] }],
    [{ prompt: null, completion: {} }],
  ])('prices that are none, and has the model without: %j', (pricing) => {
    expect(parse(entry(pricing))).toEqual([{ nativeId: 'a/b' }])
  })

  it('nothing by throwing, whatever the list holds', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            id: fc.constantFrom('a/b', 'c/d:free'),
            pricing: fc.anything(),
            architecture: fc.anything(),
            created: fc.anything(),
          }),
        ),
        (data) => {
          for (const model of parseOpenRouterModels({ data }, readAt) ?? []) expect(model.nativeId).toContain('/')
        },
      ),
    )
  })
})

describe('parseOpenRouterModels', () => {
  it('reads prices by their digits, each for one unit', () => {
    const [model] =
      parse(
        entry({
          prompt: '0.0000025',
          completion: '1e-5',
          request: '0.012',
          web_search: '0.01',
          input_cache_read: '0.00000125',
          image_token: '0',
        }),
      ) ?? []
    expect(model?.prices).toEqual({
      items: {
        input: 2_500_000_000n,
        output: 10_000_000_000n,
        call: 12_000_000_000_000n,
        'tool.web-search': 10_000_000_000_000n,
        'input.cache-read': 1_250_000_000n,
      },
      tiers: [],
      version: 'openrouter@2026-11-21T09:00:00Z',
    })
  })

  it('reads long-prompt overrides as tiers, and hourly ones as the dearer price', () => {
    const [model] =
      parse(
        entry({
          prompt: '0.000001',
          completion: '0.000002',
          overrides: [
            { min_prompt_tokens: 200_001, prompt: '0.000002', completion: '0.000004' },
            { utc_start: 1, utc_end: 4, prompt: '0.0000015' },
          ],
        }),
      ) ?? []
    expect(model?.prices?.items).toEqual({ input: 1_500_000_000n, output: 2_000_000_000n })
    expect(model?.prices?.tiers).toEqual([
      { abovePromptTokens: 200_000, items: { input: 2_000_000_000n, output: 4_000_000_000n } },
    ])
  })

  it('keeps free models free', () => {
    const [model] = parse(entry({ prompt: '0', completion: '0' }, 'a/b:free')) ?? []
    expect(model?.prices?.items).toEqual({ input: 0n, output: 0n })
  })

  it('takes what describes the model', () => {
    const [model] =
      parse({
        id: 'openai/gpt-4o',
        canonical_slug: 'openai/gpt-4o-2024-05-13',
        name: 'OpenAI: GPT-4o',
        description: 'x'.repeat(3000),
        created: 1_715_367_049,
        context_length: 128_000,
        architecture: { input_modalities: ['text', 'image', 5], output_modalities: ['text'] },
        top_provider: { max_completion_tokens: 16_384 },
        supported_parameters: ['tools'],
        knowledge_cutoff: null,
      }) ?? []
    expect(model).toEqual({
      nativeId: 'openai/gpt-4o',
      canonicalSlug: 'openai/gpt-4o-2024-05-13',
      name: 'OpenAI: GPT-4o',
      description: 'x'.repeat(2000),
      created: 1_715_367_049,
      contextLength: 128_000,
      maxOutputTokens: 16_384,
      inputModalities: ['text', 'image'],
      outputModalities: ['text'],
      supportedParameters: ['tools'],
    })
  })
})
