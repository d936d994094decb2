import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ERRORS } from '../base/errors.ts'
import { issueKey } from '../keys/issue.ts'
import { addWorkspace, type Stranger } from '../testing/other-workspace.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { operationName } from './openapi.ts'
import { OPERATIONS } from './operations.ts'
import type { Route } from './route.ts'

const CHAT = '/api/v1/chat/completions'
const ASK = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }
/** A body that every format takes for one of its own. */
const ANY = { ...ASK, input: 'hi' }

let rig: Rig
let stranger: Stranger
/** A key of the owner's, for others to try and reach. */
let target: { key: string; hash: string }
let generation = ''
let disabled: { key: string; managementKey: string }

beforeAll(async () => {
  rig = await startRig()
  stranger = await addWorkspace(rig)
  target = await rig.issue({ name: 'target' })
  const answer = await rig.call(CHAT, { json: ASK })
  generation = answer.headers.get('x-generation-id') ?? ''
  await answer.text()
  disabled = await addDisabledUser()
})
afterAll(() => rig.close())

async function addDisabledUser(): Promise<{ key: string; managementKey: string }> {
  const { store, ring, clock, workspace, owner } = rig.server.house
  const actor = { id: owner.id, workspaceId: workspace.id }
  const user = { id: 'user_disabled', workspaceId: workspace.id, name: 'Left', email: null, role: 'member' as const }
  await store.createUser({ ...user, disabledAt: null, createdAt: clock.now() }, actor)
  const issue = (kind: 'inference' | 'management') =>
    issueKey({ store, ring, clock }, { workspaceId: workspace.id, userId: user.id, kind, name: 'left' }, actor)
  const keys = { key: (await issue('inference')).key, managementKey: (await issue('management')).key }
  expect((await rig.call('/api/v1/key', { key: keys.key })).status).toBe(200)
  await store.updateUser(user.id, { disabledAt: clock.now() }, actor)
  return keys
}

/** A request that would succeed for the owner, but for those that change the target: these are refused by their body. */
function attempt(route: Route, key: string | null): Promise<Response> {
  const path = route.url
    .replace(':hash', target.hash)
    .replace('/models/*', '/models/openai/gpt-4o-mini/endpoints')
    .replace('/model/*', '/model/openai/gpt-4o-mini')
    .replace(/\/generation$/, `/generation?id=${generation}`)
  const code = route.url.endsWith('/auth/keys/code') ? { callback_url: 'https://app.example/cb' } : undefined
  const json = code ?? (route.url.endsWith('/keys') ? { name: 'made' } : ANY)
  return rig.call(path, {
    method: route.method,
    key,
    ...(route.method === 'POST' || route.method === 'PATCH' ? { json } : {}),
  })
}

/** Routes whose answers hold what belongs to one workspace: a stranger's key gets none of the owner's. */
const OBJECTS = /\/keys\/:hash$|\/generation$/

/** The levels of access that a key of each kind has. */
const INFERENCE: ReadonlySet<string> = new Set(['open', 'bearer', 'key', 'inference'])
const MANAGEMENT: ReadonlySet<string> = new Set(['open', 'bearer', 'key', 'management'])
const MODELLESS: ReadonlySet<string> = new Set(['open', 'bearer', 'key'])

