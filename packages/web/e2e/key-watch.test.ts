import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage } from './open-page.ts'
import { type FreshKeyway, signUp, startFreshKeyway } from './real-server.ts'

// What every story relies on: that a key would be seen, wherever it turned up.

let keyway: FreshKeyway
let browser: Browser
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
  page = (await openPage(browser, keyway.url)).page
  await signUp(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})

test.each([
  ['in JSON', `fetch('/api/app/state').then((answer) => answer.text())`, '"user":', 'an answer'],
  ['in a head', `fetch('/api/app/state').then((answer) => answer.text())`, 'cross-origin-opener-policy', 'an answer'],
  ['on the page', `document.body.append('on-the-page')`, 'on-the-page', 'the page 0'],
  [
    'in a field',
    `document.body.append(Object.assign(document.createElement('input'), { value: 'in-a-field' }))`,
    'in-a-field',
    'typed',
  ],
  ['in the storage', `localStorage.setItem('kept', 'in-the-storage')`, 'in-the-storage', 'kept by'],
  ['in a cookie', `document.cookie = 'a=in-a-cookie'`, 'in-a-cookie', 'a cookie'],
])('a key %s is noticed', async (_, act, secret, place) => {
  await keyway.expectKeyless(page)
  await page.evaluate(act)
  const seen = await keyway.expectKeyless(page, secret).catch((error: Error) => error.message)
  expect(seen).toContain(place)
})
