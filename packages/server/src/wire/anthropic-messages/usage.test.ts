import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { contextFor } from '../testing/exchanges.ts'
import { anthropicMessages } from './index.ts'
import { mergeUsage, readUsage } from './usage.ts'

const read = (usage: object) => readUsage(mergeUsage(undefined, JSON.stringify(usage)))
const lines = (usage: object) =>
  Object.fromEntries((read(usage)?.lines ?? []).map((line) => [line.item, line.quantity]))

describe('usage', () => {
  it('that counts no tokens is none', () => {
    expect(read({})).toBeUndefined()
    expect(read({ cost: 1 })).toBeUndefined()
    expect(readUsage(mergeUsage(undefined, 'null'))).toBeUndefined()
  })

  it.each([
    [
      { input_tokens: -1, output_tokens: 2 },
      { input: -1, output: 2 },
    ],
    [
      { input_tokens: 1, cache_read_input_tokens: 1.5, output_tokens: 2 },
      { input: 1.5, output: 2 },
    ],
    [
      { input_tokens: 1, output_tokens: 1e300 },
      { input: 1, output: 1e300 },
    ],
    [
      { input_tokens: 1, output_tokens: 2, server_tool_use: { web_search_requests: -3 } },
      { input: -3, output: 2 },
    ],
  ])('of odd counts is handed on for the meter to refuse: %j', (usage, expected) => {
    expect(lines(usage)).toEqual(expected)
  })

  it('splits what was written to a cache by how long it is kept', () => {
    const usage = { input_tokens: 1, output_tokens: 2, cache_creation_input_tokens: 10 }
    expect(lines(usage)).toMatchObject({ 'input.cache-write': 10 })
    const creation = { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 6 }
    expect(lines({ ...usage, cache_creation: creation })).toEqual({
      input: 1,
      'input.cache-write': 4,
      'input.cache-write-1h': 6,
      output: 2,
    })
    expect(lines({ input_tokens: 1, output_tokens: 2, cache_creation: creation })).toMatchObject({
      'input.cache-write': 4,
      'input.cache-write-1h': 6,
    })
  })

  it('takes the later count, and keeps the earlier where the later says nothing', () => {
    const fields = mergeUsage(
      '{"input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}',
      '{"input_tokens":6,"cache_read_input_tokens":null,"output_tokens":9}',
    )
    expect(readUsage(fields)).toMatchObject({ tokensPrompt: 13, tokensCached: 7, tokensCompletion: 9 })
  })

  it('has the cost that its end tells, and none from before the answer', () => {
    const begun = '{"input_tokens":5,"output_tokens":1,"cost":0,"is_byok":false,"cost_details":{}}'
    expect(readUsage(mergeUsage(begun, undefined))?.reportedCost).toBeUndefined()
    expect(readUsage(mergeUsage(begun, '{"output_tokens":9}'))?.reportedCost).toBeUndefined()
    expect(readUsage(mergeUsage(begun, '{"output_tokens":9,"cost":0.5}'))?.reportedCost).toBe('0.5')
  })

  it('of tools that ran at the provider counts how often the model read its prompt', () => {
    const usage = { input_tokens: 1, output_tokens: 2 }
    expect(read(usage)?.passes).toBe(1)
    expect(read({ ...usage, server_tool_use: { web_search_requests: 3, web_fetch_requests: 2 } })?.passes).toBe(6)
    expect(read({ ...usage, iterations: [{ type: 'message' }, { type: 'message' }] })?.passes).toBe(2)
  })

  it('believes no more thinking than there was output', () => {
    expect(lines({ input_tokens: 1, output_tokens: 5, output_tokens_details: { thinking_tokens: 9 } })).toEqual({
      input: 1,
      output: 0,
      'output.reasoning': 5,
    })
  })

  it('adds the passes that the totals leave out, and no other', () => {
    const pass = { input_tokens: 100, cache_creation_input_tokens: 1, output_tokens: 10 }
    const iterations = [
      { type: 'message', ...pass },
      { type: 'compaction', ...pass },
      { type: 'advisor_message', model: 'claude-opus-5', ...pass },
      { type: 'fallback_message', ...pass },
      null,
    ]
    expect(lines({ input_tokens: 1, output_tokens: 2, iterations })).toEqual({
      input: 201,
      'input.cache-write': 2,
      output: 22,
    })
    expect(lines({ input_tokens: 1, output_tokens: 2, iterations: null })).toEqual({ input: 1, output: 2 })
  })
})

describe('a reply', () => {
  const reply = (body: string) => anthropicMessages.reply(Buffer.from(body), contextFor())

  it.each([
    ['no JSON', '<html>'],
    ['no object', '[]'],
    ['half of one', '{"type":"message","content":['],
    ['another format\u2019s', '{"choices":[]}'],
  ])('that is %s is refused', (_, body) => {
    expect(() => reply(body)).toThrow(KeywayError)
  })

  it('without usage gets an estimate, with the charge', () => {
    const { bytes, summary } = reply('{"type":"message","content":[{"type":"text","text":"abcdef"}]}')
    expect(summary.usage).toMatchObject({ basis: 'estimated', tokensCompletion: 2 })
    expect(JSON.parse(Buffer.from(bytes).toString()).usage).toMatchObject({
      input_tokens: 0,
      output_tokens: 2,
      cost: 0.00015,
    })
  })

  it('with two usages is left with the last', () => {
    const { bytes, summary } = reply(
      '{"usage":{"output_tokens":1},"type":"message","content":[],"usage":{"output_tokens":2}}',
    )
    expect(summary.usage?.tokensCompletion).toBe(2)
    expect(
      Buffer.from(bytes)
        .toString()
        .match(/"usage"/g),
    ).toHaveLength(1)
  })

  it('counts the arguments of a tool that are an object', () => {
    const { summary } = reply('{"content":[{"type":"tool_use","name":"ab","input":{"a":1}}]}')
    expect(summary.answerBytes).toBe(2 + 7)
  })
})
