import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { createAuthorization, restoreAuthorization } from './authorization.ts'
import { isCodeVerifier, randomToken, sha256CodeChallenge } from './challenge.ts'

const CALLBACK = 'https://app.example/cb'
const issuer = 'https://openrouter.ai'
const query = (url: string) => new URL(url).searchParams

describe('createAuthorization', () => {
  test.each([
    ['an issuer over plain http', { issuer: 'http://openrouter.ai' }, 'issuer'],
    ['an issuer with a user name', { issuer: 'https://me@openrouter.ai' }, 'issuer'],
    ['an issuer with a query', { issuer: 'https://openrouter.ai?x' }, 'issuer'],
    ['an issuer that is none', { issuer: 'openrouter.ai' }, 'issuer'],
    ['a callback with a fragment', { callbackUrl: `${CALLBACK}#` }, 'callbackUrl'],
    ['a callback that has a state', { callbackUrl: `${CALLBACK}?state=1` }, 'callbackUrl'],
    ['a callback that has a code', { callbackUrl: `${CALLBACK}?code=1` }, 'callbackUrl'],
    ['a callback that names an issuer', { callbackUrl: `${CALLBACK}?iss=1` }, 'callbackUrl'],
    ['a callback that no issuer would send people to', { callbackUrl: 'http://app.example/cb' }, 'callbackUrl'],
    ['an end that is past', { expiresAt: new Date(1) }, 'expiresAt'],
    ['an end that is no time', { expiresAt: new Date('never') }, 'expiresAt'],
    ['a lifetime that is none', { lifetimeMs: Number.NaN }, 'lifetimeMs'],
    ['a label of 101 characters', { keyLabel: 'x'.repeat(101) }, 'keyLabel'],
    ['a limit that is no decimal', { limit: '1e3' }, 'limit'],
  ])('refuses %s', async (_name, options, field) => {
    await expect(createAuthorization({ issuer, callbackUrl: CALLBACK, ...options })).rejects.toThrow(field)
  })

  test('asks with an S256 challenge of a fresh verifier, and the state in the callback\u2019s own query', async () => {
    const { url, verifier, state } = await createAuthorization({ issuer: `${issuer}/`, callbackUrl: CALLBACK })
    expect(url.startsWith('https://openrouter.ai/auth?')).toBe(true)
    expect(verifier).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(Object.fromEntries(query(url))).toEqual({
      callback_url: `${CALLBACK}?state=${state}`,
      code_challenge: await sha256CodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    expect(url).not.toContain(verifier)
  })

  test('carries the terms that were chosen, with whole seconds', async () => {
    const { url, state } = await createAuthorization({
      issuer: 'http://127.0.0.1:9/openrouter',
      callbackUrl: `${CALLBACK}?a=%2B`,
      keyLabel: 'Keyway',
      limit: '5.00',
      usageLimitType: 'monthly',
      expiresAt: new Date('2027-01-01T10:00:00.999Z'),
    })
    expect(url.startsWith('http://127.0.0.1:9/openrouter/auth?')).toBe(true)
    expect(Object.fromEntries(query(url))).toMatchObject({
      callback_url: `${CALLBACK}?a=%2B&state=${state}`,
      key_label: 'Keyway',
      limit: '5.00',
      usage_limit_type: 'monthly',
      expires_at: '2027-01-01T10:00:00Z',
    })
  })

  test('takes two spellings of an issuer for one, as an answer names it (RFC 9207)', async () => {
    expect((await createAuthorization({ issuer: 'HTTPS://OpenRouter.ai:443/' })).issuer).toBe('https://openrouter.ai')
  })

  test('is headless without a callback: no state, and the challenge all the same', async () => {
    const { url, state } = await createAuthorization({ issuer })
    expect(state).toBeUndefined()
    expect([...query(url).keys()]).toEqual(['code_challenge', 'code_challenge_method'])
  })
})

describe('sha256CodeChallenge', () => {
  test('gives the example of RFC 7636 appendix B', async () => {
    const challenge = await sha256CodeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')
    expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  })

  test('gives the same where crypto.subtle is missing, as on plain http', async () => {
    const inputs = fc.sample(fc.string({ unit: 'binary' }), 50)
    const native = await Promise.all(inputs.map(sha256CodeChallenge))
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) })
    try {
      expect(await Promise.all(inputs.map(sha256CodeChallenge))).toEqual(native)
      const { url, verifier } = await createAuthorization({ issuer, callbackUrl: CALLBACK })
      expect(query(url).get('code_challenge')).toBe(createHash('sha256').update(verifier).digest('base64url'))
    } finally {
      vi.unstubAllGlobals()
    }
  })
})

describe('what is kept of an authorization', () => {
  test.each([
    ['nothing', ''],
    ['no JSON, which is not repeated', '{"verifier":"sesame'],
    ['a list', '[]'],
    ['no verifier', '{"issuer":"https://openrouter.ai","expiresAt":1}'],
    ['a short verifier', '{"issuer":"https://openrouter.ai","verifier":"short","expiresAt":1}'],
    ['an issuer over plain http', `{"issuer":"http://openrouter.ai","verifier":"${'v'.repeat(43)}","expiresAt":1}`],
    ['an end that is no time', `{"issuer":"https://openrouter.ai","verifier":"${'v'.repeat(43)}","expiresAt":"1"}`],
    ['an empty state', `{"issuer":"https://a.example","verifier":"${'v'.repeat(43)}","expiresAt":1,"state":""}`],
  ])('is refused where it is %s', (_name, text) => {
    let shown = 'taken'
    try {
      restoreAuthorization(text)
    } catch (error) {
      shown = inspect(error)
    }
    expect(shown).toContain('state_mismatch')
    expect(shown).not.toContain('sesame')
  })

  test('is the same authorization again, and shows its verifier in no log', async () => {
    const begun = await createAuthorization({ issuer, callbackUrl: CALLBACK, now: () => 1000, lifetimeMs: 500 })
    const again = restoreAuthorization(begun.keep())
    expect(again).toMatchObject({ issuer, state: begun.state, verifier: begun.verifier, expiresAt: 1500 })
    for (const shown of [inspect(begun), JSON.stringify(begun), String(begun), inspect(again, { showHidden: true })]) {
      expect(shown).not.toContain(begun.verifier)
    }
  })

  test('never repeats a verifier or a state, and each has 43 characters', async () => {
    const count = 10_000
    const made = Array.from({ length: count }, randomToken)
    expect(new Set(made).size).toBe(count)
    expect(made.every((token) => /^[\w-]{43}$/.test(token) && isCodeVerifier(token))).toBe(true)
  })
})
