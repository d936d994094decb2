import type { AnswerFigures } from '@keyway/contract'
import { expect, it } from 'vitest'
import { uuid } from '../../base/ids.ts'
import { chatOf, endOf, MANY } from './chat-subject.ts'
import { NOON, type World } from './subject.ts'

const CROWD = 20

const FIGURES: AnswerFigures = {
  ...{ generation_id: 'gen-1', provider: 'openai', served_by: 'own', cost_usd: '0.000007', estimated: false },
  ...{ tokens_prompt: 1, tokens_completion: 2, tokens_reasoning: 0, tokens_cached: 0 },
  ...{ first_token_ms: 3, total_ms: 4, finish_reason: 'stop' },
}

/** Conversations and their trees. */
export function chatSuite(world: () => World): void {
  const { me, neighbour, foreigner, conversation, question, answerTo, told } = chatOf(world)

  it('shows and changes nothing of another person\u2019s, in the same workspace or another', async () => {
    const { store } = world()
    const { id } = await told('mine', 'yours?')
    const messages = await store.listMessages(me(), id)
    const leaf = messages[1]?.id ?? ''
    const { id: spare } = await conversation()
    const deleted = { at: NOON, purgeAt: NOON + 1 }
    await store.deleteConversation(me(), spare, deleted)
    for (const other of [await neighbour(), await foreigner(), { ...me(), workspaceId: uuid() }]) {
      expect(await store.findConversation(other, id)).toBeUndefined()
      expect(await store.readConversation(other, id)).toBeUndefined()
      expect(await store.listMessages(other, id)).toEqual([])
      expect(await store.listConversations(other, { archived: false, limit: 10 })).toEqual([])
      expect(await store.listConversationIds(other, { after: null, limit: 10 })).toEqual([])
      expect(await store.findMessage(other, leaf)).toBeUndefined()
      expect(await store.findProgress(other, leaf)).toBeUndefined()
      expect(await store.changeConversation(other, id, { title: 'taken' })).toBeUndefined()
      expect(await store.deleteConversation(other, id, deleted)).toBe(false)
      expect(await store.restoreConversation(other, spare, NOON)).toBeUndefined()
      expect(await store.ask(other, question(id, 'let me in'), MANY)).toBeUndefined()
      expect(await store.noteFigures(other, leaf, { figures: FIGURES, cost: 1n })).toBe(false)
    }
    expect(await store.listMessages(me(), id)).toEqual(messages)
  })

  it('lets two people have the same id, and tells neither of the other', async () => {
    const { store } = world()
    const other = await neighbour()
    const { id } = await told('mine', 'an answer')
    const theirs = await conversation({ id, whose: other })
    expect(theirs).toMatchObject({ id, title: '', activeLeafId: null })
    const asked = question(id, 'theirs')
    const [mine] = await store.listMessages(me(), id)
    const copied = { ...asked, id: mine?.id ?? '' }
    expect(await store.ask(other, copied, MANY)).toMatchObject({ repeated: false })
    expect(await store.findConversation(me(), id)).toMatchObject({ title: 'mine' })
  })

  it('refuses a parent, a leaf, a folder or an attachment that is not of the conversation or the person', async () => {
    const { store } = world()
    const { id } = await conversation()
    const elsewhere = await told('elsewhere', 'there')
    const foreign = elsewhere.activeLeafId ?? ''
    const other = await neighbour()
    await store.createFolder(other, { id: 'their-folder', name: 'Theirs', createdAt: NOON }, MANY)
    const body = new Uint8Array([1])
    const attachment = { id: 'ab', name: 'x', mediaType: 'image/png', bytes: 1, createdAt: NOON }
    await store.putAttachment(other, attachment, { body, quotaBytes: 10 })
    const refused = { code: 'not_found' }
    await expect(store.ask(me(), question(id, 'a', { parentId: foreign }), MANY)).rejects.toMatchObject(refused)
    await expect(store.changeConversation(me(), id, { activeLeafId: foreign })).rejects.toMatchObject(refused)
    await expect(store.changeConversation(me(), id, { folderId: 'their-folder' })).rejects.toMatchObject(refused)
    await expect(conversation({ folderId: 'their-folder' })).rejects.toMatchObject(refused)
    const asked = question(id, 'a', { parts: [{ kind: 'image', attachment: 'ab' }] })
    await expect(store.ask(me(), asked, MANY)).rejects.toMatchObject(refused)
    expect(await store.listMessages(me(), id)).toEqual([])
    expect(await store.findConversation(me(), id)).toMatchObject({ revision: 1, activeLeafId: null })
  })

  it('keeps no more conversations and messages than there may be, however many come at once', async () => {
    const { store } = world()
    const settings = { models: [], system_prompt: '', parameters: {} }
    const made = await Promise.allSettled(
      Array.from({ length: CROWD }, () =>
        store.createConversation(
          me(),
          { id: uuid(), temporaryUntil: null, folderId: null, settings, createdAt: NOON },
          { conversations: 3 },
        ),
      ),
    )
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(made.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'limit_reached' } })
    const [first] = await store.listConversations(me(), { archived: false, limit: 10 })
    const id = first?.id ?? ''
    const asks = await Promise.allSettled(
      Array.from({ length: CROWD }, () => store.ask(me(), question(id, 'again'), { ...MANY, messages: 5 })),
    )
    expect(asks.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(await store.listMessages(me(), id)).toHaveLength(4)
    // Nor more text, counted as bytes, in however many messages.
    const full = { ...MANY, conversationBytes: 1_500 }
    const long = '\u00e9'.repeat(400)
    expect(await store.ask(me(), question(id, long), full)).toMatchObject({ repeated: false })
    await expect(store.ask(me(), question(id, long), full)).rejects.toMatchObject({ code: 'limit_reached' })
    expect(await store.listMessages(me(), id)).toHaveLength(6)
    expect(await store.ask(me(), question(id, 'short'), full)).toMatchObject({ repeated: false })
  })

  it('makes one conversation of many requests with its id', async () => {
    const id = uuid()
    const made = await Promise.all(Array.from({ length: CROWD }, () => conversation({ id })))
    expect(new Set(made.map((one) => JSON.stringify({ ...one, cost: '' }))).size).toBe(1)
    expect(made[0]).toMatchObject({
      title: '',
      pinned: false,
      archived: false,
      streaming: false,
      cost: 0n,
      revision: 1,
    })
  })

  it('asks once, however often the request comes', async () => {
    const { store } = world()
    const { id } = await conversation()
    const asked = question(id, 'What is law 4?')
    const outcomes = await Promise.all(Array.from({ length: CROWD }, () => store.ask(me(), asked, MANY)))
    expect(outcomes.filter((outcome) => outcome && !outcome.repeated)).toHaveLength(1)
    for (const outcome of outcomes) {
      expect(outcome?.messages.map((message) => message.id)).toEqual([asked.id, asked.activeLeafId])
      expect(outcome?.conversation).toMatchObject({ title: 'What is law 4?', streaming: true, revision: 2 })
    }
    // The same ids in another request are no repetition.
    const other = { ...asked, id: uuid() }
    await expect(store.ask(me(), other, MANY)).rejects.toMatchObject({ code: 'conflict' })
    const { id: second } = await conversation()
    await expect(store.ask(me(), { ...asked, conversationId: second }, MANY)).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await store.listMessages(me(), second)).toEqual([])
  })

  it('begins a conversation with what is asked in it: once, or where that is refused, not at all', async () => {
    const { store } = world()
    const id = uuid()
    const settings = { models: ['a/b'], system_prompt: 'Be brief.', parameters: {} }
    const begins = { id, temporaryUntil: null, folderId: null, settings, createdAt: world().clock.now() }
    const asked = question(id, 'What is law 4?', { begins })
    for (const refused of [
      () => store.ask(me(), { ...asked, begins: { ...begins, folderId: 'nowhere' } }, MANY),
      () => store.ask(me(), { ...asked, activeLeafId: uuid() }, MANY),
      () => store.ask(me(), asked, { ...MANY, messages: 1 }),
      () => store.ask(me(), asked, { ...MANY, conversations: 0 }),
    ]) {
      await expect(refused()).rejects.toThrow()
      expect(await store.findConversation(me(), id)).toBeUndefined()
    }
    const outcomes = await Promise.all(Array.from({ length: CROWD }, () => store.ask(me(), asked, MANY)))
    expect(outcomes.filter((outcome) => outcome?.repeated === false)).toHaveLength(1)
    expect(await store.findConversation(me(), id)).toMatchObject({ title: 'What is law 4?', settings, streaming: true })
    expect(await store.listMessages(me(), id)).toHaveLength(2)
    const again = question(id, 'And law 5?', { begins: { ...begins, settings: { ...settings, models: [] } } })
    expect((await store.ask(me(), again, MANY))?.conversation).toMatchObject({ title: 'What is law 4?', settings })
  })

  it('keeps a tree: siblings, answers side by side, and the branch that is shown', async () => {
    const { store, clock } = world()
    const { id } = await conversation()
    const first = question(id, 'first')
    await store.ask(me(), first, MANY)
    clock.time += 1000
    const side = [
      answerTo(first.id, { groupId: 'g', model: 'a/b' }),
      answerTo(first.id, { groupId: 'g', model: 'c/d' }),
    ]
    const more = {
      ...{ id: uuid(), conversationId: id, messages: side, title: 'not taken', at: clock.time },
      activeLeafId: side[0]?.id ?? '',
    }
    const outcome = await store.ask(me(), more, MANY)
    expect(outcome?.messages).toMatchObject([{ model: 'a/b', groupId: 'g' }, { model: 'c/d' }])
    expect(outcome?.conversation).toMatchObject({ title: 'first', activeLeafId: side[0]?.id, updatedAt: NOON + 1000 })
    const all = await store.listMessages(me(), id)
    expect(all.map(({ parentId }) => parentId)).toEqual([null, first.id, first.id, first.id])
    const changed = await store.changeConversation(me(), id, { activeLeafId: first.activeLeafId, title: 'Mine' })
    expect(changed).toMatchObject({
      activeLeafId: first.activeLeafId,
      title: 'Mine',
      revision: 4,
      updatedAt: NOON + 1000,
    })
  })

  it('keeps parts as they came, whatever text is in them', async () => {
    const { store } = world()
    const { id } = await conversation()
    const text = 'a\0b \ud800 "\\u0000" \u2028 \ud83d\udd11 <script>'
    const asked = question(id, text)
    await store.ask(me(), asked, MANY)
    const parts = [
      { kind: 'reasoning' as const, text: 'hm', items: [{ type: 'reasoning.encrypted', data: '\0x', big: 1e21 }] },
      { kind: 'unknown' as const, source: 'openai', value: { nested: [null, true, { '': '\0' }] } },
      { kind: 'text' as const, text },
    ]
    await store.endAnswer(me(), asked.activeLeafId, endOf('', { parts }))
    const [stored, answer] = await store.listMessages(me(), id)
    expect(stored?.parts).toEqual([{ kind: 'text', text }])
    expect(answer?.parts).toEqual(parts)
    // A title is a column of its own, which holds no NUL.
    expect(await store.findConversation(me(), id)).toMatchObject({ title: text.replace('\0', '').toWellFormed() })
  })

  it('notes how far answers have come until they end, and lets none go on afterwards', async () => {
    const { store } = world()
    const { id } = await conversation()
    const asked = question(id, 'count')
    await store.ask(me(), asked, MANY)
    const messageId = asked.activeLeafId
    const note = (text: string, offset: number, userId = me().userId) =>
      store.noteAnswers([{ userId, messageId, parts: [{ kind: 'text', text }], offset, generationId: 'gen-1' }])
    await note('not mine', 9, (await neighbour()).userId)
    expect(await store.findProgress(me(), messageId)).toMatchObject({ offset: 0, message: { parts: [] } })
    await note('1 2', 2)
    expect(await store.findProgress(me(), messageId)).toMatchObject({
      offset: 2,
      message: { status: 'streaming', parts: [{ text: '1 2' }], generationId: 'gen-1' },
    })
    expect(await store.findConversation(me(), id)).toMatchObject({ streaming: true, revision: 2 })
    const end = endOf('1 2 3', { figures: FIGURES, cost: 7n })
    const ends = await Promise.all(
      Array.from({ length: CROWD }, (_, n) =>
        store.endAnswer(me(), messageId, n % 2 === 0 ? end : { ...end, status: 'stopped' }),
      ),
    )
    expect(ends.filter((one) => one !== undefined)).toHaveLength(1)
    await note('1 2 3 4', 4)
    expect(await store.findMessage(me(), messageId)).toMatchObject({ parts: [{ text: '1 2 3' }], figures: FIGURES })
    expect(await store.findConversation(me(), id)).toMatchObject({
      ...{ streaming: false, revision: 3, cost: 7n, updatedAt: NOON + 1000 },
    })
    expect(await store.noteFigures(me(), messageId, { figures: FIGURES, cost: 1n })).toBe(false)
  })

  it('ends as interrupted what a process that died was writing, and nothing of one that lives', async () => {
    const { store, clock, subject } = world()
    const { id } = await conversation()
    const asked = question(id, 'a long one')
    await store.ask(me(), asked, MANY)
    const messageId = asked.activeLeafId
    const parts = [{ kind: 'text' as const, text: 'so far' }]
    await store.noteAnswers([{ userId: me().userId, messageId, parts, offset: 1, generationId: 'gen-9' }])
    expect(await store.interruptAnswers(NOON)).toEqual([])
    const after = await subject.openAfterCrash(clock)
    try {
      const lost = { ...me(), messageId, conversationId: id, generationId: 'gen-9' }
      expect(await after.interruptAnswers(NOON + 5)).toEqual([lost])
      expect(await after.interruptAnswers(NOON + 5)).toEqual([])
      expect(await after.findMessage(me(), messageId)).toMatchObject({ status: 'interrupted', parts })
      expect(await after.findConversation(me(), id)).toMatchObject({ streaming: false, revision: 3 })
      expect(await after.endAnswer(me(), messageId, endOf('too late'))).toBeUndefined()
      expect(await after.noteFigures(me(), messageId, { figures: FIGURES, cost: 7n })).toBe(true)
      expect(await after.findConversation(me(), id)).toMatchObject({ cost: 7n })
      expect(await after.searchChats(me(), 'so far', 5)).toMatchObject([{ messageId }])
    } finally {
      await after.close()
    }
  })

  it('lists pinned ones first, then the latest used, page by page, each once', async () => {
    const { store, clock } = world()
    const ids: string[] = []
    for (let n = 0; n < 7; n++) {
      // Some of them at the same moment.
      clock.time = NOON + Math.floor(n / 2)
      ids.push((await conversation()).id)
    }
    await store.changeConversation(me(), ids[0] ?? '', { pinned: true })
    await store.changeConversation(me(), ids[3] ?? '', { archived: true })
    await conversation({ temporaryUntil: NOON * 2 })
    const listed: string[] = []
    let before: { pinned: boolean; updatedAt: number; id: string } | undefined
    for (;;) {
      const page = await store.listConversations(me(), { archived: false, limit: 2, ...(before && { before }) })
      listed.push(...page.map(({ id }) => id))
      const last = page.at(-1)
      if (page.length < 2 || !last) break
      before = last
    }
    expect(listed).toHaveLength(6)
    expect(new Set(listed).size).toBe(6)
    expect(listed[0]).toBe(ids[0])
    expect(listed[1]).toBe(ids[6])
    expect(await store.listConversations(me(), { archived: true, limit: 9 })).toMatchObject([{ id: ids[3] }])
    const kept: string[] = []
    for (let after: string | null = null; ; after = kept.at(-1) ?? null) {
      const page: string[] = await store.listConversationIds(me(), { after, limit: 3 })
      kept.push(...page)
      if (page.length < 3) break
    }
    expect(kept).toEqual(ids.toSorted())
  })

  it('takes a deleted one out of sight at once, gives it back in time, and purges it afterwards', async () => {
    const { store } = world()
    const { id, activeLeafId } = await told('secret', 'answer')
    const { id: running } = await conversation()
    const asked = question(running, 'still going')
    await store.ask(me(), asked, MANY)
    const times = { at: NOON, purgeAt: NOON + 100 }
    expect(await store.deleteConversation(me(), id, times)).toBe(true)
    expect(await store.deleteConversation(me(), id, times)).toBe(false)
    expect(await store.deleteConversation(me(), running, times)).toBe(true)
    expect(await store.findConversation(me(), id)).toBeUndefined()
    expect(await store.findMessage(me(), activeLeafId ?? '')).toBeUndefined()
    expect(await store.searchChats(me(), 'secret', 5)).toEqual([])
    expect(await store.changeConversation(me(), id, { title: 'x' })).toBeUndefined()
    expect(await store.ask(me(), question(id, 'x'), MANY)).toBeUndefined()
    await expect(conversation({ id })).rejects.toMatchObject({ code: 'conflict' })
    // What was being written there ends all the same.
    expect(await store.endAnswer(me(), asked.activeLeafId, endOf('done'))).toMatchObject({
      message: { status: 'done' },
    })

    expect(await store.purgeConversations(NOON + 99)).toBe(0)
    expect(await store.restoreConversation(me(), id, NOON + 100)).toBeUndefined()
    expect(await store.restoreConversation(me(), id, NOON + 99)).toMatchObject({ id, title: 'secret' })
    expect(await store.searchChats(me(), 'secret', 5)).toHaveLength(2)
    expect(await store.purgeConversations(NOON + 100)).toBe(1)
    expect(await store.listMessages(me(), id)).toHaveLength(2)
    expect(await store.restoreConversation(me(), running, NOON)).toBeUndefined()
    expect(await store.endAnswer(me(), asked.activeLeafId, endOf('done'))).toBeUndefined()
    const left = await world().subject.query(`SELECT id FROM message WHERE conversation_id = '${running}'`)
    expect(left).toEqual([])
  })

  it('ends a temporary one at its moment, and keeps it where the person says so in time', async () => {
    const { store, clock } = world()
    const until = NOON + 100
    const { id } = await conversation({ temporaryUntil: until })
    const { id: kept } = await conversation({ temporaryUntil: until })
    await store.changeConversation(me(), kept, { temporaryUntil: null })
    expect(await store.listConversations(me(), { archived: false, limit: 9 })).toMatchObject([{ id: kept }])
    expect(await store.findConversation(me(), id)).toMatchObject({ temporaryUntil: until })
    clock.time = until
    expect(await store.findConversation(me(), id)).toBeUndefined()
    expect(await store.changeConversation(me(), id, { temporaryUntil: null })).toBeUndefined()
    expect(await store.purgeConversations(until)).toBe(1)
    expect(await store.findConversation(me(), kept)).toMatchObject({ temporaryUntil: null })
  })

  it('purges many in steps', async () => {
    const { store } = world()
    for (let n = 0; n < 45; n++) await conversation({ temporaryUntil: NOON + 1 })
    expect(await store.purgeConversations(NOON + 1)).toBe(45)
    expect(await world().subject.query('SELECT id FROM conversation')).toEqual([])
  })
}
