import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import type { UsageReading } from '../codec.ts'
import { contextFor, dataOf } from '../testing/exchanges.ts'
import { openaiChat } from './index.ts'

const chunk = (delta: object, more: object = {}) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: null }],
    ...more,
  })
const sse = (...data: string[]) => Buffer.from(data.map((line) => `data: ${line}\n\n`).join(''))
const HELLO = chunk({ content: 'Hello' })
const STOP = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('a stream that fails', () => {
  it('is an error that has not started when its first event is one', () => {
    const editor = openaiChat.stream(contextFor())
    const step = editor.push(sse('{"error":{"message":"busy","type":"overloaded_error"}}'))
    expect(step).toMatchObject({
      started: false,
      ended: false,
      error: { status: 503, message: 'busy', code: 'overloaded_error' },
    })
    expect(step.bytes).toHaveLength(0)
    expect(editor.end()).toMatchObject({ complete: false, step: { started: false } })
  })

  it('gives out nothing that came before an error without an answer', () => {
    const editor = openaiChat.stream(contextFor())
    expect(editor.push(sse('{"choices":[],"debug":{}}', '{"type":"ping"}')).bytes).toHaveLength(0)
    const step = editor.push(sse('{"error":"no"}'))
    expect(step).toMatchObject({ started: false, error: { message: 'no', status: 502 } })
    expect(step.bytes).toHaveLength(0)
  })

  it('keeps what came before an error, and takes nothing after it', () => {
    const editor = openaiChat.stream(contextFor())
    const step = editor.push(sse(HELLO, '{"error":{"code":"429","message":"slow down"}}', HELLO))
    expect(dataOf(Buffer.from(step.bytes))).toHaveLength(1)
    expect(step).toMatchObject({ started: true, error: { status: 429 } })
    expect(editor.push(sse(HELLO, '[DONE]'))).toMatchObject({ ended: false, error: { status: 429 } })
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensCompletion: 2 })
  })

  it.each([
    ['an event named error', Buffer.from('event: error\ndata: {"message":"gone"}\n\n'), 'gone'],
    [
      'an error in an array, as Google wraps it',
      sse('[{"error":{"code":503,"message":"UNAVAILABLE","status":"UNAVAILABLE"}}]'),
      'UNAVAILABLE',
    ],
    ['an error that is a sentence', sse('{"error":"model not found"}'), 'model not found'],
  ])('knows %s', (_, bytes, message) => {
    expect(openaiChat.stream(contextFor()).push(bytes).error).toMatchObject({ message })
  })

  it('8.6: passes null and false errors as no errors', () => {
    const step = openaiChat.stream(contextFor()).push(sse(chunk({}, { error: null }), chunk({}, { error: false })))
    expect(step.error).toBeUndefined()
    expect(text(step.bytes)).not.toContain('null,"error"')
  })

  it('refuses what is no JSON, after giving out what came before it', () => {
    const editor = openaiChat.stream(contextFor())
    expect(dataOf(Buffer.from(editor.push(sse(HELLO, '{"cut":')).bytes))).toHaveLength(1)
    expect(() => editor.push(sse(HELLO))).toThrow(KeywayError)
    expect(() => editor.end()).toThrow('not valid JSON')
    expect(() => openaiChat.stream(contextFor()).push(sse('<html>'))).toThrow(KeywayError)
  })

  it('refuses an event over the limit, and endless preludes', () => {
    const limited = { ...contextFor(), eventBytesMax: 1000 }
    expect(() => openaiChat.stream(limited).push(sse(chunk({ content: 'x'.repeat(1000) })))).toThrow(
      'more than 1000 bytes',
    )
    const editor = openaiChat.stream(limited)
    expect(() => {
      for (let i = 0; i < 100; i++) editor.push(sse('{"type":"ping"}'))
    }).toThrow('before its answer')
  })

  it('refuses a 50 MB event before it has taken all of it', () => {
    const editor = openaiChat.stream(contextFor())
    let pushed = 0
    expect(() => {
      editor.push(Buffer.from('data: {"a":"'))
      for (; pushed < 50_000_000; pushed += 65_536) editor.push(Buffer.alloc(65_536, 0x78))
    }).toThrow(KeywayError)
    expect(pushed).toBeLessThan(17_000_000)
  })

  it('is incomplete when it closes before every choice has finished, and settles without a price', () => {
    let priced = 0
    const context = contextFor()
    const editor = openaiChat.stream({
      ...context,
      requestBytes: 30,
      price(reading) {
        priced++
        return context.price(reading)
      },
    })
    editor.push(sse(HELLO, '{"choices":[{"index":1,"delta":{},"finish_reason":"stop"}]}'))
    expect(editor.end().complete).toBe(false)
    expect(priced).toBe(0)
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensPrompt: 10, tokensCompletion: 2 })
  })

  it('is incomplete when it closes without a word', () => {
    expect(openaiChat.stream(contextFor()).end()).toMatchObject({
      complete: false,
      step: { started: false, ended: false },
    })
  })
})

