import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { contextFor, dataOf, EDITS, readExchanges } from '../testing/exchanges.ts'
import { CUTS, expectAlikeHoweverCut, expectOutcome, expectUsage, runStream } from '../testing/run-stream.ts'
import { openaiChat } from './index.ts'

const exchanges = readExchanges('openai-chat')
const streams = exchanges.filter((exchange) => exchange.streamed)
const replies = exchanges.filter((exchange) => !exchange.streamed)

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
    const outcome = runStream(openaiChat, exchange, [exchange.reply])
    expectOutcome(outcome, exchange)
    const { out } = outcome
    const data = dataOf(Buffer.from(out, 'latin1'))
    expect(data).toHaveLength(expected.events ?? 0)

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
    expectAlikeHoweverCut(openaiChat, streams)
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
