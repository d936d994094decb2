import { createHmac } from 'node:crypto'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { rotateKey } from '../keys/issue.ts'
import { hashOf } from '../keys/token.ts'
import { createSeenProofs } from '../oauth/seen-proofs.ts'
import { type AppFlow, appFlow, CALLBACK, exchangeCode, pkcePair } from '../testing/app-flow.ts'
import { sendRaw } from '../testing/raw-request.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { athOf, type Prover, softwareProver } from '../testing/software-prover.ts'

// Keys that work with a proof alone (RFC 9449), for apps that ask for one. Rows are those of docs/oauth-rows.md.

const APP = 'https://app.example'

let ahead = 0
const clock = { now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() }
let rig: Rig
let flow: AppFlow
beforeAll(async () => {
  rig = await startRig({ clock })
  flow = await appFlow(rig)
})
afterAll(() => rig.close())
afterEach(() => {
  ahead = 0
})

const store = () => rig.server.house.store
const seconds = () => Math.floor(clock.now() / 1_000)
const audited = async (action: string) =>
  (await store().listAudit(rig.server.house.workspace.id, 1_000)).filter((row) => row.action === action)

type Query = Record<string, string>

async function madeCode(more: Query = {}): Promise<Query> {
  const { verifier, challenge } = pkcePair()
  const query = {
    response_type: 'code',
    client_id: APP,
    redirect_uri: CALLBACK,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  }
  const { redirect_url } = await flow.allow(await flow.begin(query, '/oauth/authorize'))
  const code = new URL(redirect_url ?? '').searchParams.get('code') ?? ''
  return { grant_type: 'authorization_code', code, code_verifier: verifier, client_id: APP }
}

