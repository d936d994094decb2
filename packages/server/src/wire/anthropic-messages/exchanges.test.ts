import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { contextFor, EDITS, eventsOf, readExchanges } from '../testing/exchanges.ts'
import { CUTS, expectAlikeHoweverCut, expectOutcome, expectUsage, runStream } from '../testing/run-stream.ts'
import { anthropicMessages } from './index.ts'

const exchanges = readExchanges('anthropic-messages')
const streams = exchanges.filter((exchange) => exchange.streamed)
const replies = exchanges.filter((exchange) => !exchange.streamed)

const ID = 'gen-1790000000-abcdefghij0123456789'
const CHARGE = { cost: 0.00015, is_byok: false, cost_details: { upstream_inference_cost: 0 } }

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
    const outcome = runStream(anthropicMessages, exchange, [exchange.reply])
    expectOutcome(outcome, exchange)
    const { out } = outcome
    const events = eventsOf(Buffer.from(out, 'latin1'))
    expect(events).toHaveLength(expected.events ?? 0)

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
    expectAlikeHoweverCut(anthropicMessages, streams)
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
