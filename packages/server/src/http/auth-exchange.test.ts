import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { endUndelivered } from '../oauth/look-after.ts'
import { codeHash } from '../oauth/secrets.ts'
import { type AppFlow, appFlow, CALLBACK, exchangeCode, pkcePair } from '../testing/app-flow.ts'
import { authorizationServer } from '../testing/authorization-server.ts'
import { type Rig, startRig } from '../testing/rig.ts'

// From the code to the key, and what the key may do. Rows are those of the list in docs/oauth-rows.md.

const MINUTE = 60_000
let ahead = 0
/** How far somebody set the machine's clock forward or back. */
let setBy = 0
const clock = { now: () => systemClock.now() + ahead + setBy, monotonic: () => systemClock.monotonic() + ahead }

let rig: Rig
let flow: AppFlow

beforeAll(async () => {
  rig = await startRig({ clock })
})
afterAll(() => rig.close())
beforeEach(async () => {
  // Another minute for the limit on refusals, and a fresh sign-in.
  ahead += 2 * MINUTE
  flow = await appFlow(rig)
})

type Made = { code: string; code_verifier: string }

async function makeCode(verifier?: string, query: Record<string, string> = {}): Promise<Made> {
  const pair = pkcePair(verifier)
  const asked = { callback_url: CALLBACK, code_challenge: pair.challenge, code_challenge_method: 'S256', ...query }
  return { code: await flow.code(asked), code_verifier: pair.verifier }
}

async function makeKey(choice: Parameters<AppFlow['code']>[1] = {}): Promise<{ key: string; user_id: string }> {
  const pair = pkcePair()
  const asked = { callback_url: CALLBACK, code_challenge: pair.challenge, code_challenge_method: 'S256' }
  const code = await flow.code(asked, choice)
  return JSON.parse(await (await exchangeCode(rig, { code, code_verifier: pair.verifier })).text())
}

const statusOf = async (body: unknown, init?: RequestInit) => {
  const response = await exchangeCode(rig, body, init)
  await response.body?.cancel()
  return response.status
}
const works = async (key: string) => (await rig.call('/api/v1/key', { key })).status
const audit = async () => store().listAudit(rig.server.house.workspace.id, 1_000)
const store = () => rig.server.house.store
const codeOf = ({ code }: Made) =>
  store().findAuthCode(codeHash(code, { installId: store().installId, issuer: rig.url }))

/** Until the answer is known to have arrived. */
async function delivered(made: Made): Promise<void> {
  await expect.poll(async () => (await codeOf(made))?.deliveredAt).not.toBeNull()
}

