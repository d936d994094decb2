import type { Part } from '@keyway/contract'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageRecord } from '../store/chat-records.ts'
import { openaiChat } from '../wire/openai-chat/index.ts'
import { branchTo, measure, trim } from './branch.ts'
import { type Composing, composeRequest } from './compose.ts'
import { estimateTextTokens, estimateTokens } from './estimate-tokens.ts'
import { titleOf } from './title.ts'

let count = 0
function message(
  role: MessageRecord['role'],
  parts: Part[] | string,
  changes: Partial<MessageRecord> = {},
): MessageRecord {
  count++
  return {
    id: `m${count}`,
    conversationId: 'c',
    parentId: null,
    role,
    parts: typeof parts === 'string' ? [{ kind: 'text', text: parts }] : parts,
    status: 'done',
    model: role === 'assistant' ? 'a/b' : null,
    groupId: null,
    promptVersionId: null,
    generationId: null,
    figures: null,
    failure: null,
    createdAt: 0,
    ...changes,
  }
}

const PLAIN: Composing = {
  model: 'a/b',
  systemPrompt: '',
  parameters: {},
  effort: undefined,
  dataCollection: 'allow',
  attachments: new Map(),
  takes: { images: true, files: true },
  reasoningOf: new Set(),
  continues: false,
}
const compose = (branch: readonly MessageRecord[], changes: Partial<Composing> = {}) =>
  JSON.parse(Buffer.from(composeRequest(branch, { ...PLAIN, ...changes })).toString())

describe('a request', () => {
  it('leaves out calls without a result, results without a call, and answers of which nothing is left', () => {
    const call = (id: string): Part => ({ kind: 'tool_call', id, name: 'f', arguments: '{}' })
    const result = (call_id: string): Part => ({ kind: 'tool_result', call_id, text: 'r' })
    const { messages } = compose([
      message('user', 'q'),
      message('assistant', [call('a'), call('lost')]),
      message('tool', [result('a'), result('nobody')]),
      message('assistant', [{ kind: 'reasoning', text: 'only thought' }], { status: 'failed' }),
      message('assistant', []),
      message('user', 'and?'),
    ])
    expect(messages).toEqual([
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'a', content: 'r' },
      { role: 'user', content: 'and?' },
    ])
  })

  it('sends thoughts back to whoever had them, and to nobody else', () => {
    const items = [{ type: 'reasoning.encrypted', data: 'x', index: 0 }]
    const own = message('assistant', [
      { kind: 'reasoning', text: 't', items },
      { kind: 'text', text: 'mine' },
    ])
    const others = message('assistant', [
      { kind: 'reasoning', text: 't', items },
      { kind: 'text', text: 'theirs' },
    ])
    expect(compose([own, others], { reasoningOf: new Set([own.id]) }).messages).toEqual([
      { role: 'assistant', content: 'mine', reasoning_details: items },
      { role: 'assistant', content: 'theirs' },
    ])
  })

  it('shows pictures and documents as they are, and names those that cannot be shown', () => {
    const attachments = new Map([
      ['i', { mediaType: 'image/png', name: 'i.png', body: Buffer.from('png') }],
      ['p', { mediaType: 'application/pdf', name: 'p.pdf', body: Buffer.from('pdf') }],
      ['t', { mediaType: 'text/plain', name: 't.txt', body: Buffer.from('plain words') }],
    ])
    const file = (attachment: string, name: string, media_type: string): Part => ({
      ...{ kind: 'file', attachment, name, media_type, bytes: 3 },
    })
    const asked = message('user', [
      { kind: 'text', text: 'look' },
      { kind: 'image', attachment: 'i', name: 'i.png' },
      file('p', 'p.pdf', 'application/pdf'),
      file('t', 't.txt', 'text/plain'),
      { kind: 'image', attachment: 'removed', name: 'old.png' },
      { kind: 'image', url: 'https://tracker.example/i.png' },
    ])
    expect(compose([asked], { attachments }).messages[0].content).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,cG5n' } },
      { type: 'file', file: { filename: 'p.pdf', file_data: 'data:application/pdf;base64,cGRm' } },
      { type: 'text', text: '[file: t.txt]\nplain words\n[end of t.txt]' },
      { type: 'text', text: '[image: old.png]' },
      { type: 'text', text: '[image: not shown]' },
    ])
    const blind = compose([asked], { attachments, takes: { images: false, files: false } }).messages[0].content
    expect(blind).toContain('look\n\n[image: i.png]\n\n[file: p.pdf]\n\n[file: t.txt]\nplain words')
    expect(JSON.stringify(compose([asked], { attachments }))).not.toContain('tracker.example')
  })

  it('carries the system prompt, the parameters, and no parameter that nobody chose', () => {
    expect(compose([message('user', 'q')])).toEqual({
      model: 'a/b',
      messages: [{ role: 'user', content: 'q' }],
      stream: true,
    })
    const parameters = { temperature: 0, top_p: 0.5, max_tokens: 7, reasoning_effort: 'low' } as const
    const made = compose([message('user', 'q')], { systemPrompt: 'Be brief.', parameters, dataCollection: 'deny' })
    expect(made).toEqual({
      model: 'a/b',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'q' },
      ],
      stream: true,
      temperature: 0,
      top_p: 0.5,
      max_tokens: 7,
      provider: { data_collection: 'deny' },
    })
    expect(compose([], { parameters, effort: 'reasoning' }).reasoning).toEqual({ effort: 'low' })
    expect(compose([], { parameters, effort: 'reasoning_effort' }).reasoning_effort).toBe('low')
  })

  it('goes on with an answer by asking for the rest', () => {
    const { messages } = compose([message('user', 'q'), message('assistant', 'Half an ans')], { continues: true })
    expect(messages.slice(1)).toEqual([
      { role: 'assistant', content: 'Half an ans' },
      { role: 'user', content: expect.stringMatching(/^Continue/) },
    ])
  })

  it('is what the gateway reads, whatever people and models wrote', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('user', 'assistant'), fc.string({ unit: 'binary' }))), (turns) => {
        const branch = [
          message('user', 'q'),
          ...turns.map(([role, text]) => message(role as 'user', text.toWellFormed())),
        ]
        expect(openaiChat.peek(composeRequest(branch, PLAIN))).toMatchObject({ model: 'a/b', stream: true })
      }),
    )
  })
})

