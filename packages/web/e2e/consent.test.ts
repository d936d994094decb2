import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { exchangeCode, pkcePair } from '../../server/src/testing/app-flow.ts'
import { plainPng } from '../../server/src/testing/png-bytes.ts'
import { scriptedDocuments } from '../../server/src/testing/scripted-documents.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, signUp, startFreshKeyway } from './real-server.ts'

/** All the script before a signed-in person can decide. Bytes, gzip. */
const SCRIPT_MAX = 80_000
const DIST = fileURLToPath(new URL('../dist/', import.meta.url))

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page
/** An app on this computer, which remembers what comes back. */
let app: Server
let callback: string
const came: string[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway({ KEYWAY_ACCOUNTS__SIGN_UP: 'open' })
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUp(page, keyway)
  app = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (url.pathname === '/callback') came.push(request.url ?? '')
    const to = url.searchParams.get('to')
    if (url.pathname === '/go') {
      response.writeHead(302, { location: to ?? '' }).end()
      return
    }
    if (url.pathname === '/start') {
      response
        .setHeader('content-type', 'text/html')
        .end(`<a href="/go?to=${encodeURIComponent(to ?? '')}">Connect</a>`)
      return
    }
    response.setHeader('content-type', 'text/html').end('<title>App</title><h1>Back in the app</h1>')
  })
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  callback = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
  await new Promise((resolve) => app.close(resolve))
})
afterEach(() => keyway.expectKeyless(page))

const pair = pkcePair()
const S256 = { code_challenge: pair.challenge, code_challenge_method: 'S256' }
const address = (query: Record<string, string>) => `/auth?${new URLSearchParams(query)}`
/** A press counts half a second after the page came to the front. */
const whenArmed = () => page.waitForTimeout(700)

async function lastCode(): Promise<URL> {
  await page.getByText('Back in the app').waitFor()
  return new URL(came.at(-1) ?? '', callback)
}

test('Allow brings the browser to an app on this computer, with a code that is worth what was chosen', async () => {
  await page.goto(address({ callback_url: callback, state: 'st', key_label: 'Notes', ...S256 }))
  expect(new URL(page.url()).search).toBe('')
  await page.getByRole('heading', { name: 'An app on this computer asks for a key' }).waitFor()
  await page.getByLabel('Spend at most').fill('2.50')
  await page.getByLabel('Resets').selectOption('Every week')
  await page.getByLabel('Key lives for').selectOption('7 days')
  await whenArmed()
  await page.getByRole('button', { name: 'Allow up to $2.50 a week' }).click()
  const back = await lastCode()
  expect(back.searchParams.get('state')).toBe('st')
  expect(back.searchParams.get('iss')).toBe(keyway.url)
  const answer = await exchangeCode(keyway, { code: back.searchParams.get('code'), code_verifier: pair.verifier })
  const { key } = JSON.parse(await answer.text())
  const { data } = JSON.parse(await (await keyway.call('/api/v1/key', { key })).text())
  expect(data).toMatchObject({ limit: 2.5, limit_reset: 'weekly' })
  expect(Date.parse(data.expires_at) - Date.now()).toBeLessThan(7 * 86_400_000 + 60_000)
  watched.expectQuiet()
})

