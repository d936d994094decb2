import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateUsage } from '../estimate-usage.ts'
import { normaliseFinishReason } from '../finish-reason.ts'
import { readUsage } from '../openai-usage.ts'
import { parseUsage } from './usage-fields.ts'
import { writeUsage } from './write-usage.ts'

const read = (usage: object, reasoningOutside = false) =>
  readUsage(parseUsage(JSON.stringify(usage)), { reasoningOutside })
const lines = (usage: object, outside = false) =>
  Object.fromEntries((read(usage, outside)?.lines ?? []).map((line) => [line.item, line.quantity]))
const PRICED = { cost: '1.5', promptCost: '1', completionCost: '0.5' }

describe('readUsage', () => {
  it.each([[{}], [{ prompt_tokens: null }], [{ total_tokens: 5 }], [{ prompt_tokens: '5' }]])(
    'finds no counts in %j',
    (usage) => {
      expect(read(usage)).toBeUndefined()
    },
  )

  it.each([
    [{ prompt_tokens: -1, completion_tokens: 2 }, -1],
    [{ prompt_tokens: 1.5, completion_tokens: 2 }, 1.5],
    [{ prompt_tokens: 1, completion_tokens: 2, prompt_tokens_details: { cached_tokens: -7 } }, -7],
    [{ prompt_tokens: 1e300, completion_tokens: 2 }, 1e300],
  ])('hands on what no count can be, for the meter to refuse: %j', (usage, odd) => {
    expect(lines(usage)['input']).toBe(odd)
  })

  it.each([
    ['plain', { prompt_tokens: 10, completion_tokens: 5 }, false, { input: 10, output: 5 }],
    [
      'cached and written',
      {
        prompt_tokens: 100,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
      },
      false,
      { input: 10, 'input.cache-read': 60, 'input.cache-write': 30, output: 5 },
    ],
    [
      'cached beside the prompt',
      { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 60 } },
      false,
      { input: 10, 'input.cache-read': 60, output: 5 },
    ],
    [
      'DeepSeek\u2019s cache',
      { prompt_tokens: 64, completion_tokens: 1, prompt_cache_hit_tokens: 48 },
      false,
      { input: 16, 'input.cache-read': 48, output: 1 },
    ],
    [
      'reasoning inside',
      { prompt_tokens: 1, completion_tokens: 30, completion_tokens_details: { reasoning_tokens: 20 } },
      false,
      { input: 1, output: 10, 'output.reasoning': 20 },
    ],
    [
      'reasoning outside',
      { prompt_tokens: 1, completion_tokens: 30, completion_tokens_details: { reasoning_tokens: 20 } },
      true,
      { input: 1, output: 30, 'output.reasoning': 20 },
    ],
    [
      'reasoning outside by the row, inside by the total',
      {
        prompt_tokens: 1,
        completion_tokens: 30,
        total_tokens: 31,
        completion_tokens_details: { reasoning_tokens: 20 },
      },
      true,
      { input: 1, output: 10, 'output.reasoning': 20 },
    ],
    [
      'more reasoning than completion',
      { prompt_tokens: 1, completion_tokens: 3, completion_tokens_details: { reasoning_tokens: 20 } },
      false,
      { input: 1, output: 3, 'output.reasoning': 20 },
    ],
    [
      'audio',
      {
        prompt_tokens: 10,
        completion_tokens: 9,
        prompt_tokens_details: { audio_tokens: 4 },
        completion_tokens_details: { audio_tokens: 6 },
      },
      false,
      { input: 6, 'input.audio': 4, output: 3, 'output.audio': 6 },
    ],
    [
      'images and searches',
      {
        prompt_tokens: 1,
        completion_tokens: 9,
        completion_tokens_details: { image_tokens: 6 },
        server_tool_use_details: { web_search_requests: 2 },
      },
      false,
      { input: 1, output: 3, 'output.image': 6, 'tool.web-search': 2 },
    ],
    [
      'details that are null',
      { prompt_tokens: 1, completion_tokens: 2, prompt_tokens_details: null, completion_tokens_details: null },
      false,
      { input: 1, output: 2 },
    ],
  ])('%s', (_, usage, outside, expected) => {
    expect(lines(usage, outside)).toEqual(expected)
  })

  it('makes disjoint lines that add up to the tokens, whatever the provider claims', () => {
    const count = fc.nat({ max: 1000 })
    const usage = fc.record({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      prompt_tokens_details: fc.record({ cached_tokens: count, cache_write_tokens: count, audio_tokens: count }),
      completion_tokens_details: fc.record({ reasoning_tokens: count, audio_tokens: count, image_tokens: count }),
    })
    fc.assert(
      fc.property(usage, fc.boolean(), (given, outside) => {
        const reading = read(given, outside)
        if (reading === undefined) throw new Error('no reading')
        const sum = (kind: string) =>
          reading.lines.reduce((total, { item, quantity }) => total + (item.startsWith(kind) ? quantity : 0), 0)
        expect(reading.lines.every((line) => Number.isSafeInteger(line.quantity) && line.quantity >= 0)).toBe(true)
        expect(sum('input')).toBe(reading.tokensPrompt)
        expect(sum('output')).toBe(reading.tokensCompletion)
        expect(reading.tokensPrompt).toBeGreaterThanOrEqual(given.prompt_tokens)
        expect(reading.tokensCompletion).toBeGreaterThanOrEqual(given.completion_tokens)
      }),
    )
  })

  it('takes the reported cost as text, with what OpenRouter bills elsewhere for an own key', () => {
    expect(
      readUsage(parseUsage('{"prompt_tokens":1,"cost":0.10000000000000000001}'), { reasoningOutside: false })
        ?.reportedCost,
    ).toBe('0.10000000000000000001')
    expect(
      readUsage(
        parseUsage('{"prompt_tokens":1,"cost":1e-5,"is_byok":true,"cost_details":{"upstream_inference_cost":0.2}}'),
        {
          reasoningOutside: false,
        },
      )?.reportedCost,
    ).toBe('0.20001')
    expect(
      readUsage(
        parseUsage('{"prompt_tokens":1,"cost":1,"is_byok":false,"cost_details":{"upstream_inference_cost":1}}'),
        {
          reasoningOutside: false,
        },
      )?.reportedCost,
    ).toBe('1')
    expect(
      readUsage(parseUsage('{"prompt_tokens":1,"cost":null}'), { reasoningOutside: false })?.reportedCost,
    ).toBeUndefined()
  })
})

