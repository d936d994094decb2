import { randomUUID } from 'node:crypto'
import type { Attachment, Role } from '@keyway/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashOf } from '../../keys/token.ts'
import { type AppBrowser, appBrowser, setupToken } from '../../testing/app-browser.ts'
import { appFlow, CALLBACK, exchangeCode, pkcePair } from '../../testing/app-flow.ts'
import { askChat, newChat, sendWords, words } from '../../testing/chat-tab.ts'
import { sendRaw } from '../../testing/raw-request.ts'
import { type Rig, startRig } from '../../testing/rig.ts'
import type { Route } from '../route.ts'

const PASSWORD = 'maple engine slow river'
const BYTES = { 'content-type': 'application/octet-stream' }

let rig: Rig
const people = new Map<string, AppBrowser>()
/** The member's things, for others to try and reach. */
let target: {
  hash: string
  /** The key of an app that the member connected. */
  app: string
  credential: string
  session: string
  user: string
  conversation: string
  question: string
  answer: string
  attachment: string
  folder: string
  prompt: string
}

async function person(name: string, role: Role): Promise<AppBrowser> {
  const { store, owner, workspace, clock } = rig.server.house
  const user = { id: `user_${name}`, workspaceId: workspace.id, name, email: null, role, disabledAt: null }
  await store.createUser({ ...user, createdAt: clock.now() }, { id: owner.id, workspaceId: workspace.id })
  const browser = appBrowser(rig)
  const token = await setupToken(rig, user.id)
  await browser.ask('POST /api/app/setup/password', { body: { token, login: name, password: PASSWORD } })
  return browser
}

beforeAll(async () => {
  rig = await startRig()
  people.set('nobody', appBrowser(rig))
  for (const [name, role] of [
    ['member', 'member'],
    ['stranger', 'member'],
    ['admin', 'admin'],
    ['owner', 'owner'],
  ] as const) {
    people.set(name, await person(name, role))
  }
  const member = who('member')
  const { key } = await member.ask('POST /api/app/keys', { body: { name: 'target' } })
  const body = { secret: 'sk-proj-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', provider: 'openai', unchecked: true }
  const { credential } = await member.ask('POST /api/app/credentials', { body })
  const me = await member.ask('GET /api/app/me')
  const conversation = await newChat(member)
  const { messages } = await sendWords(member, conversation, words('hi', { models: ['openai/gpt-4o-mini'] }))
  const [question, answer] = messages.map(({ id }) => id)
  if (question === undefined || answer === undefined) throw new Error('no answer was begun')
  const file = await member.send('POST /api/app/attachments', { body: 'a text', headers: BYTES })
  const { id: attachment }: Attachment = JSON.parse(await file.text())
  const folder = (await askChat(member, 'POST /api/app/folders', { body: { name: 'Target' } })).id
  const prompt = (await askChat(member, 'POST /api/app/prompts', { body: { slug: 'x', title: 'x', text: 'x' } })).id
  const app = await connectApp(me.id)
  const chat = { conversation, question, answer, attachment, folder, prompt, app }
  target = { hash: key.hash, credential: credential.id, session: me.session.id, user: me.id, ...chat }
})
afterAll(() => rig.close())

/** @returns the hash of the key that the app was given */
async function connectApp(userId: string): Promise<string> {
  const pair = pkcePair()
  const flow = await appFlow(rig, (await rig.server.house.store.findUser(userId)) ?? null)
  const query = { callback_url: CALLBACK, code_challenge: pair.challenge, code_challenge_method: 'S256' }
  const given = await exchangeCode(rig, { code: await flow.code(query), code_verifier: pair.verifier })
  return hashOf(JSON.parse(await given.text()).key)
}

function who(name: string): AppBrowser {
  const browser = people.get(name)
  if (!browser) throw new Error(`there is no ${name}`)
  return browser
}

const ownRoutes = () => rig.server.routes.filter(({ url, method }) => url.startsWith('/api/app/') && method !== 'HEAD')
const nameOf = ({ method, url }: Route) => `${method} ${url}`

/** What each route's path parameter stands for. */
function idFor({ url }: Route): string {
  if (url.includes('/keys/')) return target.hash
  if (url.includes('/apps/')) return target.app
  if (url.includes('/credentials/')) return target.credential
  if (url.includes('/sessions/')) return target.session
  if (url.includes('/conversations/')) return target.conversation
  if (url.includes('/messages/')) return target.answer
  if (url.includes('/attachments/')) return target.attachment
  if (url.includes('/folders/')) return target.folder
  if (url.includes('/prompts/')) return target.prompt
  return target.user
}

