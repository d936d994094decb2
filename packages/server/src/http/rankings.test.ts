import { OpenRouter } from '@openrouter/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rank, trending } from '../oauth/rankings.ts'
import { appBrowser } from '../testing/app-browser.ts'
import { appFlow, CALLBACK, exchangeCode, pkcePair } from '../testing/app-flow.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
const PATH = '/api/v1/datasets/app-rankings'
const ASK = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }

let closed: Rig
let open: Rig

beforeAll(async () => {
  closed = await startRig()
  open = await startRig({ env: { KEYWAY_OAUTH__PUBLIC_RANKINGS: 'true' } })
})
afterAll(async () => {
  await closed.close()
  await open.close()
})

async function say(rig: Rig, referer: string | null, of: { key?: string; title?: string } = {}): Promise<void> {
  const headers = {
    ...(referer === null ? {} : { 'http-referer': referer }),
    ...(of.title === undefined ? {} : { 'x-title': of.title }),
  }
  const response = await rig.call(CHAT, { json: ASK, headers, ...(of.key === undefined ? {} : { key: of.key }) })
  expect(response.status).toBe(200)
  await response.text()
}

describe('who may read them', () => {
  test('nobody without a key or a session, while the operator did not say otherwise', async () => {
    expect((await closed.call(PATH, { key: null })).status).toBe(401)
    expect((await appBrowser(closed).send('GET /api/app/rankings')).status).toBe(401)
    expect((await closed.call(PATH)).status).toBe(200)
    expect((await (await appFlow(closed)).send('GET', '/api/app/rankings')).status).toBe(200)
  })

  test('an app\u2019s key does not', async () => {
    const pair = pkcePair()
    const query = { callback_url: CALLBACK, code_challenge: pair.challenge, code_challenge_method: 'S256' }
    const code = await (await appFlow(closed)).code(query)
    const { key } = JSON.parse(await (await exchangeCode(closed, { code, code_verifier: pair.verifier })).text())
    expect((await closed.call(PATH, { key })).status).toBe(403)
  })

  test('everybody, where the operator says so', async () => {
    expect((await open.call(PATH, { key: null })).status).toBe(200)
    const response = await appBrowser(open).send('GET /api/app/rankings')
    expect(JSON.parse(await response.text())).toMatchObject({ public: true, apps: [] })
    // The page to sign in has a way there.
    for (const [rig, rankings] of [
      [open, 'public'],
      [closed, 'people'],
    ] as const) {
      const state = await appBrowser(rig).send('GET /api/app/state')
      expect(JSON.parse(await state.text())).toMatchObject({ user: null, rankings })
    }
  })
})

test.each([
  '?period=year',
  '?sort=best',
  '?limit=0',
  '?offset=101',
  '?start_date=2026-02-30',
  '?end_date=2024-12-31',
  '?end_date=tomorrow',
  '?start_date=2026-05-02&end_date=2026-05-01',
  '?period=day&end_date=2026-05-01',
  '?category=everything',
  '?subcategory=game&category=coding',
])('%s is refused by the name of the field', async (query) => {
  const response = await closed.call(PATH + query)
  expect(response.status).toBe(400)
  expect(await response.text()).toContain(/\?(\w+)/.exec(query)?.[1])
})

test('a window is of whole days, both ends among them, as OpenRouter documents it', async () => {
  const meta = async (query: string) => JSON.parse(await (await closed.call(PATH + query)).text()).meta
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
  expect(await meta('')).toMatchObject({ start_date: daysAgo(31), end_date: daysAgo(1) })
  expect(await meta('?end_date=2026-03-31')).toMatchObject({ start_date: '2026-03-01', end_date: '2026-03-31' })
  expect(await meta('?start_date=2020-01-01&end_date=2026-03-31')).toMatchObject({ start_date: '2025-01-01' })
  expect(JSON.parse(await (await closed.call(`${PATH}?category=coding`)).text()).data).toEqual([])
})

