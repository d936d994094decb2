import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { contextFor, EDITS, eventsOf, readExchanges } from '../testing/exchanges.ts'
import { CUTS, expectAlikeHoweverCut, expectOutcome, expectUsage, runStream } from '../testing/run-stream.ts'
import { openaiResponses } from './index.ts'

const exchanges = readExchanges('openai-responses')
const streams = exchanges.filter((exchange) => exchange.streamed)
const replies = exchanges.filter((exchange) => !exchange.streamed)

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
    const outcome = runStream(openaiResponses, exchange, [exchange.reply])
    expectOutcome(outcome, exchange)
    const { out } = outcome
    const events = eventsOf(Buffer.from(out, 'latin1').toString())
    expect(events).toHaveLength(expected.events ?? 0)

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
    expectAlikeHoweverCut(openaiResponses, streams)
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
