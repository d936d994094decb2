import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Simulation, startSimulation } from './simulation.ts'

const VERIFIER = 'a-verifier-of-forty-three-characters-or-more'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const CALLBACK = 'http://localhost:7777/cb?state=a%2Bb&x='

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())
beforeEach(() => simulation.reset())

const authUrl = (parameters: Record<string, string>) =>
  `${simulation.openrouter.siteUrl}/auth?${new URLSearchParams(parameters)}`
const visit = (parameters: Record<string, string>, init: RequestInit = {}) =>
  fetch(authUrl(parameters), { redirect: 'manual', ...init })

const S256 = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }

type Told = { key: string; user_id: string; data: Record<string, unknown>; error: { message: string } }

/** The members that these tests look at; absent ones are undefined. */
async function jsonOf(answer: Response): Promise<Told> {
  return JSON.parse(await answer.text())
}

/** Approves and gives the code. */
async function approve(parameters: Record<string, string> = S256): Promise<string> {
  simulation.openrouter.account.consent = 'approve'
  const answer = await visit({ callback_url: CALLBACK, ...parameters })
  return new URL(answer.headers.get('location') ?? 'about:blank').searchParams.get('code') ?? ''
}

async function exchange(body: unknown, init: RequestInit = {}) {
  const answer = await fetch(`${simulation.openrouter.siteUrl}/api/v1/auth/keys`, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
  })
  return { status: answer.status, headers: answer.headers, body: await jsonOf(answer) }
}

const api = (path: string, key: string, body?: unknown) =>
  fetch(`${simulation.openrouter.siteUrl}/api/v1${path}`, {
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })

describe('/auth', () => {
  test.each([
    ['a headless request without a challenge', {}],
    ['a callback over plain http elsewhere', { callback_url: 'http://example.com/cb' }],
    ['a callback that is no address', { callback_url: 'cb' }],
    ['an unknown method', { callback_url: CALLBACK, code_challenge: CHALLENGE, code_challenge_method: 'S512' }],
    ['a padded challenge', { callback_url: CALLBACK, ...S256, code_challenge: `${CHALLENGE}=` }],
    ['a label of 101 characters', { callback_url: CALLBACK, key_label: 'x'.repeat(101) }],
    ['a limit that is no amount', { callback_url: CALLBACK, limit: '-1' }],
    ['an unknown reset', { callback_url: CALLBACK, usage_limit_type: 'yearly' }],
    ['an end without seconds', { callback_url: CALLBACK, expires_at: '2027-01-01T00:00Z' }],
  ])('refuses %s with a page, and sends nobody on', async (_name, parameters) => {
    simulation.openrouter.account.consent = 'approve'
    const answer = await visit(parameters)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
  })

  test('asks to sign in, then for consent, naming the app by its callback, and shows nothing as markup', async () => {
    const parameters = {
      callback_url: CALLBACK,
      ...S256,
      key_label: '<b>me</b>',
      limit: '5',
      usage_limit_type: 'daily',
    }
    const signIn = await (await visit(parameters)).text()
    const action = /action="([^"]+)"/u.exec(signIn)?.[1] ?? ''
    const signedIn = await fetch(new URL(action.replaceAll('&#38;', '&'), simulation.url), {
      method: 'POST',
      redirect: 'manual',
    })
    expect(new URL(signedIn.headers.get('location') ?? '', simulation.url).href).toBe(authUrl(parameters))
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    const consent = await (await visit(parameters, { headers: { cookie } })).text()
    expect(consent).toContain('localhost:7777 wants to use your account')
    expect(consent).toContain('$5, daily')
    expect(consent).not.toContain('<b>me')
  })

  test('goes back with the code, keeps the callback byte for byte, and gives the state back', async () => {
    const approved = await visit(
      { callback_url: CALLBACK, ...S256, state: 'own' },
      { method: 'POST', body: 'decision=approve' },
    )
    expect(approved.status).toBe(303)
    const location = approved.headers.get('location') ?? ''
    expect(location.startsWith(`${CALLBACK}&code=`)).toBe(true)
    expect(location.endsWith('&state=own')).toBe(true)
    const denied = await visit({ callback_url: CALLBACK, ...S256 }, { method: 'POST', body: 'decision=deny' })
    expect(denied.headers.get('location')).toContain('error=access_denied')
  })

  test('shows the code where there is no callback', async () => {
    simulation.openrouter.account.consent = 'approve'
    const page = await (await visit(S256)).text()
    const code = /id="code">([^<]+)</u.exec(page)?.[1] ?? ''
    expect((await exchange({ code, code_verifier: VERIFIER })).status).toBe(200)
  })
})

