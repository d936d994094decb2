import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import type { ReplySummary, UsageReading } from '../codec.ts'
import { contextFor, EDITS } from '../openai-chat/exchanges.ts'
import { type Exchange, eventsOf, readExchanges } from './exchanges.ts'
import { openaiResponses } from './index.ts'

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
  const editor = openaiResponses.stream({
    ...context,
    price(reading) {
      readings.push(reading)
      return context.price(reading)
    },
  })
  let out = ''
  for (const chunk of chunks) out += Buffer.from(editor.push(chunk).bytes).toString('latin1')
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
    tokensCompletion: usage.completion,
    tokensReasoning: usage.reasoning,
    tokensCached: usage.cached,
    reportedCost,
  })
  if (usage.lines === null) return
  expect(Object.fromEntries((reading?.lines ?? []).map((line) => [line.item, line.quantity]))).toEqual(usage.lines)
}

describe('recorded requests', () => {
  it.each(exchanges)('$name: is read and patched', ({ request, expected }) => {
    const peeked = openaiResponses.peek(request)
    expect(peeked.model).toContain('/')
    expect(peeked.features).toEqual(expected.features ?? [])
    const patched: unknown = JSON.parse(Buffer.from(openaiResponses.patch(request, EDITS)).toString())
    const { provider, models, session_id, plugins, ...sent } = JSON.parse(request.toString())
    expect(patched).toEqual({ ...sent, model: 'native-model', store: false })
  })
})

describe('recorded streams', () => {
  it.each(streams)('$name: says what it says, under our id and name', (exchange) => {
    const { expected } = exchange
    const { out, started, complete, error, summary, readings } = run(exchange, [exchange.reply])
    const events = eventsOf(Buffer.from(out, 'latin1').toString())
    expect({ started, complete }).toEqual({ started: expected.started, complete: expected.complete })
    if (expected.error === null) expect(error).toBeUndefined()
    else expect(error).toMatchObject(expected.error)
    expect(events).toHaveLength(expected.events ?? 0)
    expect(summary.finishReason ?? null).toBe(expected.finish)
    expect(summary.nativeFinishReason ?? null).toBe(expected.native)
    expectUsage(summary.usage, exchange)
    expect(readings).toHaveLength(expected.complete ? 1 : 0)

    let text = ''
    for (const { data } of events) {
      const event = JSON.parse(data)
      if (event.type === 'response.output_text.delta') text += event.delta
      if (event.response === undefined) continue
      expect(event.response).toMatchObject({ id: 'gen-1790000000-abcdefghij0123456789', model: 'author/slug-é' })
      const ends = ['response.completed', 'response.incomplete'].includes(event.type)
      if (!ends) expect(event.response.usage).toBeNull()
    }
    expect(text).toBe(expected.text)
    if (expected.sealed !== undefined)
      expect(out.split(expected.sealed)).toHaveLength(exchange.reply.toString().split(expected.sealed).length)
    if (!expected.complete) return
    const last = JSON.parse(events.at(-1)?.data ?? '')
    expect(last.response.usage).toMatchObject({
      cost: 0.00015,
      is_byok: false,
      input_tokens_details: { cached_tokens: expected.usage?.cached },
      output_tokens_details: { reasoning_tokens: expected.usage?.reasoning },
      cost_details: {
        upstream_inference_cost: 0,
        upstream_inference_input_cost: 0.0001,
        upstream_inference_output_cost: 0.00005,
      },
    })
    for (const name of expected.keeps ?? []) expect(last.response.usage).toHaveProperty(name)
  })

  it(`gives identical events and output for ${CUTS} random cuts`, () => {
    const seed = Number(process.env['KEYWAY_PROOF_SEED'] ?? Date.now()) | 1
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
  it.each(replies)('$name: says what it says, under our id and name', (exchange) => {
    const { expected } = exchange
    const { bytes, summary, error } = openaiResponses.reply(exchange.reply, contextFor(expected.dialect))
    expect(summary.finishReason ?? null).toBe(expected.finish)
    expect(summary.nativeFinishReason ?? null).toBe(expected.native)
    if (expected.error) {
      expect(error).toMatchObject(expected.error)
      expect(bytes).toHaveLength(0)
      return
    }
    expect(error).toBeUndefined()
    const answer = JSON.parse(Buffer.from(bytes).toString())
    expect(answer).toMatchObject({ id: 'gen-1790000000-abcdefghij0123456789', model: 'author/slug-é', error: null })
    expect(answer.output[0].content[0].text).toBe(expected.text)
    expect(answer.usage).toMatchObject({ cost: 0.00015, is_byok: false })
    for (const name of expected.keeps ?? []) expect(answer.usage).toHaveProperty(name)
    expectUsage(summary.usage, exchange)
  })

  it('a recorded stream is no reply', () => {
    for (const { reply } of streams) expect(() => openaiResponses.reply(reply, contextFor())).toThrow(KeywayError)
  })
})
