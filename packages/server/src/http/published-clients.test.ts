import { createHash, randomUUID } from 'node:crypto'
import { OpenRouter } from '@openrouter/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppFlow, appFlow, pkcePair } from '../testing/app-flow.ts'
import { type Rig, startRig } from '../testing/rig.ts'

// Programs written for OpenRouter, of which only the base address is another. The first is OpenRouter's own package as it
// is published; the others do what such programs were seen to do. Rows are those of the list in docs/oauth-rows.md.
// Unmodified standard clients are in oauth.test.ts, and @keyway/connect with its examples in examples/keyway.test.ts.

let rig: Rig
let flow: AppFlow
beforeAll(async () => {
  rig = await startRig()
  flow = await appFlow(rig)
})
afterAll(() => rig.close())

/** The person's way: to the address that the program made, and back with what it reads there. */
async function approve(address: string): Promise<URLSearchParams> {
  const url = new URL(address)
  expect(`${url.origin}${url.pathname}`).toBe(`${rig.url}/auth`)
  const { redirect_url, code } = await flow.allow(await flow.begin(url.search.slice(1)))
  return redirect_url === null ? new URLSearchParams({ code: code ?? '' }) : new URL(redirect_url).searchParams
}

async function expectWorks(key: string): Promise<void> {
  const json = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }
  const answer = await rig.call('/api/v1/chat/completions', { key, json })
  expect(`${answer.status} ${await answer.text()}`).toMatch(/^200 .*"choices"/)
}

const post = async (body: unknown, init: RequestInit = {}) => {
  const response = await fetch(`${rig.url}/api/v1/auth/keys`, { method: 'POST', body: JSON.stringify(body), ...init })
  return JSON.parse(await response.text()) as { key: string; user_id: string | null }
}
const exactly = (query: Record<string, string>) => `${rig.url}/auth?${new URLSearchParams(query)}`

test('row 140: 8.21: OpenRouter\u2019s own SDK makes the address and the challenge, and exchanges the code', async () => {
  const sdk = new OpenRouter({ apiKey: 'unused', serverURL: `${rig.url}/api/v1` })
  const { codeChallenge, codeVerifier } = await sdk.oAuth.createSHA256CodeChallenge()
  const address = await sdk.oAuth.createAuthorizationUrl({
    callbackUrl: 'https://app.example/cb',
    codeChallenge,
    codeChallengeMethod: 'S256',
    limit: 3,
  })
  const code = (await approve(address)).get('code') ?? ''
  const answer = await sdk.oAuth.exchangeAuthCodeForAPIKey({
    requestBody: { code, codeVerifier, codeChallengeMethod: 'S256' },
  })
  expect(answer.userId).toBe(rig.server.house.owner.id)
  await expectWorks(answer.key)
  const own = new OpenRouter({ apiKey: answer.key, serverURL: `${rig.url}/api/v1` })
  expect((await own.apiKeys.getCurrentKeyMetadata()).data.limit).toBe(3)
})

test('row 140: the SDK makes a code without a page, with a management key', async () => {
  const sdk = new OpenRouter({ apiKey: rig.managementKey, serverURL: `${rig.url}/api/v1` })
  const { verifier, challenge } = pkcePair()
  const { data } = await sdk.oAuth.createAuthCode({
    requestBody: {
      callbackUrl: 'https://app.example/cb',
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
      keyLabel: 'CI',
    },
  })
  await expectWorks((await post({ code: data.id, code_verifier: verifier })).key)
})

test.each<[string, () => Promise<string>]>([
  [
    'a page as the guide shows it: no Content-Type, the method sent again',
    async () => {
      const { verifier, challenge } = pkcePair()
      const query = { callback_url: 'https://app.example/', code_challenge: challenge, code_challenge_method: 'S256' }
      const code = (await approve(exactly(query))).get('code')
      return (await post({ code, code_verifier: verifier, code_challenge_method: 'S256' })).key
    },
  ],
  [
    'a page that uses a UUID for its verifier',
    async () => {
      const verifier = randomUUID()
      const challenge = createHash('sha256').update(verifier).digest('base64url')
      const query = { callback_url: 'http://localhost:3000/', code_challenge: challenge, code_challenge_method: 'S256' }
      const code = (await approve(exactly(query))).get('code')
      return (await post({ code, code_verifier: verifier })).key
    },
  ],
  [
    'a page without any challenge',
    async () =>
      (await post({ code: (await approve(exactly({ callback_url: 'https://app.example/cb' }))).get('code') })).key,
  ],
  [
    'a server that keeps its state in the query of the callback, and sends a form\u2019s type',
    async () => {
      const back = await approve(
        exactly({ callback_url: 'https://app.example/cb?state=abc', code_challenge: 'plain-text' }),
      )
      expect(back.get('state')).toBe('abc')
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      return (await post({ code: back.get('code'), code_verifier: 'plain-text' }, { headers })).key
    },
  ],
  [
    'a terminal program that sends a state beside the callback, and takes codes of a form alone',
    async () => {
      const { verifier, challenge } = pkcePair()
      const query = { callback_url: 'http://localhost:5180/callback', state: 's-1', key_label: 'spawn' }
      const back = await approve(exactly({ ...query, code_challenge: challenge, code_challenge_method: 'S256' }))
      expect(back.get('state')).toBe('s-1')
      expect(back.get('code')).toMatch(/^[a-zA-Z0-9_-]{16,128}$/)
      return (await post({ code: back.get('code'), code_verifier: verifier, code_challenge_method: null })).key
    },
  ],
  [
    'a program on a server without a browser, with the code copied by hand',
    async () => {
      const { verifier, challenge } = pkcePair()
      const code = (await approve(exactly({ code_challenge: challenge, code_challenge_method: 'S256' }))).get('code')
      return (await post({ code, code_verifier: verifier })).key
    },
  ],
])('row 140: %s', async (_what, connect) => {
  await expectWorks(await connect())
})