describe('the exchange', () => {
  test.each([
    ['the wrong verifier', { code_verifier: 'wrong' }, 403, 'Invalid code or code_verifier'],
    ['no verifier', {}, 403, 'Invalid code or code_verifier'],
    [
      'another method',
      { code_verifier: CHALLENGE, code_challenge_method: 'plain' },
      400,
      'Invalid code_challenge_method',
    ],
  ])('refuses %s and keeps the code', async (_name, proof, status, message) => {
    const code = await approve()
    expect(await exchange({ code, ...proof })).toMatchObject({ status, body: { error: { code: status, message } } })
    expect((await exchange({ code, code_verifier: VERIFIER, code_challenge_method: 'S256' })).status).toBe(200)
  })

  test('refuses a code that was used, that is ten minutes old, or that it never gave', async () => {
    const used = await approve()
    expect((await exchange({ code: used, code_verifier: VERIFIER })).status).toBe(200)
    expect((await exchange({ code: used, code_verifier: VERIFIER })).status).toBe(403)
    const old = await approve()
    simulation.openrouter.account.advance(10 * 60_000)
    expect((await exchange({ code: old, code_verifier: VERIFIER })).body.error.message).toBe(
      'Authorization code expired',
    )
    expect((await exchange({ code: 'none' })).status).toBe(403)
    expect((await exchange('no object')).status).toBe(400)
  })

  test('takes plain, and a code without a challenge, of which it ignores the verifier', async () => {
    const plain = await approve({ code_challenge: 'own', code_challenge_method: 'plain' })
    expect((await exchange({ code: plain, code_verifier: 'own' })).status).toBe(200)
    expect((await exchange({ code: await approve({}), code_verifier: 'anything' })).status).toBe(200)
  })

  test('is open to pages of any origin, and to POST alone', async () => {
    const preflight = await fetch(`${simulation.openrouter.siteUrl}/api/v1/auth/keys`, { method: 'OPTIONS' })
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    const got = await fetch(`${simulation.openrouter.siteUrl}/api/v1/auth/keys`)
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('goes wrong as scripted', async () => {
    simulation.openrouter.spoil('exchange', { kind: 'status', status: 409 })
    simulation.openrouter.replyPage('exchange', {
      status: 400,
      body: '{"error":{"message":"Invalid code","code":400}}',
    })
    const code = await approve()
    expect((await exchange({ code, code_verifier: VERIFIER })).status).toBe(409)
    expect((await exchange({ code, code_verifier: VERIFIER })).status).toBe(400)
    expect((await exchange({ code, code_verifier: VERIFIER })).status).toBe(200)
  })
})

describe('an issued key', () => {
  const issue = async (terms: Record<string, string> = {}) =>
    (await exchange({ code: await approve({ ...S256, ...terms }), code_verifier: VERIFIER })).body

  test('tells its terms, its person, and answers chats', async () => {
    const { key, user_id } = await issue({ key_label: 'Mine', limit: '2.5', usage_limit_type: 'monthly' })
    expect(user_id).toBe('user_simulated')
    const told = await jsonOf(await api('/key', key))
    const terms = { label: 'Mine', limit: 2.5, limit_remaining: 2.5, limit_reset: 'monthly', is_free_tier: false }
    expect(told.data).toMatchObject(terms)
    expect(await (await api('/auth/user', key)).json()).toEqual({ email: 'sam@example.com' })
    simulation.openrouter.account.tellsUser = false
    expect((await api('/auth/user', key)).status).toBe(404)
    const asked = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] }
    expect((await api('/chat/completions', key, asked)).status).toBe(200)
    simulation.openrouter.account.freeTier = true
    expect((await api('/chat/completions', key, asked)).status).toBe(402)
    const free = { ...asked, model: 'meta-llama/llama-3.3-70b-instruct:free' }
    expect((await api('/chat/completions', key, free)).status).toBe(200)
  })

  test('is revoked on its page, and then works no more', async () => {
    const { key } = await issue()
    const [made] = simulation.openrouter.account.keys()
    const url = `${simulation.openrouter.siteUrl}/keys/${made?.hash}`
    expect(await (await fetch(url)).text()).toContain('Revoke this key')
    await fetch(url, { method: 'POST', body: 'decision=revoke' })
    expect((await api('/key', key)).status).toBe(401)
    expect((await api('/chat/completions', key, { model: 'openai/gpt-4o', messages: [] })).status).toBe(401)
  })

  test('makes codes without a browser', async () => {
    const { key } = await issue()
    const made = await jsonOf(await api('/auth/keys/code', key, { callback_url: CALLBACK, ...S256 }))
    expect((await exchange({ code: made.data.id, code_verifier: VERIFIER })).status).toBe(200)
    expect((await api('/auth/keys/code', 'sk-wrong', {})).status).toBe(401)
  })
})
