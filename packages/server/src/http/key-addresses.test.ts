import type { IssuedKey, Key } from '@keyway/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AppFlow, appFlow } from '../testing/app-flow.ts'
import { type Rig, startRig } from '../testing/rig.ts'

const ASK = { model: 'openai/gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] }

let rig: Rig
let flow: AppFlow

beforeAll(async () => {
  rig = await startRig({ env: { KEYWAY_TRUSTED_PROXIES: '["127.0.0.1", "::1"]' } })
  flow = await appFlow(rig)
})
afterAll(() => rig.close())

async function make(body: unknown): Promise<{ status: number; text: string }> {
  const response = await flow.send('POST', '/api/app/keys', { body })
  return { status: response.status, text: await response.text() }
}

function callFrom(address: string, key: string, path = '/api/v1/chat/completions'): Promise<Response> {
  const headers = { 'x-forwarded-for': address }
  return rig.call(path, path.endsWith('completions') ? { key, headers, json: ASK } : { key, headers })
}

test('a list with an entry that is no address makes no key, and the refusal quotes it', async () => {
  const refused = await make({ name: 'made', ips: ['10.0.0.0/8', 'my laptop'] })
  expect(refused.status).toBe(400)
  expect(refused.text).toContain('my laptop')
  const keys = JSON.parse(await (await flow.send('GET', '/api/app/keys')).text()).data as Key[]
  expect(keys.map(({ name }) => name)).not.toContain('made')
})

test('a key with a list answers the addresses of the list, of either family, and tells all others why not', async () => {
  const { plaintext, key }: IssuedKey = JSON.parse(
    (await make({ name: 'office', ips: ['203.0.113.0/24', '2001:db8::/32'] })).text,
  )
  expect(key.ips).toEqual(['203.0.113.0/24', '2001:db8::/32'])
  for (const address of ['203.0.113.9', '2001:db8::77', '::ffff:203.0.113.9']) {
    expect([address, (await callFrom(address, plaintext)).status]).toEqual([address, 200])
  }
  // The client's own word is the farthest of the list, and only the proxy's is believed.
  for (const address of ['203.0.114.1', '2001:db9::1', '203.0.113.9, 198.51.100.1']) {
    for (const path of ['/api/v1/chat/completions', '/api/v1/key', '/api/v1/models']) {
      const response = await callFrom(address, plaintext, path)
      expect([address, path, response.status]).toEqual([address, path, 403])
      const { error } = JSON.parse(await response.text())
      expect(error.message).toContain(address.split(', ').at(-1))
      expect(error.metadata).toMatchObject({ reason: 'address_not_allowed' })
    }
  }
  // In force from the next call on, and gone with null.
  await (await flow.send('PATCH', `/api/app/keys/${key.hash}`, { body: { ips: ['198.51.100.1'] } })).text()
  expect((await callFrom('203.0.113.9', plaintext)).status).toBe(403)
  expect((await callFrom('198.51.100.1', plaintext)).status).toBe(200)
  await (await flow.send('PATCH', `/api/app/keys/${key.hash}`, { body: { ips: null } })).text()
  expect((await callFrom('203.0.113.9', plaintext)).status).toBe(200)
})

test('the list holds wherever a model is called, in the words of the format', async () => {
  const { plaintext }: IssuedKey = JSON.parse((await make({ name: 'everywhere', ips: ['203.0.113.0/24'] })).text)
  const paths = rig.server.routes.filter(({ access }) => access === 'inference').map(({ url }) => url)
  expect(paths).toContain('/v1/messages/count_tokens')
  for (const path of paths) {
    const headers = { 'x-forwarded-for': '198.51.100.9', 'x-api-key': plaintext }
    const refused = await rig.call(path, { key: null, headers, json: {} })
    expect([path, refused.status]).toEqual([path, 403])
    expect(await refused.text()).toContain('address_not_allowed')
    const taken = await rig.call(path, {
      key: null,
      headers: { ...headers, 'x-forwarded-for': '203.0.113.9' },
      json: {},
    })
    expect([path, taken.status]).toEqual([path, 400])
    await taken.text()
  }
})

test('the API for keys takes and gives the list too, in Keyway\u2019s own part of a body', async () => {
  const send = async (method: string, path: string, json: unknown) => {
    const response = await rig.call(`/api/v1/keys${path}`, { method, key: rig.managementKey, json })
    return { status: response.status, body: JSON.parse(await response.text()) }
  }
  const refused = await send('POST', '', { name: 'made', keyway: { ips: ['my laptop'] } })
  expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining('my laptop')])
  const made = await send('POST', '', { name: 'made', keyway: { ips: ['203.0.113.7'] } })
  expect(made.body.data.keyway.ips).toEqual(['203.0.113.7'])
  expect((await callFrom('203.0.113.8', made.body.key)).status).toBe(403)
  const hash = made.body.data.hash
  expect((await send('PATCH', `/${hash}`, { keyway: { ips: null } })).body.data.keyway.ips).toBeNull()
  expect((await callFrom('203.0.113.8', made.body.key)).status).toBe(200)
})

test('a rotated key keeps its list, and the old one works on beside it for the overlap', async () => {
  const made: IssuedKey = JSON.parse((await make({ name: 'ci', ips: ['203.0.113.7'] })).text)
  const body = { overlap_seconds: 3_600 }
  const response = await flow.send('POST', `/api/app/keys/${made.key.hash}/rotate`, { body })
  const next: IssuedKey = JSON.parse(await response.text())
  expect(next.key.ips).toEqual(['203.0.113.7'])
  for (const { plaintext } of [made, next]) {
    expect((await callFrom('203.0.113.7', plaintext)).status).toBe(200)
    expect((await callFrom('203.0.113.8', plaintext)).status).toBe(403)
  }
})
