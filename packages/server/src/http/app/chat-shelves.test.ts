import { createHash } from 'node:crypto'
import type { Attachment, ExportFile } from '@keyway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { askChat, newChat } from '../../testing/chat-tab.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const PASSWORD = 'maple engine slow river'
const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex')

let rig: Rig
let owner: AppBrowser
let other: AppBrowser

beforeAll(async () => {
  const limits = ['CHAT_FOLDERS=2', 'CHAT_PROMPTS=2', 'ATTACHMENT_BYTES=2000', 'ATTACHMENTS_BYTES=5000']
  const env = Object.fromEntries(limits.map((one) => `KEYWAY_LIMITS__${one}`.split('=')))
  rig = await startRig({ env: { ...env, KEYWAY_LIMITS__CHAT_IMPORT_BYTES: '200000' } })
  owner = await person(rig.server.house.owner.id, 'owner')
  const { store, clock, workspace, owner: first } = rig.server.house
  const user = { id: 'user_other', workspaceId: workspace.id, name: 'other', email: null, role: 'member' as const }
  await store.createUser(
    { ...user, disabledAt: null, createdAt: clock.now() },
    { id: first.id, workspaceId: workspace.id },
  )
  other = await person(user.id, 'other')
})
afterAll(() => rig.close())

async function person(id: string, login: string): Promise<AppBrowser> {
  const browser = appBrowser(rig)
  const body = { token: await setupToken(rig, id), login, password: PASSWORD }
  await browser.ask('POST /api/app/setup/password', { body })
  return browser
}