describe('a branch', () => {
  it('leads from the beginning to a message, past siblings, and ends where a circle would begin', () => {
    const [a, b, c, sibling] = [
      message('user', 'a', { id: 'a' }),
      message('assistant', 'b', { id: 'b', parentId: 'a' }),
      message('user', 'c', { id: 'c', parentId: 'b' }),
      message('assistant', 'b2', { id: 'b2', parentId: 'a' }),
    ]
    expect(branchTo([c, sibling, a, b], 'c')?.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(branchTo([a], 'nowhere')).toBeUndefined()
    const circle = [message('user', '', { id: 'x', parentId: 'y' }), message('user', '', { id: 'y', parentId: 'x' })]
    expect(branchTo(circle, 'x')?.map(({ id }) => id)).toEqual(['y', 'x'])
  })

  it('is trimmed from its beginning by whole turns, and keeps what is asked', () => {
    const turn = (words: number) => [
      message('user', 'x'.repeat(words * 4)),
      message('assistant', 'y'.repeat(words * 4)),
    ]
    const branch = [...turn(100), ...turn(100), message('user', 'z'.repeat(400))]
    expect(trim(branch, 10_000).branch).toHaveLength(5)
    expect(trim(branch, 400).branch).toEqual(branch.slice(2))
    expect(trim(branch, 10).branch).toEqual(branch.slice(4))
    const going = [...branch, message('assistant', 'half')]
    expect(trim(going, 10).branch).toEqual(going.slice(4))
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 20 }), fc.nat(20_000), (sizes, room) => {
        const all = [...sizes.flatMap(turn), message('user', 'last')]
        const left = trim(all, room)
        expect(left.branch[0]?.role).toBe('user')
        expect(left.branch.at(-1)).toBe(all.at(-1))
        expect(left.tokens).toBe(measure(left.branch).tokens)
        if (left.branch.length > 1) expect(left.tokens).toBeLessThanOrEqual(room)
      }),
    )
  })
})

describe('the estimate', () => {
  it('is near what tokenizers say', () => {
    expect(estimateTextTokens('The quick brown fox jumps over the lazy dog.')).toBe(11)
    expect(estimateTextTokens('\u4f60\u597d\u4e16\u754c')).toBe(3)
    const image: Part = { kind: 'image', attachment: 'x' }
    const pdf: Part = { kind: 'file', attachment: 'x', name: 'x', media_type: 'application/pdf', bytes: 400_000 }
    expect(estimateTokens([image, pdf, { kind: 'citation', url: 'x' }])).toBe(4 + 1_200 + 20_000)
  })
})

describe('a title', () => {
  it.each([
    ['## How do I\n boil an   egg?', 'How do I boil an egg?'],
    ['   ', ''],
    ['- [ ] a\u0007b', '[ ] a b'],
    [`${'word '.repeat(40)}`, 'word word word word word word word word word word word word\u2026'],
    ['\u{1f600}'.repeat(80), `${'\u{1f600}'.repeat(60)}\u2026`],
  ])('of %j is %j', (text, title) => {
    expect(titleOf([{ kind: 'text', text }])).toBe(title)
  })

  it('is a file\u2019s name where there are no words', () => {
    const file: Part = { kind: 'file', attachment: 'x', name: 'plan.pdf', media_type: 'application/pdf', bytes: 1 }
    expect(titleOf([{ kind: 'text', text: ' ' }, file])).toBe('plan.pdf')
  })
})
