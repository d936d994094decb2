import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import type { ReplySummary, UsageReading } from '../codec.ts'
import { contextFor, EDITS } from '../openai-chat/exchanges.ts'
import { type Exchange, eventsOf, readExchanges } from './exchanges.ts'
import { anthropicMessages } from './index.ts'

const exchanges = readExchanges()
const streams = exchanges.filter((exchange) => exchange.streamed)
const replies = exchanges.filter((exchange) => !exchange.streamed)

/** Cuts in all: a million with KEYWAY_PROOF_SCALE=1, a twentieth of it in the ordinary test. */
const CUTS = Math.round(1_000_000 * Number(process.env['KEYWAY_PROOF_SCALE'] ?? '0.05'))

const ID = 'gen-1790000000-abcdefghij0123456789'
const CHARGE = { cost: 0.00015, is_byok: false, cost_details: { upstream_inference_cost: 0 } }

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
  const editor = anthropicMessages.stream({
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

function expectUsage(reading: UsageReading | undefined, { expected: { usage, reportedCost } }: Exchange): void {
  if (usage === null) return
  expect(reading).toMatchObject({
    basis: usage.basis,
    tokensPrompt: usage.prompt,
    tokensCompletion: usage.completion,
    tokensReasoning: usage.reasoning,
    tokensCached: usage.cached,
    tokensCacheWrite: usage.written,
    reportedCost,
  })
  expect(Object.fromEntries((reading?.lines ?? []).map((line) => [line.item, line.quantity]))).toEqual(usage.lines)
}

describe('requests', () => {
  it.each(exchanges)('$name: is read and patched', ({ request }) => {
    const peeked = anthropicMessages.peek(request)
    expect(peeked.model).toBe('anthropic/claude-sonnet-5')
    const patched: unknown = JSON.parse(Buffer.from(anthropicMessages.patch(request, EDITS)).toString())
    expect(patched).toEqual({ ...JSON.parse(request.toString()), model: 'native-model' })
  })
})

describe('streams', () => {
  it.each(streams)('8.16: $name says what it says, each event with its name', (exchange) => {
    const { expected } = exchange
    const { out, started, complete, error, summary, readings } = run(exchange, [exchange.reply])
    const events = eventsOf(Buffer.from(out, 'latin1'))
    expect({ started, complete }).toEqual({ started: expected.started, complete: expected.complete })
    if (expected.error === null) expect(error).toBeUndefined()
    else expect(error).toMatchObject(expected.error)
    expect(events).toHaveLength(expected.events ?? 0)
    expect(summary).toMatchObject({
      finishReason: expected.finish ?? undefined,
      nativeFinishReason: expected.native ?? undefined,
    })
    expectUsage(summary.usage, exchange)
    expect(readings).toHaveLength(expected.complete ? 1 : 0)

    let text = ''
    for (const { name, data } of events) {
      const event = JSON.parse(data)
      expect(name).toBe(event.type)
      if (event.delta?.type === 'text_delta') text += event.delta.text
      if (event.type !== 'message_start') continue
      const provider = exchange.name.startsWith('openrouter') ? 'Amazon Bedrock' : 'Pr\u00f6vider'
      expect(event.message).toMatchObject({ id: ID, model: 'author/slug-\u00e9', provider })
      expect(event.message.usage?.cost).toBeUndefined()
    }
    expect(text).toBe(expected.text)
    const last = events.map(({ data }) => JSON.parse(data)).filter((event) => event.type === 'message_delta')
    for (const event of last.slice(0, expected.complete ? -1 : undefined)) expect(event.usage?.cost).toBeUndefined()
    if (!expected.complete) return
    expect(events.some((event) => event.name === 'message_stop')).toBe(true)
    expect(last.at(-1)?.usage).toMatchObject(CHARGE)
    expect(last.at(-1)?.usage.output_tokens).toBeTypeOf('number')
    for (const name of expected.keeps ?? []) expect(last.at(-1)?.usage).toHaveProperty(name)
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

describe('replies', () => {
  it.each(replies)('$name: says what it says, with its charge', (exchange) => {
    const { expected } = exchange
    const { bytes, summary, error } = anthropicMessages.reply(exchange.reply, contextFor(expected.dialect))
    if (expected.error) {
      expect(error).toMatchObject(expected.error)
      expect(bytes).toHaveLength(0)
      return
    }
    const answer = JSON.parse(Buffer.from(bytes).toString())
    const provider = exchange.name.endsWith('openrouter') ? 'Anthropic' : 'Pr\u00f6vider'
    expect(answer).toMatchObject({ id: ID, type: 'message', model: 'author/slug-\u00e9', provider, usage: CHARGE })
    const texts = answer.content.map((block: { text?: string }) => block.text ?? '')
    expect(texts.join('')).toBe(expected.text)
    expect(answer.stop_reason).toBe(expected.native)
    expect(summary).toMatchObject({ finishReason: expected.finish, nativeFinishReason: expected.native })
    for (const name of expected.keeps ?? []) expect(answer.usage).toHaveProperty(name)
    expectUsage(summary.usage, exchange)
  })

  it('a stream is no reply', () => {
    for (const { reply } of streams) expect(() => anthropicMessages.reply(reply, contextFor())).toThrow(KeywayError)
  })
})