/** Routes on one person's things: nobody but that person reaches them, but for what is named below. */
const OBJECT = /:(?:id|hash)/
const ALSO: Readonly<Record<string, readonly string[]>> = {
  // Reached only from the browser in which the app began: auth.test.ts has its outcomes.
  'POST /api/app/auth/:id/allow': [],
  'GET /api/app/keys/:hash': ['member', 'admin', 'owner'],
  'PATCH /api/app/keys/:hash': ['member', 'admin', 'owner'],
  'PATCH /api/app/users/:id': ['admin', 'owner'],
  'POST /api/app/users/:id/setup-link': ['admin', 'owner'],
  'POST /api/app/users/:id/invitation': ['admin', 'owner'],
  // There is no mail server here; mail.test.ts has one.
  'PUT /api/app/email': [],
  'GET /api/app/users': ['admin', 'owner'],
  'GET /api/app/local-servers': ['owner'],
  'POST /api/app/local-servers/ollama': ['owner'],
  // Nothing to have back; a test of its own deletes one.
  'POST /api/app/conversations/:id/restore': [],
  // Its body is refused; whoever may not is refused before.
  'POST /api/app/users': ['admin', 'owner'],
}

describe('who may do what', () => {
  it('is said by every route under /api/app, for every person: no answer but those', async () => {
    const wrong: string[] = []
    expect(ownRoutes().length).toBeGreaterThan(35)
    for (const route of ownRoutes()) {
      // They end what the others are tried on; each has a test of its own.
      if (route.method === 'DELETE' || route.url.endsWith('/logout') || route.url.endsWith('/rotate')) continue
      for (const [name, browser] of people) {
        const body = route.method === 'GET' ? undefined : bodyFor(route)
        const cookie = browser.cookie
        const response = await browser.send(nameOf(route), {
          id: idFor(route),
          ...(body === undefined ? {} : { body }),
          ...(nameOf(route) === 'POST /api/app/attachments' ? { headers: BYTES } : {}),
        })
        browser.cookie = cookie
        const allowed =
          ALSO[nameOf(route)] ?? (OBJECT.test(route.url) ? ['member'] : ['member', 'stranger', 'admin', 'owner'])
        const may = route.access === 'page' || allowed.includes(name)
        // Refused for what it says, or answered: either way it was heard.
        const heard = ![401, 403, 404].includes(response.status) || (route.access === 'page' && response.status !== 403)
        if (heard !== may) wrong.push(`${name}: ${nameOf(route)} gave ${response.status} ${await response.text()}`)
        // A stream of events has no end of its own.
        else await response.body?.cancel()
      }
    }
    expect(wrong).toEqual([])
  })

  it('row 117: never depends on a page that is not ours: every route refuses every other origin, site, host and type', async () => {
    const owner = who('owner')
    const wrong: string[] = []
    for (const route of ownRoutes()) {
      const changing = route.method !== 'GET'
      const attacks: Record<string, string | null>[] = [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: `${rig.url}.evil.example` },
        { origin: rig.url.replace('http:', 'https:') },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]
      if (changing)
        attacks.push(
          { origin: null },
          { 'sec-fetch-site': 'none' },
          { 'content-type': 'text/plain' },
          { 'content-type': null },
        )
      for (const headers of attacks) {
        const response = await owner.send(nameOf(route), {
          id: idFor(route),
          headers,
          ...(changing ? { body: {} } : {}),
        })
        const expected = 'content-type' in headers ? 415 : 403
        if (response.status !== expected)
          wrong.push(`${JSON.stringify(headers)}: ${nameOf(route)} gave ${response.status}`)
        expect(response.headers.get('access-control-allow-origin')).toBeNull()
      }
    }
    expect(wrong).toEqual([])
    expect((await owner.ask('GET /api/app/me')).name).toBe('owner')
  })

  it('is not asked under a foreign name that was made to point here', async () => {
    const { port } = new URL(rig.url)
    const cookie = who('owner').cookie ?? ''
    for (const host of [
      'evil.example',
      `evil.example:${port}`,
      `localhost.evil.example:${port}`,
      'localhost',
      '10.0.0.1',
    ]) {
      const request = `GET /api/app/me HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`
      expect((await sendRaw(rig.url, request)).status).toBe(403)
    }
    const own = `GET /api/app/me HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`
    expect((await sendRaw(rig.url, own)).status).toBe(200)
  })

  it('takes no key, neither alone nor beside a session', async () => {
    const headers = { authorization: `Bearer ${rig.managementKey}` }
    expect(await appBrowser(rig).fail('GET /api/app/me', { headers })).toMatchObject({ status: 400 })
    expect(await who('owner').fail('GET /api/app/me', { headers })).toMatchObject({
      status: 400,
      error: { code: 'credentials_conflict' },
    })
  })

  it('lets an admin neither become an owner nor sign in as one', async () => {
    const admin = who('admin')
    const id = rig.server.house.owner.id
    expect((await admin.fail('POST /api/app/users/:id/setup-link', { id })).error.code).toBe('role_forbidden')
    expect((await admin.fail('PATCH /api/app/users/:id', { id, body: { disabled: true } })).status).toBe(403)
    const promote = { id: 'user_admin', body: { role: 'owner' } }
    expect((await admin.fail('PATCH /api/app/users/:id', promote)).status).toBe(403)
    expect((await admin.fail('PATCH /api/app/users/:id', { id: 'user_member', body: { role: 'admin' } })).status).toBe(
      403,
    )
    expect((await admin.fail('POST /api/app/users', { body: { name: 'x', role: 'owner' } })).status).toBe(403)
  })

  it('shows everyone\u2019s keys and usage to owners and admins only', async () => {
    for (const endpoint of ['GET /api/app/keys', 'GET /api/app/usage'] as const) {
      const query = '?scope=workspace'
      expect((await who('member').fail(endpoint, { query })).error.code).toBe('role_forbidden')
      expect((await who('admin').send(endpoint, { query })).status).toBe(200)
    }
    const all = await who('admin').ask('GET /api/app/keys', { query: '?scope=workspace' })
    expect(all.data.map(({ hash }) => hash)).toContain(target.hash)
    const own = await who('admin').ask('GET /api/app/keys')
    expect(own.data.map(({ hash }) => hash)).not.toContain(target.hash)
  })

  it('lets nobody read another person\u2019s key by rotating it, nor end what is another\u2019s', async () => {
    for (const name of ['stranger', 'admin', 'owner']) {
      const status = async (endpoint: string, id: string) => (await who(name).send(endpoint, { id, body: {} })).status
      expect([403, 404]).toContain(await status('POST /api/app/keys/:hash/rotate', target.hash))
      expect(await status('DELETE /api/app/credentials/:id', target.credential)).toBe(404)
      expect(await status('POST /api/app/credentials/:id/test', target.credential)).toBe(404)
      expect(await status('DELETE /api/app/sessions/:id', target.session)).toBe(404)
    }
    expect((await who('stranger').fail('DELETE /api/app/keys/:hash', { id: target.hash })).status).toBe(404)
    expect((await who('member').ask('GET /api/app/me')).id).toBe(target.user)
  })

  it('row 113: ends with a role: whoever gets another one signs in anew', async () => {
    await who('owner').ask('PATCH /api/app/users/:id', { id: 'user_stranger', body: { role: 'admin' } })
    expect((await who('stranger').fail('GET /api/app/me')).error.code).toBe('sign_in_required')
  })
})

