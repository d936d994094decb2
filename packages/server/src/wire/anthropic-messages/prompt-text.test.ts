import { describe, expect, it } from 'vitest'
import { promptText } from './prompt-text.ts'

const of = (request: object) => promptText(Buffer.from(JSON.stringify(request)))

describe('what a tokenizer reads of a request', () => {
  it('is its system prompt, its messages and its tools', () => {
    const { text, frameTokens } = of({
      model: 'unread',
      system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'unread', name: 'look', input: { at: 'the sky' } }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'unread', content: [{ type: 'text', text: 'blue' }] }],
        },
      ],
      tools: [{ name: 'look', input_schema: { type: 'object' } }],
    })
    expect(text).toBe('Be kind.\nHi\nlook\nthe sky\nblue\n{"name":"look","input_schema":{"type":"object"}}')
    expect(frameTokens).toBe(16)
  })

  it('leaves out what is encoded, and keeps a document that is text', () => {
    const source = (type: string) => ({ type, media_type: 'x/y', data: `of ${type}` })
    const content = [
      { type: 'image', source: source('base64') },
      { type: 'document', source: source('text') },
      { type: 'thinking', thinking: 'hmm', signature: 'unread' },
    ]
    expect(of({ messages: [{ role: 'user', content }] }).text).toBe('of text\nhmm')
  })

  it('is nothing of a request of another shape', () => {
    const nothing = { text: '', moreBytes: 0, frameTokens: 0 }
    expect(of({ messages: 5 })).toEqual(nothing)
    expect(of([])).toEqual(nothing)
  })

  it('reads data whose type stands behind it, and text in any place', () => {
    const content = [
      { type: 'document', source: { data: 'encoded', type: 'base64' } },
      { type: 'document', source: { data: 'clear', type: 'text' }, title: 'named' },
      'alone',
    ]
    expect(of({ messages: [{ content }], system: 'kind' }).text).toBe('clear\nnamed\nalone\nkind')
  })

  it('is bounded, and measured beyond the bound', () => {
    const long = 'x'.repeat(900_000)
    const { text, moreBytes } = of({ messages: [{ content: long }, { content: long }, { content: 'end' }] })
    expect(text).toBe(`${long}\nend`)
    expect(moreBytes).toBe(900_002)
  })

  it('of nothing but small objects takes no memory to speak of', () => {
    const body = Buffer.from(`{"messages":[${'{},'.repeat(1_000_000)}{}]}`)
    const before = process.memoryUsage().heapUsed
    expect(promptText(body).frameTokens).toBe(4_000_004)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  })
})
