import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage, watch } from './open-page.ts'
import { type FreshKeyway, readStorage, recordAnswers, signUp, startFreshKeyway } from './real-server.ts'

// Story 2, as one person lives it: each test goes on from the one before.

/** From the click to Connected, a person's own time aside, and what of it our server takes. Milliseconds. */
const CONNECT_MS = 5_000
const OURS_MS = 1_000
/** Longer than any Connect may take. Milliseconds. */
const TOO_LONG_MS = 11 * 60_000

let lateMs = 0
let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  const clock = { now: () => Date.now() + lateMs, monotonic: () => performance.now() + lateMs }
  keyway = await startFreshKeyway({}, clock)
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUp(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(() => watched.expectQuiet())

const account = () => keyway.simulation.openrouter.account
const heading = (name: string) => page.getByRole('heading', { name }).waitFor()
const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
const close = () => page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click()

async function leave(button = 'Connect with OpenRouter'): Promise<void> {
  await press(button)
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
}

test('whoever says no comes back to what they had, and is told that nothing was saved', async () => {
  account().consent = 'deny'
  await leave()
  await heading('You cancelled')
  await close()
  await heading('No model is connected yet')
  expect(new URL(page.url()).search).toBe('')
})

test('whoever took too long is told so, and starts again with one button', async () => {
  account().consent = 'ask'
  await leave()
  await page.getByRole('button', { name: /^Continue as/ }).click()
  lateMs = TOO_LONG_MS
  await press('Approve')
  await heading('That took too long')
  lateMs = 0
  expect(await page.getByRole('link', { name: 'Start again' }).count()).toBe(1)
  await close()
})

test('an issuer that is down is named, with the other way in beside it', async () => {
  account().consent = 'approve'
  keyway.simulation.openrouter.spoil('exchange', { kind: 'status', status: 500 })
  await leave()
  await page.getByRole('dialog').getByText('Nothing was saved').waitFor()
  await press('Paste a key instead')
  await heading('Paste a key')
  await press('Cancel')
})

test('an answer that comes twice, or was made up, changes nothing', async () => {
  const replies: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/connect/openrouter/callback')) replies.push(request.url())
  })
  account().consent = 'deny'
  await leave()
  await heading('You cancelled')
  await page.goto(replies[0] ?? '')
  await page.getByRole('dialog').getByText('start again', { exact: false }).first().waitFor()
  await close()
  expect(account().keys()).toEqual([])
})

test('one button, one approval: connected within 5 s, 1 s of it ours, and no key anywhere in the browser', async () => {
  account().consent = 'approve'
  const answers = recordAnswers(page, keyway.url)
  await press('Connect with OpenRouter')
  const steps = page.getByRole('list', { name: 'The four steps' }).getByRole('listitem')
  await steps.last().waitFor()
  expect(await steps.count()).toBe(4)
  expect(await steps.last().textContent()).toContain('Encrypted key stored')
  const link = page.getByRole('link', { name: 'Continue to OpenRouter' })
  expect(await link.getAttribute('target')).toBeNull()

  let oursMs = 0
  page.on('requestfinished', (request) => {
    const { requestStart, responseStart } = request.timing()
    if (request.isNavigationRequest() && request.url().startsWith(keyway.url)) oursMs += responseStart - requestStart
  })
  const begin = performance.now()
  await link.click()
  await heading('Connected')
  const tookMs = performance.now() - begin
  console.log(`from the click to Connected: ${tookMs.toFixed(0)} ms, ours ${oursMs.toFixed(0)} ms`)
  expect(tookMs).toBeLessThan(CONNECT_MS)
  expect(oursMs).toBeGreaterThan(0)
  expect(oursMs).toBeLessThan(OURS_MS)

  await press('Done')
  await page.goto('/settings/models')
  await page.getByText('Connected as sam@example.com').waitFor()
  for (const seen of ['sk-or-v1-', 'no limit', 'AES-256-GCM', 'Database']) {
    await page.getByText(seen, { exact: false }).first().waitFor()
  }
  const [issued] = account().keys()
  const revoke = await page.getByRole('link', { name: /^Revoke at OpenRouter/ }).getAttribute('href')
  expect(revoke).toContain(issued?.hash)
  expect(await page.getByRole('link', { name: /^View usage/ }).count()).toBe(1)

  expect(issued?.key).toMatch(/^sk-or-v1-/)
  const secret = issued?.key.slice('sk-or-v1-'.length) ?? ''
  for (const seen of [...(await answers()), await page.content(), await readStorage(page)]) {
    expect(seen).not.toContain(secret)
  }
})

test('connecting again, in two tabs, leaves exactly one credential, and the draft as it was', async () => {
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Message' }).fill('half a thought')
  const other = await watch(page.context(), keyway.url)
  for (const tab of [page, other.page]) {
    await tab.goto('/settings/models')
    await tab.getByRole('button', { name: 'Reconnect' }).click()
  }
  for (const tab of [other.page, page]) {
    await tab.getByRole('link', { name: 'Continue to OpenRouter' }).click()
    await tab.getByRole('heading', { name: 'Connected' }).waitFor()
  }
  await other.page.close()
  await press('Done')
  const kept = (await page.evaluate(`fetch('/api/app/credentials').then((answer) => answer.json())`)) as {
    data: { provider: { id: string } }[]
  }
  expect(kept.data.map(({ provider }) => provider.id)).toEqual(['openrouter'])
  await page.goto('/')
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('half a thought')
})

test('disconnecting says what happens, and leaves the way back', async () => {
  await page.goto('/settings/models')
  await press('Disconnect')
  const dialog = page.getByRole('dialog', { name: 'Disconnect OpenRouter?' })
  expect(await dialog.textContent()).toContain('lives on at OpenRouter')
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Not connected', { exact: true }).waitFor()
  expect(
    account()
      .keys()
      .some(({ revoked }) => revoked),
  ).toBe(false)
})
