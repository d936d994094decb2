import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { addMember, openBrowser } from '../../testing/browser.ts'
import { newChat, words } from '../../testing/chat-tab.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const PASSWORD = 'maple engine slow river'
const MODEL = 'openai/gpt-4o-mini'
const OTHER = 'openai/gpt-4o'

let simulation: Simulation
let rig: Rig
let owner: AppBrowser
let visitor: AppBrowser

beforeAll(async () => {
  simulation = await startSimulation()
  const { baseUrl, key } = simulation.providers.openai
  const place = { provider: 'openai', base_url: baseUrl, allow_private: true, key: { env: 'HOUSE_KEY' } }
  const providers = JSON.stringify([{ ...place, reach: 'house' }])
  const signUp = { KEYWAY_ACCOUNTS__SIGN_UP: 'visitor', KEYWAY_HOUSE__MODEL: MODEL }
  rig = await startRig({ simulation, env: { ...signUp, KEYWAY_PROVIDERS: providers, HOUSE_KEY: key } })
  owner = appBrowser(rig)
  const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
  await owner.ask('POST /api/app/setup/password', { body })
  visitor = await comeAlone()
})
afterAll(async () => {
  await rig.close()
  await simulation.close()
})

function ownerActor() {
  const { owner: user, workspace } = rig.server.house
  return { id: user.id, workspaceId: workspace.id }
}

/** Somebody whom nobody invited. */
async function comeAlone(): Promise<AppBrowser> {
  rig.simulation.openrouter.account.consent = 'approve'
  const app = appBrowser(rig)
  const { start_url } = await app.ask('POST /api/app/visit')
  const browser = openBrowser(rig)
  const [name = '', value = ''] = (app.cookie ?? '').split('=')
  browser.cookies.set(name, value)
  await browser.follow(start_url)
  app.cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
  // What they could call by their own account there would prove nothing here.
  await app.ask('DELETE /api/app/connections/openrouter')
  return app
}

/** What the provider of the house was asked by a call with a key. */
async function callWith(key: string, model = MODEL): Promise<{ status: number; asked: number }> {
  rig.simulation.clear()
  const messages = [{ role: 'user', content: 'Hello' }]
  const answer = await rig.call('/api/v1/chat/completions', { key, json: { model, messages } })
  await answer.text()
  const asked = rig.simulation.requests.filter(({ path }) => path.includes('chat/completions')).length
  return { status: answer.status, asked }
}

async function newKey(of: AppBrowser, body: { reaches?: ('own' | 'shared' | 'house')[]; limit_usd?: string } = {}) {
  return of.ask('POST /api/app/keys', { body: { name: 'laptop', ...body } })
}

describe('what the operator pays for is out of reach', () => {
  test('of a visitor\u2019s key, whose list of models is empty too', async () => {
    const { plaintext, key } = await newKey(visitor)
    expect(key.reaches).toEqual(['own', 'shared'])
    for (const model of [MODEL, OTHER]) {
      const { status, asked } = await callWith(plaintext, model)
      expect([status >= 400, asked]).toEqual([true, 0])
    }
    const models = await rig.call('/api/v1/models', { key: plaintext })
    expect(JSON.parse(await models.text()).data).toEqual([])
  })

  test('of whoever is no owner or admin, by asking for it', async () => {
    const body = { name: 'laptop', reaches: ['own', 'house'] }
    const made = await visitor.fail('POST /api/app/keys', { body })
    expect([made.status, made.error.code]).toEqual([403, 'role_forbidden'])
    const { key, plaintext } = await newKey(visitor)
    const changed = await visitor.fail('PATCH /api/app/keys/:hash', { id: key.hash, body: { reaches: ['house'] } })
    expect(changed.error.code).toBe('role_forbidden')
    expect(await callWith(plaintext)).toMatchObject({ asked: 0 })
  })

  test('of a key that was made when every key had it, until an owner puts it there again', async () => {
    const { plaintext, key } = await newKey(visitor)
    const { store } = rig.server.house
    const record = await store.findKey(key.hash)
    if (record === undefined) throw new Error('no key')
    const old = { ...record.policy, reaches: ['own' as const, 'shared' as const, 'house' as const] }
    await store.updateKey(key.hash, { policy: old }, ownerActor(), Date.now())
    expect(await callWith(plaintext)).toMatchObject({ asked: 0 })
    expect((await visitor.ask('GET /api/app/keys/:hash', { id: key.hash })).reaches).toEqual(['own', 'shared'])
    // A change of something else is no grant either.
    await visitor.ask('PATCH /api/app/keys/:hash', { id: key.hash, body: { rpm: 10 } })
    expect(await callWith(plaintext)).toMatchObject({ asked: 0 })
    const reaches = ['own', 'shared', 'house'] as ('own' | 'shared' | 'house')[]
    await owner.ask('PATCH /api/app/keys/:hash', { id: key.hash, body: { reaches } })
    expect(await callWith(plaintext)).toEqual({ status: 200, asked: 1 })
  })
})

