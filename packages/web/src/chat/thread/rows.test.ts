import { expect, test } from 'vitest'
import { answered, own, text } from '../../../fixture/chat.ts'
import { rowsOf } from './rows.ts'

const wording = (id: string, group = 'g') => ({ ...own(id, null, id), group_id: group })
const reply = (id: string, to: string) => answered(id, to, [text(id)])
const rows = (messages: ReturnType<typeof reply>[], leaf: string) =>
  rowsOf(new Map(messages.map((message) => [message.id, message])), leaf)

test('a wording without an answer leaves the others as plain messages', () => {
  const shown = rows([wording('q1'), wording('q2'), reply('a1', 'q1')], 'a1')
  expect(shown.map(({ on, wordings }) => [on, wordings])).toEqual([
    ['q1', undefined],
    ['a1', undefined],
  ])
})

test('wordings stand in one row with their answers, and the branch goes on from one of them', () => {
  const messages = [
    ...[wording('q1'), wording('q2'), reply('a1', 'q1'), reply('a2', 'q2'), reply('a9', 'q2')],
    ...[own('m10', 'a9', 'And now?'), reply('m11', 'm10')],
  ]
  const [first, ...rest] = rows(messages, 'm11')
  expect(first).toMatchObject({ role: 'user', on: 'q2', ids: ['q1', 'q2'], variants: ['q1'], at: 0 })
  expect(first?.wordings).toEqual([
    { question: 'q1', answer: 'a1', variants: ['a1'], at: 0 },
    { question: 'q2', answer: 'a9', variants: ['a2', 'a9'], at: 1 },
  ])
  expect(rest.map(({ on }) => on)).toEqual(['m10', 'm11'])
})
