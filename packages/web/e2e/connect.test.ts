import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, recordAnswers, signUp, startFreshKeyway } from './real-server.ts'

/** From the click to Connected, a person's own time aside. Milliseconds. */
const CONNECT_MS = 5_000

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  keyway = await startFreshKeyway()
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUp(page, keyway)
})
afterEach(async () => {
  await page.context().close()
  await keyway.close()
  await keyway.simulation.close()
})

const account = () => keyway.simulation.openrouter.account

async function leave(): Promise<void> {
  await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
}

test('whoever says no comes back to what they had, and is told that nothing was saved', async () => {
  account().consent = 'deny'
  await leave()
  await page.getByRole('heading', { name: 'You cancelled' }).waitFor()
  await page.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
  expect(new URL(page.url()).search).toBe('')
  watched.expectQuiet()
})

test('one button, one approval: connected within 5 s, and no key anywhere in the browser', async () => {
  account().consent = 'approve'
  const answers = recordAnswers(page, keyway.url)
  await page.getByRole('button', { name: 'Connect with OpenRouter' }).click()
  const steps = page.getByRole('list', { name: 'The four steps' }).getByRole('listitem')
  await steps.last().waitFor()
  expect(await steps.count()).toBe(4)
  expect(await steps.last().textContent()).toContain('Encrypted key stored')

  const begin = performance.now()
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
  await page.getByRole('heading', { name: 'Connected' }).waitFor()
  const tookMs = performance.now() - begin
  console.log(`from the click to Connected: ${tookMs.toFixed(0)} ms`)
  expect(tookMs).toBeLessThan(CONNECT_MS)

  await page.getByRole('button', { name: 'Done' }).click()
  await page.goto('/settings/models')
  await page.getByText(/^Connected as/).waitFor()

  const [issued] = account().keys()
  expect(issued?.key).toMatch(/^sk-or-v1-/)
  const secret = issued?.key.slice('sk-or-v1-'.length) ?? ''
  const storage = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')
  for (const seen of [...(await answers()), await page.content(), String(storage)]) expect(seen).not.toContain(secret)
  watched.expectQuiet()
})

test('disconnecting says what happens, and leaves the way back', async () => {
  account().consent = 'approve'
  await leave()
  await page.getByRole('heading', { name: 'Connected' }).waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.goto('/settings/models')
  await page.getByRole('button', { name: 'Disconnect' }).click()
  const dialog = page.getByRole('dialog', { name: 'Disconnect OpenRouter?' })
  expect(await dialog.textContent()).toContain('lives on at OpenRouter')
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Not connected', { exact: true }).waitFor()
  expect(
    account()
      .keys()
      .map(({ revoked }) => revoked),
  ).toEqual([false])
  watched.expectQuiet()
})
