import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowserConnect } from '../packages/connect/src/browser.ts'
import { connectHeadless } from '../packages/connect/src/headless.ts'
import { keyHash } from '../packages/connect/src/key-pages.ts'
import { createServerConnect } from '../packages/connect/src/server/index.ts'
import { newSealingSecret } from '../packages/connect/src/store/index.ts'
import { bundle } from '../packages/connect/src/testing/bundle.ts'
import { makePage } from '../packages/connect/src/testing/made-page.ts'
import { type AppFlow, appFlow } from '../packages/server/src/testing/app-flow.ts'
import { type Rig, startRig } from '../packages/server/src/testing/rig.ts'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { connectAndChat } from './testing/connect-and-chat.ts'
import { freePort, startExample } from './testing/running-example.ts'
import { hasPython, streamlitSession } from './testing/streamlit-session.ts'

const SERVERS = ['express/server.js', 'fastify/server.ts', 'hono/server.ts', 'next/serve.ts', 'react/server.ts']
const MODEL = 'openai/gpt-4.1'

let rig: Rig
let person: AppFlow
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keyway-examples-'))
  rig = await startRig()
  person = await appFlow(rig)
})
afterAll(async () => {
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The person allows what the address asks for: where the browser goes then, or the code that is shown. */
async function allow(url: string): Promise<{ callback: string; code: string }> {
  expect(url.startsWith(`${rig.url}/auth?`)).toBe(true)
  const decided = await person.allow(await person.begin(new URL(url).search.slice(1)))
  return { callback: decided.redirect_url ?? '', code: decided.code ?? '' }
}

const isRevoked = async (hash: string) => (await rig.server.house.store.findKey(hash))?.revokedAt !== null

const environment = (name: string) => ({
  ISSUER: rig.url,
  MODELS: MODEL,
  KEYS_FOLDER: join(folder, name.replaceAll('/', '-')),
})

describe('against Keyway', () => {
  test.each(SERVERS)(
    '%s signs in, connects, and streams an answer; nothing that it sends holds the key',
    async (program) => {
      const env = environment(program)
      const example = await startExample(program, env)
      try {
        const approve = async (url: string) => (await allow(url)).callback
        const { callback, ended, answer } = await connectAndChat(example.url, { approve, model: MODEL })
        expect(callback.searchParams.get('iss')).toBe(rig.url)
        expect(ended).toBe('/?connect=done')
        expect(answer.status, answer.text).toBe(200)
        expect(answer.text).toContain('data: [DONE]')
        const [file = ''] = readdirSync(env.KEYS_FOLDER)
        const shown = [example.sent(), example.said(), readFileSync(join(env.KEYS_FOLDER, file), 'utf8')].join()
        expect(shown).not.toMatch(/kwy_k1_/)
      } finally {
        await example.stop()
      }
    },
  )

  test('the README\u2019s ten lines, with the address of a Keyway as issuer', async () => {
    const readme = readFileSync(fileURLToPath(new URL('../packages/connect/README.md', import.meta.url)), 'utf8')
    const port = await freePort()
    const code = (/^```js\n\/\/ server\.js\n([\s\S]*?)^```$/m.exec(readme)?.[1] ?? '')
      .replace('issuer: OPENROUTER', `issuer: ${JSON.stringify(rig.url)}`)
      .replaceAll('3000', String(port))
    const say = `.on('listening', () => console.log('ready'))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code.trimEnd() + say], {
      cwd: fileURLToPath(new URL('../', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const closed = once(child, 'close')
    try {
      await Promise.race([once(child.stdout, 'data'), closed])
      const site = `http://localhost:${port}`
      const headers = { origin: site }
      const started = await fetch(`${site}/connect/start?return_to=/chat`, {
        method: 'POST',
        headers,
        redirect: 'manual',
      })
      const { callback } = await allow(started.headers.get('location') ?? '')
      const cookie = started.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const ended = await fetch(callback, { headers: { cookie }, redirect: 'manual' })
      expect(ended.headers.get('location')).toBe('/chat?connect=done')
    } finally {
      child.kill()
      await closed
    }
  })

  test('the terminal connects by its listener, and asks', async () => {
    const program = fileURLToPath(new URL('cli/chat.ts', import.meta.url))
    const env = { ...environment('cli'), PATH: '' }
    const child = spawn(process.execPath, [program, 'Why?'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const closed = once(child, 'close')
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      out += part
    })
    for await (const line of createInterface({ input: child.stderr })) {
      if (!line.startsWith('http')) continue
      await (await fetch((await allow(line)).callback)).text()
      break
    }
    const [code] = await closed
    expect([code, out.trim().length > 3, out.includes('kwy_k1_')]).toEqual([0, true, false])
  })

  test('the Streamlit example takes the code that is shown, asks about a file, and ends the key when it forgets it', async () => {
    if (!hasPython) return
    const env = { ISSUER: rig.url, MODELS: `openai/gpt-4.1-mini,${MODEL}` }
    const shown = await streamlitSession(env, async (url) => (await allow(url)).code)
    expect(shown).toMatchObject({ answer: expect.stringMatching(/\w{3}/), leaks: false, forgotten: true })
    expect(await isRevoked(String(shown['key_hash']))).toBe(true)
  })

  test('a page alone connects; an answer that names another issuer is refused before anything is asked', async () => {
    const page = makePage('http://localhost:5173/app')
    const asked: string[] = []
    const load = () =>
      createBrowserConnect({
        issuer: rig.url,
        page,
        fetch: (url, init) => {
          asked.push(url)
          return fetch(url, init)
        },
      })
    await load().start()
    const mixed = new URL((await allow(page.left[0] ?? '')).callback)
    mixed.searchParams.set('iss', 'https://openrouter.ai')
    page.load(mixed.href)
    await expect(load().finish()).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(asked).toEqual([])
    page.load('http://localhost:5173/app')
    await load().start()
    page.load((await allow(page.left[1] ?? '')).callback)
    expect((await load().finish())?.key).toMatch(/^kwy_k1_/)
    expect(page.location.href).toBe('http://localhost:5173/app')
  })

  test('the page without a server chats in a real browser: Keyway answers pages of any origin', async () => {
    const example = await startExample('browser/serve.ts', { ISSUER: rig.url, MODELS: MODEL })
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      page.setDefaultTimeout(10_000)
      // The person decides as the page of Keyway would; its own tests press its buttons.
      await page.route(`${rig.url}/auth?*`, async (route) => {
        const to = JSON.stringify((await allow(route.request().url())).callback)
        await route.fulfill({ contentType: 'text/html', body: `<script>location.replace(${to})</script>` })
      })
      await page.goto(example.url)
      await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
      await page.getByLabel('Message').fill('Hello')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.locator('#answer', { hasText: /\w{3}/ }).waitFor()
      expect(await page.locator('#answer').textContent()).not.toMatch(/did not work/)
      expect(new URL(page.url()).search).toBe('')
    } finally {
      await browser.close()
      await example.stop()
    }
  })

  test('the React button and the web component connect in a real browser, each with a key of its own that works', async () => {
    const script = `
      import { createElement, StrictMode } from 'react'
      import { createRoot } from 'react-dom/client'
      import { ConnectButton } from '@keyway/connect/react'
      import { defineConnectButton } from '@keyway/connect/element'
      window.keys = []
      addEventListener('connected', ({ detail }) => window.keys.push(detail.key))
      const which = sessionStorage.getItem('which')
      if (which === 'element') {
        const element = document.createElement('connect-button')
        element.setAttribute('issuer', ${JSON.stringify(rig.url)})
        document.body.append(element)
        defineConnectButton()
      } else {
        const connect = { issuer: ${JSON.stringify(rig.url)} }
        const onConnected = ({ key }) => window.keys.push(key)
        const button = createElement(ConnectButton, { connect, onConnected })
        createRoot(document.getElementById('root')).render(createElement(StrictMode, null, button))
      }`
    const { code } = await bundle('script.js', { text: script })
    const site = createServer((request, response) => {
      const isScript = request.url === '/page.js'
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
      response.end(
        isScript ? code : '<!doctype html><div id="root"></div><script type="module" src="/page.js"></script>',
      )
    })
    site.listen(0, 'localhost')
    await once(site, 'listening')
    const browser = await launchBrowser()
    try {
      const page = await browser.newPage()
      page.setDefaultTimeout(10_000)
      await page.route(`${rig.url}/auth?*`, async (route) => {
        const to = JSON.stringify((await allow(route.request().url())).callback)
        await route.fulfill({ contentType: 'text/html', body: `<script>location.replace(${to})</script>` })
      })
      const url = `http://localhost:${(site.address() as AddressInfo).port}/`
      const keys: unknown[] = []
      for (const which of ['react', 'element']) {
        await page.goto(url)
        await page.evaluate(`sessionStorage.setItem('which', '${which}')`)
        await page.reload()
        await page.getByRole('button', { name: /^Connect with/ }).click()
        await page.getByRole('button', { name: 'Connected' }).waitFor()
        const got = (await page.evaluate('window.keys')) as string[]
        expect([which, got.length, new URL(page.url()).search]).toEqual([which, 1, ''])
        expect((await rig.call('/api/v1/key', { key: got[0] ?? null })).status).toBe(200)
        keys.push(...got)
      }
      expect(new Set(keys).size).toBe(2)
    } finally {
      await browser.close()
      site.closeAllConnections()
      site.close()
    }
  })

  test('a key that an app could not keep is ended at once, and nobody has it', async () => {
    let made = ''
    const connect = createServerConnect({
      issuer: rig.url,
      publicUrl: 'https://app.example',
      keys: [{ id: 'k1', secret: newSealingSecret() }],
      userOf: () => 'ann',
      onConnected: ({ key }) => {
        made = key
        throw new Error('disk full')
      },
    })
    const started = await connect.start(new Request('https://app.example/connect/start'), undefined)
    const { callback } = await allow(started.headers.get('location') ?? '')
    const cookie = started.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const ended = await connect.callback(new Request(callback, { headers: { cookie } }), undefined)
    expect(ended.headers.get('location')).toBe('/?connect=storage')
    expect(await isRevoked(keyHash(made))).toBe(true)
    expect((await rig.call('/api/v1/key', { key: made })).status).toBe(401)
  })

  test('without a browser the code that is shown brings a key that works', async () => {
    let shown = ''
    const { key } = await connectHeadless({
      issuer: rig.url,
      show: (url) => {
        shown = url
      },
      ask: async () => (await allow(shown)).code,
    })
    expect((await rig.call('/api/v1/key', { key })).status).toBe(200)
  })
})
