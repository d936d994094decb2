import OpenAI from 'openai'
import { Stream } from 'openai/streaming'
import { describe, expect, it } from 'vitest'
import { contextFor, eventsOf } from '../testing/exchanges.ts'
import { openaiResponses } from './index.ts'

const ERROR = { code: 502, message: 'gone', metadata: { error_type: 'provider_unavailable' } }
const CONTEXT = { id: 'gen-1', model: 'a/b', provider: 'P', created: 7, sequenceNumber: 4 }
const bytes = openaiResponses.errorEvent(ERROR, CONTEXT)
const [first, second] = eventsOf(Buffer.from(bytes).toString())

describe('the events that end a broken stream', () => {
  it('are an error, flat and nested, and a failed response behind it, numbered on', () => {
    expect(first?.name).toBe('error')
    expect(JSON.parse(first?.data ?? '')).toMatchObject({
      type: 'error',
      sequence_number: 4,
      code: 'server_error',
      message: 'gone',
      param: null,
      error: { code: 'server_error', message: 'gone', metadata: { error_type: 'provider_unavailable' } },
    })
    expect(second?.name).toBe('response.failed')
    expect(JSON.parse(second?.data ?? '')).toMatchObject({
      type: 'response.failed',
      sequence_number: 5,
      response: {
        id: 'gen-1',
        model: 'a/b',
        status: 'failed',
        created_at: 7,
        error: { code: 'server_error', message: 'gone' },
        error_type: 'provider_unavailable',
        output: [],
      },
    })
  })

  it.each([
    [400, 'invalid_prompt'],
    [402, 'insufficient_quota'],
    [429, 'rate_limit_exceeded'],
    [401, 'server_error'],
    [503, 'server_error'],
  ])('give %i as %s', (code, expected) => {
    const made = Buffer.from(openaiResponses.errorEvent({ ...ERROR, code }, CONTEXT)).toString()
    expect(JSON.parse(eventsOf(made)[1]?.data ?? '').response.error.code).toBe(expected)
  })

  it('are an error to another Keyway', () => {
    expect(openaiResponses.stream(contextFor()).push(bytes).error).toMatchObject({ message: 'gone', status: 500 })
  })

  it('make OpenAI\u2019s client throw', async () => {
    const reply = new Response(Buffer.from(bytes), { headers: { 'content-type': 'text/event-stream' } })
    const events = Stream.fromSSEResponse(reply, new AbortController())
    await expect(events[Symbol.asyncIterator]().next()).rejects.toThrow(OpenAI.APIError)
  })
})
