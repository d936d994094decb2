import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import type { UsageReading } from '../codec.ts'
import { contextFor, eventsOf } from '../testing/exchanges.ts'
import { openaiResponses } from './index.ts'

const sse = (...events: (Record<string, unknown> & { type: string })[]) =>
  Buffer.from(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''))
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const CREATED = { type: 'response.created', response: { id: 'resp_1', model: 'm', usage: null } }
const ITEM = { type: 'response.output_item.added', output_index: 0, item: { type: 'message', content: [] } }
const delta = (words: string, more: object = {}) => ({
  type: 'response.output_text.delta',
  output_index: 0,
  delta: words,
  ...more,
})
const completed = (more: object = {}) => ({
  type: 'response.completed',
  response: { id: 'resp_1', model: 'm', status: 'completed', output: [], ...more },
})
const USAGE = { input_tokens: 5, output_tokens: 3, total_tokens: 8 }

describe('a stream that fails', () => {
  it('has not started while it has only said that the request was taken', () => {
    const editor = openaiResponses.stream(contextFor())
    const step = editor.push(sse(CREATED, { ...CREATED, type: 'response.in_progress' }, { type: 'keepalive' }))
    expect(step).toMatchObject({ started: false, error: undefined })
    expect(step.bytes).toHaveLength(0)
    const failed = { type: 'response.failed', response: { error: { code: 'slow_down', message: 'busy' } } }
    const last = editor.push(sse(failed))
    expect(last).toMatchObject({
      started: false,
      ended: false,
      error: { status: 503, message: 'busy', code: 'slow_down' },
    })
    expect(last.bytes).toHaveLength(0)
    expect(editor.end()).toMatchObject({ complete: false, step: { started: false } })
  })

  it('keeps what came before an error, and takes nothing after it', () => {
    const editor = openaiResponses.stream(contextFor())
    const error = { type: 'error', error: { code: 'rate_limit_exceeded', message: 'slow down' } }
    const step = editor.push(sse(CREATED, ITEM, delta('Hello'), error, delta('!')))
    expect(eventsOf(text(step.bytes))).toHaveLength(3)
    expect(step).toMatchObject({ started: true, error: { status: 429 } })
    expect(editor.push(sse(completed()))).toMatchObject({ ended: false, error: { status: 429 } })
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensCompletion: 2 })
  })

  it.each([
    ['an event named error', 'event: error\ndata: {"message":"gone"}\n\n', 'gone'],
    ['an error without a type', 'data: {"error":{"message":"gone"}}\n\n', 'gone'],
    ['a failure that says nothing', 'data: {"type":"response.failed","response":{}}\n\n', 'The answer failed.'],
  ])('knows %s', (_, bytes, message) => {
    expect(openaiResponses.stream(contextFor()).push(Buffer.from(bytes)).error).toMatchObject({ message })
  })

  it('takes an item that holds an error for no error', () => {
    const item = {
      type: 'response.output_item.done',
      output_index: 0,
      item: { type: 'mcp_call', error: 'no' },
      error: 'x',
    }
    expect(openaiResponses.stream(contextFor()).push(sse(item)).error).toBeUndefined()
  })

  it('refuses what is no JSON, after giving out what came before it', () => {
    const editor = openaiResponses.stream(contextFor())
    const cut = Buffer.concat([sse(ITEM, delta('a')), Buffer.from('data: {"cut":\n\n')])
    expect(eventsOf(text(editor.push(cut).bytes))).toHaveLength(2)
    expect(() => editor.push(sse(completed()))).toThrow(KeywayError)
    expect(() => editor.end()).toThrow('not valid JSON')
    expect(() => openaiResponses.stream(contextFor()).push(Buffer.from('data: <html>\n\n'))).toThrow(KeywayError)
  })

  it('refuses an event over the limit, and endless preludes', () => {
    const limited = { ...contextFor(), eventBytesMax: 1000 }
    expect(() => openaiResponses.stream(limited).push(sse(delta('x'.repeat(1000))))).toThrow('more than 1000 bytes')
    const editor = openaiResponses.stream(limited)
    expect(() => {
      for (let i = 0; i < 100; i++) editor.push(sse({ type: 'keepalive' }))
    }).toThrow('before its answer')
  })

  it('is incomplete when it closes before its end, and settles without a price', () => {
    let priced = 0
    const context = contextFor()
    const price = (reading: UsageReading) => {
      priced++
      return context.price(reading)
    }
    const editor = openaiResponses.stream({ ...context, requestBytes: 30, price })
    editor.push(Buffer.concat([sse(CREATED, ITEM, delta('Hello')), Buffer.from('data: [DONE]\n\n')]))
    expect(editor.end().complete).toBe(false)
    expect(priced).toBe(0)
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensPrompt: 10, tokensCompletion: 2 })
  })

  it('is incomplete when it closes without a word', () => {
    expect(openaiResponses.stream(contextFor()).end()).toMatchObject({ complete: false, step: { started: false } })
  })
})

