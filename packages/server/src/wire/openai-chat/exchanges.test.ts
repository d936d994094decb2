import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import type { ReplySummary, UsageReading } from '../codec.ts'
import { contextFor, dataOf, EDITS, type Exchange, readExchanges } from './exchanges.ts'
import { openaiChat } from './index.ts'

const exchanges = readExchanges()
const streams = exchanges.filter((exchange) => exchange.streamed)
const replies = exchanges.filter((exchange) => !exchange.streamed)

/** Cuts in all: a million with KEYWAY_PROOF_SCALE=1, a twentieth of it in the ordinary test. */
const CUTS = Math.round(1_000_000 * Number(process.env['KEYWAY_PROOF_SCALE'] ?? '0.05'))

type Outcome = {
  out: string
  started: boolean
  complete: boolean
  error: unknown
  summary: ReplySummary
  readings: UsageReading[]
}

function run(exchange: Exchange, chunks: Iterable<Uint8Array>): Outcome {
  const readings: UsageReading[] = []
  const context = contextFor(exchange.expected.dialect)
  const editor = openaiChat.stream({
    ...context,
    price(reading) {
      readings.push(reading)
      return context.price(reading)
    },
  })
  let out = ''
  for (const chunk of chunks) {
    const step = editor.push(chunk)
    out += Buffer.from(step.bytes).toString('latin1')
  }
  const { step, complete } = editor.end()
  out += Buffer.from(step.bytes).toString('latin1')
  return { out, started: step.started, complete, error: step.error, summary: { ...editor.summary }, readings }
}

/** A small generator, so that a failing run can be repeated from its seed. @see https://en.wikipedia.org/wiki/Xorshift */
function makeRandom(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function expectUsage(reading: UsageReading | undefined, exchange: Exchange): void {
  const { usage, reportedCost } = exchange.expected
  if (usage === null) return
  expect(reading).toMatchObject({
    basis: usage.basis,
    tokensPrompt: usage.prompt,
    tokensReasoning: usage.reasoning,
    tokensCached: usage.cached,
    reportedCost,
  })
  if (usage.lines === null) return
  expect(reading?.tokensCompletion).toBe(usage.completion)
  expect(Object.fromEntries((reading?.lines ?? []).map((line) => [line.item, line.quantity]))).toEqual(usage.lines)
}

describe('recorded requests', () => {
  it.each(exchanges)('$name: is read and patched', ({ request }) => {
    const peeked = openaiChat.peek(request)
    expect(peeked.model).toContain('/')
    const patched: unknown = JSON.parse(Buffer.from(openaiChat.patch(request, EDITS)).toString())
    const { provider: _provider, ...sent } = JSON.parse(request.toString())
    expect(patched).toEqual({ ...sent, model: 'native-model' })
  })
})

describe('recorded streams', () => {
  it.each(streams)('$name: says what it says, in OpenRouter\u2019s form', (exchange) => {
    const { expected } = exchange
    const { out, started, complete, error, summary, readings } = run(exchange, [exchange.reply])
    const data = dataOf(Buffer.from(out, 'latin1'))
    expect({ started, complete }).toEqual({ started: expected.started, complete: expected.complete })
    if (expected.error === null) expect(error).toBeUndefined()
    else expect(error).toMatchObject(expected.error)
    expect(data).toHaveLength(expected.events ?? 0)
    expect(summary).toMatchObject({
      finishReason: expected.finish ?? undefined,
      nativeFinishReason: expected.native ?? undefined,
    })
    expectUsage(summary.usage, exchange)
    expect(readings).toHaveLength(expected.complete ? 1 : 0)

    const chunks = data.filter((event) => event !== '[DONE]').map((event) => JSON.parse(event))
    let text = ''
    for (const [index, chunk] of chunks.entries()) {
      expect(chunk).toMatchObject({ id: 'gen-1790000000-abcdefghij0123456789', model: 'author/slug-é' })
      expect(chunk.provider).toBe(exchange.name.startsWith('openrouter') ? 'Anthropic' : 'Prövider')
      expect(chunk.choices).toBeInstanceOf(Array)
      for (const key of ['error', 'usage', 'system_fingerprint']) expect(chunk[key]).not.toBeNull()
      for (const choice of chunk.choices) {
        expect(choice).toHaveProperty('finish_reason')
        expect(choice).toHaveProperty('native_finish_reason')
        if (choice.index === 0 && typeof choice.delta.content === 'string') text += choice.delta.content
        expect(choice.usage).toBeUndefined()
      }
      expect(chunk.x_groq?.usage).toBeUndefined()
      expect('usage' in chunk).toBe(expected.complete && index === chunks.length - 1)
    }
    expect(text).toBe(expected.text)
    if (!expected.complete) return
    expect(data.at(-1)).toBe('[DONE]')
    const last = chunks.at(-1)
    expect(last.choices).toEqual([])
    expect(last.usage).toMatchObject({ cost: 0.00015, is_byok: false, cost_details: { upstream_inference_cost: 0 } })
    for (const name of expected.keeps ?? []) expect(last.usage).toHaveProperty(name)
  })

  it(`gives identical events and output for ${CUTS} random cuts`, () => {
    const seed = Date.now() | 1
    const random = makeRandom(seed)
    const wholes = streams.map((exchange) => run(exchange, [exchange.reply]))
    let cuts = 0
    for (let round = 0; cuts < CUTS; round++) {
      const exchange = streams[round % streams.length]
      const whole = wholes[round % streams.length]
      if (exchange === undefined || whole === undefined) throw new Error('no streams')
      const { reply } = exchange
      // From two pieces to one byte each.
      const pieceMax = [reply.length, 400, 60, 7, 1][round % 5] ?? 1
      const chunks: Buffer[] = []
      for (let from = 0; from < reply.length; ) {
        const to = Math.min(reply.length, from + 1 + random(pieceMax))
        chunks.push(reply.subarray(from, to))
        from = to
      }
      cuts += chunks.length - 1
      expect(run(exchange, chunks), `seed ${seed}, round ${round}, ${exchange.name}`).toEqual(whole)
    }
  }, 900_000)
})

describe('recorded replies', () => {
  it.each(replies)('$name: says what it says, in OpenRouter\u2019s form', (exchange) => {
    const { expected } = exchange
    const { bytes, summary, error } = openaiChat.reply(exchange.reply, contextFor(expected.dialect))
    if (expected.error) {
      expect(error).toMatchObject(expected.error)
      expect(bytes).toHaveLength(0)
      return
    }
    const answer = JSON.parse(Buffer.from(bytes).toString())
    expect(answer).toMatchObject({
      id: 'gen-1790000000-abcdefghij0123456789',
      model: 'author/slug-é',
      provider: 'Prövider',
      system_fingerprint: null,
    })
    expect('error' in answer).toBe(false)
    expect(answer.choices[0].message.content).toBe(expected.text)
    expect(answer.choices[0]).toMatchObject({ finish_reason: expected.finish, native_finish_reason: expected.native })
    expect(answer.usage.cost).toBe(0.00015)
    for (const name of expected.keeps ?? []) expect(answer.usage).toHaveProperty(name)
    expectUsage(summary.usage, exchange)
  })

  it('a recorded stream is no reply', () => {
    for (const { reply } of streams) expect(() => openaiChat.reply(reply, contextFor())).toThrow(KeywayError)
  })
})
