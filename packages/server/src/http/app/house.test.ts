import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type AppBrowser, appBrowser } from '../../testing/app-browser.ts'
import { addMember, openBrowser } from '../../testing/browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())

/** A Keyway with one credential, of OpenAI's, with some reach. */
function keywayWith(env: Record<string, string>, reach: 'own' | 'house' = 'house'): Promise<Rig> {
  const { baseUrl, key } = simulation.providers.openai
  const declared = { provider: 'openai', base_url: baseUrl, allow_private: true, key: { env: 'HOUSE_KEY' }, reach }
  return startRig({ simulation, env: { HOUSE_KEY: key, KEYWAY_PROVIDERS: JSON.stringify([declared]), ...env } })
}

async function member(rig: Rig, name: string): Promise<AppBrowser> {
  const browser = openBrowser(rig)
  await browser.signIn(await addMember(rig, name))
  const app = appBrowser(rig)
  app.cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
  return app
}

async function stateWith(env: Record<string, string>, reach?: 'own' | 'house') {
  const rig = await keywayWith(env, reach)
  try {
    const somebody = await member(rig, 'Somebody')
    const { data, preselected } = await somebody.ask('GET /api/app/models')
    return {
      house: (await somebody.ask('GET /api/app/state')).house,
      before: (await appBrowser(rig).ask('GET /api/app/state')).house,
      callable: data.filter(({ callable }) => callable).map(({ id }) => id),
      marked: data.filter(({ house }) => house).map(({ id }) => id),
      preselected,
    }
  } finally {
    await rig.close()
  }
}

describe('the house\u2019s model', () => {
  test.each([
    ['none is named', {}, 'house'],
    ['the credential is somebody\u2019s own', { KEYWAY_HOUSE__MODEL: 'openai/gpt-4o-mini' }, 'own'],
    ['nobody serves it', { KEYWAY_HOUSE__MODEL: 'openai/no-such-model' }, 'house'],
    [
      'no message a day is allowed',
      { KEYWAY_HOUSE__MODEL: 'openai/gpt-4o-mini', KEYWAY_HOUSE__DAILY_MESSAGES: '0' },
      'house',
    ],
  ] as const)('is not told of where %s', async (_kind, env, reach) => {
    const { house, before, preselected } = await stateWith({ ...env }, reach)
    expect([house, before, preselected]).toEqual([null, null, null])
  })

  test('is told of with twenty messages a day, preselected, and the only one that can be called', async () => {
    const { house, before, callable, marked, preselected } = await stateWith({
      KEYWAY_HOUSE__MODEL: 'openai/gpt-4o-mini',
    })
    const model = 'openai/gpt-4o-mini'
    expect(house).toMatchObject({ model, models: [model], daily_messages: 20, remaining_today: 20 })
    expect(house?.resets_at).toMatch(/T00:00:00\.000Z$/)
    expect(before).toMatchObject({ model, remaining_today: null })
    expect([callable, marked, preselected]).toEqual([[model], [model], model])
  })

  test('stands before the others that the operator lists', async () => {
    const { house, callable } = await stateWith({
      KEYWAY_HOUSE__MODEL: 'openai/gpt-4o',
      KEYWAY_HOUSE__MODELS: 'openai/gpt-4o-mini,openai/gpt-4o',
      KEYWAY_HOUSE__DAILY_MESSAGES: '3',
    })
    expect(house).toMatchObject({ model: 'openai/gpt-4o', daily_messages: 3 })
    expect(house?.models).toEqual(['openai/gpt-4o', 'openai/gpt-4o-mini'])
    expect(callable.sort()).toEqual(['openai/gpt-4o', 'openai/gpt-4o-mini'])
  })
})

describe('an OpenRouter account that never paid', () => {
  let rig: Rig
  beforeAll(async () => {
    rig = await startRig({ simulation, env: { KEYWAY_PROVIDERS: '[]' } })
    await rig.server.house.catalogue.refresh(AbortSignal.timeout(10_000))
  })
  afterAll(() => rig.close())
  beforeEach(() => {
    simulation.reset()
    simulation.openrouter.account.consent = 'approve'
  })

  async function connected(freeTier: boolean) {
    simulation.openrouter.account.freeTier = freeTier
    const browser = openBrowser(rig)
    const user = await addMember(rig, 'Somebody')
    await browser.signIn(user)
    await browser.follow('/connect/openrouter/start')
    const app = appBrowser(rig)
    app.cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    return { app, user }
  }

  test('finds a free model preselected, and can call it', async () => {
    const { app, user } = await connected(true)
    const { data, preselected } = await app.ask('GET /api/app/models')
    expect(preselected).toMatch(/:free$/)
    expect(data.find(({ id }) => id === preselected)).toMatchObject({ free: true, callable: true })
    const { key } = await rig.issue({ userId: user.id })
    const messages = [{ role: 'user', content: 'Hello' }]
    const answer = await rig.call('/api/v1/chat/completions', { key, json: { model: preselected, messages } })
    expect(answer.status).toBe(200)
  })

  test('finds the usual one once it paid, or beside a pasted key of another account', async () => {
    const usual = (await (await connected(false)).app.ask('GET /api/app/models')).preselected
    expect(usual).not.toBeNull()
    expect(usual).not.toMatch(/:free$/)
    const { app, user } = await connected(true)
    const { id: userId, workspaceId } = user
    const pasted = {
      workspaceId,
      userId,
      provider: 'openrouter',
      name: 'pasted',
      origin: 'pasted',
      reach: 'own',
    } as const
    const { key: secret, baseUrl } = simulation.openrouter
    const place = { baseUrl, priority: 1, allowPrivate: true, secret }
    await rig.server.house.vault.put({ ...pasted, ...place }, { id: userId, workspaceId })
    expect((await app.ask('GET /api/app/models')).preselected).toBe(usual)
  })
})
