import { randomUUID } from 'node:crypto'
import type { NewConversationRequest } from '@keyway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { askChat, newChat, openTab, sendWords, words } from '../../testing/chat-tab.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const MINI = 'openai/gpt-4o-mini'

let rig: Rig
let owner: AppBrowser
let now = Date.UTC(2026, 10, 24, 12)

beforeAll(async () => {
  rig = await startRig({
    clock: { now: () => now, monotonic: () => performance.now() },
    env: { KEYWAY_LIMITS__CHAT_WATCHERS_PER_USER: '3', KEYWAY_LIMITS__COMMENT_MS: '1000' },
  })
  owner = await person()
})
afterAll(() => rig.close())

async function person(): Promise<AppBrowser> {
  const browser = appBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: 'maple engine slow river' }
  await browser.ask('POST /api/app/setup/password', { body })
  return browser
}

describe('a conversation', () => {
  it.each([
    ['id', { id: 'not-a-uuid' }],
    ['temporary', { temporary: 'yes' }],
    ['settings', { settings: { parameters: { temperature: 3 } } }],
    ['settings', { settings: { parameters: { top_p: 0 } } }],
    ['settings', { settings: { parameters: { seed: 1 } } }],
    ['settings', { settings: { models: ['a', 'b', 'c', 'd', 'e'] } }],
    ['settings', { settings: { system_prompt: 'x'.repeat(200_001) } }],
  ])('is refused with a bad %s', async (field, body) => {
    expect(await owner.fail('POST /api/app/conversations', { body })).toMatchObject({
      ...{ status: 400, error: { code: 'invalid_request', field } },
    })
  })

  it('is made once for its id, changed, and counts its changes', async () => {
    const body: NewConversationRequest = { id: randomUUID(), settings: { models: [MINI] } }
    const made = await askChat(owner, 'POST /api/app/conversations', { body })
    expect(made).toEqual({
      id: body.id,
      title: '',
      pinned: false,
      archived: false,
      temporary: false,
      folder_id: null,
      settings: { models: [MINI], system_prompt: '', parameters: {} },
      active_leaf_id: null,
      streaming: false,
      cost_usd: '0',
      created_at: new Date(now).toISOString(),
      updated_at: new Date(now).toISOString(),
      revision: expect.any(Number),
    })
    expect(await askChat(owner, 'POST /api/app/conversations', { body })).toEqual(made)
    const change = { title: '  My\n title ', pinned: true, settings: { parameters: { temperature: 0 } } }
    const tab = await openTab(rig, owner, made.id)
    const changed = await askChat(owner, 'PATCH /api/app/conversations/:id', { id: made.id, body: change })
    expect(changed).toMatchObject({ title: 'My title', pinned: true })
    expect(changed.settings).toEqual({ models: [MINI], system_prompt: '', parameters: { temperature: 0 } })
    expect(changed.revision).toBeGreaterThan(made.revision)
    expect(await tab.until(({ type }) => type === 'changed')).toEqual({ type: 'changed', revision: changed.revision })
    tab.leave()
    const wrong = { active_leaf_id: randomUUID() }
    expect((await owner.fail('PATCH /api/app/conversations/:id', { id: made.id, body: wrong })).status).toBe(404)
    const folder = { folder_id: randomUUID() }
    expect((await owner.fail('PATCH /api/app/conversations/:id', { id: made.id, body: folder })).status).toBe(404)
  })

  it('is listed by pages, pinned first, the latest used before the others; archived ones apart', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) {
      now += 1_000
      ids.push(await newChat(owner))
    }
    const [first = '', second = ''] = ids
    await askChat(owner, 'PATCH /api/app/conversations/:id', { id: first, body: { pinned: true } })
    await askChat(owner, 'PATCH /api/app/conversations/:id', { id: second, body: { archived: true } })
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const query: string = `?limit=2${next === '' ? '' : `&before=${encodeURIComponent(next)}`}`
      const page = await askChat(owner, 'GET /api/app/conversations', { query })
      expect(page.data.length).toBeLessThanOrEqual(2)
      seen.push(...page.data.map(({ id }) => id))
      next = page.next
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((id) => ids.includes(id))).toEqual([ids[0], ids[4], ids[3], ids[2]])
    const archived = await askChat(owner, 'GET /api/app/conversations', { query: '?archived=true' })
    expect(archived.data.map(({ id }) => id)).toEqual([second])
    for (const query of ['?limit=0', '?limit=201', '?archived=x', '?before=x', '?folder=../x']) {
      expect((await owner.fail('GET /api/app/conversations', { query })).status).toBe(400)
    }
  })

  it('that is deleted is out of sight at once, ends its answers and its tabs, and can be had back', async () => {
    const id = await newChat(owner)
    const tab = await openTab(rig, owner, id)
    rig.simulation.script('openai', { kind: 'stall-mid-stream' })
    const { messages } = await sendWords(owner, id, words('hi', { models: [MINI] }))
    await tab.until(({ type }) => type === 'part')
    const request = await rig.simulation.waitFor(({ provider, path }) => provider === 'openai' && path.includes('chat'))
    const { restorable_until: until } = await askChat(owner, 'DELETE /api/app/conversations/:id', { id })
    expect(Date.parse(until)).toBeGreaterThan(now)
    await tab.over
    expect(tab.events.at(-1)).toEqual({ type: 'deleted' })
    expect((await request.ended).by).toBe('client')
    for (const [endpoint, body] of [
      ['GET /api/app/conversations/:id', undefined],
      ['DELETE /api/app/conversations/:id', undefined],
      ['POST /api/app/conversations/:id/messages', words('x', { models: [MINI] })],
    ] as const) {
      expect((await owner.fail(endpoint, { id, ...(body === undefined ? {} : { body }) })).status).toBe(404)
    }
    await rig.server.house.live.idle()
    await askChat(owner, 'POST /api/app/conversations/:id/restore', { id })
    await expect
      .poll(async () =>
        (await askChat(owner, 'GET /api/app/conversations/:id', { id })).messages.map((one) => one.status),
      )
      .toEqual(['done', 'stopped'])
    expect(messages).toHaveLength(2)
    expect((await owner.fail('POST /api/app/conversations/:id/restore', { id })).status).toBe(404)
  })

  it('that is temporary is in no list and ends with the day, unless it is kept after all', async () => {
    const [kept, gone] = [await newChat(owner, { temporary: true }), await newChat(owner, { temporary: true })]
    const { data } = await askChat(owner, 'GET /api/app/conversations', { query: '?limit=200' })
    expect(data.filter(({ id }) => id === kept || id === gone)).toEqual([])
    const change = { temporary: false } as const
    const after = await askChat(owner, 'PATCH /api/app/conversations/:id', { id: kept, body: change })
    expect(after.temporary).toBe(false)
    const bad = { id: kept, body: { temporary: true } }
    expect((await owner.fail('PATCH /api/app/conversations/:id', bad)).error.field).toBe('temporary')
    now += 12 * 60 * 60_000
    expect((await owner.fail('GET /api/app/conversations/:id', { id: gone })).status).toBe(404)
    expect((await askChat(owner, 'GET /api/app/conversations/:id', { id: kept })).conversation.id).toBe(kept)
  })

  it('cannot all be deleted by a session that is not fresh; then they can, and are gone for good', async () => {
    now += 6 * 60_000
    expect((await owner.fail('DELETE /api/app/conversations')).error.code).toBe('sign_in_again')
    const fresh = await person()
    const id = await newChat(fresh)
    const tab = await openTab(rig, fresh, id)
    await askChat(fresh, 'DELETE /api/app/conversations')
    await tab.over
    expect((await askChat(fresh, 'GET /api/app/conversations')).data).toEqual([])
    expect((await fresh.fail('POST /api/app/conversations/:id/restore', { id })).status).toBe(404)
    owner = fresh
  })
})

