import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextFor } from '../testing/exchanges.ts'
import { openaiChat } from './index.ts'

const context = contextFor()

/** What a fresh editor, which knows no template, makes of one chunk. */
function alone(data: string): { out: string; answerBytes: number } {
  const editor = openaiChat.stream(context)
  const { bytes } = editor.push(Buffer.from(`data: ${data}\n\n`))
  return { out: Buffer.from(bytes).toString(), answerBytes: editor.summary.answerBytes }
}

describe('ChunkTemplate', () => {
  it('changes nothing: a stream of like chunks is edited as each chunk by itself', () => {
    const text = fc.constantFrom(
      '',
      'a',
      ' fox',
      'é',
      '\\n',
      '\\"',
      '\\u00e9',
      '","role":"x',
      '\\\\',
      '🌍',
      'x'.repeat(300),
    )
    const delta = fc.oneof(
      { weight: 6, arbitrary: text.map((content) => `{"content":"${content}"}`) },
      text.map((content) => `{"reasoning":"${content}","reasoning_content":"${content}"}`),
      text.map((content) => `{"content":null,"reasoning_content":"${content}"}`),
      text.map((part) => `{"tool_calls":[{"index":0,"function":{"arguments":"${part}"}}]}`),
      fc.constantFrom('{}', 'null', '{"role":"assistant","content":""}', '{"content":"a","content":"b"}'),
    )
    const tail = fc.oneof(
      { weight: 6, arbitrary: text.map((pad) => `,"obfuscation":"${pad}"`) },
      fc.constantFrom(
        '',
        ',"usage":null',
        ',"error":null,"x":"y"',
        ',"system_fingerprint":null',
        ',"provider":"Theirs"',
        ',"n":1.0',
      ),
    )
    const finish = fc.oneof({ weight: 9, arbitrary: fc.constant('null') }, fc.constantFrom('"stop"', '"eos"', '""'))
    const chunk = fc
      .tuple(delta, finish, tail, fc.constantFrom('1', '1', '1', '2'))
      .map(
        ([inner, reason, end, created]) =>
          `{"id":"c","created":${created},"choices":[{"index":0,"delta":${inner},"finish_reason":${reason}}]${end}}`,
      )
    fc.assert(
      fc.property(fc.array(chunk, { minLength: 2, maxLength: 30 }), (chunks) => {
        const editor = openaiChat.stream(context)
        let answerBytes = 0
        for (const data of chunks) {
          const expected = alone(data)
          answerBytes += expected.answerBytes
          const { bytes } = editor.push(Buffer.from(`data: ${data}\n\n`))
          expect(Buffer.from(bytes).toString()).toBe(expected.out)
          expect(editor.summary.answerBytes).toBe(answerBytes)
        }
      }),
      { numRuns: 1500 },
    )
  })

  it('refuses a bad string where a good one would fit, with the words that any chunk gets', () => {
    const good = '{"choices":[{"delta":{"content":"a"}}]}'
    const bad = '{"choices":[{"delta":{"content":"\\x"}}]}'
    const editor = openaiChat.stream(context)
    editor.push(Buffer.from(`data: ${good}\n\n`))
    const expected = 'expected one of "\\/bfnrtu after a backslash at byte 33'
    expect(() => editor.push(Buffer.from(`data: ${bad}\n\n`))).toThrow(expected)
    expect(() => alone(bad)).toThrow(expected)
  })
})
