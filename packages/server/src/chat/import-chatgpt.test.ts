import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readChatGpt } from './import-chatgpt.ts'
import { NotImported } from './import-tree.ts'

const NOW = Date.UTC(2026, 10, 24)

const said = (role: string, text: unknown, more: object = {}) => ({
  ...{ author: { role }, create_time: 1_700_000_000.5, content: { content_type: 'text', parts: [text] } },
  ...more,
})
const node = (parent: string | null, message: unknown = null) => ({ parent, message })

/** As ChatGPT writes one: a root without a message, a hidden system message, and an edited question. */
const EXPORTED = {
  id: 'c-1',
  conversation_id: 'c-1',
  title: 'Law\n 4',
  create_time: 1_700_000_000,
  update_time: 1_700_000_100,
  is_archived: true,
  current_node: 'a2',
  mapping: {
    root: node(null),
    sys: node('root', said('system', '')),
    about: node('sys', said('user', 'about me', { metadata: { is_visually_hidden_from_conversation: true } })),
    q1: node('about', said('user', 'What is law 4?')),
    a1: node('q1', said('assistant', 'No late failover.', { metadata: { model_slug: 'gpt-4o' } })),
    q2: node('about', said('user', 'What is law 5?')),
    think: node('q2', {
      author: { role: 'assistant' },
      content: { content_type: 'thoughts', thoughts: [{ summary: 's', content: 'Secrets, I think.' }] },
    }),
    call: node('think', {
      author: { role: 'assistant' },
      content: { content_type: 'code', language: 'python', text: 'print(5)' },
      recipient: 'python',
    }),
    out: node('call', {
      author: { role: 'tool', name: 'python' },
      content: { content_type: 'execution_output', text: '5' },
    }),
    a2: node('out', said('assistant', 'Secrets.', { metadata: { model_slug: 'o1' } })),
  },
}

describe('a conversation of ChatGPT\u2019s', () => {
  it.each([
    ['not an object', null],
    ['without a mapping', { id: 'x' }],
    ['without an id', { mapping: {} }],
    [
      'of which two hang on each other',
      { id: 'x', mapping: { a: node('b', said('user', 'a')), b: node('a', said('user', 'b')) } },
    ],
    [
      'with a way round through what is hidden',
      { id: 'x', mapping: { a: node('b', said('user', 'a')), b: node('c'), c: node('b') } },
    ],
    ['whose shown branch goes round', { id: 'x', current_node: 'b', mapping: { b: node('c'), c: node('b') } }],
  ])('is refused when %s', (_name, value) => {
    expect(() => readChatGpt(value, NOW)).toThrow(NotImported)
  })

  it('comes with its branches, its models, its tools and the branch that was shown', () => {
    const { conversation, messages } = readChatGpt(EXPORTED, NOW)
    expect(conversation).toMatchObject({
      ...{ title: 'Law 4', archived: true, pinned: false, createdAt: 1_700_000_000_000, updatedAt: 1_700_000_100_000 },
    })
    const texts = new Map(messages.map((message) => [message.id, JSON.stringify(message.parts)]))
    expect(
      messages.map(({ role, parts, model, parentId }) => [role, parts[0], model, texts.get(parentId ?? '')]),
    ).toEqual([
      ['user', { kind: 'text', text: 'What is law 4?' }, null, undefined],
      ['assistant', { kind: 'text', text: 'No late failover.' }, 'gpt-4o', expect.stringContaining('law 4')],
      ['user', { kind: 'text', text: 'What is law 5?' }, null, undefined],
      ['assistant', { kind: 'reasoning', text: 'Secrets, I think.' }, null, expect.stringContaining('law 5')],
      ['assistant', { kind: 'tool_call', id: '', name: 'python', arguments: 'print(5)' }, null, expect.anything()],
      ['tool', { kind: 'tool_result', call_id: '', text: '5' }, null, expect.stringContaining('print')],
      ['assistant', { kind: 'text', text: 'Secrets.' }, 'o1', expect.stringContaining('"5"')],
    ])
    expect(conversation.activeLeafId).toBe(messages.at(-1)?.id)
    expect(messages.every(({ createdAt }) => createdAt <= NOW)).toBe(true)
  })

  it('has the same ids each time, and others in another conversation', () => {
    const first = readChatGpt(EXPORTED, NOW)
    expect(readChatGpt(structuredClone(EXPORTED), NOW + 1000)).toEqual(first)
    const other = readChatGpt({ ...EXPORTED, conversation_id: 'c-2' }, NOW)
    const ids = new Set(
      [first, other].flatMap(({ conversation, messages }) => [conversation.id, ...messages.map(({ id }) => id)]),
    )
    expect(ids.size).toBe(2 * (1 + first.messages.length))
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('is read in time where a hundred thousand hidden nodes hang in a row', () => {
    const mapping: Record<string, unknown> = { n0: node(null, said('user', 'first')) }
    for (let n = 1; n < 100_000; n++) {
      mapping[`n${n}`] = node(`n${n - 1}`, n % 2 === 0 && n > 50_000 ? said('user', `m${n}`) : null)
    }
    const { messages } = readChatGpt({ id: 'long', mapping, current_node: 'n99999' }, NOW)
    expect(messages).toHaveLength(25_000)
    expect(messages.at(-1)?.parts).toEqual([{ kind: 'text', text: 'm99998' }])
  })
})

test('whatever stands in it, it is a tree in order, or refused', () => {
  const content = fc.oneof(
    fc.record({
      content_type: fc.constantFrom('text', 'code', 'thoughts', 'multimodal_text', 'odd'),
      parts: fc.jsonValue(),
    }),
    fc.jsonValue(),
  )
  const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__')
  const mapping = fc.dictionary(
    ids,
    fc.oneof(
      fc.jsonValue(),
      fc.record({
        parent: fc.oneof(ids, fc.constant(null), fc.jsonValue()),
        message: fc.oneof(
          fc.record({ author: fc.record({ role: fc.constantFrom('user', 'assistant', 'tool', 'system') }), content }),
          fc.jsonValue(),
        ),
      }),
    ),
  )
  fc.assert(
    fc.property(mapping, fc.jsonValue(), (nodes, current_node) => {
      try {
        const { conversation, messages } = readChatGpt({ id: 'x', mapping: nodes, current_node }, NOW)
        const seen = new Set<string | null>([null])
        for (const { id, parentId } of messages) {
          expect(seen).toContain(parentId)
          seen.add(id)
        }
        expect(seen).toContain(conversation.activeLeafId)
      } catch (error) {
        if (!(error instanceof NotImported)) throw error
      }
    }),
    { numRuns: 500 },
  )
})
