import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JSON_REPLY, STREAM_REPLY } from './mock-replies.ts'
import { type Expectation, ReplyCheck } from './reply-check.ts'

const STREAM = Buffer.concat(STREAM_REPLY)

function verdict(expected: Expectation, ...pieces: Buffer[]): string | undefined {
  const check = new ReplyCheck(expected)
  for (const piece of pieces) check.push(piece)
  return check.verdict()
}

describe('the load counts as an error', () => {
  test('a stream with one event missing', () => {
    expect(verdict('stream', Buffer.concat(STREAM_REPLY.filter((_, i) => i !== 7)))).toMatch(/196 text events/)
  })

  test('a stream without its end', () => {
    expect(verdict('stream', Buffer.concat(STREAM_REPLY.slice(0, -1)))).toMatch(/without \[DONE\]/)
  })

  test('an error in the place of an answer', () => {
    expect(verdict('json', Buffer.from('{"error":{"message":"no"}}'))).toMatch(/no complete answer/)
    expect(verdict('stream', Buffer.from('data: {"error":{}}\n\ndata: [DONE]\n\n'))).toMatch(/0 text events/)
  })
})

describe('the load accepts', () => {
  test('the mock\u2019s JSON answer', () => {
    expect(verdict('json', JSON_REPLY)).toBeUndefined()
  })

  test('the mock\u2019s stream, whatever way it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: STREAM.length - 1 }), { maxLength: 300 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), STREAM.length]
        const pieces = places.slice(1).map((end, i) => STREAM.subarray(places[i], end))
        expect(verdict('stream', ...pieces)).toBeUndefined()
      }),
    )
  })
})
