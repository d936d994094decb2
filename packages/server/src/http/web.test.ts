import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendRaw } from '../testing/raw-request.ts'
import { type Rig, startRig } from '../testing/rig.ts'
import { loadWebApp, NONCE_PLACEHOLDER } from './web.ts'

// The built app itself is looked at in a browser, in packages/web/e2e. vitest builds it before all tests.

let rig: Rig

beforeAll(async () => {
  rig = await startRig()
})
afterAll(() => rig.close())

const HTML = { accept: 'text/html,application/xhtml+xml' }
const get = (path: string, headers: Record<string, string> = HTML) =>
  fetch(rig.url + path, { headers, redirect: 'manual' })

describe('what is not the app', () => {
  test.each([
    '/api/v1/nothing',
    '/api/app/nothing',
    '/v1/nothing',
    '/v1beta/x',
    '/oauth/x',
    '/connect/x',
    '/assets/gone.js',
  ])('%s is 404 in JSON, even to a browser', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toContain('application/json')
  })

  test('a program that asks for no page gets none', async () => {
    expect((await get('/nothing', { accept: '*/*' })).status).toBe(404)
  })

  test('a file that does not exist is 404, and no path leads out of the folder', async () => {
    for (const path of [
      '/gone.txt',
      '/assets/../../package.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/.vite/manifest.json',
    ]) {
      expect((await get(path)).status).toBeGreaterThanOrEqual(400)
    }
  })

  test('only reading leads to a page', async () => {
    const response = await fetch(`${rig.url}/settings/models`, { method: 'POST', headers: HTML })
    expect(response.status).toBe(404)
  })
})

describe('the page', () => {
  test.each(['/', '/setup', '/settings/models', '/keys/0a1b', '/logs?api_key_hash=x'])(
    'stands at %s, with a policy that allows only its own scripts',
    async (path) => {
      const response = await get(path)
      expect(response.status).toBe(200)
      const policy = response.headers.get('content-security-policy') ?? ''
      const nonce = /script-src 'nonce-([^']+)' 'strict-dynamic'/.exec(policy)?.[1] ?? ''
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      const text = await response.text()
      expect(text).not.toContain(NONCE_PLACEHOLDER)
      const scripts = [...text.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag)
      expect(scripts.length).toBeGreaterThan(0)
      for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    },
  )

  test.each(['/', '/keys/0a1b'])('is refused at %s under a name that was pointed at this machine', async (path) => {
    const { port } = new URL(rig.url)
    const head = `GET ${path} HTTP/1.1\r\nHost: rebound.example:${port}\r\nAccept: text/html\r\nConnection: close\r\n\r\n`
    const { status, body } = await sendRaw(rig.url, head)
    expect([status, body]).toEqual([403, expect.stringContaining('origin_forbidden')])
  })

  test('stands at / for a program that names no type, too', async () => {
    expect(await (await get('/', { accept: '*/*' })).text()).toContain('<script')
  })

  test('has another nonce each time', async () => {
    const [a, b] = await Promise.all([get('/'), get('/')])
    expect(a.headers.get('content-security-policy')).not.toBe(b.headers.get('content-security-policy'))
  })

  test('sends whoever comes by an address to the name, where passkeys work', async () => {
    const { port } = new URL(rig.url)
    const response = await fetch(`http://127.0.0.1:${port}/keys?x=1`, { headers: HTML, redirect: 'manual' })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe(`${rig.url}/keys?x=1`)
  })
})

describe('its files', () => {
  test('under assets/ are kept by browsers for good, and compressed', async () => {
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await (await get('/')).text())?.[1] ?? ''
    const plain = await get(script, { 'accept-encoding': 'identity' })
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(plain.headers.get('x-content-type-options')).toBe('nosniff')
    const text = await plain.text()
    for (const encoding of ['br', 'gzip']) {
      const packed = await get(script, { 'accept-encoding': encoding })
      expect(packed.headers.get('content-encoding')).toBe(encoding)
      expect(await packed.text()).toBe(text)
    }
    expect((await get(script, { 'accept-encoding': 'br;q=0' })).headers.get('content-encoding')).toBeNull()
  })

  test('with a lasting name are asked for again', async () => {
    const mark = await get('/mark.svg', {})
    expect(mark.headers.get('content-type')).toBe('image/svg+xml')
    expect(mark.headers.get('cache-control')).toBe('public, max-age=3600')
  })
})

describe('loading', () => {
  test('a folder without a page is no app', async () => {
    expect(await loadWebApp(join(tmpdir(), 'keyway-no-such-folder'))).toBeUndefined()
  })

  test('serves what it knows the type of, and not the notes of the build', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keyway-web-'))
    try {
      await mkdir(join(folder, '.vite'))
      await mkdir(join(folder, 'assets'))
      for (const file of ['index.html', '.vite/manifest.json', '.vite/a.js', 'assets/a.js', 'notes.txt']) {
        await writeFile(join(folder, file), 'x')
      }
      const app = await loadWebApp(folder)
      expect([...(app?.files.keys() ?? [])]).toEqual(['/assets/a.js'])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