describe('a stream', () => {
  it('starts with the first item of its output, and then gives out what waited', () => {
    const editor = openaiResponses.stream(contextFor())
    expect(editor.push(Buffer.from(': ping\n\n'))).toMatchObject({ started: false })
    expect(editor.push(sse(CREATED)).bytes).toHaveLength(0)
    const step = editor.push(sse(ITEM))
    expect(step.started).toBe(true)
    expect(eventsOf(text(step.bytes)).map(({ name }) => name)).toEqual([CREATED.type, ITEM.type])
  })

  it('ends with its last event, priced once, and ignores what follows', () => {
    const readings: UsageReading[] = []
    const context = contextFor()
    const price = (reading: UsageReading) => {
      readings.push(reading)
      return context.price(reading)
    }
    const editor = openaiResponses.stream({ ...context, price })
    const step = editor.push(sse(CREATED, ITEM, completed({ usage: USAGE }), delta('late')))
    expect(step).toMatchObject({ started: true, ended: true })
    expect(eventsOf(text(step.bytes))).toHaveLength(3)
    expect(editor.push(Buffer.from('data: [DONE]\n\n')).bytes).toHaveLength(0)
    expect(editor.end()).toMatchObject({ complete: true, step: { bytes: new Uint8Array(0) } })
    expect(readings).toHaveLength(1)
  })

  it('is an answer though it has no item: nothing was to be said', () => {
    const editor = openaiResponses.stream(contextFor())
    expect(editor.push(sse(CREATED, completed({ usage: USAGE })))).toMatchObject({ started: true, ended: true })
    expect(editor.summary).toMatchObject({
      finishReason: 'stop',
      nativeFinishReason: 'completed',
      upstreamId: 'resp_1',
    })
  })

  it('tells of a call though the last event repeats no items', () => {
    const editor = openaiResponses.stream(contextFor())
    editor.push(sse({ ...ITEM, item: { type: 'function_call', name: 'f' } }, completed({ usage: USAGE })))
    expect(editor.summary.finishReason).toBe('tool_calls')
  })

  it('writes JSON whatever number the provider counts', () => {
    const usage = { input_tokens: 7, output_tokens: 2, input_tokens_details: { cached_tokens: 9 } }
    const last = Buffer.from(sse(completed({ usage })).toString().replace('7', '1e400').replace('9', '-1e400'))
    const { bytes } = openaiResponses.stream(contextFor()).push(Buffer.concat([sse(CREATED, ITEM), last]))
    const told = JSON.parse(eventsOf(text(bytes)).at(-1)?.data ?? '').response.usage
    expect(told.input_tokens).toBeGreaterThan(1e200)
    expect(told.total_tokens).toBeGreaterThan(1e200)
  })

  it('is charged by what came where its usage is too long to be one', () => {
    const editor = openaiResponses.stream(contextFor())
    editor.push(sse(CREATED, ITEM, delta('abc'), completed({ usage: { ...USAGE, x: 'x'.repeat(65_536) } })))
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensCompletion: 1 })
  })

  it('takes no usage for true before the end', () => {
    const early = { type: 'response.in_progress', response: { id: 'r', usage: USAGE } }
    const out = text(openaiResponses.stream(contextFor()).push(sse(ITEM, early, delta('abcdef'), completed())).bytes)
    const [, first, , last] = eventsOf(out).map(({ data }) => JSON.parse(data))
    expect(first.response.usage).toBeNull()
    expect(last.response.usage).toMatchObject({ input_tokens: 0, output_tokens: 2 })
  })

  it('splices the price as text, with no float in between', () => {
    const priced = { cost: '0.000000000000000001', promptCost: '12345678901234567890.1', completionCost: '0' }
    const editor = openaiResponses.stream({ ...contextFor(), price: () => priced })
    const out = text(editor.push(sse(ITEM, completed({ usage: USAGE }))).bytes)
    expect(out).toContain('"cost":0.000000000000000001,')
    expect(out).toContain('"upstream_inference_input_cost":12345678901234567890.1,')
  })

  it('counts the answer\u2019s bytes unescaped, encrypted reasoning once, sound not at all', () => {
    const editor = openaiResponses.stream(contextFor())
    const sealed = { type: 'reasoning', summary: [], encrypted_content: 'x'.repeat(100) }
    editor.push(
      Buffer.concat([
        sse({ ...ITEM, item: sealed }, { ...ITEM, type: 'response.output_item.done', item: sealed }),
        Buffer.from(
          'data: {"type":"response.output_text.delta","output_index":1,"delta":"\\u00e9\\n\\ud83c\\udf0d"}\n\n',
        ),
        sse(delta('{"a":1}', { type: 'response.function_call_arguments.delta' })),
        sse(delta('AAAA', { type: 'response.audio.delta' })),
      ]),
    )
    expect(editor.summary.answerBytes).toBe(100 + 2 + 1 + 4 + 7)
  })

  it('numbers on from the last event that has a number, and from nothing while nothing was given out', () => {
    const editor = openaiResponses.stream(contextFor())
    editor.push(sse({ ...CREATED, sequence_number: 0 }))
    expect(editor.sequenceNumber).toBe(0)
    editor.push(sse({ ...ITEM, sequence_number: 7 }, delta('a'), delta('b', { sequence_number: 'x' })))
    expect(editor.sequenceNumber).toBe(8)
  })

  it('estimates by the whole answer where there were no deltas', () => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'x'.repeat(30) }] }]
    const editor = openaiResponses.stream(contextFor())
    editor.push(sse(ITEM, completed({ output })))
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensCompletion: 10 })
  })

  it('does not keep a caller\u2019s memory', () => {
    const editor = openaiResponses.stream(contextFor())
    const bytes = sse(delta('Hello'))
    const half = Buffer.from(bytes.subarray(0, 20))
    editor.push(half)
    half.fill(0)
    expect(text(editor.push(bytes.subarray(20)).bytes)).toContain('Hello')
  })
})