describe('a stream', () => {
  it('starts with its first choice, and then gives out what waited', () => {
    const editor = openaiChat.stream(contextFor())
    expect(editor.push(Buffer.from(': ping\n\n'))).toMatchObject({ started: false })
    expect(editor.push(sse('{"choices":[],"debug":1}')).bytes).toHaveLength(0)
    const step = editor.push(sse(HELLO))
    expect(step.started).toBe(true)
    expect(dataOf(Buffer.from(step.bytes)).map((data) => JSON.parse(data).choices.length)).toEqual([0, 1])
  })

  it('sends usage once, priced once, however often the provider reports it', () => {
    const readings: UsageReading[] = []
    const context = contextFor()
    const editor = openaiChat.stream({
      ...context,
      price(reading) {
        readings.push(reading)
        return context.price(reading)
      },
    })
    const usage = (count: number) => ({ usage: { prompt_tokens: 5, completion_tokens: count } })
    const usageChunk = (count: number) => JSON.stringify({ id: 'c', choices: [], x: count, ...usage(count) })
    const out = [sse(chunk({ content: 'a' }, usage(1))), sse(usageChunk(2)), sse(STOP), sse(usageChunk(3), '[DONE]')]
      .map((bytes) => text(editor.push(bytes).bytes))
      .join('')
    const data = dataOf(Buffer.from(out))
    expect(data).toHaveLength(4)
    expect(data.filter((event) => event.includes('"usage"'))).toHaveLength(1)
    expect(JSON.parse(data[2] ?? '')).toMatchObject({
      choices: [],
      x: 3,
      usage: { completion_tokens: 3, total_tokens: 8, cost: 0.00015 },
    })
    expect(readings).toHaveLength(1)
    expect(editor.end()).toMatchObject({ complete: true })
    expect(editor.end().step.bytes).toHaveLength(0)
    expect(readings).toHaveLength(1)
  })

  it('8.3: gives a usage event without choices the choices that clients insist on', () => {
    const editor = openaiChat.stream(contextFor())
    const data = dataOf(
      Buffer.from(editor.push(sse(HELLO, STOP, '{"usage":{"prompt_tokens":1,"completion_tokens":1}}', '[DONE]')).bytes),
    )
    expect(JSON.parse(data[2] ?? '')).toMatchObject({ choices: [], usage: { prompt_tokens: 1 } })
  })

  it('splices the price as text, with no float in between', () => {
    const context = {
      ...contextFor(),
      price: () => ({ cost: '0.000000000000000001', promptCost: '12345678901234567890.1', completionCost: '0' }),
    }
    const out = text(openaiChat.stream(context).push(sse(HELLO, '[DONE]')).bytes)
    expect(out).toContain('"cost":0.000000000000000001,')
    expect(out).toContain('"upstream_inference_prompt_cost":12345678901234567890.1,')
  })

  it('passes data that is JSON but no chunk, under its own event name', () => {
    const editor = openaiChat.stream(contextFor())
    const step = editor.push(
      Buffer.concat([sse(HELLO), Buffer.from('event: note\nid: 1\ndata:{"id" : 1.0}\n\ndata: 7\n\ndata: [1]\n\n')]),
    )
    expect(text(step.bytes)).toContain('event: note\nid: 1\ndata: {"id" : 1.0}\n\ndata: 7\n\ndata: [1]\n\n')
  })

  it('is complete without [DONE] when its choices have finished, whatever follows their end', () => {
    const editor = openaiChat.stream(contextFor())
    editor.push(sse(HELLO, STOP, chunk({ content: '' })))
    const { step, complete } = editor.end()
    expect({ complete, ended: step.ended }).toEqual({ complete: true, ended: true })
    expect(dataOf(Buffer.from(step.bytes)).at(-1)).toBe('[DONE]')
  })

  it('ignores what follows [DONE]', () => {
    const editor = openaiChat.stream(contextFor())
    expect(editor.push(sse(HELLO, '[DONE]', HELLO))).toMatchObject({ ended: true })
    expect(editor.push(sse(HELLO)).bytes).toHaveLength(0)
  })

  it('counts the answer\u2019s bytes unescaped, reasoning once, tools too', () => {
    const editor = openaiChat.stream(contextFor())
    editor.push(
      Buffer.from(
        'data: {"choices":[{"delta":{"content":"\\u00e9\\n\\ud83c\\udf0d","reasoning":"abc","reasoning_details":[{"type":"reasoning.text","text":"abc"}]}},' +
          '{"index":1,"delta":{"tool_calls":[{"id":"never counted","function":{"name":"f","arguments":"{}"}}]}}]}\n\n',
      ),
    )
    expect(editor.summary.answerBytes).toBe(2 + 1 + 4 + 3 + 3)
  })

  it('does not keep a caller\u2019s memory', () => {
    const editor = openaiChat.stream(contextFor())
    const bytes = sse(HELLO)
    const half = Buffer.from(bytes.subarray(0, 20))
    editor.push(half)
    half.fill(0)
    expect(text(editor.push(bytes.subarray(20)).bytes)).toContain('Hello')
  })

  it('takes an event that is an error for clients from errorEvent', () => {
    const bytes = openaiChat.errorEvent(
      { code: 502, message: 'gone', metadata: { error_type: 'provider_unavailable' } },
      { id: 'gen-1', model: 'a/b', provider: 'P', created: 7 },
    )
    expect(text(bytes)).toMatch(/^data: \{.*\}\n\n$/)
    expect(JSON.parse(text(bytes).slice(6))).toEqual({
      id: 'gen-1',
      object: 'chat.completion.chunk',
      created: 7,
      model: 'a/b',
      provider: 'P',
      error: { code: 502, message: 'gone', metadata: { error_type: 'provider_unavailable' } },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    })
    expect(openaiChat.stream(contextFor()).push(bytes).error).toMatchObject({ status: 502, message: 'gone' })
  })
})
