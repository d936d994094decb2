import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import type { Asked, Conversation, ConversationList, Prompt, WholeConversation } from '@keyway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeKey, issueKey, rotateKey } from '../keys/issue.ts'
import type { Actor } from '../store/records.ts'
import { type AppBrowser, appBrowser, setupToken } from '../testing/app-browser.ts'
import { askChat, sendWords, words } from '../testing/chat-tab.ts'
import { type Rig, startRig } from '../testing/rig.ts'

/** What all requests' bodies may take together. */
const BODIES_BYTES = 9_000_000

const PATH = '/api/v1/chat/conversations'
const PROMPTS = '/api/v1/chat/prompts'

let rig: Rig
let owner: AppBrowser
/** Keys with the scope: the owner's, and a colleague's. */
let key: string
let colleague: { key: string; actor: Actor }

beforeAll(async () => {
  rig = await startRig({ env: { KEYWAY_LIMITS__BODIES_BYTES: String(BODIES_BYTES) } })
  owner = appBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: 'maple engine slow river' }
  await owner.ask('POST /api/app/setup/password', { body })
  key = (await owner.ask('POST /api/app/keys', { body: { name: 'notes', scopes: ['chat'] } })).plaintext
  const { store, clock, workspace } = rig.server.house
  const user = { id: 'user_colleague', workspaceId: workspace.id, name: 'C', email: null, role: 'admin' as const }
  const actor = { id: user.id, workspaceId: workspace.id }
  await store.createUser({ ...user, disabledAt: null, createdAt: clock.now() }, actor)
  const wanted = { workspaceId: workspace.id, userId: user.id, kind: 'inference' as const, name: 'c' }
  const issued = await issueKey(deps(), { ...wanted, scopes: ['chat'] }, actor)
  colleague = { key: issued.key, actor }
})
afterAll(() => rig.close())

const deps = () => {
  const { store, ring, clock } = rig.server.house
  return { store, ring, clock }
}