describe('writeUsage', () => {
  it('writes OpenRouter\u2019s form and keeps the provider\u2019s other members byte for byte', () => {
    const raw =
      '{"prompt_tokens":1,"queue_time":1.0,"big":12345678901234567890,"\\u0070rompt_tokens_details":{"cached_tokens":null,"text_tokens":1.0,"audio_tokens":2},"cost":{"a":1},"cost_details":null,"x":"\u00c3\u00a9"}'
    const reading = readUsage(parseUsage(raw), { reasoningOutside: false })
    if (reading === undefined) throw new Error('no reading')
    expect(writeUsage(parseUsage(raw), reading, PRICED)).toBe(
      '{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1,"cost":1.5,"is_byok":false,' +
        '"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0,"audio_tokens":2,"text_tokens":1.0},' +
        '"cost_details":{"upstream_inference_cost":0,"upstream_inference_prompt_cost":1,"upstream_inference_completions_cost":0.5},' +
        '"completion_tokens_details":{"reasoning_tokens":0},"queue_time":1.0,"big":12345678901234567890,"x":"\u00c3\u00a9"}',
    )
  })

  it('writes an estimate', () => {
    expect(
      JSON.parse(writeUsage(parseUsage(undefined), estimateUsage({ request: 10, answer: 1 }), PRICED)),
    ).toMatchObject({
      prompt_tokens: 4,
      completion_tokens: 1,
      total_tokens: 5,
    })
  })
})

describe('normaliseFinishReason', () => {
  it.each([
    ['stop', 'stop'],
    ['end_turn', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['function_call', 'tool_calls'],
    ['SAFETY', 'content_filter'],
    ['insufficient_system_resource', 'error'],
    ['constructor', 'stop'],
    ['never heard of', 'stop'],
  ])('8.14: %s is %s', (native, expected) => {
    expect(normaliseFinishReason(native)).toBe(expected)
  })
})