describe('who may call what', () => {
  const callers: [string, () => string | null, (route: Route) => boolean][] = [
    ['nobody', () => null, ({ access }) => access === 'open'],
    ['an inference key', () => rig.key, ({ access }) => INFERENCE.has(access)],
    ['a management key', () => rig.managementKey, ({ access }) => MANAGEMENT.has(access)],
    ['a disabled user\u2019s key', () => disabled.key, ({ access }) => access === 'open'],
    ['a disabled user\u2019s management key', () => disabled.managementKey, ({ access }) => access === 'open'],
    [
      'another workspace\u2019s key',
      () => stranger.key,
      // It has no credential, so there is no model for it to call.
      ({ access, url }) => MODELLESS.has(access) && !OBJECTS.test(url) && !isModel(url),
    ],
    [
      'another workspace\u2019s management key',
      () => stranger.managementKey,
      ({ access, url }) => MANAGEMENT.has(access) && !OBJECTS.test(url) && !isModel(url),
    ],
  ]
  const isModel = (url: string) => url.endsWith('/*')

  it('is said by every route, for every caller: no answer but those', async () => {
    expect(rig.server.routes.length).toBeGreaterThan(30)
    const wrong: string[] = []
    for (const route of rig.server.routes) {
      // Tried last, below: it ends the target.
      if (route.method === 'DELETE') continue
      // The web app's own, which take no key: app/who-may.test.ts has their table.
      if (route.url.startsWith('/api/app/')) continue
      // Plain navigations, which take no key either: connect.test.ts has their outcomes.
      if (route.access === 'navigation') continue
      // Its key is a code: auth-keys.test.ts has who gets one.
      if (route.url.endsWith('/auth/keys')) continue
      // Forms, whose answers are of OAuth's kind: oauth.test.ts has them.
      if (route.url.startsWith('/oauth/')) continue
      for (const [who, key, may] of callers) {
        const response = await attempt(route, key())
        const body = await response.text()
        // Who is told what a provider said was let in: the simulated ones do not speak every format.
        const answered = response.status < 400 || body.includes('"reason":"provider_rejected"')
        if (answered !== may(route)) wrong.push(`${who}: ${route.method} ${route.url} gave ${response.status}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('lets no other key delete one', async () => {
    for (const key of [null, rig.key, disabled.managementKey, stranger.key, stranger.managementKey]) {
      const response = await rig.call(`/api/v1/keys/${target.hash}`, { method: 'DELETE', key })
      expect(response.status).toBeGreaterThanOrEqual(401)
    }
    expect((await rig.call('/api/v1/key', { key: target.key })).status).toBe(200)
  })

  it('lists and sums one workspace only', async () => {
    const keys = await rig.call('/api/v1/keys', { key: stranger.managementKey })
    expect(await keys.text()).not.toContain(target.hash)
    const own = await rig.call('/api/v1/keys', { key: rig.managementKey })
    expect(await own.text()).not.toContain(stranger.hash)
    const credits = await rig.call('/api/v1/credits', { key: stranger.managementKey })
    expect(await credits.json()).toEqual({ data: { total_credits: 0, total_usage: 0 } })
    const models = await rig.call('/api/v1/models', { key: stranger.key })
    expect(JSON.stringify(await models.json())).not.toContain('openai/gpt-4o-mini')
    expect((await rig.call(CHAT, { json: ASK, key: stranger.key })).status).toBe(404)
  })

  it('shows a generation to its own user\u2019s keys and to management keys, and to no other user', async () => {
    const { store, ring, clock, workspace, owner } = rig.server.house
    const actor = { id: owner.id, workspaceId: workspace.id }
    const user = { id: 'user_colleague', workspaceId: workspace.id, name: 'C', email: null, role: 'member' as const }
    await store.createUser({ ...user, disabledAt: null, createdAt: clock.now() }, actor)
    const deps = { store, ring, clock }
    const request = { workspaceId: workspace.id, userId: user.id, kind: 'inference' as const, name: 'colleague' }
    const { key } = await issueKey(deps, request, actor)
    const path = `/api/v1/generation?id=${generation}`
    expect((await rig.call(path, { key })).status).toBe(404)
    expect((await rig.call(path, { key: target.key })).status).toBe(200)
    expect((await rig.call(path, { key: rig.managementKey })).status).toBe(200)
    // An own credential is its owner's alone.
    expect((await rig.call(CHAT, { json: ASK, key })).status).toBe(404)
  })

  it('ignores cookies', async () => {
    const response = await rig.call('/api/v1/key', { key: null, headers: { cookie: `session=${rig.key}` } })
    expect(response.status).toBe(401)
    expect(response.headers.get('set-cookie')).toBeNull()
  })
})

describe('CORS', () => {
  const origin = 'https://app.example'

  it('8.20: answers a preflight of every route under the API with its methods, for any origin, without credentials', async () => {
    for (const { url, method } of rig.server.routes) {
      if (!url.startsWith('/api/v1/') && !url.startsWith('/v1/')) continue
      const path = url.replace(':hash', target.hash).replace('*', 'a/b')
      const headers = {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type,x-stainless-os,http-referer,x-title',
      }
      const response = await rig.call(path, { method: 'OPTIONS', key: null, headers })
      expect(response.status).toBe(204)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
      expect(response.headers.get('access-control-allow-methods')?.split(', ')).toContain(method)
      const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ')
      expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'http-referer', 'x-title']))
      expect(Number(response.headers.get('access-control-max-age'))).toBeGreaterThan(0)
    }
  })

  it('8.20: lets a page read answers, streams and errors, and the headers that it needs', async () => {
    const calls = [
      rig.call('/api/v1/models', { headers: { origin } }),
      rig.call(CHAT, { json: ASK, headers: { origin } }),
      rig.call(CHAT, { json: { ...ASK, stream: true }, headers: { origin } }),
      rig.call(CHAT, { json: ASK, headers: { origin }, key: null }),
      rig.call(CHAT, { json: { ...ASK, model: 'no/such' }, headers: { origin } }),
      rig.call('/api/v1/nothing', { headers: { origin } }),
    ]
    for (const response of await Promise.all(calls)) {
      await response.text()
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      const exposed = response.headers.get('access-control-expose-headers')?.toLowerCase().split(', ')
      expect(exposed).toEqual(expect.arrayContaining(['x-generation-id', 'retry-after', 'x-ratelimit-reset']))
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
    }
  })

  it('is for the API alone', async () => {
    for (const path of ['/', '/docs/troubleshooting', '/health', '/metrics', '/nothing']) {
      const response = await rig.call(path, { key: null, headers: { origin } })
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
    }
    const preflight = await rig.call('/docs/troubleshooting', { method: 'OPTIONS', key: null, headers: { origin } })
    expect(preflight.status).toBe(405)
  })
})

describe('/openapi.json', () => {
  type Operation = {
    summary: string
    responses: object
    parameters: { name: string; in: string; required?: boolean }[]
  }
  type Document = {
    openapi: string
    info: { title: string; version: string }
    servers: { url: string }[]
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> }
  }
  const read = async () => JSON.parse(await (await rig.call('/openapi.json', { key: null })).text()) as Document

  it('describes every route that is served, and no other', async () => {
    const { paths } = await read()
    // The web app's own part of the API is no contract with anybody else.
    const pages =
      /^\/(?:docs(?:\/.*)?)?$|^\/auth(?:\/|$)|^\/(?:oauth|\.well-known)\/|^\/sign-in\/|^\/(?:api\/app|connect)\//
    const served = rig.server.routes.filter(({ method, url }) => method !== 'HEAD' && !pages.test(url))
    expect(served.filter((route) => OPERATIONS[operationName(route)] === undefined)).toEqual([])
    const described = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const expected = served
      .filter(({ url }) => !url.startsWith('/v1/'))
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}').replace('*', '{id}')}`)
    expect(described.sort()).toEqual(expected.sort())
    expect(described.length).toBeGreaterThanOrEqual(Object.keys(OPERATIONS).length)
  })

  it('is whole: every reference leads somewhere, every path parameter is declared', async () => {
    const document = await read()
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document.servers[0]?.url).toBe(rig.url)
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name ?? '')
    }
    for (const [path, item] of Object.entries(document.paths)) {
      for (const operation of Object.values(item)) {
        expect(operation.summary).toMatch(/\S/)
        expect(Object.keys(operation.responses)).toContain('default')
        const inPath = operation.parameters.filter((parameter) => parameter.in === 'path')
        expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? [])
        expect(inPath.every(({ required }) => required)).toBe(true)
      }
    }
  })
})

