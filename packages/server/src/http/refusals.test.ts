import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { ERRORS, type ErrorCode } from '../base/errors.ts'
import { makeToken } from '../keys/token.ts'
import { sendRaw } from '../testing/raw-request.ts'
import { type Rig, type RigCall, startRig } from '../testing/rig.ts'

const CHAT = '/api/v1/chat/completions'
const MESSAGES = [{ role: 'user', content: 'hi' }]
const GOOD = { model: 'openai/gpt-4o-mini', messages: MESSAGES }
const HOUR_MS = 60 * 60 * 1000

let rig: Rig
/** Added to the system's time, so that a key can expire without anybody waiting. */
let aheadMs = 0
let troubleshooting = ''

beforeAll(async () => {
  rig = await startRig({
    env: { KEYWAY_LIMITS__BODY_BYTES: '65536' },
    clock: { now: () => systemClock.now() + aheadMs, monotonic: () => systemClock.monotonic() },
  })
  troubleshooting = await (await rig.call('/docs/troubleshooting', { key: null })).text()
})
afterAll(() => rig.close())

type Envelope = { error: { code: number; message: string; metadata: Record<string, unknown> } }

/** Every refusal is of one shape, says what to do and where to read on, and leaves no trace in the ledger. */
async function refused(response: Response, code: ErrorCode): Promise<Envelope['error']> {
  const body = JSON.parse(await response.text()) as Envelope
  const { error } = body
  expect({ status: response.status, reason: error?.metadata?.['reason'], message: error?.message }).toEqual({
    status: ERRORS[code].status,
    reason: code,
    message: error.message,
  })
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  expect(error.code).toBe(response.status)
  expect(error.message.length).toBeGreaterThan(5)
  expect(error.metadata['error_type']).toBe(ERRORS[code].type)
  expect(error.metadata['fix']).toEqual(expect.stringMatching(/\S/))
  expect(error.metadata['docs_url']).toBe(`${rig.url}/docs/troubleshooting#${code}`)
  expect(troubleshooting).toContain(`id="${code}"`)
  return error
}

async function unchanged(act: () => Promise<void>): Promise<void> {
  const traces = async () => {
    const { store, workspace } = rig.server.house
    const spend = await store.spendOf('workspace', workspace.id, Date.now())
    return { generations: (await rig.generations()).length, spend, requests: rig.simulation.requests.length }
  }
  const before = await traces()
  await act()
  expect(await traces()).toEqual(before)
}

function refusal(title: string, code: ErrorCode, call: () => RigCall | Promise<RigCall>): void {
  it(title, () =>
    unchanged(async () => {
      await refused(await rig.call(CHAT, await call()), code)
    }),
  )
}

