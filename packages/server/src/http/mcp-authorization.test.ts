import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppFlow, appFlow } from '../testing/app-flow.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { scriptedDocuments } from '../testing/scripted-documents.ts'

// The Model Context Protocol's authorization, step by step as its specification has them, with a client that knows the
// standards and nothing of Keyway. @see https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization

/** Where such a client describes itself, and where it waits on the person's computer. */
const CLIENT = 'https://client.example/oauth/client.json'
const CALLBACK = 'http://127.0.0.1:49161/callback'

const loose = { [oauth.allowInsecureRequests]: true }
const documents = scriptedDocuments()
let rig: Rig
let person: AppFlow

beforeAll(async () => {
  rig = await startRig()
  rig.server.house.net.dispatch = documents.dispatch
  person = await appFlow(rig)
  documents.put(CLIENT, {
    client_id: CLIENT,
    client_name: 'A client',
    // Any port of this computer, as RFC 8252 has it.
    redirect_uris: ['http://127.0.0.1/callback'],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  })
})
afterAll(() => rig.close())

/** 1 and 2: a 401 names the resource's metadata, and that names its authorization server. */
async function discover() {
  const api = new URL(`${rig.url}/api/v1/models`)
  const refused = await oauth
    .protectedResourceRequest('none', 'GET', api, undefined, undefined, loose)
    .then(() => undefined)
    .catch((error: unknown) => error)
  if (!(refused instanceof oauth.WWWAuthenticateChallengeError)) throw new Error('there is no challenge')
  expect(refused.status).toBe(401)
  const metadata = refused.cause.find(({ scheme }) => scheme === 'bearer')?.parameters.resource_metadata
  const text = await (await fetch(String(metadata))).text()
  const resource = new URL(JSON.parse(text).resource)
  // The client's own way to the same document.
  const answer = await oauth.resourceDiscoveryRequest(resource, loose)
  const server = await oauth.processResourceDiscoveryResponse(resource, answer)
  const issuer = new URL(server.authorization_servers?.[0] ?? '')
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...loose }),
  )
  return { as, resource: resource.href }
}

type Found = Awaited<ReturnType<typeof discover>>

/** 3: by the browser to the person, and back with a code. */
async function authorize({ as, resource }: Found, verifier: string): Promise<URLSearchParams> {
  const state = oauth.generateRandomState()
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: CALLBACK,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    resource,
  })
  expect(as.authorization_endpoint).toBe(`${rig.url}/oauth/authorize`)
  const { redirect_url } = await person.allow(await person.begin(query.toString(), '/oauth/authorize'))
  const back = new URL(redirect_url ?? '')
  expect(`${back.origin}${back.pathname}`).toBe(CALLBACK)
  return oauth.validateAuthResponse(as, { client_id: CLIENT }, back, state)
}

/** 4: the code for a token, for the same resource. */
function exchange({ as, resource }: Found, params: URLSearchParams, verifier: string): Promise<Response> {
  const more = { ...loose, additionalParameters: { resource } }
  const client = { client_id: CLIENT }
  return oauth.authorizationCodeGrantRequest(as, client, oauth.None(), params, CALLBACK, verifier, more)
}

test('a client without a token is led to the server, which says that it takes what the profile demands', async () => {
  const { as, resource } = await discover()
  expect(resource).toBe(`${rig.url}/api/v1`)
  expect(as.code_challenge_methods_supported).toContain('S256')
  expect(as['client_id_metadata_document_supported']).toBe(true)
  expect(as.authorization_response_iss_parameter_supported).toBe(true)
})

test('a client that describes itself gets a token for the resource, by loopback, and calls with it', async () => {
  const found = await discover()
  const verifier = oauth.generateRandomCodeVerifier()
  const answer = await exchange(found, await authorize(found, verifier), verifier)
  const token = await oauth.processAuthorizationCodeResponse(found.as, { client_id: CLIENT }, answer)
  expect(token.token_type).toBe('bearer')
  const api = new URL(`${rig.url}/api/v1/models`)
  const called = await oauth.protectedResourceRequest(token.access_token, 'GET', api, undefined, undefined, loose)
  expect(called.status).toBe(200)
})

test('a token for another resource is refused, at the person\u2019s page and at the exchange', async () => {
  const found = await discover()
  const verifier = oauth.generateRandomCodeVerifier()
  const elsewhere = { ...found, resource: 'https://elsewhere.example/mcp' }
  await expect(authorize(elsewhere, verifier)).rejects.toThrow(/400/)
  const params = await authorize(found, verifier)
  const refused = await exchange(elsewhere, params, verifier)
  expect([refused.status, JSON.parse(await refused.text()).error]).toEqual([400, 'invalid_target'])
  // The mistake cost the client nothing.
  expect((await exchange(found, params, verifier)).status).toBe(200)
})