describe('a key that an owner let in', () => {
  test('calls, is shown so, and goes back out with one change', async () => {
    const { plaintext, key } = await newKey(owner, { reaches: ['own', 'shared', 'house'] })
    expect(key.reaches).toEqual(['own', 'shared', 'house'])
    expect(await callWith(plaintext)).toEqual({ status: 200, asked: 1 })
    await owner.ask('PATCH /api/app/keys/:hash', { id: key.hash, body: { reaches: ['own', 'shared'] } })
    expect(await callWith(plaintext)).toMatchObject({ asked: 0 })
  })

  test('keeps the terms that it was let in on: its person can name, rotate and revoke it, and move no bound', async () => {
    const { key } = await newKey(visitor, { limit_usd: '1' })
    const body = { reaches: ['own', 'shared', 'house'] as ('own' | 'shared' | 'house')[] }
    await owner.ask('PATCH /api/app/keys/:hash', { id: key.hash, body })
    const id = key.hash
    for (const change of [{ limit_usd: null }, { limit_usd: '100' }, { reset: 'daily' }, { models: ['openai/*'] }]) {
      const { error } = await visitor.fail('PATCH /api/app/keys/:hash', { id, body: change })
      expect(error.code).toBe('role_forbidden')
    }
    const same = { name: 'desk', limit_usd: '1', ...body }
    expect((await visitor.ask('PATCH /api/app/keys/:hash', { id, body: same })).name).toBe('desk')
    const next = await visitor.ask('POST /api/app/keys/:hash/rotate', { id, body: { overlap_seconds: 0 } })
    expect(next.key).toMatchObject({ reaches: ['own', 'shared', 'house'], limit_usd: '1' })
    const raised = await visitor.fail('PATCH /api/app/keys/:hash', { id: next.key.hash, body: { limit_usd: null } })
    expect(raised.error.code).toBe('role_forbidden')
  })
})

describe('what the workspace shares', () => {
  const SHARED = 'meta-llama/llama-3.3-70b-instruct'
  let guestId = ''
  let guestKey = ''
  let admin: AppBrowser

  beforeAll(async () => {
    const { baseUrl, key } = simulation.providers.groq
    const body = { secret: key, provider: 'groq', base_url: baseUrl, allow_private: true, reach: 'shared' } as const
    await owner.ask('POST /api/app/credentials', { body })
    guestId = (await visitor.ask('GET /api/app/me')).id
    guestKey = (await newKey(visitor, { reaches: ['shared'] })).plaintext
    const { id } = await addMember(rig, 'Admin')
    await owner.ask('PATCH /api/app/users/:id', { id, body: { role: 'admin' } })
    admin = appBrowser(rig)
    const login = { token: await setupToken(rig, id), login: 'admin', password: PASSWORD }
    await admin.ask('POST /api/app/setup/password', { body: login })
  })

  const guestOf = async () => (await owner.ask('GET /api/app/users')).data.find(({ id }) => id === guestId)?.guest
  const isCallable = async (of: AppBrowser) =>
    (await of.ask('GET /api/app/models')).data.find(({ id }) => id === SHARED)?.callable
  const isListed = async (of: AppBrowser) =>
    (await of.ask('GET /api/app/credentials')).data.some(({ provider }) => provider.id === 'groq')
  const chat = async (of: AppBrowser) => {
    const id = await newChat(of)
    const answer = await of.send('POST /api/app/conversations/:id/messages', {
      ...{ id, body: words('hi', { models: [SHARED] }) },
    })
    return answer.status
  }

  test('is out of reach of whoever let themselves in: in chat, by key, and in every list', async () => {
    expect(await guestOf()).toBe(true)
    expect(await callWith(guestKey, SHARED)).toMatchObject({ asked: 0 })
    expect(JSON.parse(await (await rig.call('/api/v1/models', { key: guestKey })).text()).data).toEqual([])
    expect([await isCallable(visitor), await isListed(visitor), await chat(visitor)]).toEqual([false, false, 400])
  })

  test('is not theirs by their own word, nor by any member\u2019s', async () => {
    const { id } = await addMember(rig, 'Plain')
    const member = appBrowser(rig)
    const body = { token: await setupToken(rig, id), login: 'plain', password: PASSWORD }
    await member.ask('POST /api/app/setup/password', { body })
    for (const browser of [visitor, member]) {
      const refused = await browser.fail('PATCH /api/app/users/:id', { id: guestId, body: { guest: false } })
      expect(refused.error.code).toBe('role_forbidden')
    }
    expect(await guestOf()).toBe(true)
    expect(await isCallable(member)).toBe(true)
  })

  test('is theirs once an admin says so, at the next call, until it is taken back', async () => {
    await admin.ask('PATCH /api/app/users/:id', { id: guestId, body: { guest: false } })
    expect(await callWith(guestKey, SHARED)).toEqual({ status: 200, asked: 1 })
    expect([await isCallable(visitor), await isListed(visitor), await chat(visitor)]).toEqual([true, true, 200])
    await rig.server.house.live.idle()
    await owner.ask('PATCH /api/app/users/:id', { id: guestId, body: { guest: true } })
    expect(await callWith(guestKey, SHARED)).toMatchObject({ asked: 0 })
  })

  test('belongs to whoever runs the workspace: nobody makes an admin a guest, and a guest made admin is none', async () => {
    const { id } = await admin.ask('GET /api/app/me')
    const refused = await owner.fail('PATCH /api/app/users/:id', { id, body: { guest: true } })
    expect(refused.error.code).toBe('conflict')
    await owner.ask('PATCH /api/app/users/:id', { id: guestId, body: { role: 'admin' } })
    expect(await guestOf()).toBe(false)
    await owner.ask('PATCH /api/app/users/:id', { id: guestId, body: { role: 'member', guest: true } })
    expect(await guestOf()).toBe(true)
  })
})
