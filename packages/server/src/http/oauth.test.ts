import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { serverMetadata } from '../oauth/metadata.ts'
import { ANSWER_AFTER_MS } from '../oauth/revoke.ts'
import { type AppFlow, appFlow, CALLBACK, pkcePair } from '../testing/app-flow.ts'
import { chunkNames, pixelsOf, plainPng, pngOf } from '../testing/png-bytes.ts'
import { sendRaw } from '../testing/raw-request.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { scriptedDocuments } from '../testing/scripted-documents.ts'

// Programs that know OAuth 2.1 and nothing of Keyway. Rows are those of the list in docs/oauth-rows.md.

const MINUTE = 60_000
const APP = 'https://app.example'
const DESCRIPTION = 'https://app.example/client.json'
const LOGO = 'https://app.example/logo.png'

let ahead = 0
const clock = { now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() + ahead }
let rig: Rig
let flow: AppFlow
const documents = scriptedDocuments()

beforeAll(async () => {
  rig = await startRig({ clock })
  rig.server.house.net.dispatch = documents.dispatch
})
afterAll(() => rig.close())
beforeEach(async () => {
  ahead += 2 * MINUTE
  documents.reset()
  flow = await appFlow(rig)
})

const store = () => rig.server.house.store
const audited = async (action: string) =>
  (await store().listAudit(rig.server.house.workspace.id, 1_000)).filter((row) => row.action === action)
const keys = async () => {
  const { workspace } = rig.server.house
  return (await store().listKeys(workspace.id, { offset: 0, limit: 1_000, includeDisabled: true })).length
}
const works = async (key: string) => (await rig.call('/api/v1/key', { key })).status

type Query = Record<string, string>
const asked = (challenge: string, more: Query = {}): Query => ({
  response_type: 'code',
  client_id: APP,
  redirect_uri: CALLBACK,
  code_challenge: challenge,
  code_challenge_method: 'S256',
  ...more,
})

/** From the app's redirect to where the person is sent back. */
async function allowed(query: Query, choice: Parameters<AppFlow['allow']>[1] = {}): Promise<URL> {
  const { redirect_url } = await flow.allow(await flow.begin(query, '/oauth/authorize'), choice)
  return new URL(redirect_url ?? '')
}

/** The page that answers a refused request: it says why, leads nowhere, and is in the audit log. */
async function refused(query: Query | string): Promise<string> {
  const before = (await audited('oauth.refused')).length
  const text = typeof query === 'string' ? query : new URLSearchParams(query).toString()
  const response = await flow.browser.go(`/oauth/authorize?${text}`)
  const page = await response.text()
  expect(`${response.status} ${page}`).toMatch(/^400 [\s\S]*cannot be answered/)
  expect(response.headers.get('location')).toBeNull()
  expect(await audited('oauth.refused')).toHaveLength(before + 1)
  return page
}

function post(path: string, form: Query | string, headers: Record<string, string> = {}): Promise<Response> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  return fetch(`${rig.url}${path}`, { method: 'POST', body, headers: { ...type, ...headers } })
}

async function madeCode(more: Query = {}, choice: Parameters<AppFlow['allow']>[1] = {}) {
  const { verifier, challenge } = pkcePair()
  const back = await allowed(asked(challenge, more), choice)
  return {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
    client_id: more['client_id'] ?? APP,
    redirect_uri: more['redirect_uri'] ?? CALLBACK,
  }
}

async function token(form: Query, headers: Record<string, string> = {}) {
  const response = await post('/oauth/token', form, headers)
  return { response, status: response.status, body: JSON.parse(await response.text()) }
}