describe('a key that is none', () => {
  refusal('refuses a call without a key', 'key_missing', () => ({ json: GOOD, key: null }))
  it('8.20: says that the header is missing in the words of OpenRouter', async () => {
    const error = await refused(await rig.call(CHAT, { json: GOOD, key: null }), 'key_missing')
    expect(error.message).toBe('Missing Authentication header')
  })
  it('names the scheme that a 401 asks for', async () => {
    const response = await rig.call(CHAT, { json: GOOD, key: null })
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer\b/)
  })
  refusal('refuses a key that was never issued', 'key_unknown', () => ({ json: GOOD, key: makeToken('inference') }))
  refusal('tells a typing error in a key by its checksum', 'key_malformed', () => {
    const last = rig.key.at(-1) === 'a' ? 'b' : 'a'
    return { json: GOOD, key: rig.key.slice(0, -1) + last }
  })
  refusal('refuses a key of some other service', 'key_malformed', () => ({ json: GOOD, key: 'sk-or-v1-0000000000' }))
  refusal('refuses a revoked key', 'key_revoked', async () => {
    const { key, hash } = await rig.issue()
    expect((await rig.call(`/api/v1/keys/${hash}`, { method: 'DELETE', key: rig.managementKey })).status).toBe(200)
    return { json: GOOD, key }
  })
  refusal('refuses a disabled key', 'key_disabled', async () => {
    const { key, hash } = await rig.issue()
    const change = { method: 'PATCH', json: { disabled: true }, key: rig.managementKey }
    expect((await rig.call(`/api/v1/keys/${hash}`, change)).status).toBe(200)
    return { json: GOOD, key }
  })
  it('refuses an expired key, which worked a moment before', async () => {
    const { key } = await rig.issue({ expiresAt: Date.now() + HOUR_MS })
    expect((await rig.call(CHAT, { json: GOOD, key })).status).toBe(200)
    aheadMs = 2 * HOUR_MS
    try {
      await unchanged(async () => {
        await refused(await rig.call(CHAT, { json: GOOD, key }), 'key_expired')
      })
    } finally {
      aheadMs = 0
    }
  })
  refusal('refuses a management key on inference', 'inference_key_required', () => ({
    json: GOOD,
    key: rig.managementKey,
  }))
  it('8.20: refuses an inference key where a management key is asked for, as OpenRouter words it', () =>
    unchanged(async () => {
      const error = await refused(await rig.call('/api/v1/keys'), 'management_key_required')
      expect(error.message).toBe('Only management keys can perform this operation')
    }))
  refusal('refuses two credentials, though they agree', 'credentials_conflict', () => ({
    json: GOOD,
    headers: { 'x-api-key': rig.key },
  }))
  it('8.20: takes the key from x-api-key as well', async () => {
    const response = await rig.call(CHAT, { json: GOOD, key: null, headers: { 'x-api-key': rig.key } })
    expect(response.status).toBe(200)
  })
  it('never repeats a key that it refuses', async () => {
    const wrong = `${rig.key.slice(0, -2)}00`
    const text = await (await rig.call(CHAT, { json: GOOD, key: wrong })).text()
    expect(text).not.toContain(wrong)
    expect(text).not.toContain(wrong.slice(7, 30))
  })
  refusal('refuses a page that uses a key made with --no-browser', 'browser_forbidden', async () => {
    const { key } = await rig.issue({ noBrowser: true })
    return { json: GOOD, key, headers: { origin: 'https://app.example' } }
  })
  it('names the proxy guide to such a page, which is served, and answers the same key without an Origin', async () => {
    const { key } = await rig.issue({ noBrowser: true })
    const headers = { origin: 'https://app.example' }
    const error = await refused(await rig.call(CHAT, { json: GOOD, key, headers }), 'browser_forbidden')
    expect(String(error.metadata['fix'])).toContain(`${rig.url}/docs/proxy-guide`)
    expect((await rig.call('/docs/proxy-guide', { key: null })).status).toBe(200)
    expect((await rig.call('/api/v1/models', { key, headers })).status).toBe(403)
    expect((await rig.call(CHAT, { json: GOOD, key })).status).toBe(200)
  })
})

