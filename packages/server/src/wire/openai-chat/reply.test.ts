import { describe, expect, it } from 'vitest'
import { KeywayError } from '../../base/errors.ts'
import { contextFor } from '../testing/exchanges.ts'
import { openaiChat } from './index.ts'

const reply = (body: string) => openaiChat.reply(Buffer.from(body), { ...contextFor(), requestBytes: 12 })
const json = (body: string) => JSON.parse(Buffer.from(reply(body).bytes).toString())

describe('reply', () => {
  it.each([
    ['nothing', ''],
    ['a page', '<html>'],
    ['cut JSON', '{"choices":[{"index":0'],
    ['trailing garbage', '{"choices":[]}x'],
    ['an array', '[]'],
    ['a string', '"hi"'],
    ['no choices', '{"id":"x"}'],
    ['a depth bomb', '{"choices":['.repeat(50_000)],
  ])('refuses %s', (_, body) => {
    expect(() => reply(body)).toThrow(KeywayError)
    expect(() => reply(body)).toThrow(/provider/i)
  })

  it.each([
    ['alone', '{"error":{"message":"no","code":402}}', 402],
    ['beside choices', '{"choices":[],"error":{"message":"no","type":"rate_limit_error"}}', 429],
    ['as a string', '{"error":"no"}', 502],
    ['in an array', '[{"error":{"code":503,"message":"no"}}]', 503],
  ])('hands back an error that came with 200: %s', (_, body, status) => {
    const { bytes, error } = reply(body)
    expect(error).toMatchObject({ status, message: 'no' })
    expect(bytes).toHaveLength(0)
  })

  it('estimates usage that the provider leaves out or null, and adds it', () => {
    const choices = '"choices":[{"message":{"content":"123456"},"finish_reason":"stop"}]'
    for (const body of [`{${choices}}`, `{"usage":null,${choices}}`, `{${choices},"usage":{}}`]) {
      expect(json(body).usage).toMatchObject({ prompt_tokens: 4, completion_tokens: 2, total_tokens: 6, cost: 0.00015 })
      expect(reply(body).summary.usage?.basis).toBe('estimated')
    }
  })

  it('edits every occurrence of what stands twice', () => {
    const body =
      '{"id":"a","id":"b","usage":{"prompt_tokens":1},"choices":[],"usage":{"prompt_tokens":2},"error":null,"error":null}'
    const text = Buffer.from(reply(body).bytes).toString()
    expect(text.match(/"id":"gen-/g)).toHaveLength(2)
    expect(text.match(/"usage"/g)).toHaveLength(1)
    expect(text).not.toContain('error')
    expect(json(body).usage.prompt_tokens).toBe(2)
  })

  it('tells what the provider calls itself', () => {
    expect(reply('{"id":"up","model":"gpt","choices":[{"finish_reason":"end_turn"}]}').summary).toMatchObject({
      upstreamId: 'up',
      upstreamModel: 'gpt',
      finishReason: 'stop',
      nativeFinishReason: 'end_turn',
    })
  })
})