describe('unmodified clients', () => {
  const server = () => new URL(rig.url)

  test('oauth4webapi finds the server, gets a key, calls with it, and gives it back', async () => {
    const loose = { [oauth.allowInsecureRequests]: true }
    const as = await oauth.processDiscoveryResponse(
      server(),
      await oauth.discoveryRequest(server(), { algorithm: 'oauth2', ...loose }),
    )
    const app: oauth.Client = { client_id: APP }
    const verifier = oauth.generateRandomCodeVerifier()
    const challenge = await oauth.calculatePKCECodeChallenge(verifier)
    const state = oauth.generateRandomState()
    expect(as.authorization_endpoint).toBe(`${rig.url}/oauth/authorize`)
    const back = await allowed(asked(challenge, { state, scope: 'inference', resource: `${rig.url}/api/v1` }))
    const params = oauth.validateAuthResponse(as, app, back, state)
    const answer = await oauth.authorizationCodeGrantRequest(as, app, oauth.None(), params, CALLBACK, verifier, loose)
    const result = await oauth.processAuthorizationCodeResponse(as, app, answer)
    expect(result.token_type).toBe('bearer')
    expect(result.expires_in).toBeGreaterThan(80 * 24 * 3_600)
    const call = await oauth.protectedResourceRequest(
      result.access_token,
      'GET',
      new URL(`${rig.url}/api/v1/key`),
      undefined,
      null,
      loose,
    )
    expect(JSON.parse(await call.text()).data.limit).toBe(5)
    const revoked = await oauth.revocationRequest(as, app, oauth.None(), result.access_token, loose)
    await oauth.processRevocationResponse(revoked)
    expect(await works(result.access_token)).toBe(401)
  })

  test('openid-client does, with the description of an app at its own address', async () => {
    const redirect_uri = 'https://app.example/back'
    documents.put(DESCRIPTION, { client_id: DESCRIPTION, client_name: 'Notes', redirect_uris: [redirect_uri] })
    const config = await client.discovery(server(), DESCRIPTION, undefined, client.None(), {
      algorithm: 'oauth2',
      execute: [client.allowInsecureRequests],
    })
    const verifier = client.randomPKCECodeVerifier()
    const state = client.randomState()
    const address = client.buildAuthorizationUrl(config, {
      redirect_uri,
      state,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const id = await flow.begin(address.search.slice(1), '/oauth/authorize')
    expect((await flow.question(id)).app).toMatchObject({
      kind: 'web',
      host: 'app.example',
      name: null,
      claimed: 'Notes',
    })
    const { redirect_url } = await flow.allow(id, { share_identity: true })
    const back = new URL(redirect_url ?? '')
    const tokens = await client.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: verifier,
      expectedState: state,
    })
    expect(tokens.scope).toBe('inference profile')
    expect(await works(tokens.access_token)).toBe(200)
    // On the person's page its own name stands beside the address that is proved, for as long as it has the key.
    documents.reset()
    const { data } = JSON.parse(await (await flow.send('GET', '/api/app/apps')).text())
    expect(data[0]).toMatchObject({
      key_name: 'app.example',
      app: { host: 'app.example', name: null, claimed: 'Notes' },
    })
    await client.tokenRevocation(config, tokens.access_token)
    expect(await works(tokens.access_token)).toBe(401)
  })

  test('row 135: both refuse an answer whose iss is missing or another\u2019s, and ours has it, also where the person denied', async () => {
    const as = JSON.parse(await (await fetch(`${rig.url}/.well-known/oauth-authorization-server`)).text())
    expect(as.authorization_response_iss_parameter_supported).toBe(true)
    const app: oauth.Client = { client_id: APP }
    const back = await allowed(asked(pkcePair().challenge, { state: 's' }))
    expect(back.searchParams.get('iss')).toBe(rig.url)
    expect(oauth.validateAuthResponse(as, app, back, 's')).toBeInstanceOf(URLSearchParams)
    for (const iss of [undefined, `${rig.url}/`, 'https://other.example']) {
      const altered = new URL(back)
      altered.searchParams.delete('iss')
      if (iss !== undefined) altered.searchParams.set('iss', iss)
      expect(() => oauth.validateAuthResponse(as, app, altered, 's')).toThrow(/iss/)
    }
    const local = { redirect_uri: 'http://127.0.0.1:4711/cb', client_id: 'http://127.0.0.1', state: 's' }
    const id = await flow.begin(asked(pkcePair().challenge, local), '/oauth/authorize')
    const denied = JSON.parse(await (await flow.send('POST', `/api/app/auth/${id}/deny`)).text())
    expect(() => oauth.validateAuthResponse(as, app, new URL(denied.redirect_url), 's')).toThrow(
      oauth.AuthorizationResponseError,
    )
    expect(new URL(denied.redirect_url).searchParams.get('error')).toBe('access_denied')
  })
})