test('row 116: whoever is signed in still is after the way from another site, through its redirect and back', async () => {
  const to = keyway.url + address({ callback_url: callback, state: 'far', ...S256 })
  await page.goto(`${new URL(callback).origin}/start?${new URLSearchParams({ to })}`)
  await page.getByRole('link', { name: 'Connect' }).click()
  await page.getByRole('heading', { name: 'An app on this computer asks for a key' }).waitFor()
  await whenArmed()
  await page.getByRole('button', { name: /^Allow/ }).click()
  const back = await lastCode()
  expect(back.searchParams.get('state')).toBe('far')
  expect(back.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
})

test('row 130, 131: a key is on its page once, and in nothing that the browser keeps', async () => {
  await page.goto('/keys?create=true')
  await page.getByLabel('Name', { exact: true }).fill('once')
  await page.getByRole('button', { name: 'Create key' }).click()
  const shown = page.getByRole('dialog', { name: 'Copy it now' }).locator('pre').first()
  const key = (await shown.textContent()) ?? ''
  expect(key).toMatch(/^kwy_k1_[0-9A-Za-z]{49}$/)
  const kept = async () => {
    const inPage = await page.evaluate(`(async () => JSON.stringify([
      location.href, document.cookie, { ...localStorage }, { ...sessionStorage }, history.state,
      'caches' in window ? await caches.keys() : [], await indexedDB.databases(),
      'serviceWorker' in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
    ]))()`)
    return `${inPage}${JSON.stringify(await page.context().storageState())}`
  }
  expect(await kept()).not.toContain(key)
  expect(await kept()).toContain('"/"')
  await page.getByRole('button', { name: 'I have it' }).click()
  expect(await page.content()).not.toContain(key)
  await page.goto('/settings')
  await page.goBack()
  await page.getByText('once').first().waitFor()
  expect(await page.content()).not.toContain(key)
  await page.reload()
  await page.getByText('once').first().waitFor()
  expect(`${await page.content()}${await kept()}`).not.toContain(key)
})

test('row 75: what an app calls itself stands beside its address, which is the one in the heading', async () => {
  const client = 'https://app.example/client.json'
  const documents = scriptedDocuments()
  documents.put(client, { client_id: client, client_name: 'OpenAl', redirect_uris: ['https://app.example/cb'] })
  keyway.server.house.net.dispatch = documents.dispatch
  const query = { response_type: 'code', client_id: client, redirect_uri: 'https://app.example/cb', ...S256 }
  await page.goto(`/oauth/authorize?${new URLSearchParams(query)}`)
  await page.getByRole('heading', { name: 'app.example asks for a key' }).waitFor()
  await page.getByText('\u201cOpenAl\u201d \u00b7 Site').waitFor()
  await page.getByRole('button', { name: /^Allow/ }).waitFor()
  watched.expectQuiet()
})

test('what cannot be chosen says why, and is read out with it', async () => {
  const shown = () =>
    page.evaluate(`[...document.querySelectorAll('select')].map((one) =>
      [one.disabled, document.getElementById(one.getAttribute('aria-describedby'))?.textContent ?? null])`)
  const open = async (query: Record<string, string>) => {
    await page.goto(address({ callback_url: callback, ...S256, ...query }))
    await page.getByRole('button', { name: /^Allow/ }).waitFor()
  }
  await open({ limit: '3' })
  expect(await shown()).toEqual([
    [true, 'The app asked for this amount only once.'],
    [false, null],
  ])
  await open({ expires_at: `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z` })
  expect(await shown()).toEqual([
    [false, null],
    [true, expect.stringMatching(/^Until .*\d:\d\d.*: the app asked for no longer\.$/)],
  ])
  await open({ code_challenge: 'plain', code_challenge_method: 'plain' })
  expect(await shown()).toEqual([
    [true, 'Fixed for a small key.'],
    [true, 'Fixed for a small key.'],
  ])
  watched.expectQuiet()
})

test('row 137: a logo that was drawn here stands small beside the address; without one the page is as ever', async () => {
  const client = 'https://app.example/client.json'
  const logo_uri = 'https://app.example/logo.png'
  const redirect_uri = 'https://app.example/cb'
  const documents = scriptedDocuments()
  documents.put(client, { client_id: client, client_name: 'Notes', redirect_uris: [redirect_uri], logo_uri })
  keyway.server.house.net.dispatch = documents.dispatch
  const begin = async () => {
    await page.goto(
      `/oauth/authorize?${new URLSearchParams({ response_type: 'code', client_id: client, redirect_uri, ...S256 })}`,
    )
    await page.getByText('\u201cNotes\u201d \u00b7 Site').waitFor()
  }
  const images = page.locator('main img')
  const place = () =>
    page.evaluate(`document.fonts.ready.then(() => {
      const [host, main] = ['main p.font-mono', 'main'].map((one) => document.querySelector(one).getBoundingClientRect())
      return [host.x - main.x, host.y - main.y, host.width, host.height].map(Math.round)
    })`)

  documents.put(logo_uri, '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  await begin()
  expect(await images.count()).toBe(0)
  const without = await place()

  documents.put(logo_uri, plainPng(200, [9, 8, 7, 255]))
  await begin()
  await images.waitFor()
  expect(
    await page.evaluate(
      `document.querySelector('main img').decode().then(() => document.querySelector('main img').naturalWidth)`,
    ),
  ).toBe(96)
  expect(await images.getAttribute('alt')).toBe('')
  expect(await images.boundingBox()).toMatchObject({ width: 28, height: 28 })
  expect(await place()).toEqual(without)
  watched.expectQuiet()

  // Begun, and then not to be had: the sign of a site takes its place, and nothing moves.
  await page.route('**/logo', (route) => route.abort())
  const failed = page.waitForEvent('requestfailed')
  await page.reload()
  await failed
  await page.getByText('\u201cNotes\u201d \u00b7 Site').waitFor()
  await images.waitFor({ state: 'detached' })
  expect(await place()).toEqual(without)
  await page.unroute('**/logo')
  watched.expectQuiet(/ERR_FAILED/)
})

test('row 67: Deny tells an app on this computer, and of a site only says where it was', async () => {
  await page.goto(address({ callback_url: callback, state: 'no', ...S256 }))
  await page.getByRole('button', { name: 'Deny' }).waitFor()
  await whenArmed()
  await page.getByRole('button', { name: 'Deny' }).click()
  expect((await lastCode()).searchParams.get('error')).toBe('access_denied')
  await page.goto(address({ callback_url: 'https://app.example/cb', ...S256 }))
  await page.getByRole('button', { name: 'Deny' }).waitFor()
  await whenArmed()
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.getByRole('heading', { name: 'Nothing was given' }).waitFor()
  expect(await page.getByRole('link', { name: 'Go back to app.example' }).getAttribute('href')).toBe(
    'https://app.example',
  )
})

test('row 58: signing in happens inside, and returns to the same request', async () => {
  const { page: other, expectQuiet } = await openPage(browser, keyway.url)
  await other.goto(address({ callback_url: callback, ...S256 }))
  const request = other.url()
  await other.getByRole('heading', { name: 'Sign in to decide' }).waitFor()
  await other.getByLabel('Name or e-mail').fill('ada')
  await other.getByLabel('Password').fill(PASSWORD)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByRole('button', { name: /^Allow/ }).waitFor()
  expect(other.url()).toBe(request)
  expectQuiet()
  await other.context().close()
})

test('row 58: a newcomer makes an account inside, and returns to the same request', async () => {
  const { page: other, expectQuiet } = await openPage(browser, keyway.url)
  await other.goto(address({ callback_url: callback, state: 'new', ...S256 }))
  const request = other.url()
  await other.getByRole('button', { name: 'Create an account' }).click()
  await other.getByLabel('Your name').fill('Grace')
  await other.getByLabel('Name to sign in with').fill('grace')
  await other.getByLabel('Password').fill(PASSWORD)
  await other.getByRole('button', { name: 'Create account' }).click()
  await other.getByRole('button', { name: /^Allow/ }).waitFor()
  expect(other.url()).toBe(request)
  await other.waitForTimeout(700)
  await other.getByRole('button', { name: /^Allow/ }).click()
  await other.getByText('Back in the app').waitFor()
  const back = new URL(came.at(-1) ?? '', callback)
  expect(back.searchParams.get('state')).toBe('new')
  const answer = await exchangeCode(keyway, { code: back.searchParams.get('code'), code_verifier: pair.verifier })
  const users = await keyway.server.house.store.listUsers(keyway.server.house.workspace.id)
  expect(JSON.parse(await answer.text()).user_id).toBe(users.find(({ name }) => name === 'Grace')?.id)
  expectQuiet()
  await other.context().close()
})

test('the code of the headless mode is shown, in no address, and gone with the page', async () => {
  await page.goto(address({ ...S256, key_label: 'Server' }))
  await page.getByRole('heading', { name: 'Make a code for another device' }).waitFor()
  await whenArmed()
  await page.getByRole('button', { name: /^Allow/ }).click()
  await page.getByRole('heading', { name: 'Your code' }).waitFor()
  const code = (await page.locator('code').textContent()) ?? ''
  expect(code).toMatch(/^[\w-]{43}$/)
  expect(page.url()).not.toContain(code)
  await page.reload()
  await page.getByRole('heading', { name: 'This request is over' }).waitFor()
  expect(await page.content()).not.toContain(code)
})

test('what it shows is readable for everybody: no violation in either theme', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(address({ callback_url: 'https://xn--80ak6aa92e.com/cb', code_challenge: 'plain' }))
    await page.getByText('A small key only').waitFor()
    await page.getByText('Change', { exact: true }).click()
    await page.getByText('Only some').click()
    await page.getByText('Choose at least one model.').waitFor()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
})

test('it speaks German too, and without a way to scroll sideways on a small phone', async () => {
  const { page: other } = await openPage(browser, keyway.url, {
    locale: 'de-DE',
    viewport: { width: 360, height: 720 },
  })
  await page
    .context()
    .storageState()
    .then((state) => other.context().addCookies(state.cookies))
  await other.goto(address({ callback_url: 'https://a-rather-long-name-of-a-site.example.com:8443/cb', ...S256 }))
  await other.getByRole('button', { name: 'Ablehnen' }).waitFor()
  expect(await other.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect(await other.evaluate('document.documentElement.lang')).toBe('de')
  await other.context().close()
})

test('row 119: after leaving, Back shows nothing of what was there', async () => {
  await page.goto('/keys')
  await page.getByText('once').first().waitFor()
  // What it asks for has come: an answer that it may not have any more leads to signing in, whoever goes back meanwhile.
  await page.goto('/prompts', { waitUntil: 'networkidle' })
  const left = await page.evaluate(
    `fetch('/api/app/logout', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then((answer) => answer.status)`,
  )
  expect([200, 204]).toContain(left)
  await page.goBack()
  await page.getByLabel('Password').waitFor()
  expect(await page.getByText('once').count()).toBe(0)
})

test('its script is within its budget', () => {
  type Chunk = { file: string; imports?: string[]; src?: string }
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync(`${DIST}.vite/auth-manifest.json`, 'utf8'))
  const page = readFileSync(`${DIST}auth.html`, 'utf8')
  const files = new Set([...page.matchAll(/src="\/(assets\/[^"]+\.js)"/g)].map(([, file]) => file ?? ''))
  for (const language of ['de']) {
    files.add(manifest[`src/i18n/${language}/consent.ts`]?.file ?? '')
  }
  for (const { file, imports } of Object.values(manifest)) {
    if (files.has(file)) for (const name of imports ?? []) files.add(manifest[name]?.file ?? '')
  }
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(DIST + file)).length, 0)
  console.log(`script of the consent page: ${(bytes / 1000).toFixed(1)} kB gzip of ${SCRIPT_MAX / 1000}`)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(SCRIPT_MAX)
})
