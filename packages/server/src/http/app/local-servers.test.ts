import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { addMember } from '../../testing/browser.ts'
import { type Rig, startRig } from '../../testing/rig.ts'

const PASSWORD = 'maple engine slow river'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())

const listings = () => simulation.requests.filter(({ path }) => path === '/ollama/v1/models')

/** A Keyway that knows no provider, on a machine with a simulated Ollama, unless the settings say otherwise. */
async function withKeyway<T>(
  env: Record<string, string>,
  act: (rig: Rig, owner: AppBrowser) => Promise<T>,
): Promise<T> {
  simulation.clear()
  const url = simulation.providers.ollama.baseUrl
  const rig = await startRig({ simulation, env: { KEYWAY_PROVIDERS: '[]', KEYWAY_CATALOGUE__OLLAMA_URL: url, ...env } })
  try {
    return await act(rig, await signedIn(rig, rig.server.house.owner.id))
  } finally {
    await rig.close()
  }
}

async function signedIn(rig: Rig, userId: string): Promise<AppBrowser> {
  const browser = appBrowser(rig)
  const body = { token: await setupToken(rig, userId), login: userId, password: PASSWORD }
  await browser.ask('POST /api/app/setup/password', { body })
  return browser
}

test('it is not looked for where other machines reach Keyway', async () => {
  // The bind is every address; the page is asked for by the address of this machine.
  await withKeyway({ KEYWAY_HOST: '0.0.0.0', KEYWAY_INSECURE_HTTP: 'true' }, async (rig, _owner) => {
    const owner = appBrowser({ url: rig.url.replace('0.0.0.0', '127.0.0.1') })
    owner.cookie = _owner.cookie
    expect(await owner.ask('GET /api/app/local-servers')).toEqual({ data: [] })
    expect(await owner.fail('POST /api/app/local-servers/ollama')).toMatchObject({ status: 409 })
  })
  expect(listings()).toEqual([])
})

test('it is nobody\u2019s business but the owner\u2019s', async () => {
  await withKeyway({}, async (rig) => {
    const member = await signedIn(rig, (await addMember(rig, 'Member')).id)
    for (const endpoint of ['GET /api/app/local-servers', 'POST /api/app/local-servers/ollama']) {
      expect((await member.fail(endpoint)).error.code).toBe('role_forbidden')
    }
    expect(listings()).toEqual([])
  })
})

test('where nobody answers, or somebody who is no Ollama, nothing is offered', async () => {
  const closed = 'http://127.0.0.1:1/v1'
  const other = `${simulation.url}/nothing-here`
  for (const url of [closed, other]) {
    await withKeyway({ KEYWAY_CATALOGUE__OLLAMA_URL: url }, async (_rig, owner) => {
      expect(await owner.ask('GET /api/app/local-servers')).toEqual({ data: [] })
    })
  }
})

test('it is offered, used by one act and no sooner, and its models then answer at no cost', async () => {
  await withKeyway({}, async (rig, owner) => {
    const { baseUrl, models } = simulation.providers.ollama
    const offered = { id: 'ollama', name: 'Ollama', base_url: baseUrl, models }
    expect(await owner.ask('GET /api/app/local-servers')).toEqual({ data: [offered] })
    const callable = async () =>
      (await owner.ask('GET /api/app/models')).data.filter(({ callable }) => callable).map(({ id }) => id)
    expect(await callable()).toEqual([])
    expect(await owner.ask('POST /api/app/local-servers/ollama')).toEqual(offered)
    expect((await callable()).sort()).toEqual(models.map((id) => `ollama/${id}`).sort())
    expect(await owner.ask('GET /api/app/local-servers')).toEqual({ data: [] })
    expect(await owner.fail('POST /api/app/local-servers/ollama')).toMatchObject({ status: 409 })
    const json = { model: 'ollama/qwen3:8b', messages: [{ role: 'user', content: 'Hello' }] }
    const answer = await rig.call('/api/v1/chat/completions', { json })
    expect(answer.status).toBe(200)
    const actions = (await rig.server.house.store.listAudit(rig.server.house.workspace.id, 10)).map(
      ({ action }) => action,
    )
    expect(actions).toContain('provider.put')
  })
})

test('one that is declared is not offered', async () => {
  const { baseUrl } = simulation.providers.ollama
  const declared = JSON.stringify([{ provider: 'ollama', base_url: baseUrl, allow_private: true }])
  await withKeyway({ KEYWAY_PROVIDERS: declared }, async (_rig, owner) => {
    expect(await owner.ask('GET /api/app/local-servers')).toEqual({ data: [] })
  })
})