describe('metadata', () => {
  const read = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${rig.url}${path}`, init)
    return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
  }

  test('row 133: names the very address as the issuer; clients refuse any other spelling', async () => {
    const { body, headers } = await read('/.well-known/oauth-authorization-server', { headers: { origin: APP } })
    expect(body.issuer).toBe(rig.url)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(body).toMatchObject({
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      token_endpoint_auth_methods_supported: ['none'],
      client_id_metadata_document_supported: true,
    })
    for (const issuer of [rig.url.replace('localhost', '127.0.0.1'), `${rig.url}/tenant`, 'https://other.example']) {
      const response = new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
      await expect(oauth.processDiscoveryResponse(new URL(issuer), response)).rejects.toThrow(/issuer/)
    }
    expect((await read('/.well-known/oauth-authorization-server/tenant')).status).toBe(404)
    expect((await read('/.well-known/openid-configuration')).status).toBe(404)
    // Behind https nothing of plain http is left in it.
    const secure = serverMetadata('https://keyway.example')
    expect(secure.issuer).toBe('https://keyway.example')
    expect(JSON.stringify(secure)).not.toContain('http://')
  })

  test('row 134: builds every address from the configured one, and answers to no other Host', async () => {
    for (const path of ['/.well-known/oauth-authorization-server', '/.well-known/oauth-protected-resource']) {
      for (const lines of [['Host: evil.example'], ['Host: localhost', 'X-Forwarded-Host: evil.example']]) {
        const head = [`GET ${path} HTTP/1.1`, ...lines, 'Connection: close']
        const answer = await sendRaw(rig.url, `${head.join('\r\n')}\r\n\r\n`)
        expect(answer.status).toBe(400)
        expect(answer.body).not.toContain('evil.example')
      }
      const forwarded = await read(path, {
        headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
      })
      expect(JSON.stringify(forwarded.body)).not.toContain('evil.example')
    }
    for (const door of ['/auth?callback_url=x', '/oauth/authorize?client_id=x']) {
      const head = [`GET ${door} HTTP/1.1`, 'Host: evil.example', 'Connection: close']
      const answer = await sendRaw(rig.url, `${head.join('\r\n')}\r\n\r\n`)
      expect(answer.head).toContain(`location: ${rig.url}${door}`)
    }
  })

  test('a client of the Model Context Protocol finds its way from a 401 to the server', async () => {
    for (const prefix of ['/api/v1', '/v1']) {
      const response = await rig.call(`${prefix}/models`, { key: null })
      await response.body?.cancel()
      const challenge = response.headers.get('www-authenticate') ?? ''
      const metadata = /resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? ''
      expect(metadata).toBe(`${rig.url}/.well-known/oauth-protected-resource${prefix}`)
      const { body } = await read(metadata.slice(rig.url.length))
      expect(body).toMatchObject({ resource: `${rig.url}${prefix}`, authorization_servers: [rig.url] })
    }
    const api = new URL(`${rig.url}/api/v1`)
    const answer = await oauth.resourceDiscoveryRequest(api, { [oauth.allowInsecureRequests]: true })
    expect((await oauth.processResourceDiscoveryResponse(api, answer)).authorization_servers).toEqual([rig.url])
  })
})

describe('/oauth/authorize', () => {
  const { challenge } = pkcePair()

  test('row 50, 51, 52: takes S256 and nothing else, whatever the switch of the compatible flow', async () => {
    const { code_challenge, ...bare } = asked(challenge)
    await refused(bare)
    const { code_challenge_method, ...unsaid } = asked(challenge)
    await refused(unsaid)
    for (const method of ['plain', 's256', '']) await refused({ ...asked(challenge), code_challenge_method: method })
    for (const one of [code_challenge, `${code_challenge}=`].map((text) => `${text}+`))
      expect(await refused(asked(one))).toContain('base64url without padding')
  })

  test('refuses what is no authorization code request, and what it cannot do', async () => {
    for (const more of [
      { response_type: 'token' },
      { response_mode: 'form_post' },
      { request: 'x' },
      { request_uri: 'https://app.example/r' },
      { dpop_jkt: 'x' },
      { dpop_jkt: '' },
      { resource: 'https://api.other.example/' },
      { redirect_uri: 'http://app.example/cb' },
      { redirect_uri: `${rig.url}/chat`, client_id: rig.url },
      { redirect_uri: 'javascript:alert(1)' },
      { client_id: '' },
      { client_id: 'notes' },
      { client_id: 'https://other.example' },
      { client_id: 'http://localhost' },
      { client_id: `${APP}:8443` },
    ]) {
      await refused(asked(challenge, more))
    }
    await refused(`${new URLSearchParams(asked(challenge))}&client_id=${encodeURIComponent(APP)}`)
    expect(await refused(asked(challenge, { redirect_uri: 'https://app.example/#' }))).toContain('redirect_uri')
    for (const method of ['POST', 'PUT']) {
      const response = await fetch(`${rig.url}/oauth/authorize`, { method })
      expect(`${response.status} ${response.headers.get('allow')}`).toBe('405 GET, HEAD')
    }
  })

  test('takes a program on this computer at any port under the name of its host', async () => {
    const local = { client_id: 'http://localhost', redirect_uri: 'http://localhost:51234/cb' }
    const id = await flow.begin(asked(challenge, local), '/oauth/authorize')
    expect((await flow.question(id)).app).toMatchObject({ kind: 'this_computer', name: null, claimed: null })
  })

  test('row 66: asks every time, whatever prompt says', async () => {
    await allowed(asked(challenge))
    const id = await flow.begin(asked(pkcePair().challenge, { prompt: 'none' }), '/oauth/authorize')
    expect((await flow.question(id)).state).toBe('open')
  })
})

describe('/oauth/token', () => {
  test('gives one key for one code, with the cap that the person chose, and says so in OAuth\u2019s words', async () => {
    const form = await madeCode({}, { limit_usd: '2.50' })
    const { response, status, body } = await token(form, { origin: APP })
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.stringMatching(/^kwy_k1_\w{49}$/),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'inference',
    })
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    const { data } = JSON.parse(await (await rig.call('/api/v1/key', { key: body.access_token })).text())
    expect(data.limit).toBe(2.5)
    const again = await token(form)
    expect(again.status).toBe(400)
    expect(again.body.error).toBe('invalid_grant')
    expect(await works(body.access_token)).toBe(401)
  })

  test('refuses another client, address, verifier or flow, in OAuth\u2019s words; no key is made, and the log says so', async () => {
    const before = await keys()
    const noted = (await audited('oauth.exchange_refused')).length
    const wrong: [Query, string][] = [
      [{ client_id: 'https://other.example' }, 'invalid_grant'],
      [{ redirect_uri: 'https://app.example/other' }, 'invalid_grant'],
      [{ code_verifier: pkcePair().verifier }, 'invalid_grant'],
      [{ code: pkcePair().verifier }, 'invalid_grant'],
      [{ code_verifier: 'short' }, 'invalid_request'],
      [{ code_verifier: '' }, 'invalid_request'],
      [{ code: '' }, 'invalid_request'],
      [{ client_id: '' }, 'invalid_request'],
      [{ grant_type: 'refresh_token' }, 'unsupported_grant_type'],
      [{ grant_type: 'client_credentials' }, 'unsupported_grant_type'],
      [{ resource: 'https://api.other.example' }, 'invalid_target'],
      [{ client_secret: 'x' }, 'invalid_client'],
    ]
    for (const [more, error] of wrong) {
      const { status, body } = await token({ ...(await madeCode()), ...more })
      expect(`${JSON.stringify(more)} ${status} ${body.error}`).toBe(
        `${JSON.stringify(more)} ${error === 'invalid_client' ? 401 : 400} ${error}`,
      )
      expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    }
    const form = await madeCode()
    const json = await post('/oauth/token', JSON.stringify(form), { 'content-type': 'application/json' })
    expect(json.status).toBe(400)
    const basic = await token(form, { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` })
    expect(`${basic.status} ${basic.body.error}`).toBe('401 invalid_client')
    expect(basic.response.headers.get('www-authenticate')).toMatch(/^Basic /)
    const twice = await post('/oauth/token', `${new URLSearchParams(form)}&code=${form.code}`)
    expect(twice.status).toBe(400)
    // A code of one flow is nothing in the other.
    const exchange = await fetch(`${rig.url}/api/v1/auth/keys`, {
      method: 'POST',
      body: JSON.stringify({ code: form.code, code_verifier: form.code_verifier }),
    })
    expect(exchange.status).toBe(403)
    expect(await keys()).toBe(before)
    expect(await audited('oauth.exchange_refused')).toHaveLength(noted + wrong.length + 4)
    const { status } = await token(form)
    expect(status).toBe(200)
  })

  test('row 86: a code lives a minute here', async () => {
    const [young, old] = [await madeCode(), await madeCode()]
    ahead += 59_000
    expect((await token(young)).status).toBe(200)
    ahead += 2_000
    expect((await token(old)).body).toMatchObject({
      error: 'invalid_grant',
      error_description: 'Authorization code expired',
    })
  })

  test('takes a client of OAuth 2.1, which sends no redirect_uri again', async () => {
    const { redirect_uri, ...form } = await madeCode()
    expect(redirect_uri).toBe(CALLBACK)
    expect((await token(form)).status).toBe(200)
  })

  test('row 91: other verbs are 405 with Allow, and pages of any origin may ask', async () => {
    for (const path of ['/oauth/token', '/oauth/revoke']) {
      for (const method of ['GET', 'PUT', 'HEAD', 'DELETE']) {
        const response = await fetch(`${rig.url}${path}`, { method })
        expect(`${response.status} ${response.headers.get('allow')}`).toBe('405 POST')
      }
      const preflight = await fetch(`${rig.url}${path}`, {
        method: 'OPTIONS',
        headers: { origin: APP, 'access-control-request-method': 'POST' },
      })
      expect(`${preflight.status} ${preflight.headers.get('access-control-allow-origin')}`).toBe('204 *')
    }
  })
})

