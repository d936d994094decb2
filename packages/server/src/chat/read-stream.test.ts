import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Part } from '@keyway/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeywayError } from '../base/errors.ts'
import { AnswerParts } from './answer-parts.ts'
import { readStream } from './read-stream.ts'

const FIXTURES = new URL('../../../../fixtures/openai-chat/', import.meta.url).pathname
const LIMITS = { eventBytesMax: 1_000_000 }

const delta = (fields: object) => ({ choices: [{ index: 0, delta: fields }] })
const sse = (...chunks: object[]) =>
  Buffer.from([...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join(''))

/** Reads a stream in these pieces. */
function read(...pieces: Uint8Array[]) {
  const parts = new AnswerParts()
  const reader = readStream(parts, LIMITS)
  for (const piece of pieces) reader.push(piece, 0)
  return { parts: parts.copy(), error: reader.error, answer: parts }
}
const partsOf = (...chunks: object[]): Part[] => read(sse(...chunks)).parts

describe('a stream', () => {
  it.each(['data: <html>\n\n', 'data: 5\n\n', 'data: null\n\n', 'data: []\n\n'])(
    'is refused where an event is %s',
    (text) => {
      expect(() => read(Buffer.from(text))).toThrow(KeywayError)
    },
  )

  it('is read up to its error, and not beyond', () => {
    const error = { code: 502, message: 'gone', metadata: { reason: 'stream_broken', fix: 'ask again' } }
    const { parts, error: told } = read(sse(delta({ content: 'Half' }), { error }, delta({ content: ' more' })))
    expect(parts).toEqual([{ kind: 'text', text: 'Half' }])
    expect(told).toEqual(error)
  })

  it('never fails over what it does not know: values of any shape in any place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('choices', 'delta', 'citations', 'x'), fc.jsonValue())),
        (chunks) => {
          read(sse(...chunks.map((chunk) => ({ ...chunk, error: null }))))
        },
      ),
    )
    const names = ['content', 'reasoning', 'reasoning_details', 'tool_calls', 'images', 'annotations', 'refusal', 'new']
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.constantFrom(...names), fc.jsonValue())), (deltas) => {
        const { parts } = read(sse(...deltas.map(delta)))
        expect(parts.length).toBeLessThanOrEqual(10_000)
      }),
    )
  })

  const cases = readdirSync(FIXTURES).filter((name) => readdirSync(join(FIXTURES, name)).includes('reply.sse'))
  it.each(cases)('gives the same parts and changes however it is cut: %s', (name) => {
    const bytes = readFileSync(join(FIXTURES, name, 'reply.sse'))
    const whole = read(bytes)
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (offsets) => {
        const cuts = [0, ...offsets.toSorted((a, b) => a - b), bytes.length]
        const pieces = cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end))
        const { parts, error, answer } = read(...pieces)
        expect({ parts, error }).toEqual({ parts: whole.parts, error: whole.error })
        expect(rebuilt(answer)).toEqual(shown(whole.parts))
      }),
      { numRuns: 30 },
    )
  })
})

