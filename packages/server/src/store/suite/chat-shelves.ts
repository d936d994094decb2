import { expect, it } from 'vitest'
import { uuid } from '../../base/ids.ts'
import type { AttachmentRecord, ConversationImport, PromptRecord } from '../chat-records.ts'
import { chatOf, MANY } from './chat-subject.ts'
import { NOON, type World } from './subject.ts'

const CROWD = 20

/** What lies beside conversations: attachments, folders, prompts, preferences; and bringing in and taking away. */
export function chatShelvesSuite(world: () => World): void {
  const { me, neighbour, conversation, question, told } = chatOf(world)

  const attachment = (fields: Partial<AttachmentRecord> = {}): AttachmentRecord => ({
    ...{ id: uuid(), name: 'a.png', mediaType: 'image/png', bytes: 4, createdAt: NOON },
    ...fields,
  })
  const put = (fields: Partial<AttachmentRecord> = {}, quotaBytes = 1000) => {
    const record = attachment(fields)
    return world().store.putAttachment(me(), record, { body: new Uint8Array(record.bytes).fill(7), quotaBytes })
  }
  const prompt = (fields: Partial<PromptRecord> = {}): PromptRecord => ({
    ...{ id: uuid(), slug: 'sum', title: 'Sum up', text: 'Sum up: {{text}}', versionId: uuid(), version: 1 },
    ...{ createdAt: NOON, updatedAt: NOON },
    ...fields,
  })

  it('shows nobody another\u2019s attachments, folders, prompts or preferences', async () => {
    const { store } = world()
    const { id } = await put()
    await store.createFolder(me(), { id: 'f', name: 'Work', createdAt: NOON }, MANY)
    const mine = prompt()
    await store.createPrompt(me(), mine, MANY)
    await store.putPreferences(me(), { data_collection: 'deny', default_model: 'a/b', favourite_models: ['a/b'] }, NOON)
    const other = await neighbour()
    expect(await store.findAttachment(other, id)).toBeUndefined()
    expect(await store.readAttachment(other, id)).toBeUndefined()
    expect(await store.usedAttachmentBytes(other)).toBe(0)
    expect(await store.listFolders(other)).toEqual([])
    expect(await store.renameFolder(other, 'f', 'Taken')).toBeUndefined()
    expect(await store.removeFolder(other, 'f')).toBe(false)
    expect(await store.listPrompts(other)).toEqual([])
    expect(await store.findPrompt(other, mine.id)).toBeUndefined()
    expect(await store.listPromptVersions(other, mine.id)).toBeUndefined()
    expect(await store.namePromptVersions(other, [mine.versionId])).toEqual([])
    expect(await store.removePrompt(other, mine.id)).toBe(false)
    const change = { text: 'taken', versionId: uuid(), at: NOON }
    expect(await store.changePrompt(other, mine.id, change, MANY)).toBeUndefined()
    expect(await store.findPreferences(other)).toBeUndefined()
    await store.createPrompt(other, { ...mine }, MANY)
    const stranger = { workspaceId: uuid(), userId: me().userId }
    await expect(store.createPrompt(stranger, prompt({ slug: 'x' }), MANY)).rejects.toMatchObject({ code: 'not_found' })
    await expect(store.createFolder(stranger, { id: 'g', name: 'x', createdAt: NOON }, MANY)).rejects.toThrow()
    expect(await store.listFolders(me())).toMatchObject([{ name: 'Work' }])
    expect(await store.listPrompts(me())).toEqual([mine])
  })

  it('keeps the same bytes of one person once, of two people twice', async () => {
    const { store } = world()
    const first = await put({ id: 'same', name: 'one.png' })
    expect(await put({ id: 'same', name: 'two.png', createdAt: NOON + 9 })).toEqual({
      ...{ ...first, name: 'two.png', createdAt: NOON + 9 },
    })
    expect(await store.usedAttachmentBytes(me())).toBe(4)
    expect(await store.readAttachment(me(), 'same')).toMatchObject({ body: new Uint8Array(4).fill(7), bytes: 4 })
    const other = await neighbour()
    await store.putAttachment(other, attachment({ id: 'same' }), { body: new Uint8Array(4), quotaBytes: 4 })
    expect(await store.usedAttachmentBytes(other)).toBe(4)
  })

  it('never goes over the quota, however many come at once, and takes what is there already', async () => {
    const { store } = world()
    const puts = await Promise.allSettled(Array.from({ length: CROWD }, () => put({}, 10)))
    expect(puts.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    expect(puts.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'limit_reached' } })
    expect(await store.usedAttachmentBytes(me())).toBe(8)
    const kept = puts.find((one) => one.status === 'fulfilled')
    expect(await put({ id: kept?.value.id ?? '' }, 8)).toMatchObject({ bytes: 4 })
  })

  it('removes attachments that no conversation names any more, and that are not new', async () => {
    const { store } = world()
    const { id } = await conversation()
    const [used, unused, fresh] = [await put(), await put(), await put({ createdAt: NOON + 50 })]
    const asked = question(id, 'look', { parts: [{ kind: 'image', attachment: used.id }] })
    await store.ask(me(), asked, MANY)
    expect(await store.pruneAttachments(NOON + 50)).toBe(1)
    expect(await store.findAttachment(me(), unused.id)).toBeUndefined()
    expect(await store.findAttachment(me(), fresh.id)).toEqual(fresh)
    await store.deleteConversation(me(), id, { at: NOON, purgeAt: NOON + 10 })
    expect(await store.pruneAttachments(NOON + 50)).toBe(0)
    await store.purgeConversations(NOON + 10)
    expect(await store.pruneAttachments(NOON + 50)).toBe(1)
    expect(await store.usedAttachmentBytes(me())).toBe(4)
  })

  it('counts what is in a folder, and leaves it outside when the folder goes', async () => {
    const { store } = world()
    await store.createFolder(me(), { id: 'b', name: 'Beta', createdAt: NOON }, { folders: 2 })
    await store.createFolder(me(), { id: 'a', name: 'Alpha', createdAt: NOON }, { folders: 2 })
    const third = { id: 'c', name: 'Gamma', createdAt: NOON }
    await expect(store.createFolder(me(), third, { folders: 2 })).rejects.toMatchObject({ code: 'limit_reached' })
    const { id } = await conversation({ folderId: 'a' })
    await conversation({ folderId: 'a', temporaryUntil: NOON * 2 })
    const { id: gone } = await conversation({ folderId: 'a' })
    await store.deleteConversation(me(), gone, { at: NOON, purgeAt: NOON + 1 })
    expect(await store.listFolders(me())).toMatchObject([
      { name: 'Alpha', conversations: 1 },
      { name: 'Beta', conversations: 0 },
    ])
    expect(await store.renameFolder(me(), 'a', 'Omega')).toMatchObject({ name: 'Omega', conversations: 1 })
    expect(await store.listConversations(me(), { archived: false, folderId: 'a', limit: 9 })).toMatchObject([{ id }])
    expect(await store.removeFolder(me(), 'a')).toBe(true)
    expect(await store.removeFolder(me(), 'a')).toBe(false)
    expect(await store.findConversation(me(), id)).toMatchObject({ folderId: null, revision: 2 })
    expect(await store.restoreConversation(me(), gone, NOON)).toMatchObject({ folderId: null })
  })

  it('makes a version of a prompt for each text that differs, and keeps the others', async () => {
    const { store } = world()
    const mine = prompt()
    await store.createPrompt(me(), mine, { prompts: 2 })
    await expect(store.createPrompt(me(), prompt(), MANY)).rejects.toMatchObject({ code: 'conflict' })
    await store.createPrompt(me(), prompt({ slug: 'other' }), { prompts: 2 })
    const third = store.createPrompt(me(), prompt({ slug: 'third' }), { prompts: 2 })
    await expect(third).rejects.toMatchObject({ code: 'limit_reached' })

    const at = NOON + 5
    const change = (to: { slug?: string; title?: string; text?: string }, versions = 3) =>
      store.changePrompt(me(), mine.id, { ...to, versionId: uuid(), at }, { versions })
    await expect(change({ slug: 'other' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await change({ title: 'New', text: mine.text, slug: 'sum' })).toEqual({
      ...mine,
      title: 'New',
      updatedAt: at,
    })
    expect(await change({ text: 'Two' })).toMatchObject({ version: 2, text: 'Two', title: 'New' })
    expect(await change({ text: mine.text })).toMatchObject({ version: 3 })
    await expect(change({ text: 'Four' })).rejects.toMatchObject({ code: 'limit_reached' })
    const versions = await store.listPromptVersions(me(), mine.id)
    expect(versions?.map(({ version, text }) => [version, text])).toEqual([
      [3, mine.text],
      [2, 'Two'],
      [1, mine.text],
    ])
    expect(versions?.at(-1)?.id).toBe(mine.versionId)
    const ids = [...(versions ?? []).map((one) => one.id), 'nothing']
    const named = await store.namePromptVersions(me(), ids)
    expect(named.map(({ version, slug, title }) => `${slug} ${title} ${version}`).sort()).toEqual([
      ...['sum New 1', 'sum New 2', 'sum New 3'],
    ])
    expect(await store.removePrompt(me(), mine.id)).toBe(true)
    expect(await store.listPrompts(me())).toMatchObject([{ slug: 'other' }])
    await store.createPrompt(me(), prompt(), { prompts: 2 })
  })

  it('keeps a person\u2019s ways, the last that were said', async () => {
    const { store } = world()
    expect(await store.findPreferences(me())).toBeUndefined()
    const ways = { data_collection: 'deny' as const, default_model: null, favourite_models: ['a/b', 'c/d'] }
    await store.putPreferences(me(), { ...ways, data_collection: 'allow' }, NOON)
    await store.putPreferences(me(), ways, NOON)
    expect(await store.findPreferences(me())).toEqual(ways)
    const terms = { otherwise: { ...ways, default_model: 'never' }, at: NOON }
    await Promise.all([
      store.changePreferences(me(), { default_model: 'a/b' }, terms),
      store.changePreferences(me(), { data_collection: 'allow' }, terms),
      store.changePreferences(me(), { favourite_models: [] }, terms),
    ])
    const all = { data_collection: 'allow', default_model: 'a/b', favourite_models: [] }
    expect(await store.findPreferences(me())).toEqual(all)
    const other = await neighbour()
    expect(await store.changePreferences(other, {}, terms)).toEqual(terms.otherwise)
  })

  const incoming = (fields: Partial<ConversationImport['conversation']> = {}): ConversationImport => {
    const [first, second] = [uuid(), uuid()]
    const message = { model: null, groupId: null, promptVersionId: null, generationId: null, figures: null }
    return {
      conversation: {
        ...{ id: uuid(), title: 'Brought in', pinned: true, archived: true, folderId: null, activeLeafId: second },
        ...{ settings: { models: [], system_prompt: 's', parameters: {} }, cost: 12n, createdAt: 5, updatedAt: 9 },
        ...fields,
      },
      messages: [
        {
          ...{ ...message, id: first, parentId: null, role: 'user', status: 'done', failure: null, createdAt: 5 },
          parts: [{ kind: 'text', text: 'zebra' }],
        },
        {
          ...{
            ...message,
            id: second,
            parentId: first,
            role: 'assistant',
            status: 'done',
            failure: null,
            createdAt: 9,
          },
          parts: [{ kind: 'text', text: 'stripes' }],
          model: 'a/b',
        },
      ],
    }
  }

  it('brings a conversation in once, as it was, and findable', async () => {
    const { store } = world()
    const imported = incoming({ folderId: 'nowhere' })
    const results = await Promise.all(
      Array.from({ length: CROWD }, () => store.importConversation(me(), imported, MANY)),
    )
    expect(results.filter((result) => result === 'added')).toHaveLength(1)
    const whole = await store.readConversation(me(), imported.conversation.id)
    expect(whole?.conversation).toEqual({
      ...imported.conversation,
      ...{ folderId: null, streaming: false, temporaryUntil: null, revision: 1 },
    })
    expect(whole?.messages.map(({ conversationId, ...rest }) => rest)).toEqual(imported.messages)
    expect(await store.searchChats(me(), 'stripes', 5)).toHaveLength(1)
    const other = await neighbour()
    expect(await store.importConversation(other, imported, MANY)).toBe('added')
  })

  it('brings one in again that was deleted, but no message that is elsewhere, and none beyond the bound', async () => {
    const { store } = world()
    const imported = incoming()
    await store.importConversation(me(), imported, MANY)
    const stolen = { ...incoming(), messages: imported.messages }
    await expect(store.importConversation(me(), stolen, MANY)).rejects.toMatchObject({ code: 'conflict' })
    expect(await store.findConversation(me(), stolen.conversation.id)).toBeUndefined()
    const full = store.importConversation(me(), incoming(), { conversations: 1 })
    await expect(full).rejects.toMatchObject({ code: 'limit_reached' })
    await store.deleteConversation(me(), imported.conversation.id, { at: NOON, purgeAt: NOON + 1 })
    expect(await store.importConversation(me(), imported, MANY)).toBe('added')
    expect(await store.listMessages(me(), imported.conversation.id)).toHaveLength(2)
  })

  it('takes everything of one person away, and nothing of another\u2019s', async () => {
    const { store, actor, subject } = world()
    const other = await neighbour()
    await told('theirs', 'stays', other)
    await told('mine', 'goes')
    await put()
    await store.createFolder(me(), { id: 'f', name: 'Work', createdAt: NOON }, MANY)
    await conversation({ folderId: 'f' })
    await store.createPrompt(me(), prompt(), MANY)
    await store.putPreferences(me(), { data_collection: 'deny', default_model: null, favourite_models: [] }, NOON)
    await store.eraseChats(me(), 'conversations', { actor, at: NOON })
    expect(await store.listConversations(me(), { archived: false, limit: 9 })).toEqual([])
    expect(await store.searchChats(me(), 'goes', 9)).toEqual([])
    expect(await store.usedAttachmentBytes(me())).toBe(0)
    expect(await store.listFolders(me())).toHaveLength(1)
    await store.eraseChats(me(), 'data', { actor, at: NOON })
    expect([await store.listFolders(me()), await store.listPrompts(me())]).toEqual([[], []])
    expect(await store.findPreferences(me())).toMatchObject({ data_collection: 'deny' })
    await store.eraseChats(me(), 'everything', { actor, at: NOON })
    const tables = ['conversation', 'message', 'chat_text', 'attachment', 'folder', 'prompt', 'preference']
    for (const table of tables) {
      expect(await subject.query(`SELECT 1 AS x FROM ${table} WHERE user_id = '${me().userId}'`)).toEqual([])
    }
    expect(await store.searchChats(other, 'stays', 9)).toHaveLength(1)
    const [row] = await store.listAudit(me().workspaceId, 1)
    expect(row).toMatchObject({ action: 'chat.erase', object: me().userId, details: { what: 'everything' } })
  })
}