describe('the exchange', () => {
  test('row 76, 97: gives a key once, stored by nobody and in no header', async () => {
    const response = await exchangeCode(rig, await makeCode(), { headers: { origin: 'https://app.example' } })
    const { key, user_id } = JSON.parse(await response.text())
    expect(response.status).toBe(200)
    expect(user_id).toBe(rig.server.house.owner.id)
    expect(response.headers.get('cache-control')).toContain('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(JSON.stringify([...response.headers])).not.toContain(key)
    expect(await works(key)).toBe(200)
  })

  test('row 77, 96: a second, correct exchange is refused and ends the key', async () => {
    const made = await makeCode()
    const { key } = JSON.parse(await (await exchangeCode(rig, made)).text())
    await delivered(made)
    expect(await works(key)).toBe(200)
    expect(await statusOf(made)).toBe(403)
    expect(await works(key)).toBe(401)
    expect((await audit()).filter((row) => row.action === 'key.revoke' && row.actor === 'anonymous')).toHaveLength(1)
  })

  test('row 78: a replay with a wrong verifier ends nothing', async () => {
    const made = await makeCode()
    const { key } = JSON.parse(await (await exchangeCode(rig, made)).text())
    await delivered(made)
    for (const code_verifier of [undefined, pkcePair().verifier])
      expect(await statusOf({ code: made.code, code_verifier })).toBe(403)
    expect(await works(key)).toBe(200)
  })

  test('row 79: 8.21: of many at once exactly one gets a key', async () => {
    for (let round = 0; round < 5; round++) {
      const made = await makeCode()
      const answers = await Promise.all(Array.from({ length: 20 }, () => exchangeCode(rig, made)))
      const keys = (await Promise.all(answers.map((answer) => answer.text()))).flatMap(
        (text) => /kwy_k1_\w{49}/.exec(text) ?? [],
      )
      expect(keys).toHaveLength(1)
      expect(
        answers
          .map(({ status }) => status)
          .sort()
          .slice(0, 2),
      ).toEqual([200, 403])
      ahead += 2 * MINUTE
    }
  })

  test('row 80, 83, 85: refuses a code without its verifier, a verifier without a challenge, and near misses', async () => {
    const made = await makeCode()
    expect(await statusOf({ code: made.code })).toBe(403)
    const swapped = made.code_verifier.replace(/[a-z]/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    )
    for (const code_verifier of [swapped, `${made.code_verifier}=`])
      expect(await statusOf({ ...made, code_verifier })).toBe(403)
    expect(await statusOf(made)).toBe(200)
    const bare = await flow.code({ callback_url: CALLBACK })
    expect(await statusOf({ code: bare, code_verifier: made.code_verifier })).toBe(403)
    expect(await statusOf({ code: bare })).toBe(200)
  })

  test('row 81, 82: the stored method decides; a left out one is fine', async () => {
    const made = await makeCode()
    const { challenge } = pkcePair(made.code_verifier)
    expect(await statusOf({ code: made.code, code_verifier: challenge, code_challenge_method: 'plain' })).toBe(400)
    expect(await statusOf({ code: made.code, code_verifier: challenge })).toBe(403)
    expect(await statusOf({ ...made, code_challenge_method: null })).toBe(200)
  })

  test('row 84: refuses verifiers that are none: in both positions of the switch the right ones', async () => {
    const { code } = await makeCode()
    const never = [
      '',
      'a'.repeat(257),
      'a b'.repeat(20),
      `${'a'.repeat(43)}\n`,
      `${'a'.repeat(42)}\u0430`,
      ['a'],
      43,
      {},
      true,
    ]
    for (const code_verifier of never) expect(await statusOf({ code, code_verifier })).toBe(400)
    expect(await statusOf({ code, code_verifier: 'a'.repeat(42) })).toBe(403)
    const strict = await startRig({ env: { KEYWAY_OAUTH__REQUIRE_S256: 'true' } })
    try {
      for (const code_verifier of [...never, 'a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(42)}+`]) {
        const response = await exchangeCode(strict, { code, code_verifier })
        expect(response.status).toBe(400)
      }
    } finally {
      await strict.close()
    }
  })

  test('row 86: 8.21: a code ends on time by this clock alone, ten minutes after it was made', async () => {
    const old = await makeCode()
    const young = await makeCode()
    ahead += 10 * MINUTE - 1_000
    expect(await statusOf(young)).toBe(200)
    ahead += 2_000
    const response = await exchangeCode(rig, old)
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('Authorization code expired')
    expect((await codeOf(old))?.keyHash).toBeNull()
  })

  test('both lives of a code are the operator\u2019s to set', async () => {
    const env = { KEYWAY_OAUTH__CODE_MS: '20000', KEYWAY_OAUTH__STANDARD_CODE_MS: '90000' }
    const other = await startRig({ clock, env })
    try {
      const person = await appFlow(other)
      const { verifier, challenge } = pkcePair()
      const asked = { code_challenge: challenge, code_challenge_method: 'S256' }
      const client = { client_id: new URL(CALLBACK).origin, redirect_uri: CALLBACK }
      const compatible = async () => {
        const code = await person.code({ callback_url: CALLBACK, ...asked })
        return () => exchangeCode(other, { code, code_verifier: verifier })
      }
      const standard = async () => {
        const query = { response_type: 'code', ...client, ...asked }
        const { redirect_url } = await person.allow(await person.begin(query, '/oauth/authorize'))
        const code = new URL(redirect_url ?? '').searchParams.get('code') ?? ''
        const form = { grant_type: 'authorization_code', code, code_verifier: verifier, ...client }
        return () => fetch(`${other.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
      }
      for (const [make, seconds, late] of [
        [compatible, 20, 403],
        [standard, 90, 400],
      ] as const) {
        const [young, old] = [await make(), await make()]
        ahead += seconds * 1_000 - 1_000
        expect((await young()).status).toBe(200)
        ahead += 2_000
        expect((await old()).status).toBe(late)
      }
    } finally {
      await other.close()
    }
  })

  test('row 86: a clock that is set back or forward in between lets no code live longer', async () => {
    const [early, late, other] = [await makeCode(), await makeCode(), await makeCode()]
    ahead += 9 * MINUTE
    setBy = -5 * MINUTE
    try {
      expect(await statusOf(early)).toBe(200)
      // Eleven minutes went by; the clock on the wall says six.
      ahead += 2 * MINUTE
      expect(await statusOf(late)).toBe(403)
      const young = await makeCode()
      ahead += 9 * MINUTE
      expect(await statusOf(young)).toBe(200)
      setBy = 0
      expect(await statusOf(other)).toBe(403)
      const forward = await makeCode()
      ahead += 6 * MINUTE
      setBy = 5 * MINUTE
      expect(await statusOf(forward)).toBe(403)
    } finally {
      setBy = 0
    }
  })

  test('row 87: five wrong verifiers burn the code, and the log says so', async () => {
    const made = await makeCode()
    for (let n = 0; n < 4; n++) expect(await statusOf({ ...made, code_verifier: pkcePair().verifier })).toBe(403)
    const spared = await makeCode()
    expect(await statusOf({ ...made, code_verifier: pkcePair().verifier })).toBe(403)
    expect(await statusOf(made)).toBe(403)
    expect(await statusOf(spared)).toBe(200)
    expect((await audit()).filter((row) => row.action === 'oauth.code_burned')).toHaveLength(1)
  })

  test('row 88: guesses hit nothing and are slowed down', async () => {
    const statuses: number[] = []
    for (let n = 0; n < 130; n++) statuses.push(await statusOf({ code: pkcePair().verifier }))
    expect(statuses.slice(0, 120).every((status) => status === 403)).toBe(true)
    expect(statuses.slice(120).every((status) => status === 429)).toBe(true)
    // That they went on is one row, however many they were.
    const refused = (await audit()).filter((row) => row.action === 'oauth.exchange_refused')
    expect(refused.filter(({ details }) => details['reason'] === 'rate_limited')).toHaveLength(1)
  })

  test('row 90: a verifier or code of another length is refused, and never an error of ours', async () => {
    const made = await makeCode()
    for (const code of ['a', 'a'.repeat(512), `${made.code}a`]) expect(await statusOf({ ...made, code })).toBe(403)
    for (const code_verifier of ['a', 'a'.repeat(200)]) expect(await statusOf({ ...made, code_verifier })).toBe(403)
  })

  test('row 91: other verbs are 405 with Allow', async () => {
    for (const method of ['GET', 'PUT', 'HEAD', 'DELETE', 'PATCH']) {
      const response = await fetch(`${rig.url}/api/v1/auth/keys`, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
    }
  })

  test('row 92, 93: reads JSON whatever its type is called, and nothing else', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream', '']) {
      const body = new TextEncoder().encode(JSON.stringify(await makeCode()))
      const response = await fetch(`${rig.url}/api/v1/auth/keys`, {
        method: 'POST',
        body,
        headers: type === '' ? {} : { 'content-type': type },
      })
      expect(`${type}: ${response.status}`).toBe(`${type}: 200`)
    }
    const made = await makeCode()
    const plain = JSON.stringify(made)
    const bodies = [
      `code=${made.code}&code_verifier=${made.code_verifier}`,
      '',
      '[]',
      'null',
      '"x"',
      plain.slice(1),
      `${plain}x`,
      `{"code":"a","code":"${made.code}"}`,
      `{"code":"${made.code}","c\\u006fde":"b"}`,
      `{"__proto__":{},"code":"${made.code}"}`,
      '[['.repeat(500) + ']]'.repeat(500),
      `{"a":${'['.repeat(1_000)}${']'.repeat(1_000)}}`,
    ]
    for (const body of bodies)
      expect(`${body.slice(0, 40)} ${await statusOf(undefined, { body })}`).toBe(`${body.slice(0, 40)} 400`)
    expect(await statusOf(undefined, { body: 'a'.repeat(1_000_000) })).toBe(413)
    const { gzipSync } = await import('node:zlib')
    expect(await statusOf(undefined, { body: gzipSync(plain), headers: { 'content-encoding': 'gzip' } })).toBe(415)
    expect(await statusOf(made)).toBe(200)
    const noted = (await audit()).filter((row) => row.action === 'oauth.exchange_refused').map(({ details }) => details)
    for (const reason of ['invalid_json', 'duplicate_field', 'body_too_large', 'content_type_unsupported'])
      expect(JSON.stringify(noted)).toContain(reason)
  })

  test('row 94: what a browser attaches by itself counts for nothing', async () => {
    const cookie = [...flow.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { cookie, authorization: `Bearer ${rig.key}`, origin: 'https://evil.example' }
    const response = await exchangeCode(rig, { code: 'x' }, { headers })
    expect(response.status).toBe(403)
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })

  test('row 95: a key that nobody received ends within a minute', async () => {
    const made = await makeCode()
    const before = store().noteAuthDelivered
    store().noteAuthDelivered = async () => undefined
    let key: string
    try {
      key = JSON.parse(await (await exchangeCode(rig, made)).text()).key
    } finally {
      store().noteAuthDelivered = before
    }
    const deps = authorizationServer(rig)
    await endUndelivered(deps)
    expect(await works(key)).toBe(200)
    ahead += MINUTE
    expect(await endUndelivered(deps)).toBe(1)
    expect(await works(key)).toBe(401)
    expect(await endUndelivered(deps)).toBe(0)
  })

  test('row 98: a code is nothing at another Keyway that has its very row', async () => {
    const other = await startRig({ clock })
    try {
      const made = await makeCode()
      const row = await codeOf(made)
      if (row === undefined) throw new Error('there is no code')
      const { store: there, workspace, owner } = other.server.house
      const app = await there.upsertApp(workspace.id, 'https://app.example', null)
      const copied = { ...row, workspaceId: workspace.id, userId: owner.id, appId: app.id }
      await there.putAuthCode(copied, { id: owner.id, workspaceId: workspace.id })
      expect((await exchangeCode(other, made)).status).toBe(403)
      expect(await there.listGrants({ userId: owner.id })).toEqual([])
      expect(await statusOf(made)).toBe(200)
    } finally {
      await other.close()
    }
  })

  test('row 98: the code of one Keyway is nothing at another, nor under another address', () => {
    const here = { installId: 'a', issuer: 'https://one.example' }
    const hashes = [here, { ...here, installId: 'b' }, { ...here, issuer: 'https://two.example' }].map((of) =>
      codeHash('code', of),
    )
    expect(new Set(hashes).size).toBe(3)
  })

  test('a short verifier is seen at the exchange, and makes the key small', async () => {
    const made = await makeCode('only-twenty-one-chars')
    expect(made.code_verifier).toHaveLength(21)
    const { key } = JSON.parse(await (await exchangeCode(rig, made)).text())
    const { data } = JSON.parse(await (await rig.call('/api/v1/key', { key })).text())
    expect(data.limit).toBe(1)
    expect(data.limit_reset).toBeNull()
    expect(Date.parse(data.expires_at)).toBeLessThanOrEqual(clock.now() + 24 * 60 * MINUTE)
    const { key: strong } = JSON.parse(await (await exchangeCode(rig, await makeCode('exactly-twenty-two-chr'))).text())
    expect(JSON.parse(await (await rig.call('/api/v1/key', { key: strong })).text()).data.limit).toBe(5)
  })

  test('off this machine and without https it is 405, with the reason', async () => {
    // The Host is what a client on another machine would send; the connection itself cannot be made from afar here.
    const { sendRaw } = await import('../testing/raw-request.ts')
    const body = JSON.stringify(await makeCode())
    const head = [
      'POST /api/v1/auth/keys HTTP/1.1',
      'Host: keyway.lan',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ]
    const answer = await sendRaw(rig.url, `${head.join('\r\n')}\r\n\r\n${body}`)
    expect(answer.status).toBe(405)
    expect(answer.head).toMatch(/allow: POST/i)
    expect(answer.body).toContain('plain http')
    // A proxy on this machine that keeps localhost as the Host makes nobody near.
    const passedOn = await exchangeCode(rig, await makeCode(), { headers: { 'x-forwarded-for': '203.0.113.7' } })
    expect(passedOn.status).toBe(405)
  })

  test('behind a proxy that is trusted, what it says of the client\u2019s own way decides', async () => {
    const other = await startRig({ env: { KEYWAY_TRUSTED_PROXIES: '127.0.0.1,::1' } })
    try {
      const { browser: _, ...there } = await appFlow(other)
      for (const [proto, status] of [
        ['http', 405],
        ['https', 200],
      ] as const) {
        const pair = pkcePair()
        const query = { callback_url: CALLBACK, code_challenge: pair.challenge, code_challenge_method: 'S256' }
        const body = { code: await there.code(query), code_verifier: pair.verifier }
        const headers = { 'x-forwarded-proto': proto, 'x-forwarded-for': '203.0.113.7' }
        expect((await exchangeCode(other, body, { headers })).status).toBe(status)
      }
    } finally {
      await other.close()
    }
  })
})

describe('a code without a page', () => {
  const ask = (key: string | null, body: Record<string, unknown> = { callback_url: CALLBACK }) =>
    rig.call('/api/v1/auth/keys/code', { key, json: body })

  test('row 99: is made with a management key, and with no other: an app\u2019s key makes no keys', async () => {
    const { key } = await makeKey()
    for (const one of [null, key, rig.key]) expect([401, 403]).toContain((await ask(one)).status)
    const response = await ask(rig.managementKey)
    expect(response.status).toBe(200)
    const { data } = JSON.parse(await response.text())
    expect(data).toEqual({
      id: expect.stringMatching(/^[\w-]{43}$/),
      app_id: expect.any(Number),
      created_at: expect.stringMatching(/Z$/),
    })
    expect(await statusOf({ code: data.id })).toBe(200)
  })

  test('keeps what was asked to the same bounds', async () => {
    const { challenge, verifier } = pkcePair()
    const body = {
      callback_url: CALLBACK,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      limit: 0.25,
      key_label: 'CI',
      usage_limit_type: 'daily',
    }
    const { data } = JSON.parse(await (await ask(rig.managementKey, body)).text())
    const { key } = JSON.parse(await (await exchangeCode(rig, { code: data.id, code_verifier: verifier })).text())
    expect(JSON.parse(await (await rig.call('/api/v1/key', { key })).text()).data).toMatchObject({
      limit: 0.25,
      limit_reset: 'monthly',
    })
    for (const wrong of [
      { callback_url: 'http://evil.example/' },
      {},
      { callback_url: CALLBACK, limit: -1 },
      { callback_url: CALLBACK, limit: '5' },
      { callback_url: CALLBACK, key_label: 'a'.repeat(101) },
      { callback_url: CALLBACK, expires_at: 'soon' },
    ]) {
      expect((await ask(rig.managementKey, wrong)).status).toBe(400)
    }
    expect((await ask(rig.managementKey, { callback_url: CALLBACK, workspace_id: 'another' })).status).toBe(404)
  })
})

describe('an app\u2019s key', () => {
  test('row 102: reads itself, its models and its own calls, and nothing else', async () => {
    const { key } = await makeKey()
    const wrong: string[] = []
    const reads = /\/v1\/(?:key|auth\/key|models|models\/count|generation|models\/\*|model\/\*)$/
    for (const { method, url, access } of rig.server.routes) {
      if (!/^\/(?:api\/v1|v1)\//.test(url) || access === 'open') continue
      const path = url.replace(':hash', 'a'.repeat(64)).replace('*', 'openai/gpt-4o-mini')
      const response = await rig.call(path, {
        method,
        key,
        ...(['GET', 'HEAD', 'DELETE'].includes(method) ? {} : { json: {} }),
      })
      await response.body?.cancel()
      // Whatever calls a model is an app's to call, in every format.
      const may = access === 'inference' || reads.test(url)
      if ((response.status === 403) === may) wrong.push(`${method} ${url}: ${response.status}`)
    }
    expect(wrong).toEqual([])
    expect((await rig.call('/api/app/keys', { key, method: 'GET' })).status).toBe(400)
  })

  test('row 100: calls with its person\u2019s own credentials only, and reads the generations of its own calls only', async () => {
    const { key } = await makeKey()
    const chat = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }
    const own = await rig.call('/api/v1/chat/completions', { key, json: chat })
    expect(own.status).toBe(200)
    const others = await rig.call('/api/v1/chat/completions', { json: chat })
    await Promise.all([own.text(), others.text()])
    const generation = (id: string | null) => rig.call(`/api/v1/generation?id=${id}`, { key })
    expect((await generation(own.headers.get('x-generation-id'))).status).toBe(200)
    expect((await generation(others.headers.get('x-generation-id'))).status).toBe(404)
    const listed = await store().listKeys(rig.server.house.workspace.id, {
      offset: 0,
      limit: 500,
      includeDisabled: true,
    })
    expect(listed.filter(({ appId }) => appId !== null).every(({ policy }) => policy.reaches.join() === 'own')).toBe(
      true,
    )
  })

  test('tells who the person is only where they allowed it', async () => {
    const [silent, told] = [await makeKey(), await makeKey({ share_identity: true })]
    expect((await rig.call('/api/v1/auth/user', { key: silent.key })).status).toBe(403)
    const response = await rig.call('/api/v1/auth/user', { key: told.key })
    expect(JSON.parse(await response.text())).toMatchObject({ id: told.user_id, name: rig.server.house.owner.name })
    expect((await rig.call('/api/v1/auth/user', { key: rig.key })).status).toBe(200)
  })

  test('calls the models that the person chose, and no others', async () => {
    const { key } = await makeKey({ models: ['openai/gpt-4o-mini'] })
    const call = async (model: string) => {
      const response = await rig.call('/api/v1/chat/completions', {
        key,
        json: { model, messages: [{ role: 'user', content: 'hi' }] },
      })
      await response.body?.cancel()
      return response.status
    }
    expect(await call('openai/gpt-4o-mini')).toBe(200)
    expect(await call('openai/gpt-4o')).toBe(403)
  })

  test('row 103, 104: is read from one place of a request, and from one only', async () => {
    const { key } = await makeKey()
    expect((await rig.call('/api/v1/key', { key: null, headers: { 'x-api-key': key } })).status).toBe(200)
    expect((await rig.call(`/api/v1/key?key=${key}&api_key=${key}`, { key: null })).status).toBe(401)
    for (const name of ['api-key', 'cookie', 'sec-websocket-protocol', 'x-goog-api-key']) {
      expect((await rig.call('/api/v1/key', { key: null, headers: { [name]: key } })).status).toBe(401)
    }
    expect((await rig.call('/api/v1/key', { key, headers: { 'x-api-key': key } })).status).toBe(400)
  })

  test('row 107, 110: ends with its cap and its time', async () => {
    const { key } = await makeKey()
    const { createHash } = await import('node:crypto')
    const hash = createHash('sha256').update(key).digest('hex')
    const { owner, workspace } = rig.server.house
    const actor = { id: owner.id, workspaceId: workspace.id }
    const chat = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }
    await (await rig.call('/api/v1/chat/completions', { key, json: chat })).text()
    await store().updateKey(hash, { limit: 1n }, actor, clock.now())
    expect((await rig.call('/api/v1/chat/completions', { key, json: chat })).status).toBe(402)
    const end = (await store().findKey(hash))?.expiresAt ?? 0
    const present = ahead
    ahead += end - clock.now() - 1_000
    expect(await works(key)).toBe(200)
    ahead += 1_000
    expect(await works(key)).toBe(401)
    ahead = present
  })
})
