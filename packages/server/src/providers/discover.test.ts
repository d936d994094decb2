import { describe, expect, it } from 'vitest'
import { parseModelList } from './discover.ts'

const parse = (json: unknown) => parseModelList(json, 'p@t')

describe('parseModelList refuses', () => {
  it.each([null, {}, { data: 5 }, 'x', { models: [] }])('%j, which is no list', (json) => {
    expect(parse(json)).toBeUndefined()
  })

  it('entries without a usable id, and models of other kinds', () => {
    const data = [
      {},
      { id: 'a\nb' },
      { id: 'flux', type: 'image' },
      { id: 'bge', type: 'embedding' },
      { id: 'chat', type: 'chat' },
    ]
    expect(parse({ data })).toEqual([{ nativeId: 'chat' }])
  })

  it('prices that are none', () => {
    const data = [
      { id: 'a', pricing: { input: 0, output: 0 } },
      { id: 'b', pricing: { input: -1, output: 1 } },
      { id: 'c', pricing: { input: 1 } },
      { id: 'd', pricing: { input: Number.NaN, output: 1 } },
    ]
    expect(parse({ data })?.map((model) => model.prices)).toEqual([undefined, undefined, undefined, undefined])
  })

  it('a list without end', () => {
    expect(parse({ data: Array.from({ length: 6000 }, (_, index) => ({ id: `m${index}` })) })).toHaveLength(5000)
  })
})

describe('parseModelList', () => {
  it('reads a local server’s list', () => {
    expect(
      parse({
        object: 'list',
        data: [{ id: 'llama3:8b', object: 'model', created: 1_720_000_000, owned_by: 'library' }],
      }),
    ).toEqual([{ nativeId: 'llama3:8b', created: 1_720_000_000 }])
  })

  it('reads Together’s bare list, with prices for a million tokens', () => {
    const [model] =
      parse([
        {
          id: 'x/Y',
          type: 'chat',
          display_name: 'Y',
          context_length: 131_072,
          pricing: { input: 0.88, output: 0.88, cached_input: 0 },
        },
      ]) ?? []
    expect(model).toEqual({
      nativeId: 'x/Y',
      name: 'Y',
      contextLength: 131_072,
      prices: { items: { input: 880_000_000n, output: 880_000_000n }, tiers: [], version: 'p@t' },
    })
  })

  it('reads DeepInfra’s metadata', () => {
    const metadata = {
      context_length: 40_960,
      max_tokens: 8192,
      pricing: { input_tokens: 0.08, output_tokens: 0.29, cache_read_tokens: 0.0125 },
    }
    const [model] = parse({ data: [{ id: 'Qwen/Qwen3-32B', metadata }] }) ?? []
    expect(model).toMatchObject({ contextLength: 40_960, maxOutputTokens: 8192 })
    expect(model?.prices?.items).toEqual({ input: 80_000_000n, output: 290_000_000n, 'input.cache-read': 12_500_000n })
  })

  it('reads the context lengths of Groq and vLLM', () => {
    const data = [
      { id: 'a', context_window: 131_072, max_completion_tokens: 32_768 },
      { id: 'b', max_model_len: 8192 },
    ]
    expect(parse({ data })).toEqual([
      { nativeId: 'a', contextLength: 131_072, maxOutputTokens: 32_768 },
      { nativeId: 'b', contextLength: 8192 },
    ])
  })
})
