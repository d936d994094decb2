import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { contextFor, eventsOf } from '../testing/exchanges.ts'
import { anthropicMessages } from './index.ts'

const event = (value: { type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`
const START = event({
  type: 'message_start',
  ...{ message: { id: 'msg_1', type: 'message', model: 'm', usage: { input_tokens: 10, output_tokens: 1 } } },
})
const PING = event({ type: 'ping' })
const BLOCK =
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n'
const delta = (text: string) =>
  `event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":${JSON.stringify(text)}}}\n\n`
const END =
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}}\n\n'
const STOP = event({ type: 'message_stop' })
const FAILED = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'

const open = (more: object = {}) => anthropicMessages.stream({ ...contextFor(), ...more })
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('a stream that fails', () => {
  it.each([
    ['at once', ''],
    ['behind the event that begins a message', START],
    ['behind a ping and an event that nobody knows', `${START}${PING}event: news\ndata: {"type":"news"}\n\n`],
  ])('%s has not started, and gives out nothing', (_, before) => {
    const editor = open()
    expect(editor.push(Buffer.from(before)).bytes).toHaveLength(0)
    const step = editor.push(Buffer.from(FAILED))
    expect(step).toMatchObject({ started: false, ended: false, error: { status: 503, code: 'overloaded_error' } })
    expect(step.bytes).toHaveLength(0)
    expect(editor.end()).toMatchObject({ complete: false, step: { started: false } })
  })

  it.each([
    ['an error without a name', 'data: {"type":"error","error":{"type":"api_error","message":"m"}}\n\n', 500],
    ['a bare error', 'data: {"error":{"code":402,"message":"m"}}\n\n', 402],
    ['an error that is no object', 'event: error\ndata: "m"\n\n', 502],
  ])('%s is one', (_, failed, status) => {
    expect(open().push(Buffer.from(failed)).error).toMatchObject({ status })
  })

  it('keeps what came before an error, and takes nothing after it', () => {
    const editor = open()
    const step = editor.push(Buffer.from(START + BLOCK + delta('Hello') + FAILED + delta('more')))
    expect(eventsOf(text(step.bytes)).map(({ name }) => name)).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
    ])
    expect(editor.push(Buffer.from(END + STOP))).toMatchObject({ ended: false, error: { status: 503 } })
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensPrompt: 10, tokensCompletion: 2 })
  })

  it('is not complete without message_stop, and its last words are given out without a charge', () => {
    const editor = open()
    editor.push(Buffer.from(START + BLOCK + END))
    const { step, complete } = editor.end()
    expect(complete).toBe(false)
    expect(text(step.bytes)).toBe(END)
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensPrompt: 10, tokensCompletion: 4 })
  })

  it.each([
    ['no JSON', 'data: {"type":\n\n'],
    ['half a string in a delta', delta('a').replace('"a"', '"a')],
  ])('%s is refused', (_, bad) => {
    const editor = open()
    editor.push(Buffer.from(START + BLOCK + delta('a')))
    expect(() => editor.push(Buffer.from(bad))).toThrow(KeywayError)
  })

  it('gives out what was whole before it refuses', () => {
    const editor = open()
    expect(text(editor.push(Buffer.from(`${START}${BLOCK}data: x\n\n`)).bytes)).toContain('content_block_start')
    expect(() => editor.push(Buffer.from(STOP))).toThrow('not valid JSON')
  })

  it.each([
    ['null', null],
    ['too long to be one', { output_tokens: 9, x: 'x'.repeat(65_536) }],
  ])('stays JSON where a usage that was not the last is %s', (_, usage) => {
    const words = event({ type: 'message_delta', ...{ delta: {}, usage } })
    const { bytes } = open().push(Buffer.from(START + BLOCK + words + END + STOP))
    const events = eventsOf(text(bytes)).map(({ data }) => JSON.parse(data))
    expect(events.at(-3)).toEqual({ type: 'message_delta', delta: {}, usage: null })
    expect(events.at(-2).usage).toMatchObject({ output_tokens: 4, cost: 0.00015 })
  })

  it('is charged by what came where its usage is too long to be one', () => {
    const usage = { input_tokens: 7, output_tokens: 9, x: 'x'.repeat(65_536) }
    const last = event({ type: 'message_delta', ...{ delta: {}, usage } })
    const editor = open()
    const bytes = editor.push(Buffer.from(START + BLOCK + delta('abc') + last + STOP)).bytes
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensPrompt: 10, tokensCompletion: 1 })
    expect(JSON.parse(eventsOf(text(bytes)).at(-2)?.data ?? '').usage).toMatchObject({
      input_tokens: 10,
      cost: 0.00015,
    })
  })

  it('is bounded before its answer, and behind its last words', () => {
    const news = `event: news\ndata: {"type":"news","x":"${'x'.repeat(900)}"}\n\n`
    const waiting = open({ eventBytesMax: 1000 })
    waiting.push(Buffer.from(news))
    expect(() => waiting.push(Buffer.from(news))).toThrow('before its answer')
    const held = open({ eventBytesMax: 1000 })
    held.push(Buffer.from(START + BLOCK + END + news))
    expect(() => held.push(Buffer.from(news))).toThrow('behind its last word')
  })
})

