import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import type { Role, User } from '../../store/records.ts'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { type Browser, openBrowser } from '../../testing/browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const PASSWORD = 'maple engine slow river'
const NAME = 'Grace Brewster Hopper'

let ahead = 0
const clock = { now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() + ahead }

let simulation: Simulation
let rig: Rig
let number = 0

beforeAll(async () => {
  simulation = await startSimulation()
  rig = await startRig({ simulation, clock })
})
afterAll(async () => {
  await rig.close()
  await simulation.close()
})
beforeEach(() => {
  ahead = 0
  number += 1
  simulation.reset()
  simulation.openrouter.account.consent = 'approve'
})

/** Somebody with a password, signed in. */
async function somebody(role: Role): Promise<{ user: User; app: AppBrowser }> {
  const { store, owner, workspace } = rig.server.house
  const user: User = {
    ...{
      id: `user_${number}_${role}`,
      workspaceId: workspace.id,
      name: NAME,
      email: `grace${number}@example.com`,
      role,
    },
    ...{ disabledAt: null, createdAt: clock.now() },
  }
  await store.createUser(user, { id: owner.id, workspaceId: workspace.id })
  const app = appBrowser(rig)
  const body = { token: await setupToken(rig, user.id), login: user.id, password: PASSWORD }
  await app.ask('POST /api/app/setup/password', { body })
  return { user, app }
}

function navigating(app: AppBrowser): Browser {
  const browser = openBrowser(rig)
  const [name = '', value = ''] = (app.cookie ?? '').split('=')
  browser.cookies.set(name, value)
  return browser
}

const LEAVE = 'DELETE /api/app/me'

describe('deleting one\u2019s account', () => {
  test('is refused without a session, and long after the last sign-in', async () => {
    expect(await appBrowser(rig).fail(LEAVE)).toMatchObject({ status: 401 })
    const { app } = await somebody('member')
    ahead = 6 * 60_000
    expect((await app.fail(LEAVE)).error.code).toBe('sign_in_again')
    expect((await app.ask('GET /api/app/me')).name).toBe(NAME)
  })

  test('is refused to the last owner, who loses nothing, not even the key at the issuer', async () => {
    const app = appBrowser(rig)
    const body = { token: await setupToken(rig), login: 'owner', password: PASSWORD }
    await app.ask('POST /api/app/setup/password', { body })
    await navigating(app).follow('/connect/openrouter/start')
    expect(await app.fail(LEAVE)).toMatchObject({ status: 409, error: { code: 'conflict' } })
    expect((await app.ask('GET /api/app/connections/openrouter')).status).toBe('connected')
    expect((await app.ask('GET /api/app/me')).has_password).toBe(true)
  })

  test('takes every way in, every secret and every key, and leaves what was spent, without a name', async () => {
    const { user, app } = await somebody('member')
    const other = appBrowser(rig)
    await other.ask('POST /api/app/login/password', { body: { login: user.id, password: PASSWORD } })
    await navigating(app).follow('/connect/openrouter/start')
    const { plaintext: key, key: made } = await app.ask('POST /api/app/keys', {
      body: { name: 'laptop' },
    })
    const json = { model: 'openai/gpt-4.1', messages: [{ role: 'user', content: 'Hello' }] }
    expect((await rig.call('/api/v1/chat/completions', { key, json })).status).toBe(200)

    const left = await app.send(LEAVE)
    expect(left.status).toBe(200)
    expect(left.headers.get('clear-site-data')).toContain('storage')
    expect(app.cookie).toBeUndefined()
    expect(await other.fail('GET /api/app/me')).toMatchObject({ status: 401 })
    const login = { body: { login: user.id, password: PASSWORD } }
    expect((await other.fail('POST /api/app/login/password', login)).error.code).toBe('sign_in_failed')
    expect((await rig.call('/api/v1/chat/completions', { key, json })).status).toBe(401)

    const { store, workspace } = rig.server.house
    expect((await store.listCredentials(workspace.id)).filter(({ userId }) => userId === user.id)).toEqual([])
    expect((await rig.generations()).filter(({ keyHash }) => keyHash === made.hash)).toHaveLength(1)
    const kept = JSON.stringify([await store.listAudit(workspace.id, 500), await store.findUser(user.id)])
    expect(kept).toContain('user.delete')
    for (const word of ['Hopper', user.email as string]) expect(kept).not.toContain(word)
  })

  test('lets nobody be invited again into what is gone', async () => {
    const { user, app } = await somebody('member')
    const owner = await somebody('owner')
    await app.ask(LEAVE)
    for (const endpoint of ['PATCH /api/app/users/:id', 'POST /api/app/users/:id/setup-link']) {
      const given = { id: user.id, body: { disabled: false } }
      expect(await owner.app.fail(endpoint, given)).toMatchObject({ status: 404 })
    }
    expect((await owner.app.ask('GET /api/app/users')).data.map(({ id }) => id)).not.toContain(user.id)
  })

  test('revokes a key that another Keyway issued, there', async () => {
    const { app } = await somebody('member')
    const key = `kwy_k1_${'a'.repeat(49)}`
    simulation.openrouter.spoil('key', { kind: 'status', status: 503 })
    simulation.openrouter.replyPage('exchange', { body: JSON.stringify({ key, user_id: 'user_1' }) })
    await navigating(app).follow('/connect/openrouter/start')
    await app.ask(LEAVE)
    const revoked = simulation.requests.find(({ path }) => path === '/openrouter/oauth/revoke')
    expect(Buffer.from(revoked?.body ?? []).toString()).toContain(key)
  })

  test('ends an answer that is on its way', async () => {
    const { app, user } = await somebody('member')
    const { key } = await rig.issue({ userId: user.id })
    simulation.script('ollama', { kind: 'stall-mid-stream', afterEvents: 1 })
    const json = { model: 'ollama/qwen3:8b', stream: true, messages: [{ role: 'user', content: 'Hello' }] }
    const answer = await rig.call('/api/v1/chat/completions', { key, json })
    await app.ask(LEAVE)
    expect(await answer.text()).toMatch(/"error"/)
    expect((await rig.call('/api/v1/chat/completions', { key, json })).status).toBe(401)
  })
})