describe('/oauth/revoke', () => {
  test('row 106: whoever holds an app\u2019s key ends it; an unknown one and a second time are 200 as well', async () => {
    const { body } = await token(await madeCode())
    const revoke = async (form: Query) => {
      const response = await post('/oauth/revoke', form)
      return `${response.status} ${await response.text()}`
    }
    expect(await revoke({ token: body.access_token, token_type_hint: 'access_token' })).toBe('200 ')
    expect(await works(body.access_token)).toBe(401)
    for (const one of [body.access_token, 'kwy_k1_unknown', 'x'.repeat(5_000)])
      expect(await revoke({ token: one })).toBe('200 ')
    expect(await revoke({})).toMatch(/^400 .*invalid_request/)
    expect(await revoke({ token: rig.key })).toBe('200 ')
    expect(await works(rig.key)).toBe(200)
    expect((await audited('oauth.revoke_refused')).length).toBeGreaterThanOrEqual(4)
  })

  test('row 139: tells nothing of a token: the same answer and the same work, whether there was a key or not', async () => {
    const { body } = await token(await madeCode())
    const unknown = body.access_token.replace(/.{8}$/, 'AAAAAAAA')
    const acts: string[][] = []
    const answers: string[] = []
    const real = { findGrant: store().findGrant, revokeKey: store().revokeKey, appendAudit: store().appendAudit }
    for (const one of [unknown, body.access_token]) {
      const seen: string[] = []
      store().findGrant = (...of) => {
        seen.push('look')
        return real.findGrant(...of)
      }
      store().revokeKey = (...of) => {
        seen.push('write')
        return real.revokeKey(...of)
      }
      store().appendAudit = (...of) => {
        seen.push('write')
        return real.appendAudit(...of)
      }
      const response = await post('/oauth/revoke', { token: one })
      const headers = [...response.headers].filter(([name]) => name !== 'date')
      answers.push(JSON.stringify([response.status, headers, await response.text()]))
      acts.push(seen)
    }
    Object.assign(store(), real)
    expect(acts).toEqual([
      ['look', 'write'],
      ['look', 'write'],
    ])
    expect(answers[0]).toBe(answers[1])
  })

  test('row 139: the answer comes after one and the same time, which is longer than the work takes', async () => {
    const timed = async (one: string) => {
      const begin = performance.now()
      await (await post('/oauth/revoke', { token: one })).text()
      return performance.now() - begin
    }
    const differences: number[] = []
    for (let pair = 0; pair < 8; pair++) {
      const { body } = await token(await madeCode())
      const both = [body.access_token, body.access_token.replace(/.{8}$/, 'AAAAAAAA')]
      const [known = 0, unknown = 0] = await Promise.all(both.map(timed))
      // A timer may be a millisecond early by the other clock.
      expect(Math.min(known, unknown)).toBeGreaterThanOrEqual(ANSWER_AFTER_MS - 1)
      differences.push(Math.abs(known - unknown))
      expect(await works(body.access_token)).toBe(401)
    }
    expect(differences.toSorted((one, other) => one - other)[3]).toBeLessThan(10)
  })
})

