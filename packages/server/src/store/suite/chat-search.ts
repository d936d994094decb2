import { expect, it } from 'vitest'
import { chatOf, MANY } from './chat-subject.ts'
import { NOON, type World } from './subject.ts'

/** Finding words in titles and messages. */
export function chatSearchSuite(world: () => World): void {
  const { me, neighbour, foreigner, conversation, question, told } = chatOf(world)
  const titles = async (query: string, limit = 20) =>
    (await world().store.searchChats(me(), query, limit)).map(({ conversation: { title } }) => title)
  /** One conversation whose title says nothing. */
  const holding = async (text: string) => {
    const { id } = await told('x', text)
    await world().store.changeConversation(me(), id, { title: 'Chat' })
    return id
  }

  it('finds nothing of another person\u2019s, of temporary and of deleted conversations', async () => {
    const { store } = world()
    for (const whose of [await neighbour(), await foreigner()]) await told('pineapple', 'pineapple', whose)
    const temporary = await conversation({ temporaryUntil: NOON * 2 })
    await store.ask(me(), question(temporary.id, 'pineapple'), MANY)
    const deleted = await told('pineapple', 'pineapple')
    await store.deleteConversation(me(), deleted.id, { at: NOON, purgeAt: NOON + 1 })
    expect(await store.searchChats(me(), 'pineapple', 20)).toEqual([])
    await store.changeConversation(me(), temporary.id, { temporaryUntil: null })
    expect(await store.searchChats(me(), 'pineapple', 20)).toHaveLength(2)
  })

  it.each([
    ...['"', '""', '*', '(', ')', 'NEAR(a b)', 'a AND', 'NOT x', 'words:secret', '{words} : secret', '-secret'],
    ...["'", "secret' OR 1=1 --", 'secret | x', '!secret', 'secret <-> x', 'secret:*A', '\\', '\0', '^secret', '%', ''],
    ...['\ud800', '\u0300', ' . , ', 'secret\0', 'a'.repeat(5000), '日'.repeat(500), 'x '.repeat(3000), '{{', '$1'],
  ])('reads %j as words, and never as syntax', async (query) => {
    const { store } = world()
    await told('secret', 'nothing')
    const found = await store.searchChats(me(), query, 20)
    // Only a query whose every word is there finds it.
    const words = query.match(/[\p{L}\p{N}]+/gu) ?? []
    const whole = words.length > 0 && words.every((word) => word === 'secret')
    expect(found.length > 0).toBe(whole)
  })

  it('finds words whatever their letter case and accents, and the last by its beginning', async () => {
    await holding('Élan vital: die Straße nach Łódź, naïve façades')
    for (const query of ['elan', 'ÉLAN VITAL', 'strasse', 'lodz', 'naive facades', 'vital naï', 'str', 'façade']) {
      expect(await titles(query), query).toHaveLength(1)
    }
    for (const query of ['lan', 'trasse', 'elan x', 'fac naive', 'str ']) expect(await titles(query), query).toEqual([])
  })

  it('finds words of languages that put no spaces between them, and of other scripts', async () => {
    await holding('我们今天讨论数据库的性能问题')
    await holding('データベースの速さについて')
    await holding('ภาษาไทยไม่มีช่องว่าง')
    await holding('Быстрая ёлка и база данных')
    await holding('데이터베이스 성능')
    await holding('डेटाबेस की गति')
    await holding('سرعة قاعدة البيانات')
    for (const query of [
      '数据库',
      '性能',
      'データベース',
      'ไทย',
      'елка',
      'данных',
      '데이터',
      'डेटाबेस',
      'गति',
      'قاعدة',
    ]) {
      expect((await titles(query)).length, query).toBe(1)
    }
    expect(await titles('库数')).toEqual([])
  })

  it('puts titles before messages and better places before worse, three of a conversation at most', async () => {
    const { store } = world()
    const long = await told('x', `${'filler '.repeat(300)} kiwi`)
    await store.changeConversation(me(), long.id, { title: 'Long' })
    const short = await told('x', 'kiwi kiwi')
    await store.changeConversation(me(), short.id, { title: 'Short' })
    const named = await told('x', 'nothing')
    await store.changeConversation(me(), named.id, { title: 'All about kiwi' })
    expect(await titles('kiwi')).toEqual(['All about kiwi', 'Short', 'Long'])
    expect(await titles('kiwi', 1)).toEqual(['All about kiwi'])
    let parent = short.activeLeafId ?? ''
    for (let n = 0; n < 5; n++) {
      const asked = question(short.id, 'kiwi', { parentId: parent })
      await store.ask(me(), asked, MANY)
      parent = asked.activeLeafId
    }
    expect((await titles('kiwi')).filter((title) => title === 'Short')).toHaveLength(3)
    const [first] = await store.searchChats(me(), 'about', 1)
    expect(first).toMatchObject({ messageId: null, text: 'All about kiwi', conversation: { id: named.id } })
  })

  it('forgets a title that was changed, and finds names of files but no thoughts', async () => {
    const { store } = world()
    const { id } = await told('walnut', 'x')
    expect(await titles('walnut')).toHaveLength(2)
    await store.changeConversation(me(), id, { title: 'Pecan' })
    expect(await titles('walnut')).toHaveLength(1)
    const attachment = { id: 'aa', name: 'hazelnut.pdf', mediaType: 'application/pdf', bytes: 1, createdAt: NOON }
    await store.putAttachment(me(), attachment, { body: new Uint8Array(1), quotaBytes: 10 })
    const file = {
      kind: 'file',
      attachment: 'aa',
      name: 'hazelnut.pdf',
      media_type: 'application/pdf',
      bytes: 1,
    } as const
    const asked = question(id, 'y', { parts: [file, { kind: 'reasoning', text: 'almond' }] })
    await store.ask(me(), asked, MANY)
    expect(await titles('hazelnut')).toEqual(['Pecan'])
    expect(await titles('almond')).toEqual([])
  })

  it('is in a backup', async () => {
    const { store, subject, clock } = world()
    await told('walnut', 'in the shell')
    const body = new Uint8Array([1, 2, 3])
    const attachment = { id: 'aa', name: 'a.png', mediaType: 'image/png', bytes: 3, createdAt: NOON }
    await store.putAttachment(me(), attachment, { body, quotaBytes: 10 })
    await store.backup(`${subject.folder}/copy.db`)
    const copy = await subject.openBackup(`${subject.folder}/copy.db`, clock)
    try {
      expect(await copy.searchChats(me(), 'shell', 5)).toMatchObject([{ text: 'in the shell' }])
      expect(await copy.searchChats(me(), 'walnut', 5)).toHaveLength(2)
      expect(await copy.readAttachment(me(), 'aa')).toMatchObject({ body })
    } finally {
      await copy.close()
    }
  })
}