describe('a body that is none', () => {
  refusal('refuses text that is no JSON', 'invalid_json', () => ({ body: 'hello' }))
  refusal('refuses JSON that is cut off', 'invalid_json', () => ({ body: JSON.stringify(GOOD).slice(0, -1) }))
  refusal('refuses an empty body', 'invalid_json', () => ({ body: '' }))
  refusal('refuses an array', 'invalid_json', () => ({ body: '[]' }))
  refusal('refuses bytes that are no UTF-8', 'invalid_json', () => ({
    body: Buffer.from('{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"\xff"}]}', 'latin1'),
  }))
  refusal('refuses a number that overflows', 'invalid_request', () => ({
    body: '{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"max_tokens":1e309}',
  }))
  refusal('refuses a number that overflows in a field that only the provider reads', 'invalid_request', () => ({
    body: '{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"temperature":1e309}',
  }))
  refusal('refuses nesting without end', 'invalid_json', () => ({
    body: `{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  }))
  refusal('refuses a second model, hidden by an escape', 'duplicate_field', () => ({
    body: '{"model":"openai/gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"mod\\u0065l":"openai/gpt-5"}',
  }))
  refusal('refuses another content type', 'content_type_unsupported', () => ({
    body: JSON.stringify(GOOD),
    headers: { 'content-type': 'text/plain' },
  }))
  refusal('refuses a form, which is what curl sends unless told otherwise', 'content_type_unsupported', () => ({
    body: JSON.stringify(GOOD),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }))
  refusal('refuses a compressed body', 'content_type_unsupported', () => ({
    body: JSON.stringify(GOOD),
    headers: { 'content-encoding': 'gzip' },
  }))
  refusal('refuses a body over the limit', 'body_too_large', () => ({
    json: { ...GOOD, messages: [{ role: 'user', content: 'x'.repeat(70_000) }] },
  }))
})

describe('a request that cannot be served', () => {
  refusal('refuses empty messages', 'invalid_request', () => ({ json: { ...GOOD, messages: [] } }))
  refusal('refuses messages that are no list', 'invalid_request', () => ({ json: { ...GOOD, messages: 'hi' } }))
  refusal('refuses a request without messages', 'invalid_request', () => ({ json: { model: GOOD.model } }))
  refusal('refuses a negative max_tokens', 'invalid_request', () => ({ json: { ...GOOD, max_tokens: -1 } }))
  refusal('refuses max_tokens 0', 'invalid_request', () => ({ json: { ...GOOD, max_tokens: 0 } }))
  refusal('refuses half a token', 'invalid_request', () => ({ json: { ...GOOD, max_completion_tokens: 0.5 } }))
  refusal('refuses a request that names no model', 'model_required', () => ({ json: { messages: MESSAGES } }))
  refusal('refuses a provider object of the wrong shape', 'invalid_request', () => ({
    json: { ...GOOD, provider: { order: 'openai' } },
  }))
  it('names the nearest models when there is none by that name', () =>
    unchanged(async () => {
      const json = { ...GOOD, model: 'openai/gpt-4o-mimi' }
      const error = await refused(await rig.call(CHAT, { json }), 'model_not_found')
      expect(error.message).toContain('openai/gpt-4o-mini')
      expect(error.metadata['nearest']).toContain('openai/gpt-4o-mini')
    }))
  it('names the candidates when a bare name could be several models', () =>
    unchanged(async () => {
      const { catalogue } = rig.server.house
      const bare = new Map<string, string[]>()
      for (const id of catalogue.current().models.keys()) {
        const name = id.slice(id.indexOf('/') + 1)
        bare.set(name, [...(bare.get(name) ?? []), id])
      }
      const found = [...bare].find(([, ids]) => ids.length > 1)
      if (found === undefined) throw new Error('the catalogue has no ambiguous name')
      const [name, ids] = found
      const error = await refused(await rig.call(CHAT, { json: { ...GOOD, model: name } }), 'model_not_found')
      for (const id of ids) expect(error.message).toContain(id)
    }))
  it('takes a bare name that only one model has', async () => {
    const response = await rig.call(CHAT, { json: { ...GOOD, model: 'gpt-4o-mini' } })
    expect(await response.json()).toMatchObject({ model: 'openai/gpt-4o-mini' })
  })
  it('refuses a model outside the key\u2019s list, by name', () =>
    unchanged(async () => {
      const { key } = await rig.issue({ models: ['anthropic/*'] })
      await refused(await rig.call(CHAT, { json: GOOD, key }), 'model_not_allowed')
    }))
  it('refuses when the preferences leave no endpoint, and names the rule', () =>
    unchanged(async () => {
      const json = { ...GOOD, provider: { only: ['groq'], ignore: ['openrouter'] } }
      const error = await refused(await rig.call(CHAT, { json }), 'no_endpoints')
      expect(error.metadata['removed']).toEqual(
        expect.arrayContaining([expect.objectContaining({ rule: 'allowed_providers' })]),
      )
    }))
  it('refuses a call beyond the cap with the amounts, in OpenRouter\u2019s words', () =>
    unchanged(async () => {
      const { key } = await rig.issue({ limit: 1_000n, reset: 'daily' })
      const error = await refused(await rig.call(CHAT, { json: GOOD, key }), 'key_limit_reached')
      expect(error.message).toMatch(/requires more credits, or fewer max_tokens/)
      expect(error.message).toMatch(/You requested up to \d+ tokens, but can only afford \d+/)
      expect(error.message).toContain('$0.000001 of $0.000001 is left')
      expect(error.metadata).toMatchObject({ scope: 'key', limit: 0.000001, limit_remaining: 0.000001 })
      expect(error.metadata['resets_at']).toMatch(/T00:00:00\.000Z$/)
    }))
  it('refuses a billable feature without a price on a capped key, by name, and takes it where nothing is capped', () =>
    unchanged(async () => {
      const { key } = await rig.issue({ limit: 5_000_000_000n })
      const json = { ...GOOD, web_search_options: {} }
      const error = await refused(await rig.call(CHAT, { json, key }), 'feature_price_unknown')
      expect(error.message).toContain('web_search_options')
    }))
  it('answers the call beyond a key\u2019s --rpm with 429, Retry-After and the figures, which no success carries', async () => {
    const { key } = await rig.issue({ rpm: 1 })
    const first = await rig.call(CHAT, { json: GOOD, key })
    expect(first.status).toBe(200)
    expect([...first.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([])
    const second = await rig.call(CHAT, { json: GOOD, key })
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(50)
    expect(second.headers.get('x-ratelimit-limit')).toBe('1')
    expect(second.headers.get('x-ratelimit-remaining')).toBe('0')
    expect(Number(second.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now())
    await refused(second, 'rate_limited')
  })
})

describe('a head that no client should send', () => {
  const head = (lines: readonly string[]) => `${lines.join('\r\n')}\r\n\r\n`

  it('refuses two Host headers', () =>
    unchanged(async () => {
      const lines = [
        'GET /api/v1/key HTTP/1.1',
        'Host: a.example',
        'Host: b.example',
        `Authorization: Bearer ${rig.key}`,
      ]
      const answer = await sendRaw(rig.url, head([...lines, 'Connection: close']))
      expect(answer.status).toBe(400)
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 400, metadata: { reason: 'host_invalid' } } })
    }))
  it('refuses a request without a Host', async () => {
    const answer = await sendRaw(rig.url, head(['GET /api/v1/providers HTTP/1.1', 'Connection: close']))
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 400, metadata: { reason: 'host_invalid' } } })
  })
  it('refuses an absolute-form target', async () => {
    const lines = ['GET http://evil.example/api/v1/key HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${rig.key}`]
    const answer = await sendRaw(rig.url, head([...lines, 'Connection: close']))
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { metadata: { reason: 'host_invalid' } } })
  })
  it('refuses two Authorization headers', async () => {
    const lines = ['GET /api/v1/key HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${rig.key}`]
    const answer = await sendRaw(rig.url, head([...lines, 'Authorization: Bearer other', 'Connection: close']))
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { metadata: { reason: 'credentials_conflict' } } })
  })
  it('answers a path that is no URL in the envelope', async () => {
    const answer = await sendRaw(
      rig.url,
      head(['GET /api/v1/model/%ff HTTP/1.1', 'Host: localhost', 'Connection: close']),
    )
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 400, metadata: { reason: 'invalid_request' } } })
  })
  it.each([
    ['bytes that are no HTTP', () => 'HELLO\r\n\r\n', 400],
    [
      'headers beyond the limit',
      () => head(['GET /health HTTP/1.1', 'Host: localhost', `X-Long: ${'x'.repeat(40_000)}`, 'Connection: close']),
      431,
    ],
    [
      'two lengths of one body',
      () => head([`POST ${CHAT} HTTP/1.1`, 'Host: localhost', 'Content-Length: 1', 'Transfer-Encoding: chunked']),
      400,
    ],
  ])('answers %s in the envelope', async (_case, bytes, status) => {
    const answer = await sendRaw(rig.url, bytes())
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: status, metadata: { reason: 'invalid_request', docs_url: expect.stringContaining(rig.url) } },
    })
  })

  it('refuses a body over the limit that does not say its length', async () => {
    const lines = [`POST ${CHAT} HTTP/1.1`, 'Host: localhost', `Authorization: Bearer ${rig.key}`]
    const more = ['Content-Type: application/json', 'Transfer-Encoding: chunked', 'Connection: close']
    const size = 70_000
    const body = `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`
    const answer = await sendRaw(rig.url, head([...lines, ...more]) + body)
    expect(answer.status).toBe(413)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code: 413, metadata: { reason: 'body_too_large' } } })
  })
})

describe('a place that is none', () => {
  it.each(['/api/v1/nothing', '/v1/nothing', '/api/v1', '/v1/chat/completions/more', '/nothing'])(
    'answers 404 in JSON at %s',
    async (path) => {
      await refused(await rig.call(path), 'not_found')
    },
  )
  it.each([
    ['GET', CHAT, 'POST'],
    ['DELETE', '/v1/models', 'GET, HEAD'],
    ['PUT', '/api/v1/keys', 'GET, HEAD, POST'],
    ['POST', '/api/v1/models/count', 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
  ])('answers %s %s with 405 and the methods that are allowed', async (method, path, allow) => {
    const response = await rig.call(path, { method })
    expect(response.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow)
    await refused(response, 'method_not_allowed')
  })
  it('answers 404 for a generation that is not there, or not the caller\u2019s', async () => {
    await refused(await rig.call('/api/v1/generation?id=gen-1-none'), 'not_found')
    await refused(await rig.call('/api/v1/generation'), 'invalid_request')
  })
})

it('has a section in the troubleshooting page for every error that it can make', () => {
  for (const code of Object.keys(ERRORS)) expect(troubleshooting).toContain(`id="${code}"`)
})