describe('an app that describes itself', () => {
  const { challenge } = pkcePair()
  const ask = (more: Query = {}) => asked(challenge, { client_id: DESCRIPTION, ...more })
  const fine = { client_id: DESCRIPTION, client_name: 'Notes', redirect_uris: [CALLBACK] }
  const described = { ...fine, logo_uri: LOGO }

  test('row 136: is refused where its description is not to be had, too long, another\u2019s, or wants a secret', async () => {
    documents.put(DESCRIPTION, fine)
    expect((await flow.question(await flow.begin(ask(), '/oauth/authorize'))).app.claimed).toBe('Notes')
    const bad: [string, Parameters<typeof documents.put>[1], Parameters<typeof documents.put>[2]?][] = [
      ['a redirect', fine, { status: 302, headers: { location: 'https://app.example/other.json' } }],
      ['not there', fine, { status: 404 }],
      ['another type', fine, { headers: { 'content-type': 'text/html' } }],
      ['6 KB', { ...fine, padding: 'x'.repeat(6_000) }],
      ['another client', { ...fine, client_id: 'https://app.example/other.json' }],
      ['another spelling', { ...fine, client_id: `${DESCRIPTION}?` }],
      ['no JSON', '{'],
      ['a list', []],
      ['a shared secret', { ...fine, token_endpoint_auth_method: 'client_secret_basic' }],
      ['a secret in it', { ...fine, client_secret: 'x' }],
      ['no addresses', { ...fine, redirect_uris: [] }],
      ['other addresses', { ...fine, redirect_uris: ['https://app.example/other'] }],
    ]
    for (const [what, document, of] of bad) {
      documents.put(DESCRIPTION, document, of)
      expect(`${what}: ${await refused(ask())}`).toContain('is not')
    }
    documents.fail(DESCRIPTION)
    await refused(ask())
    for (const client_id of [
      'https://app.example/a/../client.json',
      'https://app.example/client.json#x',
      'https://user@app.example/client.json',
      'https://APP.example/client.json',
      'http://app.example/client.json',
      `https://app.example/${'a'.repeat(600)}`,
    ]) {
      await refused(ask({ client_id }))
    }
    // Somebody else's site cannot be where the code goes, even where the description says so.
    const elsewhere = 'https://elsewhere.example/cb'
    documents.put(DESCRIPTION, { ...fine, redirect_uris: [elsewhere] })
    await refused(ask({ redirect_uri: elsewhere }))
  })

  test('row 136: whatever keeps a description from being read, the page says the same and all that it must be; the audit log alone says why', async () => {
    const ways: [cause: RegExp, put: () => void][] = [
      [/no answer from/, () => documents.fail(DESCRIPTION)],
      [/^a redirect$/, () => documents.put(DESCRIPTION, fine, { status: 302 })],
      [/app\.example answered 404, not 200/, () => documents.put(DESCRIPTION, fine, { status: 404 })],
      [/another Content-Type/, () => documents.put(DESCRIPTION, fine, { headers: { 'content-type': 'text/html' } })],
      [/more than 5120 bytes/, () => documents.put(DESCRIPTION, { ...fine, padding: 'x'.repeat(6_000) })],
      [/is not JSON/, () => documents.put(DESCRIPTION, '{')],
    ]
    const pages = new Set<string>()
    for (const [cause, put] of ways) {
      put()
      const page = await refused(ask())
      pages.add(page)
      const [row] = await audited('oauth.refused')
      expect(String(row?.details['cause'])).toMatch(cause)
      expect(page).not.toMatch(cause)
    }
    const [page = ''] = pages
    expect(pages.size).toBe(1)
    for (const said of [
      'public',
      'https',
      'without a redirect',
      '200',
      '5120 bytes',
      'json',
      '5 seconds',
      'audit log',
    ]) {
      expect(page).toContain(said)
    }
  })

  test('row 136: a description that changes is asked about anew: nothing of an earlier consent counts', async () => {
    documents.put(DESCRIPTION, fine)
    await flow.allow(await flow.begin(ask(), '/oauth/authorize'))
    documents.put(DESCRIPTION, { ...fine, client_name: 'Other notes', redirect_uris: ['https://app.example/new'] })
    await refused(ask())
    const id = await flow.begin(ask({ redirect_uri: 'https://app.example/new' }), '/oauth/authorize')
    expect(await flow.question(id)).toMatchObject({ state: 'open', app: { claimed: 'Other notes' } })
    expect(documents.asked()).toBe(3)
  })

  test('row 75: a name that deceives is refused; an honest one stands beside the address and never in its place', async () => {
    for (const client_name of [
      'Keyway',
      'Keyway Admin',
      'K\u0435yway',
      'k e y w a y',
      'Keyw\u00e4y',
      'Official support',
      '5ecurity check',
      'Notes\u202egnp',
      'a\u200bb',
      '',
      'a'.repeat(61),
    ]) {
      documents.put(DESCRIPTION, { ...fine, client_name })
      await refused(ask())
    }
    documents.put(DESCRIPTION, { ...fine, client_name: 'OpenAl' })
    const { app } = await flow.question(await flow.begin(ask(), '/oauth/authorize'))
    expect(app).toMatchObject({ name: null, claimed: 'OpenAl', host: 'app.example', origin: APP })
    // On this computer nobody knows which program it is, so it has no name.
    documents.put(DESCRIPTION, { ...fine, redirect_uris: ['http://127.0.0.1/cb'] })
    const local = await flow.begin(ask({ redirect_uri: 'http://127.0.0.1:5000/cb' }), '/oauth/authorize')
    expect((await flow.question(local)).app).toMatchObject({ kind: 'this_computer', name: null, claimed: null })
  })

  test('row 74: a flood asks no other site more than once a second', async () => {
    documents.put(DESCRIPTION, fine)
    const before = (await audited('oauth.refused')).length
    const statuses: number[] = []
    for (let hit = 0; hit < 70; hit++) {
      const response = await flow.browser.go(`/oauth/authorize?${new URLSearchParams(ask())}`)
      await response.body?.cancel()
      statuses.push(response.status)
    }
    expect(statuses.filter((status) => status === 303)).toHaveLength(60)
    expect(statuses.slice(60).every((status) => status === 429)).toBe(true)
    expect(documents.asked()).toBe(60)
    expect(await audited('oauth.refused')).toHaveLength(before + 1)
  })

  test('row 137: whatever stands where a logo should, the request goes on as without one', async () => {
    const good = plainPng(200, [9, 8, 7, 255])
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const bad: [string, Parameters<typeof documents.put>[1], Parameters<typeof documents.put>[2]?][] = [
      ['an SVG with a script', svg, { headers: { 'content-type': 'image/svg+xml' } }],
      ['an SVG that is called a PNG', svg, { headers: { 'content-type': 'image/png' } }],
      ['a page', '<!doctype html><script>alert(1)</script>', { headers: { 'content-type': 'image/png' } }],
      ['a redirect', good, { status: 302, headers: { location: 'https://app.example/other.png' } }],
      ['not there', good, { status: 404 }],
      ['10 MB', Buffer.concat([good, Buffer.alloc(10_000_000)])],
      ['pixels without end', pngOf({ width: 60_000, height: 60_000 }, [])],
      ['cut off', good.subarray(0, -1)],
    ]
    for (const [what, bytes, of] of bad) {
      documents.reset()
      documents.put(DESCRIPTION, described)
      documents.put(LOGO, bytes, of)
      const id = await flow.begin(ask(), '/oauth/authorize')
      expect(documents.asked(), what).toBe(2)
      expect(await flow.question(id), what).toMatchObject({ logo: false, app: { claimed: 'Notes' } })
      expect((await flow.send('GET', `/api/app/auth/${id}/logo`)).status, what).toBe(404)
    }
    documents.fail(LOGO)
    expect((await flow.question(await flow.begin(ask(), '/oauth/authorize'))).logo).toBe(false)
  })

  test('row 137: a logo elsewhere than at the app\u2019s own origin, or that is no plain address, is never asked for', async () => {
    const named: unknown[] = [
      'https://elsewhere.example/logo.png',
      'https://sub.app.example/logo.png',
      'https://app.example:8443/logo.png',
      'http://app.example/logo.png',
      'https://user@app.example/logo.png',
      'https://app.example/logo.png#x',
      'https://app.example/a/../logo.png',
      'https://app.example\\logo.png',
      '//app.example/logo.png',
      '/logo.png',
      'data:image/png;base64,AAAA',
      'javascript:alert(1)',
      `https://app.example/${'a'.repeat(500)}`,
      '',
      7,
      null,
      { href: LOGO },
      [LOGO],
    ]
    for (const logo_uri of named) {
      documents.put(DESCRIPTION, { ...described, logo_uri })
      const before = documents.asked()
      expect((await flow.question(await flow.begin(ask(), '/oauth/authorize'))).logo).toBe(false)
      expect(documents.asked() - before, String(logo_uri)).toBe(1)
    }
    // On this computer nobody knows which program it is, so it has no logo either.
    documents.put(DESCRIPTION, { ...described, redirect_uris: ['http://127.0.0.1/cb'] })
    const before = documents.asked()
    const local = await flow.begin(ask({ redirect_uri: 'http://127.0.0.1:5000/cb' }), '/oauth/authorize')
    expect(documents.asked() - before).toBe(1)
    expect((await flow.question(local)).logo).toBe(false)
    // And what is refused anyway has nobody asked for a picture.
    await refused(ask({ redirect_uri: 'https://app.example/other' }))
    expect(documents.asked() - before).toBe(2)
  })

  test('row 137: a logo is fetched once, drawn anew, and served from here to that browser until it is decided', async () => {
    documents.put(DESCRIPTION, described)
    documents.put(LOGO, plainPng(200, [9, 8, 7, 255]), { headers: { 'content-type': 'text/html' } })
    const id = await flow.begin(ask(), '/oauth/authorize')
    const path = `/api/app/auth/${id}/logo`
    expect((await flow.question(id)).logo).toBe(true)
    const given = await flow.send('GET', path)
    expect(given.status).toBe(200)
    expect(Object.fromEntries(given.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    })
    const bytes = new Uint8Array(await given.arrayBuffer())
    expect(chunkNames(bytes)).toEqual(['IHDR', 'IDAT', 'IEND'])
    expect(pixelsOf(bytes)).toEqual({
      width: 96,
      height: 96,
      pixels: Array.from({ length: 96 * 96 }, () => [9, 8, 7, 255]),
    })
    expect(documents.asked()).toBe(2)
    const page = await flow.browser.go(`/auth/${id}`)
    expect(page.headers.get('content-security-policy')).toMatch(/img-src 'self'/)

    const other = await appFlow(rig)
    expect((await other.send('GET', path)).status).toBe(404)
    expect((await flow.send('GET', path, { headers: { cookie: null } })).status).toBe(404)
    expect((await flow.send('GET', path, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403)
    await flow.allow(id)
    expect((await flow.send('GET', path)).status).toBe(404)
    expect((await store().findAuth(id))?.logo).toBeNull()
  })

  test('row 67: is told of a refusal, since its address is proved', async () => {
    documents.put(DESCRIPTION, fine)
    const id = await flow.begin(ask({ state: 's' }), '/oauth/authorize')
    const { redirect_url } = JSON.parse(await (await flow.send('POST', `/api/app/auth/${id}/deny`)).text())
    expect(new URL(redirect_url).searchParams.get('error')).toBe('access_denied')
  })
})
