import { readFile } from 'node:fs/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { totpCode, totpStepAt } from '../../server/src/accounts/totp.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, signUp, startFreshKeyway } from './real-server.ts'

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
  await keyway.expectKeyless(page)
  await page.context().close()
  await keyway.close()
  await keyway.simulation.close()
})

/** The step after the present one, which the server takes as well: the present one's code is used by then. */
const nextCode = (secret: string) => totpCode(secret, totpStepAt(Date.now()) + 1)

async function givePassword(): Promise<void> {
  await page.getByLabel('Name or e-mail').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
}

test('an authenticator app is added, asked for after the password, and a recovery code stands in for it', async () => {
  await page.goto('/settings/account')
  await page.getByRole('button', { name: 'Add an app' }).click()
  await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor()
  const shown = await page.getByRole('dialog').locator('pre').textContent()
  const secret = (shown ?? '').replaceAll(' ', '')
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  await page.getByLabel('Six-digit code').fill('000000')
  await page.getByRole('button', { name: 'Switch on' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Six-digit code').fill(totpCode(secret, totpStepAt(Date.now())))
  await page.getByRole('button', { name: 'Switch on' }).click()
  const list = page.getByRole('list', { name: 'Your recovery codes' }).getByRole('listitem')
  await list.last().waitFor()
  const codes = await list.allTextContents()
  expect(codes).toHaveLength(10)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ])
  const saved = await readFile(await download.path(), 'utf8')
  for (const code of codes) expect(saved).toContain(code)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes left').waitFor()
  expect(await page.content()).not.toContain(codes[0])

  await page.goto('/')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await givePassword()
  // The sixth digit sends it.
  await page.getByLabel('Six-digit code').fill(nextCode(secret))
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await givePassword()
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await page.getByLabel('Recovery code', { exact: true }).fill(codes[3] ?? '')
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
  await page.goto('/settings/account')
  await page.getByText('9 recovery codes left').waitFor()
  watched.expectQuiet()
})