describe('watching', () => {
  it('is for as many tabs as a person may have, with the headers of an event stream', async () => {
    const id = await newChat(owner)
    const tabs = [await openTab(rig, owner, id), await openTab(rig, owner, id), await openTab(rig, owner, id)]
    await expect(openTab(rig, owner, id)).rejects.toThrow('429')
    for (const tab of tabs) tab.leave()
    const events = 'GET /api/app/conversations/:id/events'
    let response: Response | undefined
    await expect
      .poll(async () => {
        response = await owner.send(events, { id })
        return response.status
      })
      .toBe(200)
    expect(Object.fromEntries(response?.headers ?? [])).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    })
    await response?.body?.cancel()
    expect((await owner.send('HEAD /api/app/conversations/:id/events', { id })).status).toBe(405)
  })

  it('shows signs of life, and ends with the session', async () => {
    const browser = await person()
    const id = await newChat(browser)
    const tab = await openTab(rig, browser, id)
    await expect.poll(() => tab.comments, { timeout: 4_000 }).toBeGreaterThan(0)
    await browser.send('POST /api/app/logout', { body: {} })
    await tab.over
    owner = await person()
  })

  it('is nobody\u2019s who is not signed in', async () => {
    const id = await newChat(owner)
    await expect(openTab(rig, appBrowser(rig), id)).rejects.toThrow('401')
  })
})