describe('pages', () => {
  it.each(['/', '/docs', '/docs/troubleshooting', '/docs/proxy-guide'])(
    '%s runs no script and is framed by nobody',
    async (path) => {
      const response = await rig.call(path, { key: null })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(await response.text()).toMatch(/^<!doctype html>/)
    },
  )

  it('/docs leads to every guide and every section of it, and each place is there', async () => {
    for (const path of ['/docs', '/docs/']) expect((await rig.call(path, { key: null })).status).toBe(200)
    const index = await (await rig.call('/docs', { key: null })).text()
    const links = [...index.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link)
    expect(links).toEqual(expect.arrayContaining(['/docs/troubleshooting', '/docs/proxy-guide', '/openapi.json']))
    for (const code of Object.keys(ERRORS)) expect(links).toContain(`/docs/troubleshooting#${code}`)
    const pages = new Map<string, string>()
    for (const link of links) {
      const [path = '', anchor] = link.split('#')
      const text = pages.get(path) ?? (await (await rig.call(path, { key: null })).text())
      pages.set(path, text)
      if (anchor !== undefined) expect(text).toContain(`id="${decodeURIComponent(anchor)}"`)
    }
  })

  it('/docs has JSON for what is not there', async () => {
    const response = await rig.call('/docs/nothing', { key: null })
    expect([response.status, response.headers.get('content-type')]).toEqual([404, expect.stringMatching(/json/)])
  })
})