test('trending is what grew, by how much: the window less the mean of the three before it', () => {
  const app = (host: string, tokens: bigint, at: number) => ({ rank: at, id: at, host, title: null, calls: 1, tokens })
  const now = [
    app('big.example', 900n, 1),
    app('new.example', 100n, 2),
    app('up.example', 90n, 3),
    app('down.example', 9n, 4),
  ]
  const before = [app('big.example', 2_699n, 1), app('up.example', 60n, 2), app('down.example', 27n, 3)]
  expect(trending(now, before).map(({ host, rank: at, tokens }) => [at, host, tokens])).toEqual([
    [1, 'new.example', 100n],
    [2, 'up.example', 90n],
    [3, 'big.example', 900n],
  ])
})

test('many different windows within a minute are refused, those that were read stand', async () => {
  const statuses: number[] = []
  for (let days = 0; days < 70; days++) {
    const start = new Date(Date.UTC(2025, 1, 1 + days)).toISOString().slice(0, 10)
    const response = await open.call(`${PATH}?start_date=${start}&sort=trending`, { key: null })
    await response.body?.cancel()
    statuses.push(response.status)
  }
  expect(statuses[0]).toBe(200)
  expect(statuses.at(-1)).toBe(429)
  expect((await open.call(`${PATH}?start_date=2025-02-01&sort=trending`, { key: null })).status).toBe(200)
})

test('OpenRouter\u2019s own client reads it', async () => {
  const sdk = new OpenRouter({ apiKey: closed.managementKey, serverURL: `${closed.url}/api/v1` })
  const { result } = await sdk.datasets.getAppRankings({ sort: 'trending', startDate: '2026-01-01', limit: 3 })
  expect(result).toMatchObject({ data: [], meta: { startDate: '2026-01-01', version: 'v1' } })
})

test('apps stand by what they used, in OpenRouter\u2019s shape; those of loopback addresses and calls without one do not', async () => {
  const pair = pkcePair()
  const flow = await appFlow(closed)
  const query = { callback_url: CALLBACK, code_challenge: pair.challenge, code_challenge_method: 'S256' }
  const answer = await exchangeCode(closed, { code: await flow.code(query), code_verifier: pair.verifier })
  const { key } = JSON.parse(await answer.text()) as { key: string }
  // Its key says who it is, whatever it says itself.
  await say(closed, 'https://elsewhere.example', { key })
  for (const path of ['', '/page', '/page?x=1']) await say(closed, `https://notes.example${path}`, { title: 'Notes' })
  await say(closed, 'http://localhost:3000')
  await say(closed, null)
  // A ranking stands for a minute; a period that nobody asked for is read now.
  const body = JSON.parse(await (await closed.call(`${PATH}?period=week&limit=5`)).text())
  expect(body.data).toEqual([
    { rank: 1, app_id: expect.any(Number), app_name: 'Notes', total_requests: 3, total_tokens: expect.any(String) },
    {
      rank: 2,
      app_id: expect.any(Number),
      app_name: 'app.example',
      total_requests: 1,
      total_tokens: expect.any(String),
    },
  ])
  expect(body.meta).toEqual({
    as_of: expect.any(String),
    start_date: new Date(Date.now() - 6 * 86_400_000).toISOString().slice(0, 10),
    end_date: new Date().toISOString().slice(0, 10),
    version: 'v1',
  })
  const page = JSON.parse(await (await closed.call(`${PATH}?period=week&limit=1&offset=1`)).text())
  expect(page.data.map(({ rank: at }: { rank: number }) => at)).toEqual([2])
  const shown = JSON.parse(await (await flow.send('GET', '/api/app/rankings?period=week')).text())
  expect(shown.apps.map(({ host }: { host: string }) => host)).toEqual(['notes.example', 'app.example'])
})

test('no spelling of an address on one\u2019s own computer is ranked, and nothing that is no site', () => {
  const referers = [
    'http://localhost',
    'https://LOCALHOST.:8443/x',
    'http://my.localhost',
    'http://127.9.9.9:1',
    'http://2130706433/',
    'http://[::1]:3000',
    'headless:',
    'vscode://x',
    'notes',
  ]
  const apps = referers.map((referer, id) => ({ id, referer, title: null, calls: 1, tokens: 1n }))
  expect(rank(apps)).toEqual([])
  const site = { id: 1, referer: 'https://a.example/x', title: null, calls: 1, tokens: 2n ** 60n }
  expect(rank([...apps, site])).toEqual([
    { rank: 1, id: 1, host: 'a.example', title: null, calls: 1, tokens: 2n ** 60n },
  ])
})