it('every answer under /api/app is stored by nobody, framed by nobody and guessed at by no browser', async () => {
  for (const response of [
    await who('owner').send('GET /api/app/state'),
    await who('nobody').send('GET /api/app/me'),
    await who('nobody').send('GET /api/app/nothing'),
    await who('owner').send('POST /api/app/login/password', { body: {} }),
  ]) {
    expect(response.headers.get('cache-control')).toMatch(/no-store/)
    if (response.status === 404) continue
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(response.headers.get('strict-transport-security')).toBeNull()
  }
})

/** A body that reaches the route's own checks without changing what the others are tried on. */
function bodyFor(route: Route): unknown {
  if (route.url.endsWith('/login/password')) return { login: 'nobody-at-all', password: 'x' }
  if (route.url === '/api/app/users') return { name: 'X', email: 'not an address' }
  if (route.url === '/api/app/email') return { email: 'a@example.com' }
  if (route.url === '/api/app/password') return { password: 'short' }
  if (route.url === '/api/app/keys') return {}
  if (route.url.includes('/folders/:id')) return { name: 'Target' }
  const nobody = { models: ['nobody/nothing'] }
  if (route.url.endsWith('/:id/messages')) return words('hi', nobody)
  if (route.url.endsWith('/:id/comparisons')) {
    const column = () => ({ id: randomUUID(), parts: [{ kind: 'text', text: 'hi' }], model: 'nobody/nothing' })
    return { parent_id: null, columns: [column(), column()] }
  }
  if (route.url.endsWith('/:id/answers')) return { id: randomUUID(), parent_id: target.question, ...nobody }
  return {}
}
