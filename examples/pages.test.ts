import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approve as approveAt } from '../packages/connect/src/testing/approve.ts'
import { bundle } from '../packages/connect/src/testing/bundle.ts'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { simulatedOpenRouter } from './testing/issuers.ts'

/** As strict as a page can be: nothing inline, no sink for markup. */
const CSP =
  "default-src 'none'; script-src 'self'; connect-src *; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
const file = (path: string) => new URL(path, import.meta.url)

type Site = { html: string; script: string; csp?: string }

let issuer: Awaited<ReturnType<typeof simulatedOpenRouter>>
let browser: Browser
let server: Server
let url: string
let site: Site
let page: Page
let troubles: string[]

beforeAll(async () => {
  issuer = await simulatedOpenRouter()
  browser = await launchBrowser()
  server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.setHeader('content-security-policy', site.csp ?? CSP)
    response.end(isScript ? site.script : site.html)
  })
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  url = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/`
})
afterAll(async () => {
  await browser.close()
  server.closeAllConnections()
  server.close()
  await issuer.close()
})
beforeEach(async () => {
  issuer.reset()
  page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(10_000)
  troubles = []
  page.on('pageerror', (error) => troubles.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) troubles.push(message.text())
  })
  await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }))
})
afterEach(async () => {
  await page.context().close()
  expect(troubles).toEqual([])
})

async function approve(): Promise<void> {
  for (const name of issuer.presses) await page.getByRole('button', { name }).click()
}

describe('the page without a server', () => {
  beforeAll(async () => {
    const metas = `<meta name="issuer" content="${issuer.url}"><meta name="model" content="${issuer.model}">`
    site = {
      html: readFileSync(file('browser/index.html'), 'utf8').replace('<script', `${metas}<script`),
      script: (await bundle(file('browser/page.js').pathname)).code,
    }
  })

  test('connects, asks with the key of the page, and keeps neither code nor verifier nor key', async () => {
    // OpenRouter answers pages of any origin; the simulated one does that for the exchange alone.
    await page.route('**/chat/completions', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, headers: { ...answer.headers(), 'access-control-allow-origin': '*' } })
    })
    await page.goto(url)
    await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
    await approve()
    await page.getByLabel('Message').fill('Hello')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.locator('#answer', { hasText: /\w{3}/ }).waitFor()
    expect(page.url()).toBe(url)
    const kept = await page.evaluate('JSON.stringify([{ ...sessionStorage }, { ...localStorage }, document.cookie])')
    expect(kept).toBe('[{},{},""]')
    expect(issuer.keys()).toHaveLength(1)
  })

  test('no is told, and the button is there again; a planted callback does nothing', async () => {
    await page.goto(`${url}?code=planted&state=${'A'.repeat(43)}`)
    await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
    await page.getByRole('button', { name: /^Continue as/ }).click()
    await page.getByRole('button', { name: 'Deny' }).click()
    await page.getByText('That did not work (denied).').waitFor()
    expect(await page.getByRole('button', { name: 'Connect with OpenRouter' }).isVisible()).toBe(true)
    expect(issuer.keys()).toEqual([])
  })
})

describe('the web component', () => {
  beforeAll(async () => {
    const script = `
      import { defineConnectButton } from '@keyway/connect/element'
      const tell = (text) => { document.querySelector('output').textContent = text }
      addEventListener('connected', ({ detail }) => tell('connected ' + detail.key.length + ' ' + detail.returnTo))
      addEventListener('failed', ({ detail }) => tell('failed ' + detail.code))
      defineConnectButton()
      defineConnectButton()`
    site = {
      html: `<!doctype html><script type="module" src="/page.js"></script><connect-button issuer="${issuer.url}" key-label="Element" label-idle="Go" return-to="/x?y=1"></connect-button><output></output>`,
      script: await bundleText(script),
    }
  })

  test('is a button with the app\u2019s words, and tells of the key by an event', async () => {
    await page.goto(url)
    await page.getByRole('button', { name: 'Go' }).press('Enter')
    await approve()
    await page.getByText(/^connected/).waitFor()
    expect(await page.locator('output').textContent()).toBe(`connected ${issuer.keys()[0]?.length} /x?y=1`)
    expect(await page.locator('connect-button').getAttribute('state')).toBe('connected')
    // Pressed again, and moved in the page: it stays what it is, and tells nothing twice.
    await page.evaluate(`document.querySelector('output').replaceChildren()`)
    await page.getByRole('button', { name: 'Connected' }).click({ force: true })
    await page.evaluate(`document.body.append(document.querySelector('connect-button'))`)
    expect(await page.locator('connect-button').getAttribute('state')).toBe('connected')
    expect(await page.locator('output').textContent()).toBe('')
    expect(issuer.keys()).toHaveLength(1)
  })

  test('tells why it failed, and can be pressed again', async () => {
    await page.goto(url)
    issuer.simulation.openrouter.account.consent = 'deny'
    await page.getByRole('button', { name: 'Go' }).click()
    await page.getByText('failed denied').waitFor()
    issuer.simulation.openrouter.account.consent = 'approve'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(/^connected/).waitFor()
  })

  test('a page that the browser kept while the person went back is ready again', async () => {
    await page.goto(url)
    await page.getByRole('button', { name: 'Go' }).click()
    await page.getByRole('button', { name: /^Continue as/ }).waitFor()
    await page.goBack()
    expect(await page.getByRole('button', { name: 'Go' }).isVisible()).toBe(true)
    expect(await page.locator('connect-button').getAttribute('state')).toBe('idle')
  })
})

describe('the React button in a page without a server', () => {
  beforeAll(async () => {
    const script = `
      import { createElement, StrictMode } from 'react'
      import { createRoot } from 'react-dom/client'
      import { ConnectButton } from '@keyway/connect/react'
      window.told = []
      const connect = { issuer: ${JSON.stringify(issuer.url)}, limit: '1.00' }
      const button = createElement(ConnectButton, {
        connect, className: 'mine', labels: { connected: 'Hello again' },
        onConnected: ({ key }) => window.told.push('connected ' + key.length),
        onFailed: ({ code }) => window.told.push(code),
      })
      createRoot(document.getElementById('root')).render(createElement(StrictMode, null, button))`
    site = {
      html: '<!doctype html><div id="root"></div><script type="module" src="/page.js"></script>',
      script: await bundleText(script),
    }
  })

  test('goes through its states, and tells of the key once, under StrictMode too', async () => {
    await page.goto(url)
    const button = page.locator('button.mine')
    // Whoever is no OpenRouter is named by its address.
    expect([await button.getAttribute('data-state'), await button.textContent()]).toEqual([
      'idle',
      `Connect with ${new URL(issuer.url).host}`,
    ])
    await button.click()
    await approve()
    await page.getByRole('button', { name: 'Hello again' }).waitFor()
    expect(await page.evaluate('window.told')).toEqual([`connected ${issuer.keys()[0]?.length}`])
    expect([await button.getAttribute('data-state'), await button.getAttribute('aria-disabled')]).toEqual([
      'connected',
      'true',
    ])
    expect(issuer.keys()).toHaveLength(1)
    await button.click({ force: true })
    expect(await button.getAttribute('data-state')).toBe('connected')
  })

  test('tells of a failure, by its code', async () => {
    issuer.simulation.openrouter.account.consent = 'deny'
    await page.goto(url)
    await page.locator('button.mine').click()
    await page.getByRole('button', { name: 'That did not work. Try again' }).waitFor()
    expect(await page.evaluate('window.told')).toEqual(['denied'])
  })
})

describe('a web worker', () => {
  beforeAll(async () => {
    const script = `
      import { createAuthorization, finishAuthorization } from '@keyway/connect'
      import { createServerConnect } from '@keyway/connect/server'
      import { createSealedStore, memoryRows, newSealingSecret } from '@keyway/connect/store'
      if (typeof document !== 'undefined') {
        const worker = new Worker('/page.js', { type: 'module' })
        const told = () => new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data) })
        const ready = told()
        window.ask = async (asked) => {
          await ready
          worker.postMessage(asked)
          return told()
        }
      } else {
        const [issuer, publicUrl] = [${JSON.stringify(issuer.url)}, 'https://app.example']
        const keys = [{ id: 'k1', secret: newSealingSecret() }]
        const secrets = createSealedStore(keys, memoryRows())
        const place = { user: 'ann', name: 'openrouter' }
        const begun = await createAuthorization({ issuer, callbackUrl: publicUrl })
        const onConnected = ({ key }) => secrets.put(place, key)
        const connect = createServerConnect({ issuer, publicUrl, keys, userOf: () => 'ann', onConnected })
        const acts = {
          url: () => begun.url,
          finish: async (callback) => (await finishAuthorization(begun, callback)).userId,
          start: async () => (await connect.start(new Request(publicUrl + '/connect/start'))).status,
          code: (callback) => finishAuthorization(begun, callback).catch(({ code }) => code),
          seal: async () => {
            await secrets.put(place, 'a key')
            return secrets.get(place)
          },
        }
        onmessage = async ({ data: [act, ...rest] }) => postMessage(await acts[act](...rest))
        postMessage('ready')
      }`
    site = {
      html: '<!doctype html><script type="module" src="/page.js"></script>',
      script: await bundleText(script),
      // Starting a worker by its address is the page's own act, which trusted types would have to name.
      csp: "default-src 'none'; script-src 'self'; connect-src *",
    }
  })

  test('has no page, and goes through the doors that need none', async () => {
    issuer.simulation.openrouter.account.consent = 'approve'
    await page.goto(url)
    const ask = (...asked: string[]) => page.evaluate<string>(`window.ask(${JSON.stringify(asked)})`)
    const callback = await approveAt(await ask('url'))
    expect(await ask('finish', callback)).toBe('user_simulated')
    expect(await ask('code', callback)).toBe('state_mismatch')
    expect([await ask('start'), await ask('seal')]).toEqual([303, 'a key'])
  })
})

/** Bundles a script that stands in a test. */
const bundleText = async (text: string) => (await bundle('script.js', { text })).code