const upload = (browser: AppBrowser, bytes: Uint8Array | string, name = 'a', more: Record<string, string> = {}) =>
  fetch(`${rig.url}/api/app/attachments?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: {
      ...{ origin: rig.url, 'content-type': 'application/octet-stream', cookie: browser.cookie ?? '' },
      ...more,
    },
    body: bytes,
  })

describe('an attachment', () => {
  it('is taken from our own page only, signed in, as bytes, of a known kind, and within its bounds', async () => {
    expect((await upload(owner, PNG, 'a', { origin: 'https://evil.example' })).status).toBe(403)
    expect((await upload(owner, PNG, 'a', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await upload(appBrowser(rig), PNG)).status).toBe(401)
    for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'image/png']) {
      expect((await upload(owner, PNG, 'a', { 'content-type': type })).status).toBe(415)
    }
    for (const bytes of ['', 'a\0b', '\x7fELF', Buffer.from([0xff, 0xfe, 0x41, 0])]) {
      const response = await upload(owner, bytes)
      expect(response.status).toBe(415)
      expect(JSON.parse(await response.text()).error).toMatchObject({ code: 'content_type_unsupported' })
    }
    expect((await upload(owner, 'x'.repeat(2001))).status).toBe(413)
    for (const n of [1, 2]) expect((await upload(owner, `${n}`.repeat(2000))).status).toBe(201)
    const full = await upload(owner, '3'.repeat(2000))
    expect(full.status).toBe(409)
    expect(JSON.parse(await full.text()).error).toMatchObject({ code: 'limit_reached' })
    expect(await askChat(owner, 'GET /api/app/attachments/quota')).toEqual({ used_bytes: 4000, limit_bytes: 5000 })
  })

  it('is what its bytes say, is given to its own person only, and can run nothing', async () => {
    const html = '<!doctype html><script>fetch("/api/app/me")</script>'
    const made: Attachment = JSON.parse(await (await upload(other, html, '../evil\u202e.html')).text())
    expect(made).toEqual({
      id: createHash('sha256').update(html).digest('hex'),
      name: '.._evil.html',
      media_type: 'text/plain',
      bytes: html.length,
    })
    const given = await other.send('GET /api/app/attachments/:id', { id: made.id })
    expect(await given.text()).toBe(html)
    expect(Object.fromEntries(given.headers)).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename=".._evil.html"; filename*=UTF-8''.._evil.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    })
    expect((await owner.fail('GET /api/app/attachments/:id', { id: made.id })).status).toBe(404)
    const picture: Attachment = JSON.parse(await (await upload(other, PNG, 'naïve "1".png')).text())
    const shown = await other.send('GET /api/app/attachments/:id', { id: picture.id })
    expect(Buffer.from(await shown.arrayBuffer())).toEqual(PNG)
    expect(shown.headers.get('content-type')).toBe('image/png')
    expect(shown.headers.get('content-disposition')).toBe(
      `inline; filename="na_ve _1_.png"; filename*=UTF-8''na%C3%AFve%20%221%22.png`,
    )
  })
})

describe('folders and prompts', () => {
  it('are refused with bad fields, by their names', async () => {
    for (const name of ['', '  \n ', 'x'.repeat(101), 7, undefined]) {
      expect((await owner.fail('POST /api/app/folders', { body: { name } })).error.field).toBe('name')
    }
    const good = { slug: 'sum', title: 'Sum', text: 'Sum up {{text}}' }
    for (const slug of ['', 'Upper', 'a b', '-a', 'a-', 'a/b', 'ü', 'x'.repeat(61)]) {
      expect((await owner.fail('POST /api/app/prompts', { body: { ...good, slug } })).error.field).toBe('slug')
    }
    expect((await owner.fail('POST /api/app/prompts', { body: { ...good, text: ' \n' } })).error.field).toBe('text')
    const long = { ...good, text: 'x'.repeat(200_001) }
    expect((await owner.fail('POST /api/app/prompts', { body: long })).error.field).toBe('text')
  })

  it('are the person\u2019s own, and bounded', async () => {
    const folder = await askChat(owner, 'POST /api/app/folders', { body: { name: '  Work\n ' } })
    expect(folder).toEqual({ id: expect.any(String), name: 'Work', conversations: 0 })
    await newChat(owner, { folder_id: folder.id })
    expect((await askChat(owner, 'GET /api/app/folders')).data).toEqual([{ ...folder, conversations: 1 }])
    await askChat(owner, 'POST /api/app/folders', { body: { name: 'Home' } })
    expect((await owner.fail('POST /api/app/folders', { body: { name: 'More' } })).error.code).toBe('limit_reached')
    const { id } = folder
    expect((await other.fail('PATCH /api/app/folders/:id', { id, body: { name: 'Mine' } })).status).toBe(404)
    expect((await other.fail('DELETE /api/app/folders/:id', { id })).status).toBe(404)
    const renamed = await askChat(owner, 'PATCH /api/app/folders/:id', { id, body: { name: 'Office' } })
    expect(renamed).toEqual({ id, name: 'Office', conversations: 1 })
    expect(await askChat(owner, 'DELETE /api/app/folders/:id', { id })).toEqual({ done: true })

    const body = { slug: 'sum', title: 'Sum', text: 'Sum up {{text}}' }
    const prompt = await askChat(owner, 'POST /api/app/prompts', { body })
    expect(prompt).toMatchObject({ ...body, version: 1 })
    expect((await owner.fail('POST /api/app/prompts', { body })).error.code).toBe('conflict')
    const change = { text: 'Sum up briefly: {{text}}' }
    expect((await other.fail('PATCH /api/app/prompts/:id', { id: prompt.id, body: change })).status).toBe(404)
    expect((await other.fail('GET /api/app/prompts/:id/versions', { id: prompt.id })).status).toBe(404)
    expect((await other.fail('DELETE /api/app/prompts/:id', { id: prompt.id })).status).toBe(404)
    const changed = await askChat(owner, 'PATCH /api/app/prompts/:id', { id: prompt.id, body: change })
    expect(changed).toMatchObject({ ...body, ...change, version: 2 })
    const versions = await askChat(owner, 'GET /api/app/prompts/:id/versions', { id: prompt.id })
    expect(versions.data.map(({ version, text, id }) => [version, text, id])).toEqual([
      [2, change.text, changed.version_id],
      [1, body.text, prompt.version_id],
    ])
    expect((await askChat(owner, 'GET /api/app/prompts')).data).toEqual([changed])

    const ids = [prompt.version_id, changed.version_id, 'gone']
    const named = { query: `?ids=${ids.join(',')}` }
    const first = { id: prompt.version_id, version: 1, slug: 'sum', title: 'Sum' }
    const both = await askChat(owner, 'GET /api/app/prompt-versions', named)
    expect(both.data.toSorted((a, b) => a.version - b.version)).toEqual([
      first,
      { ...first, id: changed.version_id, version: 2 },
    ])
    expect((await askChat(other, 'GET /api/app/prompt-versions', named)).data).toEqual([])
    for (const query of ['', '?ids=', '?ids=a%20b', `?ids=${'a,'.repeat(20)}a`]) {
      expect((await owner.fail('GET /api/app/prompt-versions', { query })).error.field).toMatch(/^ids/)
    }
    await askChat(owner, 'POST /api/app/prompts', { body: { ...body, slug: 'two' } })
    const third = await owner.fail('POST /api/app/prompts', { body: { ...body, slug: 'three' } })
    expect(third.error.code).toBe('limit_reached')
    expect(await askChat(owner, 'DELETE /api/app/prompts/:id', { id: prompt.id })).toEqual({ done: true })
  })
})

describe('preferences', () => {
  it('are changed one by one, are the person\u2019s own, and are refused when they are none', async () => {
    const plain = { data_collection: 'allow', default_model: null, favourite_models: [] }
    expect(await askChat(owner, 'GET /api/app/preferences')).toEqual(plain)
    for (const [field, body] of [
      ['data_collection', { data_collection: 'perhaps' }],
      ['default_model', { default_model: '' }],
      ['favourite_models', { favourite_models: Array.from({ length: 201 }, (_, n) => `m/${n}`) }],
    ] as const) {
      expect((await owner.fail('PATCH /api/app/preferences', { body })).error.field).toBe(field)
    }
    await askChat(owner, 'PATCH /api/app/preferences', { body: { data_collection: 'deny' } })
    const body = { favourite_models: ['a/b', 'c/d', 'a/b'] }
    const all = { ...plain, data_collection: 'deny', favourite_models: ['a/b', 'c/d'] }
    expect(await askChat(owner, 'PATCH /api/app/preferences', { body })).toEqual(all)
    expect(await askChat(owner, 'GET /api/app/preferences')).toEqual(all)
    expect(await askChat(other, 'GET /api/app/preferences')).toEqual(plain)
  })
})

const exported = (text: string, id: string): ExportFile => {
  const body = Buffer.from(`the attachment of ${id}`)
  const attachment = createHash('sha256').update(body).digest('hex')
  const name = 'note.txt'
  const facts = { id: attachment, name, media_type: 'text/plain', bytes: body.length }
  const at = '2026-01-02T03:04:05.678Z'
  const message = {
    ...{ conversation_id: id, status: 'done' as const, model: null, group_id: null, prompt_version_id: null },
    ...{ figures: null, failure: null, created_at: at },
  }
  return {
    kind: 'keyway-conversations',
    version: 1,
    exported_at: at,
    conversations: [
      {
        conversation: {
          ...{ id, title: `About ${text}`, pinned: true, archived: false, temporary: false, folder_id: null },
          settings: { models: ['a/b'], system_prompt: '', parameters: {} },
          ...{ active_leaf_id: `${id}-2`, cost_usd: '0', created_at: at, updated_at: at },
        },
        messages: [
          {
            ...{ ...message, id: `${id}-1`, parent_id: null, role: 'user' },
            parts: [
              { kind: 'text', text: `What is a ${text}?` },
              { kind: 'file', attachment, name, media_type: facts.media_type, bytes: facts.bytes },
            ],
          },
          {
            ...message,
            id: `${id}-2`,
            parent_id: `${id}-1`,
            role: 'assistant',
            parts: [{ kind: 'text', text: 'A bird.' }],
          },
        ],
      },
    ],
    attachments: [{ ...facts, base64: body.toString('base64') }],
  }
}
const bringIn = (browser: AppBrowser, body: unknown) =>
  askChat(browser, 'POST /api/app/import', { body: body as ExportFile })

describe('bringing in and taking out', () => {
  it('refuses what is no such file, and what is too large, and changes nothing', async () => {
    for (const body of [{}, { kind: 'keyway-conversations', version: 2, conversations: [] }, { mapping: {} }, 'text']) {
      const failure = await other.fail('POST /api/app/import', { body })
      expect(failure.status, JSON.stringify(body)).toBe(400)
    }
    expect((await other.fail('POST /api/app/import', { body: ['x'.repeat(200_000)] })).status).toBe(413)
    expect((await askChat(other, 'GET /api/app/conversations')).data).toEqual([])
  })

  it('gives back exactly what was brought in, once, and to two people each their own', async () => {
    const file = exported('wombat', 'imported')
    expect(await bringIn(owner, file)).toEqual({ source: 'keyway', added: 1, skipped: 0, problems: [] })
    expect(await bringIn(owner, file)).toEqual({ source: 'keyway', added: 0, skipped: 1, problems: [] })
    expect(await bringIn(other, file)).toMatchObject({ added: 1 })
    const one = await owner.send('GET /api/app/conversations/:id/export', { id: 'imported' })
    expect(one.headers.get('content-disposition')).toContain('filename="About wombat.json"')
    expect({ ...JSON.parse(await one.text()), exported_at: file.exported_at }).toEqual(file)
    const all: ExportFile = JSON.parse(await (await other.send('GET /api/app/export')).text())
    expect({ ...all, exported_at: file.exported_at }).toEqual(file)
    const markdown = await owner.send('GET /api/app/conversations/:id/export', {
      id: 'imported',
      query: '?format=markdown',
    })
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
    expect(await markdown.text()).toContain('## You\n\nWhat is a wombat?\n\n_[file: note.txt]_')
    const query = '?format=html'
    expect((await owner.fail('GET /api/app/conversations/:id/export', { id: 'imported', query })).error.field).toBe(
      'format',
    )
    const { id } = await askChat(owner, 'POST /api/app/conversations', { body: {} })
    expect((await other.fail('GET /api/app/conversations/:id/export', { id })).status).toBe(404)
  })

  it('tells what it could not read, and brings in the rest', async () => {
    const file = exported('kakapo', 'second')
    const bad = exported('broken', 'third')
    const [conversation] = bad.conversations
    if (conversation) conversation.messages[0] = { ...conversation.messages[0], parent_id: 'nowhere' } as never
    const fake = { ...bad.attachments[0], name: 'x', base64: Buffer.from('\x7fELF\0').toString('base64') } as never
    const stolen = exported('quokka', 'fourth')
    const result = await bringIn(owner, {
      ...file,
      conversations: [...bad.conversations, 7, ...file.conversations, ...stolen.conversations],
      attachments: [fake, { nothing: true }, ...file.attachments],
    })
    expect(result).toMatchObject({ added: 2, skipped: 0 })
    expect(result.problems).toEqual([
      'Attachment 1: it is neither a picture nor a PDF nor text.',
      'Attachment 2: it is not as expected.',
      'Conversation 1: its messages do not form a tree.',
      'Conversation 2: it is not as expected.',
    ])
    // An attachment that is in no file is not had by naming it.
    const { messages } = await askChat(owner, 'GET /api/app/conversations/:id', { id: 'fourth' })
    expect(messages[0]?.parts[1]).toEqual({ kind: 'unknown', source: 'import', value: { missing: 'note.txt' } })
  })

  it('takes ChatGPT\u2019s export with its branches, once', async () => {
    const text = (role: string, parts: string[]) => ({ author: { role }, content: { content_type: 'text', parts } })
    const file = [
      {
        ...{ conversation_id: 'abc', title: 'Birds', create_time: 1_700_000_000, current_node: 'a2' },
        mapping: {
          root: { parent: null, message: null },
          q: { parent: 'root', message: text('user', ['Name a flightless bird']) },
          a1: { parent: 'q', message: text('assistant', ['Emu']) },
          a2: { parent: 'q', message: text('assistant', ['Cassowary']) },
        },
      },
    ]
    expect(await bringIn(owner, file)).toEqual({ source: 'chatgpt', added: 1, skipped: 0, problems: [] })
    expect(await bringIn(owner, file)).toEqual({ source: 'chatgpt', added: 0, skipped: 1, problems: [] })
    const found = await askChat(owner, 'GET /api/app/search', { query: '?q=cassow' })
    const { conversation, message_id } = found.data[0] ?? {}
    expect(conversation).toMatchObject({ title: 'Birds', active_leaf_id: message_id })
    const { messages } = await askChat(owner, 'GET /api/app/conversations/:id', { id: conversation?.id ?? '' })
    expect(messages.map(({ parent_id }) => parent_id)).toEqual([null, messages[0]?.id, messages[0]?.id])
  })
})

describe('search', () => {
  it('marks what it found in one\u2019s own chats only, and is bounded', async () => {
    await bringIn(owner, exported('platypus', 'fifth'))
    const hits = await askChat(owner, 'GET /api/app/search', { query: '?q=PLATYP' })
    expect(hits.data.map(({ message_id, excerpt }) => [message_id, excerpt])).toEqual([
      [
        null,
        [
          { text: 'About ', match: false },
          { text: 'platypus', match: true },
        ],
      ],
      [
        'fifth-1',
        [
          { text: 'What is a ', match: false },
          { text: 'platypus', match: true },
          { text: '? note.txt', match: false },
        ],
      ],
    ])
    expect(hits.data[0]?.conversation).toMatchObject({ id: 'fifth', revision: 1 })
    expect((await askChat(other, 'GET /api/app/search', { query: '?q=platypus' })).data).toEqual([])
    expect((await askChat(owner, 'GET /api/app/search', { query: '?q=' })).data).toEqual([])
    for (const query of ['', '?q=a&q=b', '?q=a&limit=0', '?q=a&limit=101', `?q=${'x'.repeat(501)}`]) {
      expect((await owner.fail('GET /api/app/search', { query })).status).toBe(400)
    }
    expect(
      (await askChat(owner, 'GET /api/app/search', { query: `?q=${encodeURIComponent('"*) OR (')}` })).data,
    ).toEqual([])
  })
})