describe('what is read', () => {
  it('is text and thought, each by itself, in the order in which it came', () => {
    expect(
      partsOf(
        delta({ reasoning: 'Let me ' }),
        delta({ reasoning_content: 'see.' }),
        delta({ content: 'Yes' }),
        delta({ content: '!' }),
        delta({ reasoning: 'Or?' }),
        delta({
          content: [
            { type: 'text', text: ' No.' },
            { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
          ],
        }),
      ),
    ).toEqual([
      { kind: 'reasoning', text: 'Let me see.', ms: 0 },
      { kind: 'text', text: 'Yes!' },
      { kind: 'reasoning', text: 'Or?', ms: 0 },
      { kind: 'text', text: ' No.' },
      { kind: 'reasoning', text: 'Hm', ms: 0 },
    ])
  })

  it('is the provider\u2019s reasoning items, put together and otherwise as they came', () => {
    const piece = (fields: object) => delta({ reasoning_details: [{ type: 'reasoning.text', index: 0, ...fields }] })
    const sealed = { type: 'reasoning.encrypted', data: 'AAAA', id: 'rs_1', format: 'openai-responses-v1', index: 1 }
    const parts = partsOf(
      piece({ text: 'The user ', format: 'anthropic-claude-v1' }),
      piece({ text: 'greets.' }),
      delta({ content: 'Hello' }),
      piece({ signature: 'EqQB' }),
      delta({ reasoning_details: [sealed, { ...sealed, data: 'BBBB' }] }),
    )
    expect(parts[0]).toEqual({
      kind: 'reasoning',
      text: 'The user greets.',
      ms: 0,
      items: [
        {
          type: 'reasoning.text',
          index: 0,
          format: 'anthropic-claude-v1',
          text: 'The user greets.',
          signature: 'EqQB',
        },
        sealed,
        { ...sealed, data: 'BBBB' },
      ],
    })
    expect(parts[1]).toEqual({ kind: 'text', text: 'Hello' })
  })

  it('is tool calls, also of providers that number all of them 0 or none', () => {
    const call = (fields: object, described: object) => delta({ tool_calls: [{ ...fields, function: described }] })
    expect(
      partsOf(
        call({ index: 0, id: 'a' }, { name: 'weather', arguments: '' }),
        call({ index: 0 }, { arguments: '{"in":' }),
        call({ index: 0 }, { arguments: '"Paris"}' }),
        call({ index: 0, id: 'b' }, { name: 'weather', arguments: '{}' }),
        call({ id: 'c' }, { name: 'time', arguments: { zone: 'UTC' } }),
      ),
    ).toEqual([
      { kind: 'tool_call', id: 'a', name: 'weather', arguments: '{"in":"Paris"}' },
      { kind: 'tool_call', id: 'b', name: 'weather', arguments: '{}' },
      { kind: 'tool_call', id: 'c', name: 'time', arguments: '{"zone":"UTC"}' },
    ])
  })

  it('is each source once, pictures by their address, and what is new verbatim', () => {
    const citation = { type: 'url_citation', url_citation: { url: 'https://a.example', title: 'A', content: 'words' } }
    expect(
      partsOf(
        { ...delta({ content: 'x' }), citations: ['https://b.example'] },
        {
          ...delta({ annotations: [citation, citation, { type: 'file', file: 1 }] }),
          citations: ['https://b.example'],
        },
        delta({ images: [{ type: 'image_url', image_url: { url: 'https://c.example/i.png' } }] }),
        delta({ video: { url: 'v' }, logprobs: {}, tokens: 5 }),
      ),
    ).toEqual([
      { kind: 'text', text: 'x' },
      { kind: 'citation', url: 'https://b.example' },
      { kind: 'citation', url: 'https://a.example', title: 'A', text: 'words' },
      { kind: 'unknown', source: 'annotations', value: { type: 'file', file: 1 } },
      { kind: 'image', url: 'https://c.example/i.png' },
      { kind: 'unknown', source: 'delta.video', value: { url: 'v' } },
    ])
  })

  it('is the first of several answers alone', () => {
    expect(
      partsOf({
        choices: [
          { index: 1, delta: { content: 'no' } },
          { index: 0, delta: { content: 'yes' } },
        ],
      }),
    ).toEqual([{ kind: 'text', text: 'yes' }])
  })

  it('holds a picture that came whole back, for somebody to keep it', () => {
    const { parts, answer } = read(sse(delta({ images: [{ image_url: { url: 'data:image/png;base64,AAAA' } }] })))
    expect(parts).toEqual([{ kind: 'image' }])
    expect(answer.takePictures()).toEqual([{ index: 0, url: 'data:image/png;base64,AAAA' }])
    expect(answer.takePictures()).toEqual([])
  })
})

describe('changes', () => {
  it('are one for each part since they were last taken, and build what stands', () => {
    const answer = new AnswerParts([{ kind: 'text', text: 'Begun ' }])
    answer.text('a')
    answer.text('b')
    answer.reasoning('t', 5)
    answer.reasoning('u', 25)
    expect(answer.takeChanges()).toEqual([
      { type: 'delta', index: 0, text: 'ab' },
      { type: 'part', index: 1, part: { kind: 'reasoning', text: 'tu', ms: 20 } },
    ])
    expect(answer.takeChanges()).toEqual([])
    answer.reasoning('v', 26)
    answer.toolCall(0, { id: 'a', name: '', arguments: '{' })
    answer.takeChanges()
    answer.toolCall(0, { id: '', name: 'late', arguments: '}' })
    expect(answer.takeChanges()).toEqual([
      { type: 'part', index: 2, part: { kind: 'tool_call', id: 'a', name: 'late', arguments: '{}' } },
    ])
    expect(answer.bytes).toBe(2 + 3 + 7)
  })

  it('do not reach into what was given out before', () => {
    const answer = new AnswerParts()
    answer.text('a')
    const before = answer.copy()
    answer.text('b')
    expect(before).toEqual([{ kind: 'text', text: 'a' }])
  })
})

/** The parts that a watcher has who took every change. */
function rebuilt(answer: AnswerParts): Part[] {
  const parts: Part[] = []
  for (const change of answer.takeChanges()) if (change.type === 'part') parts[change.index] = change.part
  return parts
}

/** Without what watchers are not told before the end. */
function shown(parts: readonly Part[]): Part[] {
  return parts.map((part) => {
    if (part.kind !== 'reasoning') return part
    const { items: _items, ...rest } = part
    return rest
  })
}
