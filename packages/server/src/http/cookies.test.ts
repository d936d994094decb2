import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCertificate } from '../net/testing/certificate.ts'
import { pkcePair } from '../testing/app-flow.ts'
import { openBrowser } from '../testing/browser.ts'
import { type Rig, startRig } from '../testing/rig.ts'

// A Keyway that serves https itself. Rows are those of the list in docs/oauth-rows.md.

const folder = mkdtempSync(join(tmpdir(), 'keyway-cookies-'))
const { key, cert } = makeCertificate('localhost')
let rig: Rig

beforeAll(async () => {
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'cert.pem'), cert)
  rig = await startRig({
    env: { KEYWAY_TLS__CERT: join(folder, 'cert.pem'), KEYWAY_TLS__KEY: join(folder, 'key.pem') },
  })
})
afterAll(async () => {
  await rig.close()
  rmSync(folder, { recursive: true })
})

type Answer = { status: number; cookies: string[]; location: string | undefined }

function ask(
  method: string,
  path: string,
  of: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      origin: rig.url,
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      ...of.headers,
    }
    const sent = request(`${rig.url}${path}`, { method, ca: cert, headers }, (response) => {
      response.resume()
      const { statusCode: status = 0, headers: got } = response
      response.on('end', () => resolve({ status, cookies: got['set-cookie'] ?? [], location: got.location }))
    })
    sent.on('error', reject)
    sent.end(of.body === undefined ? undefined : JSON.stringify(of.body))
  })
}

test('row 114: every cookie that is set over https is this host\u2019s alone, and hidden from scripts and from plain http', async () => {
  expect(rig.url).toMatch(/^https:\/\/localhost:/)
  const browser = openBrowser(rig)
  await browser.signIn(rig.server.house.owner)
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const query = new URLSearchParams({
    callback_url: 'https://app.example/cb',
    code_challenge: pkcePair().challenge,
    code_challenge_method: 'S256',
  })
  const answers = [
    await ask('GET', `/auth?${query}`),
    await ask('GET', '/connect/openrouter/start', { headers: { cookie } }),
    await ask('POST', '/api/app/logout', { headers: { cookie }, body: {} }),
  ]
  for (const { cookies } of answers) expect(cookies.length).toBeGreaterThan(0)
  const lines = answers.flatMap(({ cookies }) => cookies)
  for (const line of lines) {
    expect(line).toMatch(/^__Host-keyway_\w+=/)
    const attributes = line.split('; ').slice(1)
    expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure']))
    expect(attributes.join(';')).toMatch(/SameSite=(?:Lax|Strict)/)
    expect(attributes.join(';')).not.toMatch(/Domain/i)
  }
  // A cookie that a sibling domain could have planted, without the prefix, is not looked at.
  const bare = cookie.replace('__Host-', '')
  expect((await ask('GET', '/api/app/me', { headers: { cookie: bare } })).status).toBe(401)
})