describe('a stream', () => {
  it('starts with the first event of an answer, and not with message_start or a ping', () => {
    const editor = open()
    expect(editor.push(Buffer.from(START + PING))).toMatchObject({ started: false })
    const step = editor.push(Buffer.from(BLOCK))
    expect(step.started).toBe(true)
    expect(eventsOf(text(step.bytes)).map(({ name }) => name)).toEqual(['message_start', 'ping', 'content_block_start'])
  })

  it('ends with message_stop, behind the charge, which is asked for once', () => {
    let asked = 0
    const editor = open({
      price: () => {
        asked++
        return { cost: '1.5', promptCost: '1', completionCost: '0.5' }
      },
    })
    const step = editor.push(Buffer.from(START + BLOCK + END + END + PING + STOP + delta('late')))
    expect(step.ended).toBe(true)
    expect(asked).toBe(1)
    const events = eventsOf(text(step.bytes))
    expect(events.map(({ name }) => name)).toEqual([
      'message_start',
      'content_block_start',
      'message_delta',
      'message_delta',
      'ping',
      'message_stop',
    ])
    expect(events.filter(({ data }) => data.includes('"cost":1.5'))).toHaveLength(1)
    expect(events[3]?.data).toContain('"cost":1.5')
    expect(editor.end()).toMatchObject({ complete: true })
  })

  it('tells the provider\u2019s own cost nowhere, in no last words that were not the last either', () => {
    const editor = open()
    const priced = END.replace('"output_tokens":4', '"output_tokens":4,"cost":7,"is_byok":false')
    const begun = START.replace('"output_tokens":1', '"output_tokens":1,"cost":7')
    const { bytes } = editor.push(Buffer.from(begun + BLOCK + priced + priced + STOP))
    const cut = open()
    const before = cut.push(Buffer.from(begun + BLOCK + priced)).bytes
    const all = [text(bytes), text(before), text(cut.end().step.bytes)].join('')
    expect(all).toContain('"cost":0.00015')
    expect(all).not.toContain('"cost":7')
  })

  it('without a message_delta is charged by what came', () => {
    const editor = open()
    const step = editor.push(Buffer.from(START + BLOCK + delta('abcdef') + STOP))
    expect(step.ended).toBe(true)
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensPrompt: 10, tokensCompletion: 2 })
  })

  it('counts text, thinking and arguments, and neither their signatures besides nor results of tools', () => {
    const editor = open()
    const block = (value: object) => event({ type: 'content_block_start', ...{ index: 0, content_block: value } })
    const piece = (value: object) => event({ type: 'content_block_delta', ...{ index: 0, delta: value } })
    editor.push(
      Buffer.from(
        START +
          block({ type: 'tool_use', id: 'x', name: 'four', input: {} }) +
          piece({ type: 'input_json_delta', partial_json: '{"a":1}' }) +
          piece({ type: 'thinking_delta', thinking: 'hmm' }) +
          piece({ type: 'signature_delta', signature: 'x'.repeat(10) }) +
          piece({ type: 'text_delta', text: 'é' }) +
          block({ type: 'web_search_tool_result', content: [{ type: 'web_search_result', title: 'long' }] }),
      ),
    )
    expect(editor.summary.answerBytes).toBe(4 + 7 + 3 + 2)
  })

  it('of like deltas is read as each delta by itself', () => {
    const words = fc.constantFrom(
      '',
      'a',
      ' fox',
      'é',
      '\\n',
      '\\"',
      '\\u00e9',
      '","x":"y',
      '\\\\',
      '🌍',
      'x'.repeat(300),
    )
    const inner = fc.oneof(
      { weight: 6, arbitrary: words.map((word) => `{"type":"text_delta","text":"${word}"}`) },
      words.map((word) => `{"type":"thinking_delta","thinking":"${word}"}`),
      words.map((word) => `{"type":"input_json_delta","partial_json":"${word}"}`),
      words.map((word) => `{"text":"${word}","thinking":"${word}"}`),
      words.map((word) => `{"type":"signature_delta","signature":"${word}"}`),
      fc.constantFrom('{}', 'null', '{"input":{"a":"b"}}', '{"text":"a","text":"b"}'),
    )
    const data = fc
      .tuple(inner, fc.constantFrom('0', '0', '1'), fc.constantFrom('', '', ',"x":"y"', ',"n":1.0'))
      .map(([value, index, tail]) => `{"type":"content_block_delta","index":${index},"delta":${value}${tail}}`)
    fc.assert(
      fc.property(fc.array(data, { minLength: 2, maxLength: 30 }), (list) => {
        const editor = open()
        let answerBytes = 0
        for (const json of list) {
          const framed = `event: content_block_delta\ndata: ${json}\n\n`
          const alone = open()
          expect(text(alone.push(Buffer.from(framed)).bytes)).toBe(framed)
          const counted = alone.summary.answerBytes
          // What is sealed counts for what was not shown.
          answerBytes = json.includes('signature_delta') ? Math.max(answerBytes, counted) : answerBytes + counted
          expect(text(editor.push(Buffer.from(framed)).bytes)).toBe(framed)
          expect(editor.summary.answerBytes).toBe(answerBytes)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('thoughts that only Anthropic can read', () => {
  const block = (of: object) => event({ type: 'content_block_start', ...{ index: 0, content_block: of } })
  const part = (of: object) => event({ type: 'content_block_delta', ...{ index: 0, delta: of } })
  const signed = part({ type: 'signature_delta', signature: 's'.repeat(3000) })
  const thought = block({ type: 'thinking', thinking: '', signature: '' })

  it.each([
    ['that are not shown', thought + signed, 1000],
    ['that are redacted', block({ type: 'redacted_thinking', data: 'd'.repeat(3000) }), 1000],
    ['of which a summary is shown', thought + part({ type: 'thinking_delta', thinking: 'abc' }) + signed, 1000],
    ['that are shown', thought + part({ type: 'thinking_delta', thinking: 'a'.repeat(6000) }) + signed, 2000],
  ])('%s are paid for by whoever leaves before the usage comes', (_, events, tokens) => {
    const editor = open()
    editor.push(Buffer.from(START + events + BLOCK + delta('abc')))
    editor.end()
    expect(editor.summary.usage).toMatchObject({ basis: 'estimated', tokensCompletion: tokens + 1 })
  })
})

describe('an error of ours', () => {
  const error = {
    code: 402,
    message: 'No credit.',
    metadata: { error_type: 'payment_required', reason: 'key_limit_reached' },
  }

  it('is an event in Anthropic\u2019s form, with OpenRouter\u2019s words in it', () => {
    const bytes = anthropicMessages.errorEvent(error, { id: 'gen-1', model: 'm', provider: 'p', created: 1 })
    const [only] = eventsOf(text(bytes))
    expect(only?.name).toBe('error')
    expect(JSON.parse(only?.data ?? '')).toEqual({
      type: 'error',
      error: { type: 'billing_error', message: 'No credit.', error_type: 'payment_required' },
      request_id: 'gen-1',
      metadata: { reason: 'key_limit_reached' },
    })
  })

  it.each([
    ['overloaded_error', 'overloaded_error'],
    ['rate_limit_error', 'rate_limit_error'],
    ['authentication_error', 'api_error'],
    ['billing_error', 'api_error'],
    ['invented_error', 'api_error'],
    [undefined, 'api_error'],
  ])('that broke a stream has the provider\u2019s own type where it speaks of itself: %s', (word, type) => {
    const broken = { code: 502, message: 'm', metadata: { error_type: 'provider_unavailable', provider_code: word } }
    const bytes = anthropicMessages.errorEvent(broken, { id: 'gen-1', model: 'm', provider: 'p', created: 1 })
    expect(JSON.parse(eventsOf(text(bytes))[0]?.data ?? '').error.type).toBe(type)
  })

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [409, 'invalid_request_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [503, 'overloaded_error'],
    [504, 'timeout_error'],
  ])('of status %i is a body of type %s', (code, type) => {
    const body = anthropicMessages.errorBody({ ...error, code }, { requestId: 'req-1' })
    expect(JSON.parse(body)).toMatchObject({ type: 'error', error: { type }, request_id: 'req-1' })
  })
})