async function token(form: Query, proof?: string) {
  const response = await fetch(`${rig.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams(form).toString(),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(proof === undefined ? {} : { dpop: proof }),
    },
  })
  return { response, status: response.status, body: JSON.parse(await response.text()) }
}

const tokenClaims = () => ({ htm: 'POST', htu: `${rig.url}/oauth/token`, iat: seconds() })

/** A key bound to what a prover proves. */
async function boundKey(prover: Prover, more: Query = {}): Promise<string> {
  const { body } = await token(await madeCode(more), prover.prove(tokenClaims()))
  expect(body.token_type).toBe('DPoP')
  return body.access_token
}

const callClaims = (key: string, more: Record<string, unknown> = {}) => ({
  htm: 'GET',
  htu: `${rig.url}/api/v1/key`,
  iat: seconds(),
  ath: athOf(key),
  ...more,
})

/** Asks for /key, and tells the status and what the challenge says. */
async function call(headers: Record<string, string>, path = '/api/v1/key'): Promise<string> {
  const response = await rig.call(path, { key: null, headers })
  await response.body?.cancel()
  return `${response.status} ${/^DPoP error="(\w+)", algs="ES256 Ed25519 EdDSA"/.exec(response.headers.get('www-authenticate') ?? '')?.[1]}`
}

const shown = (key: string, proof: string) => ({ authorization: `DPoP ${key}`, dpop: proof })
const BAD = '401 invalid_dpop_proof'
const WRONG = '401 invalid_token'
const FINE = '200 undefined'

describe('a bound key', () => {
  const prover = softwareProver()
  const other = softwareProver()
  let key: string
  beforeAll(async () => {
    key = await boundKey(prover)
  })

  const mac = (text: string) => createHmac('sha256', JSON.stringify(prover.jwk)).update(text).digest()
  test('is refused without its proof wherever a model is called', async () => {
    for (const { url, access } of rig.server.routes) {
      if (access !== 'inference') continue
      const ways: Record<string, string>[] = [
        { authorization: `Bearer ${key}` },
        { 'x-api-key': key },
        { authorization: `DPoP ${key}` },
      ]
      for (const headers of ways) {
        const refused = await rig.call(url, { key: null, headers, json: {} })
        expect([url, refused.status]).toEqual([url, 401])
        await refused.text()
      }
    }
  })

  const tries: [string, () => Record<string, string>, string][] = [
    ['as a bearer token', () => ({ authorization: `Bearer ${key}` }), WRONG],
    [
      'as a bearer token with a right proof',
      () => ({ authorization: `Bearer ${key}`, dpop: prover.prove(callClaims(key)) }),
      WRONG,
    ],
    ['as an API key', () => ({ 'x-api-key': key, dpop: prover.prove(callClaims(key)) }), WRONG],
    ['without a proof', () => ({ authorization: `DPoP ${key}` }), BAD],
    ['with an empty proof', () => shown(key, ''), BAD],
    ['with a proof that is none', () => shown(key, 'x'), BAD],
    ['with two proofs in one', () => shown(key, `${prover.prove(callClaims(key))}, x`), BAD],
    ['with a proof for another method', () => shown(key, prover.prove(callClaims(key, { htm: 'POST' }))), BAD],
    [
      'with a proof for another path',
      () => shown(key, prover.prove(callClaims(key, { htu: `${rig.url}/api/v1/models` }))),
      BAD,
    ],
    [
      'with a proof with a query',
      () => shown(key, prover.prove(callClaims(key, { htu: `${rig.url}/api/v1/key?x` }))),
      BAD,
    ],
    [
      'with a proof with a slash more',
      () => shown(key, prover.prove(callClaims(key, { htu: `${rig.url}/api/v1/key/` }))),
      BAD,
    ],
    [
      'with a proof for the address that it is sent to by another name',
      () =>
        shown(key, prover.prove(callClaims(key, { htu: `${rig.url.replace('localhost', '127.0.0.1')}/api/v1/key` }))),
      BAD,
    ],
    ['with a proof for the token endpoint', () => shown(key, prover.prove(tokenClaims())), BAD],
    ['with a proof by another key', () => shown(key, other.prove(callClaims(key))), BAD],
    [
      'with a proof that names its key and is signed by another',
      () => shown(key, other.prove(callClaims(key), { head: { jwk: prover.jwk } })),
      BAD,
    ],
    [
      'with a proof that is a MAC',
      () => shown(key, prover.prove(callClaims(key), { head: { alg: 'HS256' }, sign: mac })),
      BAD,
    ],
    ['with an unsigned proof', () => shown(key, prover.prove(callClaims(key), { head: { alg: 'none' } })), BAD],
    [
      'with a private key in its proof',
      () => shown(key, prover.prove(callClaims(key), { head: { jwk: prover.privateJwk } })),
      BAD,
    ],
    ['with a proof of 61 seconds ago', () => shown(key, prover.prove(callClaims(key, { iat: seconds() - 62 }))), BAD],
    [
      'with a proof of the time in 61 seconds',
      () => shown(key, prover.prove(callClaims(key, { iat: seconds() + 62 }))),
      BAD,
    ],
    ['with a proof for no key', () => shown(key, prover.prove(callClaims(key, { ath: undefined }))), BAD],
    ['with a proof for another key of ours', () => shown(key, prover.prove(callClaims(rig.key))), BAD],
    ['with a proof without an id', () => shown(key, prover.prove(callClaims(key, { jti: undefined }))), BAD],
    ['with an endless id', () => shown(key, prover.prove(callClaims(key, { jti: 'x'.repeat(257) }))), BAD],
    ['with a proof of 9 KB', () => shown(key, prover.prove(callClaims(key, { more: 'x'.repeat(6_500) }))), BAD],
    ['that nobody issued', () => shown(`${key.slice(0, -1)}x`, prover.prove(callClaims(key))), WRONG],
    ['that is not bound, as one that is', () => shown(rig.key, prover.prove(callClaims(rig.key))), WRONG],
    ['that is not bound, without a proof', () => ({ authorization: `DPoP ${rig.key}` }), WRONG],
  ]

  test.each(tries)('row 138: is refused %s', async (_how, headers, said) => {
    expect(await call(headers())).toBe(said)
    expect(await call(shown(key, prover.prove(callClaims(key))))).toBe(FINE)
  })

  test('row 138: is refused with a proof that was shown before: at once, later, and by another process', async () => {
    const proof = prover.prove(callClaims(key))
    const all = await Promise.all(Array.from({ length: 8 }, () => call(shown(key, proof))))
    expect(all.toSorted()).toEqual([FINE, ...Array.from({ length: 7 }, () => BAD)])
    expect(await call(shown(key, proof))).toBe(BAD)
    expect(await call(shown(key, proof), '/api/v1/key?x=1')).toBe(BAD)
    // The same id in another proof is a second showing too.
    const again = { jti: JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()).jti }
    expect(await call(shown(key, prover.prove(callClaims(key, { ...again, iat: seconds() + 1 }))))).toBe(BAD)
    // Another process, or this one after a new start, has the store alone.
    const elsewhere = createSeenProofs({ store: store(), clock })
    const { owner } = rig.server.house
    const replayed = { thumbprint: prover.thumbprint, id: again.jti, until: clock.now() + 60_000 }
    await expect(elsewhere.use(replayed, owner.id)).rejects.toMatchObject({ code: 'proof_invalid' })
    // And it is none for the key of another app, which has that id for its own.
    const theirs = await boundKey(other)
    expect(await call(shown(theirs, other.prove(callClaims(theirs, again))))).toBe(FINE)
  })

  test('row 138: is not kept from its app by whoever stole it and floods with the ids of proofs to come', async () => {
    const jti = 'the next one'
    const floods = Array.from({ length: 60 }, (_, n) =>
      call(
        shown(
          key,
          n % 2 === 0
            ? other.prove(callClaims(key, { jti }))
            : other.prove(callClaims(key, { jti }), { head: { jwk: prover.jwk } }),
        ),
      ),
    )
    expect(new Set(await Promise.all(floods))).toEqual(new Set([BAD]))
    expect(await call(shown(key, prover.prove(callClaims(key, { jti }))))).toBe(FINE)
  })

  test('row 138: is refused with two DPoP headers, though each is right', async () => {
    const raw = async (proofs: string[]) => {
      const lines = ['GET /api/v1/key HTTP/1.1', `Host: ${new URL(rig.url).host}`, `Authorization: DPoP ${key}`]
      const head = [...lines, ...proofs.map((proof) => `dpop: ${proof}`), 'Connection: close']
      return sendRaw(rig.url, `${head.join('\r\n')}\r\n\r\n`)
    }
    const [one, two] = [prover.prove(callClaims(key)), prover.prove(callClaims(key))]
    const refused = await raw([one, two])
    expect(`${refused.status} ${refused.head.toLowerCase()}`).toContain('401 ')
    expect(refused.head).toContain('DPoP error="invalid_dpop_proof"')
    expect((await raw([one])).status).toBe(200)
  })

  test('row 138: is refused at a target that leads elsewhere than it reads', async () => {
    for (const target of ['/api/v1/key/', '/v1/key', '/api/v1/ke%79', '/api/v1/models/../key', '/api/v1/key#x']) {
      const lines = [`GET ${target} HTTP/1.1`, `Host: ${new URL(rig.url).host}`, `Authorization: DPoP ${key}`]
      const head = [...lines, `DPoP: ${prover.prove(callClaims(key))}`, 'Connection: close']
      const { status } = await sendRaw(rig.url, `${head.join('\r\n')}\r\n\r\n`)
      expect(`${target} ${status >= 400}`).toBe(`${target} true`)
    }
  })

  test('is not to be had by a Host of the caller\u2019s choosing: a proof names the public address', async () => {
    const ask = async (htu: string) => {
      const lines = ['GET /api/v1/key HTTP/1.1', 'Host: evil.example', `Authorization: DPoP ${key}`]
      const head = [...lines, `DPoP: ${prover.prove(callClaims(key, { htu }))}`, 'Connection: close']
      return (await sendRaw(rig.url, `${head.join('\r\n')}\r\n\r\n`)).status
    }
    expect(await ask('http://evil.example/api/v1/key')).toBe(401)
    expect(await ask(`${rig.url}/api/v1/key`)).toBe(200)
  })

  test('is refused where the server\u2019s clock was set back to when its proof was good', async () => {
    const proof = prover.prove(callClaims(key))
    expect(await call(shown(key, proof))).toBe(FINE)
    ahead = 5 * 60_000
    expect(await call(shown(key, prover.prove(callClaims(key))))).toBe(FINE)
    ahead = 0
    expect(await call(shown(key, proof))).toBe(BAD)
    expect(await call(shown(key, prover.prove(callClaims(key))))).toBe(FINE)
  })

  test('calls models, streams, and is charged as any other', async () => {
    const json = { model: 'openai/gpt-5-mini', stream: true, messages: [{ role: 'user', content: 'hi' }] }
    const claims = callClaims(key, { htm: 'POST', htu: `${rig.url}/api/v1/chat/completions` })
    const response = await rig.call('/api/v1/chat/completions', {
      key: null,
      json,
      headers: shown(key, prover.prove(claims)),
    })
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('data: [DONE]')
    const refused = await rig.call('/api/v1/chat/completions', { key, json })
    expect(refused.status).toBe(401)
    await refused.body?.cancel()
  })

  test('stays bound when it is rotated and when the store reads it again; whoever may see it is told', async () => {
    const { house } = rig.server
    const deps = { store: house.store, ring: house.ring, clock: house.clock }
    const actor = { id: house.owner.id, workspaceId: house.workspace.id }
    const first = await boundKey(prover)
    const next = await rotateKey(deps, { hash: hashOf(first), overlapMs: 60_000 }, actor)
    expect(next.record.boundTo).toBe(prover.thumbprint)
    expect(await call({ authorization: `Bearer ${next.key}` })).toBe(WRONG)
    expect(await call(shown(next.key, other.prove(callClaims(next.key))))).toBe(BAD)
    expect(await call(shown(next.key, prover.prove(callClaims(next.key))))).toBe(FINE)
    const view = await rig.call(`/api/v1/keys/${hashOf(next.key)}`, { key: rig.managementKey })
    expect(JSON.parse(await view.text()).data.keyway.bound_to).toBe(prover.thumbprint)
    const apps = JSON.parse(await (await flow.send('GET', '/api/app/apps')).text()).data
    const bound = (one: string) => apps.find(({ hash }: { hash: string }) => hash === hashOf(one)).bound
    const plain = (await token(await madeCode())).body.access_token
    expect(bound(next.key)).toBe(true)
    const again = JSON.parse(await (await flow.send('GET', '/api/app/apps')).text()).data
    expect(again.find(({ hash }: { hash: string }) => hash === hashOf(plain)).bound).toBe(false)
    const noted = (await audited('oauth.exchange')).map(({ details }) => details)
    expect(noted).toContainEqual(expect.objectContaining({ key: hashOf(first), boundTo: prover.thumbprint }))
    expect(noted.find((row) => JSON.stringify(row).includes(hashOf(plain)))).not.toHaveProperty('boundTo')
  })

  test('is given back without a proof: whoever holds it may end it', async () => {
    const one = await boundKey(prover)
    await fetch(`${rig.url}/oauth/revoke`, { method: 'POST', body: new URLSearchParams({ token: one }) })
    expect(await call(shown(one, prover.prove(callClaims(one))))).toBe(WRONG)
  })

  test('may be used from pages: they may send the header, and read why they are refused', async () => {
    const asked = { origin: APP, 'access-control-request-method': 'GET', 'access-control-request-headers': 'dpop' }
    for (const path of ['/api/v1/key', '/oauth/token']) {
      const preflight = await fetch(`${rig.url}${path}`, { method: 'OPTIONS', headers: asked })
      expect(preflight.headers.get('access-control-allow-headers')?.split(', ')).toContain('DPoP')
    }
    const refused = await rig.call('/api/v1/key', { key, headers: { origin: APP } })
    await refused.body?.cancel()
    expect(refused.headers.get('access-control-expose-headers')?.split(', ')).toContain('WWW-Authenticate')
  })
})

describe('the token endpoint', () => {
  const prover = softwareProver()
  const other = softwareProver('Ed25519')

  test('row 138: refuses a proof that is not right in OAuth\u2019s words; no key is made, and the code stays good', async () => {
    const { workspace } = rig.server.house
    const keys = async () =>
      (await store().listKeys(workspace.id, { offset: 0, limit: 1_000, includeDisabled: true })).length
    const before = await keys()
    const noted = (await audited('oauth.exchange_refused')).length
    const form = await madeCode()
    const bad: string[] = [
      '',
      'x',
      prover.prove({ ...tokenClaims(), htm: 'GET' }),
      prover.prove({ ...tokenClaims(), htu: `${rig.url}/oauth/authorize` }),
      prover.prove({ ...tokenClaims(), htu: `${rig.url}/oauth/token?x` }),
      prover.prove({ ...tokenClaims(), htu: 'https://other.example/oauth/token' }),
      prover.prove({ ...tokenClaims(), iat: seconds() - 62 }),
      prover.prove({ ...tokenClaims(), iat: seconds() + 62 }),
      other.prove(tokenClaims(), { head: { jwk: prover.jwk, alg: 'ES256' } }),
      prover.prove(tokenClaims(), { head: { jwk: prover.privateJwk } }),
      prover.prove(tokenClaims(), { head: { alg: 'none' } }),
    ]
    for (const proof of bad) {
      const { status, body } = await token(form, proof)
      expect(`${proof}: ${status} ${body.error}`).toBe(`${proof}: 400 invalid_dpop_proof`)
    }
    const used = prover.prove(tokenClaims())
    expect((await token(await madeCode(), used)).status).toBe(200)
    expect((await token(form, used)).body.error).toBe('invalid_dpop_proof')
    expect(await keys()).toBe(before + 1)
    expect(await audited('oauth.exchange_refused')).toHaveLength(noted + bad.length + 1)
    // A proof that came with no good code is not used up by it.
    const proof = prover.prove(tokenClaims())
    expect((await token({ ...form, code: 'x' }, proof)).body.error).toBe('invalid_grant')
    expect((await token(form, proof)).body.token_type).toBe('DPoP')
  })

  test('row 138: gives the key of a bound code to nobody without a proof by its key, and burns it at the fifth try', async () => {
    const bound = { dpop_jkt: prover.thumbprint }
    const form = await madeCode(bound)
    for (const proof of [undefined, other.prove(tokenClaims()), undefined, other.prove(tokenClaims())])
      expect((await token(form, proof)).body.error).toBe('invalid_dpop_proof')
    const { body } = await token(form, prover.prove(tokenClaims()))
    expect(body.token_type).toBe('DPoP')
    expect(await call(shown(body.access_token, prover.prove(callClaims(body.access_token))))).toBe(FINE)
    const burned = await madeCode(bound)
    for (let n = 0; n < 5; n++) expect((await token(burned)).body.error).toBe('invalid_dpop_proof')
    expect((await token(burned, prover.prove(tokenClaims()))).body.error).toBe('invalid_grant')
  })

  test('gives a plain key to whoever sends no proof', async () => {
    const { body } = await token(await madeCode())
    expect(body.token_type).toBe('Bearer')
    expect((await rig.call('/api/v1/key', { key: body.access_token })).status).toBe(200)
    expect(await call(shown(body.access_token, prover.prove(callClaims(body.access_token))))).toBe(WRONG)
  })

  test('leaves the flow of OpenRouter as it is, which knows no proofs', async () => {
    const { verifier, challenge } = pkcePair()
    const query = { callback_url: CALLBACK, code_challenge: challenge, code_challenge_method: 'S256' }
    const code = await flow.code({ ...query, dpop_jkt: prover.thumbprint })
    const body = { code, code_verifier: verifier, code_challenge_method: 'S256' }
    const { key } = JSON.parse(await (await exchangeCode(rig, body)).text())
    expect((await rig.call('/api/v1/key', { key })).status).toBe(200)
  })
})

describe('unmodified clients', () => {
  test.each(['ES256', 'Ed25519'])('oauth4webapi gets a key bound to its own of %s, and calls with it', async (alg) => {
    const loose = { [oauth.allowInsecureRequests]: true }
    const server = new URL(rig.url)
    const found = await oauth.discoveryRequest(server, { algorithm: 'oauth2', ...loose })
    const as = await oauth.processDiscoveryResponse(server, found)
    expect(as.dpop_signing_alg_values_supported).toContain(alg)
    const app: oauth.Client = { client_id: APP }
    const DPoP = oauth.DPoP(app, await oauth.generateKeyPair(alg))
    const verifier = oauth.generateRandomCodeVerifier()
    const query = {
      response_type: 'code',
      client_id: APP,
      redirect_uri: CALLBACK,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: await DPoP.calculateThumbprint(),
    }
    const { redirect_url } = await flow.allow(await flow.begin(query, '/oauth/authorize'))
    const params = oauth.validateAuthResponse(as, app, new URL(redirect_url ?? ''), oauth.expectNoState)
    const options = { DPoP, ...loose }
    const answer = await oauth.authorizationCodeGrantRequest(as, app, oauth.None(), params, CALLBACK, verifier, options)
    const { access_token: key, token_type } = await oauth.processAuthorizationCodeResponse(as, app, answer)
    expect(token_type).toBe('dpop')
    const address = new URL(`${rig.url}/api/v1/key?some=query`)
    const ask = (of: typeof options | typeof loose) =>
      oauth.protectedResourceRequest(key, 'GET', address, undefined, null, of)
    for (let calls = 0; calls < 3; calls++) {
      const response = await ask(options)
      expect(JSON.parse(await response.text()).data.limit).toBe(5)
    }
    // As a bearer token it is refused, in words that the client understands; and so it is with another key.
    const thief = { ...loose, DPoP: oauth.DPoP(app, await oauth.generateKeyPair(alg)) }
    for (const [of, error] of [
      [loose, 'invalid_token'],
      [thief, 'invalid_dpop_proof'],
    ] as const) {
      const refusal = await ask(of).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(refusal).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
      const challenges = refusal instanceof oauth.WWWAuthenticateChallengeError ? refusal.cause : []
      expect(challenges).toMatchObject([{ scheme: 'dpop', parameters: { error, algs: 'ES256 Ed25519 EdDSA' } }])
    }
  })

  test('openid-client does', async () => {
    const config = await client.discovery(new URL(rig.url), APP, undefined, client.None(), {
      algorithm: 'oauth2',
      execute: [client.allowInsecureRequests],
    })
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
    const verifier = client.randomPKCECodeVerifier()
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: await DPoP.calculateThumbprint(),
    })
    const { redirect_url } = await flow.allow(await flow.begin(address.search.slice(1), '/oauth/authorize'))
    const back = new URL(redirect_url ?? '')
    const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier }, undefined, {
      DPoP,
    })
    expect(tokens.token_type).toBe('dpop')
    const models = new URL(`${rig.url}/api/v1/models`)
    const answer = await client.fetchProtectedResource(config, tokens.access_token, models, 'GET', null, undefined, {
      DPoP,
    })
    expect(answer.status).toBe(200)
    await answer.body?.cancel()
    expect((await rig.call('/api/v1/models', { key: tokens.access_token })).status).toBe(401)
  })
})
