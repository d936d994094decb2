import { describe, expect, it } from 'vitest'
import { contextFor, dataOf } from '../testing/exchanges.ts'
import { openaiChat } from './index.ts'

type Call = { index?: number; id?: string; type?: string; function?: Record<string, string> }

/** What a client gets of chunks with these tool calls in their first choice. */
function streamed(...chunks: string[]): { calls: Call[][]; raw: string[] } {
  const editor = openaiChat.stream(contextFor())
  const sse = chunks.map((choices) => `data: {"id":"x","choices":[${choices}]}\n\n`).join('')
  const raw = dataOf(Buffer.from(editor.push(Buffer.from(sse)).bytes))
  const calls = raw.map((data) => {
    const chunk: { choices: { delta: { tool_calls: Call[] } }[] } = JSON.parse(data)
    return chunk.choices.flatMap(({ delta }) => delta.tool_calls)
  })
  return { calls, raw }
}
const delta = (calls: string, choice = 0) => `{"delta":{"tool_calls":[${calls}]},"index":${choice}}`
const whole = (id: string) => `{"function":{"arguments":"{}","name":"add"},"id":"${id}","type":"function"}`

describe('the tool calls of a stream', () => {
  it('8.5: are left alone where they have what clients need, byte for byte', () => {
    const first = '{ "index" : 0,"id":"a","type":"function","function":{"name":"add","arguments":""}}'
    const piece = '{"index":0,"function":{"arguments":"{\\"a\\""}}'
    const { raw } = streamed(delta(first), delta(piece), delta(piece))
    expect(raw[0]).toContain(`"tool_calls":[${first}]`)
    for (const chunk of raw.slice(1)) expect(chunk).toContain(`"tool_calls":[${piece}]`)
  })

  it('8.5: get the index that Google leaves out, one for each call, in one chunk or several', () => {
    const { calls } = streamed(delta(`${whole('a')},${whole('b')}`), delta(whole('c')), delta(whole('d')))
    expect(calls.map((some) => some.map(({ index, id }) => [index, id]))).toEqual([
      [
        [0, 'a'],
        [1, 'b'],
      ],
      [[2, 'c']],
      [[3, 'd']],
    ])
  })

  it('8.5: get a type with their first piece, and the pieces that follow go with it', () => {
    const piece = '{"function":{"arguments":"1"}}'
    const { calls } = streamed(
      delta('{"id":"a","function":{"name":"add","arguments":""}}'),
      delta(piece),
      delta(piece),
      delta('{"id":"b","function":{"name":"add","arguments":""}}'),
      delta(piece),
    )
    expect(calls.flat().map(({ index }) => index)).toEqual([0, 0, 0, 1, 1])
    expect(calls.flat().map(({ type }) => type)).toEqual(['function', undefined, undefined, 'function', undefined])
  })

  it('8.5: go on with one call while its id is repeated, or empty', () => {
    const { calls } = streamed(delta(whole('a')), delta(whole('a')), delta(whole('')), delta(whole('b')))
    expect(calls.flat().map(({ index }) => index)).toEqual([0, 0, 0, 1])
  })

  it('8.5: are counted in each choice by itself, though the choice\u2019s index stands behind them', () => {
    const { calls } = streamed(`${delta(whole('a'), 0)},${delta(whole('b'), 1)}`, delta(whole('c'), 1))
    expect(calls).toMatchObject([[{ index: 0 }, { index: 0 }], [{ index: 1 }]])
  })

  it('8.5: take part in the count where some have an index', () => {
    const { calls } = streamed(delta(`{"index":4,"id":"a","type":"function","function":{"name":"add"}},${whole('b')}`))
    expect(calls.flat().map(({ index }) => index)).toEqual([4, 5])
  })

  it('8.5: stay what they are when they are none', () => {
    for (const odd of ['null', '1', '"x"', '{"a":1}', '[null,1,[]]'])
      expect(streamed(`{"delta":{"tool_calls":${odd}}}`).raw[0]).toContain(`{"tool_calls":${odd}}`)
  })

  it('are counted as an answer like before', () => {
    const counted = (calls: string) => {
      const editor = openaiChat.stream(contextFor())
      editor.push(Buffer.from(`data: {"choices":[${delta(calls)}]}\n\n`))
      return editor.summary.answerBytes
    }
    expect(counted(whole('a'))).toBe('{}add'.length)
    expect(counted('{"index":0,"custom":{"name":"n","input":"four"}}')).toBe('nfour'.length)
  })
})

it('8.4: a chunk without finish_reason gets one that is null, and native_finish_reason beside it', () => {
  const editor = openaiChat.stream(contextFor())
  const chunk = (choice: string) => `data: {"choices":[${choice}]}\n\n`
  const sse = chunk('{"index":0,"delta":{"content":"a"}}') + chunk('{"delta":{},"native_finish_reason":"x"}')
  const got = dataOf(Buffer.from(editor.push(Buffer.from(sse)).bytes))
  expect(got[0]).toContain('[{"index":0,"delta":{"content":"a"},"finish_reason":null,"native_finish_reason":null}]')
  expect(got[1]).toContain('[{"delta":{},"native_finish_reason":"x","finish_reason":null}]')
})
