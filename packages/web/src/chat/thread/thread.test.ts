import type { ChatEvent } from '@keyway/contract'
import { expect, test } from 'vitest'
import { answered, CHAT, conversation, own, text } from '../../../fixture/chat.ts'
import { AWAITED, beginThread, isBehind, readAgain, withConversation, withEvent, withMessages } from './thread.ts'

const writing = answered('m2', 'm1', [text('It ')], { status: 'streaming', figures: null })
const begin = () =>
  beginThread(conversation({ active_leaf_id: 'm2', streaming: true }), [own('m1', null, 'question'), writing])
const run = (...events: ChatEvent[]) => events.reduce(withEvent, begin())
const delta = (words: string, index = 0): ChatEvent => ({
  type: 'delta',
  message_id: 'm2',
  offset: 1,
  index,
  text: words,
})

test('what happens to an unknown message, or to a part that never began, leaves a gap to be read again', () => {
  expect(isBehind(run({ ...delta('x'), message_id: 'm9' } as ChatEvent))).toBe(true)
  expect(isBehind(run(delta('x', 3)))).toBe(true)
  expect(isBehind(run({ type: 'part', message_id: 'm2', offset: 1, index: 5, part: text('') }))).toBe(true)
})

test('an event of a later version changes nothing', () => {
  const thread = begin()
  expect(withEvent(thread, { type: 'of-tomorrow' } as unknown as ChatEvent)).toBe(thread)
})

test('text grows where it stands, and a part that is told again stands in the place of the old one', () => {
  const thread = run(
    delta('begins'),
    { type: 'part', message_id: 'm2', offset: 2, index: 1, part: { kind: 'image', url: 'data:,' } },
    { type: 'part', message_id: 'm2', offset: 3, index: 1, part: { kind: 'image', attachment: 'a' } },
  )
  expect(thread.messages.get('m2')?.parts).toEqual([text('It begins'), { kind: 'image', attachment: 'a' }])
  expect(isBehind(thread)).toBe(false)
})

test('a snapshot stands in place of what was there; words that come after the end are ignored', () => {
  const whole = answered('m2', 'm1', [text('It is done.')])
  expect(
    run({ type: 'snapshot', message: { ...writing, parts: [text('It all')] }, offset: 4 }, delta(' came')).messages.get(
      'm2',
    )?.parts,
  ).toEqual([text('It all came')])
  const ended = run(
    { type: 'ended', message: whole, conversation: conversation({ active_leaf_id: 'm2', revision: 9 }) },
    delta('late'),
  )
  expect(ended.messages.get('m2')).toEqual(whole)
  expect(ended.conversation.revision).toBe(9)
})

test('an answer that is still being written is not taken back by an older word of it', () => {
  const ahead = run(delta('is ahead'))
  expect(withMessages(ahead, [{ ...writing, parts: [] }]).messages.get('m2')?.parts).toEqual([text('It is ahead')])
})

test('the answer that comes takes the place of the one that was awaited', () => {
  const awaited = { ...writing, id: `${AWAITED}x:0`, parent_id: 'm3', parts: [] }
  const asked = { ...withMessages(begin(), [own('m3', 'm2', 'more'), awaited]), leaf: awaited.id }
  const told = withMessages(asked, [own('m3', 'm2', 'more'), { ...writing, id: 'm4', parent_id: 'm3' }])
  expect([...told.messages.keys()]).toEqual(['m1', 'm2', 'm3', 'm4'])
  expect(told.leaf).toBe('m4')
})

test('only a newer revision asks for reading again, and having read is enough', () => {
  expect(isBehind(run({ type: 'changed', revision: 5 }))).toBe(false)
  const behind = run({ type: 'changed', revision: 6 })
  expect(isBehind(behind)).toBe(true)
  const read = readAgain(behind, conversation({ active_leaf_id: 'm2', revision: 6 }), [
    own('m1', null, 'question'),
    writing,
  ])
  expect(isBehind(read)).toBe(false)
})

test('a question of another tab is read although its answer has ended already, and no older reading takes that answer away', () => {
  const answer = answered('m4', 'm3', [text('Quick.')])
  const quick = run(
    { type: 'changed', revision: 6 },
    { type: 'snapshot', message: { ...answer, parts: [], status: 'streaming', figures: null }, offset: 0 },
    { type: 'ended', message: answer, conversation: conversation({ active_leaf_id: 'm4', revision: 7 }) },
  )
  expect(isBehind(quick)).toBe(true)
  const older = readAgain(quick, conversation({ active_leaf_id: 'm2', revision: 5 }), [own('m1', null, 'question')])
  expect(older.messages.get('m4')).toEqual(answer)
  expect(isBehind(older)).toBe(true)
  const all = [own('m1', null, 'question'), writing, own('m3', 'm2', 'more'), answer]
  const read = readAgain(older, conversation({ active_leaf_id: 'm4', revision: 7 }), all)
  expect([...read.messages.keys()].toSorted()).toEqual(['m1', 'm2', 'm3', 'm4'])
  expect(isBehind(read)).toBe(false)
})

test('what the server no longer has is gone; what is on its way to it stays', () => {
  const awaited = { ...writing, id: `${AWAITED}x:0`, parent_id: 'm3', parts: [] }
  const asked = withMessages(begin(), [own('m3', 'm1', 'more'), awaited])
  const read = readAgain(asked, conversation({ revision: 6 }), [own('m1', null, 'question')])
  expect([...read.messages.keys()]).toEqual(['m1', 'm3', `${AWAITED}x:0`])
})

test('another tab that goes to another branch takes this one along; an older word does not', () => {
  const thread = begin()
  expect(withConversation(thread, conversation({ active_leaf_id: 'm1', revision: 4 }))).toBe(thread)
  expect(withConversation(thread, conversation({ active_leaf_id: 'm1', revision: 6 })).leaf).toBe('m1')
  expect(thread.conversation.id).toBe(CHAT)
})
