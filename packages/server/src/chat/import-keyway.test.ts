import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { ConversationRecord, MessageRecord } from '../store/chat-records.ts'
import type { ChatStore } from '../store/chat-store.ts'
import { exportText } from './export.ts'
import { exportMarkdown } from './export-markdown.ts'
import { readExported } from './import-keyway.ts'
import { NotImported } from './import-tree.ts'

const NOW = Date.UTC(2026, 10, 24)
const WHOSE = { workspaceId: 'w', userId: 'u' }

const conversation: ConversationRecord = {
  ...{ id: 'c', title: 'Title', pinned: false, archived: true, temporaryUntil: null, folderId: 'f' },
  settings: { models: ['a/b'], system_prompt: 'Be brief.', parameters: { temperature: 0.5 } },
  ...{ activeLeafId: 'b', streaming: false, cost: 1_500n, createdAt: 1000, updatedAt: 2000, revision: 3 },
}
const message: MessageRecord = {
  ...{ id: 'a', conversationId: 'c', parentId: null, role: 'user', parts: [], status: 'done', model: null },
  ...{ groupId: null, promptVersionId: null, generationId: null, figures: null, failure: null, createdAt: 1000 },
}
const figures = {
  ...{ generation_id: 'gen-1', provider: 'p', served_by: 'own' as const, cost_usd: '0.0000015', estimated: false },
  ...{ tokens_prompt: 1, tokens_completion: 2, tokens_reasoning: 0, tokens_cached: 0 },
  ...{ first_token_ms: null, total_ms: 5, finish_reason: 'stop' },
  usd_per_million: { input: '0.25', output: '2' },
}

async function exported(of: ConversationRecord, messages: MessageRecord[]): Promise<unknown> {
  const store: Pick<ChatStore, 'listConversationIds' | 'readConversation' | 'readAttachment'> = {
    listConversationIds: async () => [of.id],
    readConversation: async () => ({ conversation: of, messages }),
    readAttachment: async () => undefined,
  }
  let text = ''
  for await (const piece of exportText(store, WHOSE, { ids: [of.id], exportedAt: 'now' })) text += piece
  return JSON.parse(text).conversations[0]
}

/** Puts a value somewhere in a file: 'messages.1.id'. Undefined takes away what is there. */
function put(file: unknown, path: string, value: unknown): void {
  const names = path.split('.')
  const last = names.pop() ?? ''
  let at: unknown = file
  for (const name of names) at = Reflect.get(Object(at), name)
  if (value === undefined) Reflect.deleteProperty(Object(at), last)
  else Reflect.set(Object(at), last, value)
}

describe('a conversation of an export of ours', () => {
  const read = async (changes: Record<string, unknown>) => {
    const answer: MessageRecord = { ...message, id: 'b', parentId: 'a', role: 'assistant', figures }
    const file = await exported(conversation, [message, answer])
    for (const [path, value] of Object.entries(changes)) put(file, path, value)
    return readExported(file, NOW)
  }

  it.each([
    ['an id of another form', 'conversation.id', '../x'],
    ['a part of another kind', 'messages.0.parts', [{ kind: 'script', text: 'x' }]],
    ['two messages of one id', 'messages.1.id', 'a'],
    ['a parent that is not there', 'messages.1.parent_id', 'z'],
    ['a message that hangs on itself', 'messages.1.parent_id', 'b'],
    ['a cost that is none', 'messages.1.figures.cost_usd', '1e30'],
    ['a cost below nothing', 'messages.1.figures.cost_usd', '-1'],
    ['a cost of words', 'messages.1.figures.cost_usd', 'much'],
    ['settings beyond their bounds', 'conversation.settings.parameters.temperature', 9],
    ['no moment', 'conversation.created_at', 'yesterday'],
    ['no messages', 'messages', undefined],
  ])('is refused with %s', async (_name, path, value) => {
    await expect(read({ [path]: value })).rejects.toThrow(NotImported)
  })

  it('refers to no call of the ledger here, is not being written, and is not from the future', async () => {
    const { conversation: of, messages } = await read({
      'messages.1.status': 'streaming',
      'messages.1.generation_id': 'gen-of-another',
      'conversation.updated_at': '2999-01-01T00:00:00.000Z',
      'conversation.cost_usd': '1000',
    })
    expect(messages[1]).toMatchObject({ status: 'interrupted', generationId: null, figures })
    expect(of).toMatchObject({ updatedAt: NOW, cost: 1_500n })
  })
})

test('what was exported is read as it was', async () => {
  const text = fc.string({ unit: 'binary' })
  const word = fc.string({ unit: 'grapheme', maxLength: 50 })
  const part = fc.oneof(
    fc.record({ kind: fc.constant('text' as const), text }),
    fc.record({
      kind: fc.constant('reasoning' as const),
      text,
      items: fc.array(fc.jsonValue().map((v) => JSON.parse(JSON.stringify(v)))),
    }),
    fc.record({ kind: fc.constant('image' as const), url: word }),
    fc.record({ kind: fc.constant('tool_call' as const), id: word, name: word, arguments: text }),
    fc.record({ kind: fc.constant('tool_result' as const), call_id: word, text, failed: fc.boolean() }),
    fc.record({ kind: fc.constant('citation' as const), url: word, title: word }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(part), { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.nat()),
      async (parts, choice) => {
        const messages = parts.map((those, i): MessageRecord => {
          const parent = i === 0 ? 0 : (choice.next().value ?? 0) % (i + 1)
          const role = i % 2 === 0 ? 'user' : 'assistant'
          return {
            ...message,
            id: `m${i}`,
            parentId: parent === 0 ? null : `m${parent - 1}`,
            role,
            parts: those,
            createdAt: 1000 + i,
          }
        })
        const of = { ...conversation, cost: 0n, activeLeafId: `m${(choice.next().value ?? 0) % messages.length}` }
        const read = readExported(await exported(of, messages), NOW)
        const { streaming, revision, temporaryUntil, ...kept } = of
        expect(read.conversation).toEqual(kept)
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
        expect(read.messages.toSorted(byId)).toEqual(messages.map(({ conversationId, ...rest }) => rest).toSorted(byId))
      },
    ),
  )
})

describe('a conversation as Markdown', () => {
  it('is the branch that is shown, with fences that no text breaks out of', () => {
    const markdown = exportMarkdown({ ...conversation, title: 'A\n# B', activeLeafId: 'c' }, [
      { ...message, parts: [{ kind: 'text', text: 'Hi' }] },
      { ...message, id: 'b', parentId: 'a', role: 'assistant', parts: [{ kind: 'text', text: 'not shown' }] },
      {
        ...{ ...message, id: 'c', parentId: 'a', role: 'assistant', model: 'a/b' },
        parts: [
          { kind: 'reasoning', text: 'one\ntwo' },
          { kind: 'tool_result', call_id: '', text: '````\nx' },
          { kind: 'file', attachment: 'x', name: 'a.pdf', media_type: 'application/pdf', bytes: 1 },
          { kind: 'text', text: 'Hello.' },
        ],
      },
    ])
    expect(markdown).toBe(
      [
        ...['# A # B', '_1970-01-01T00:00:01.000Z_', '> Be brief.', '## You', 'Hi', '## a/b', '> one\n> two'],
        ...['`````\n````\nx\n`````', '_[file: a.pdf]_', 'Hello.\n'],
      ].join('\n\n'),
    )
  })
})