async function call<T>(method: string, path: string, json?: unknown, as = key): Promise<T> {
  const response = await rig.call(path, { method, key: as, ...(json === undefined ? {} : { json }) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
  return JSON.parse(text)
}

async function refusal(method: string, path: string, json: unknown, as: string | null = key) {
  const sent = method === 'GET' || method === 'DELETE' ? {} : { json: json ?? {} }
  const response = await rig.call(path, { method, key: as, ...sent })
  const { error } = JSON.parse(await response.text())
  return [response.status, error?.metadata?.reason]
}

describe('conversations and prompts by a key', () => {
  it('are refused to every key without the scope, and to none at all', async () => {
    const id = randomUUID()
    for (const [method, path] of [
      ...[['GET', PATH] as const, ['POST', PATH] as const, ['GET', `${PATH}/${id}`] as const],
      ...[['PATCH', `${PATH}/${id}`] as const, ['DELETE', `${PATH}/${id}`] as const],
      ...[['POST', `${PATH}/${id}/messages`] as const, ['GET', PROMPTS] as const, ['POST', PROMPTS] as const],
      ...[['PATCH', `${PROMPTS}/${id}`] as const, ['DELETE', `${PROMPTS}/${id}`] as const],
      ['GET', `${PROMPTS}/${id}/versions`] as const,
    ]) {
      expect((await refusal(method, path, {}, null))[0], path).toBe(401)
      for (const other of [rig.key, rig.managementKey]) {
        expect(await refusal(method, path, {}, other), path).toEqual([403, 'scope_required'])
      }
      expect((await refusal(method, path.replace('/api', ''), {}, rig.key))[0], path).toBe(403)
    }
  })

  it('are opened by nobody with a key to what another person wrote', async () => {
    const { owner: person, workspace } = rig.server.house
    const wanted = { workspaceId: workspace.id, userId: person.id, kind: 'inference' as const, name: 'spy' }
    const forbidden = { code: 'role_forbidden' }
    await expect(issueKey(deps(), { ...wanted, scopes: ['chat'] }, colleague.actor)).rejects.toMatchObject(forbidden)
    // One without the scope can be made for others, and cannot be let in afterwards.
    const { record } = await issueKey(deps(), wanted, colleague.actor)
    const letIn = changeKey(deps(), { hash: record.hash, scopes: ['chat'] }, colleague.actor)
    await expect(letIn).rejects.toMatchObject(forbidden)
    // Nor is the text of one that is let in seen by making it anew.
    const { data } = await owner.ask('GET /api/app/keys')
    const hash = data.find(({ name }) => name === 'notes')?.hash ?? ''
    await expect(rotateKey(deps(), { hash, overlapMs: 0 }, colleague.actor)).rejects.toMatchObject(forbidden)
    expect(data.find(({ name }) => name === 'notes')?.scopes).toEqual(['chat'])
    // A key of an app is let in by no scope.
    const app = await rig.server.house.store.upsertApp(workspace.id, 'https://app.example', 'App')
    const own = { id: person.id, workspaceId: workspace.id }
    const ofApp = await issueKey(deps(), { ...wanted, name: 'app', appId: app.id, scopes: ['chat'] }, own)
    expect(await refusal('GET', PATH, undefined, ofApp.key)).toEqual([403, 'app_forbidden'])
  })

  it('are made, added to once, changed, listed and deleted, and are the person\u2019s own', async () => {
    const { id } = await call<Conversation>('POST', PATH, { settings: { models: ['a/b'] } })
    const request = {
      id: randomUUID(),
      messages: [
        { role: 'user', content: 'What is an ocelot?' },
        { role: 'assistant', content: 'A cat.', model: 'a/b' },
      ],
    }
    const added = await call<Asked>('POST', `${PATH}/${id}/messages`, request)
    expect(added.conversation).toMatchObject({ title: 'What is an ocelot?', active_leaf_id: added.messages[1]?.id })
    expect(await call<Asked>('POST', `${PATH}/${id}/messages`, request)).toEqual(added)
    const more = { messages: [{ role: 'user', content: 'How large?' }] }
    await call<Asked>('POST', `${PATH}/${id}/messages`, more)
    const branch = { parent_id: null, messages: [{ role: 'user', content: 'And a serval?' }] }
    await call<Asked>('POST', `${PATH}/${id}/messages`, branch)
    const whole = await call<WholeConversation>('GET', `${PATH}/${id}`)
    expect(whole.messages.map(({ role, parent_id, model, status }) => [role, parent_id, model, status])).toEqual([
      ['user', null, null, 'done'],
      ['assistant', whole.messages[0]?.id, 'a/b', 'done'],
      ['user', whole.messages[1]?.id, null, 'done'],
      ['user', null, null, 'done'],
    ])
    const found = await askChat(owner, 'GET /api/app/search', { query: '?q=serval' })
    expect(found.data).toMatchObject([{ message_id: whole.messages[3]?.id }])
    await call<Conversation>('PATCH', `${PATH}/${id}`, { title: 'Cats', archived: true })
    expect((await call<ConversationList>('GET', PATH)).data).toEqual([])
    expect((await call<ConversationList>('GET', `${PATH}?archived=true`)).data).toMatchObject([{ id, title: 'Cats' }])

    const other = colleague.key
    expect((await call<ConversationList>('GET', `${PATH}?archived=true`, undefined, other)).data).toEqual([])
    expect((await refusal('GET', `${PATH}/${id}`, undefined, other))[0]).toBe(404)
    expect((await refusal('PATCH', `${PATH}/${id}`, { title: 'x' }, other))[0]).toBe(404)
    expect((await refusal('DELETE', `${PATH}/${id}`, undefined, other))[0]).toBe(404)
    expect((await refusal('POST', `${PATH}/${id}/messages`, more, other))[0]).toBe(404)
    for (const messages of [[], [{ role: 'system', content: 'x' }], [{ role: 'user', content: ' ' }], 'x', undefined]) {
      expect(await refusal('POST', `${PATH}/${id}/messages`, { messages })).toEqual([400, 'invalid_request'])
    }
    const nowhere = { ...more, parent_id: randomUUID() }
    expect((await refusal('POST', `${PATH}/${id}/messages`, nowhere))[0]).toBe(404)
    expect(await call('DELETE', `${PATH}/${id}`)).toEqual({ deleted: true })
    expect((await refusal('GET', `${PATH}/${id}`, undefined))[0]).toBe(404)
  })

  it('take nothing under an answer that is being written, and are temporary where that is asked for', async () => {
    const { id } = await call<Conversation>('POST', PATH, { temporary: true })
    expect((await call<WholeConversation>('GET', `${PATH}/${id}`)).conversation.temporary).toBe(true)
    expect((await call<ConversationList>('GET', PATH)).data.map((one) => one.id)).not.toContain(id)
    rig.simulation.script('openai', { kind: 'stall-mid-stream' })
    const { messages } = await sendWords(owner, id, words('hi', { models: ['openai/gpt-4o-mini'] }))
    const [question, answer] = messages
    const more = { messages: [{ role: 'user', content: 'And?' }] }
    for (const parent of [{}, { parent_id: answer?.id }]) {
      const refused = await refusal('POST', `${PATH}/${id}/messages`, { ...more, ...parent })
      expect(refused).toEqual([400, 'invalid_request'])
    }
    // Beside it there is room.
    const beside = await call<Asked>('POST', `${PATH}/${id}/messages`, { ...more, parent_id: question?.id })
    expect(beside.messages[0]?.parent_id).toBe(question?.id)
    await askChat(owner, 'POST /api/app/messages/:id/stop', { id: answer?.id ?? '', body: undefined })
    await call<Asked>('POST', `${PATH}/${id}/messages`, { ...more, parent_id: answer?.id })
    rig.simulation.reset()
  })

  it('are refused while bodies take all the memory that they may, before a byte of theirs is read', async () => {
    const { id } = await call<Conversation>('POST', PATH, {})
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const held = request(`${rig.url}${PATH}/${id}/messages`, {
      ...{
        method: 'POST',
        headers: { ...headers, expect: '100-continue', 'content-length': String(BODIES_BYTES - 1_000) },
      },
    })
    held.on('error', () => undefined)
    held.flushHeaders()
    await once(held, 'continue')
    const more = { messages: [{ role: 'user', content: 'x'.repeat(2_000) }] }
    const ask = async (json: unknown) => (await refusal('POST', `${PATH}/${id}/messages`, json))[0]
    expect(await ask(more)).toBe(503)
    held.destroy()
    await expect.poll(() => ask({ messages: [] }), { timeout: 10_000 }).toBe(400)
  })

  it('are prompts as well', async () => {
    const made = await call<Prompt>('POST', PROMPTS, { slug: 'tidy', title: 'Tidy', text: 'Tidy up' })
    expect((await askChat(owner, 'GET /api/app/prompts')).data).toEqual([made])
    expect((await refusal('PATCH', `${PROMPTS}/${made.id}`, { text: 'x' }, colleague.key))[0]).toBe(404)
    expect(await call('PATCH', `${PROMPTS}/${made.id}`, { text: 'Tidy' })).toMatchObject({ version: 2 })
    expect(await call('GET', `${PROMPTS}/${made.id}/versions`)).toMatchObject({
      data: [{ version: 2 }, { version: 1 }],
    })
    expect(await call('DELETE', `${PROMPTS}/${made.id}`)).toEqual({ done: true })
    expect(await call('GET', PROMPTS)).toEqual({ data: [] })
  })

  it('are in the document of the API', async () => {
    const { paths } = JSON.parse(await (await fetch(`${rig.url}/openapi.json`)).text())
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([PATH, `${PATH}/{id}/messages`, `${PROMPTS}/{id}/versions`]),
    )
  })
})
