import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, signUp, startFreshKeyway } from './real-server.ts'

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUp(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(() => keyway.expectKeyless(page))

/** What the API says of a key. */
async function ask(key: string): Promise<{ status: number; limit: unknown }> {
  const response = await keyway.call('/api/v1/key', { key })
  const body = response.ok ? ((await response.json()) as { data: { limit: unknown } }) : undefined
  return { status: response.status, limit: body?.data.limit }
}

test('a cap that is no amount is refused at once, and the form keeps what was typed', async () => {
  await page.goto('/keys')
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByLabel('Name', { exact: true }).fill('laptop')
  await page.getByLabel('Spending cap').fill('five')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByText('An amount such as 5 or 2.50.').waitFor()
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('laptop')
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('a key is shown once, works, is rotated and revoked', async () => {
  await page.goto('/keys?create=true')
  await page.getByLabel('Name', { exact: true }).fill('laptop')
  await page.getByLabel('Spending cap').fill('2.50')
  await page.getByLabel('Resets').selectOption('Every month')
  await page.getByRole('button', { name: 'Create key' }).click()

  const dialog = page.getByRole('dialog', { name: 'Copy it now' })
  const first = (await dialog.locator('pre').first().textContent()) ?? ''
  expect(first).toMatch(/^kwy_k1_[0-9A-Za-z]{49}$/)
  expect(await dialog.locator('pre').nth(1).textContent()).toContain('OPENAI_API_KEY')
  // In the programs that people use it from, ready to be copied.
  await dialog.getByRole('tab', { name: 'aider' }).click()
  const lines = (await dialog.getByRole('tabpanel', { name: 'aider' }).locator('pre').textContent()) ?? ''
  expect(lines).toContain(`OPENAI_API_BASE=${keyway.url}/api/v1`)
  expect(lines).toContain(`OPENAI_API_KEY=${first}`)
  expect(await ask(first)).toEqual({ status: 200, limit: 2.5 })
  await dialog.getByRole('button', { name: 'I have it' }).click()
  await page.getByText('$2.50', { exact: false }).first().waitFor()
  expect(await page.content()).not.toContain(first)

  await page.getByRole('button', { name: 'Actions for laptop' }).click()
  await page.getByRole('menuitem', { name: 'Rotate' }).click()
  await page.getByLabel('The old key works on for').selectOption('not at all')
  await page.getByRole('button', { name: 'Rotate' }).click()
  const second = (await dialog.locator('pre').first().textContent()) ?? ''
  expect(second).not.toBe(first)
  expect((await ask(first)).status).toBe(401)
  expect((await ask(second)).status).toBe(200)
  await dialog.getByRole('button', { name: 'I have it' }).click()

  await page.getByRole('button', { name: 'Actions for laptop' }).first().click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('laptop is revoked').waitFor()
  expect((await ask(second)).status).toBe(401)
  watched.expectQuiet()
})
