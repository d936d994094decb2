import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../server/src/base/clock.ts'
import { signUpAndConnect } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, startFreshKeyway } from './real-server.ts'

const MINUTE = 60_000
let ahead = 0
const clock = { now: () => systemClock.now() + ahead, monotonic: () => systemClock.monotonic() + ahead }

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway({}, clock)
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUpAndConnect(page, keyway)
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
  // In the programs that people use it from, ready to be copied.
  await dialog.getByRole('button', { name: '11 more' }).click()
  for (const [tool, name] of [
    ['aider', 'OPENAI_API_BASE'],
    ['Shell', 'OPENAI_BASE_URL'],
  ] as const) {
    await dialog.getByRole('tab', { name: tool, exact: true }).click()
    const lines = (await dialog.getByRole('tabpanel', { name: tool, exact: true }).locator('pre').textContent()) ?? ''
    expect(lines).toContain(`${name}=${keyway.url}/api/v1`)
    expect(lines).toContain(`OPENAI_API_KEY=${first}`)
  }
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

test('a key has the environment, life, models and addresses that were chosen, shows what it used, and is rotated with time to change over', async () => {
  await page.goto('/keys?create=true')
  await page.getByLabel('Name', { exact: true }).fill('server')
  await page.getByLabel('Environment').selectOption('Staging')
  await page.getByLabel('Expires').selectOption('90')
  await page.getByLabel('Models').fill('openai/gpt-4.1')
  await page.getByText('More limits').click()
  await page.getByLabel('Only from these addresses').fill('not an address')
  await page.getByRole('button', { name: 'Create key' }).click()
  await page.getByText('IPv4 or IPv6 addresses, or ranges', { exact: false }).waitFor()
  await page.getByLabel('Only from these addresses').fill('203.0.113.7')
  await page.getByRole('button', { name: 'Create key' }).click()
  const dialog = page.getByRole('dialog', { name: 'Copy it now' })
  const first = (await dialog.locator('pre').first().textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have it' }).click()
  const call = async (key: string, model: string) => {
    const json = { model, messages: [{ role: 'user', content: 'Hi' }] }
    return (await keyway.call('/api/v1/chat/completions', { key, json })).status
  }
  expect(await call(first, 'openai/gpt-4.1')).toBe(403)
  await page.getByText('Staging \u00b7 1 model \u00b7 1 address', { exact: false }).waitFor()

  await page.getByRole('button', { name: 'Actions for server' }).click()
  await page.getByRole('menuitem', { name: 'Change limits' }).click()
  await page.getByText('More limits').click()
  await page.getByLabel('Only from these addresses').fill('127.0.0.0/8\n::1')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('1 model \u00b7 2 addresses', { exact: false }).waitFor()
  expect(await call(first, 'openai/gpt-4o-mini')).toBeGreaterThanOrEqual(400)
  expect(await call(first, 'openai/gpt-4.1')).toBe(200)
  await page.reload()
  const row = page.getByRole('listitem').filter({ hasText: 'server' })
  await expect.poll(() => row.textContent()).toMatch(/In all \$0\.0*[1-9]/)
  expect(await row.textContent()).toMatch(/expires in (?:2|3) months/)

  await page.getByRole('button', { name: 'Actions for server' }).click()
  await page.getByRole('menuitem', { name: 'Rotate' }).click()
  await page.getByLabel('The old key works on for').selectOption('an hour')
  await page.getByRole('button', { name: 'Rotate' }).click()
  const second = (await dialog.locator('pre').first().textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have it' }).click()
  expect([(await ask(first)).status, (await ask(second)).status]).toEqual([200, 200])
  expect(await call(second, 'openai/gpt-4o-mini')).toBeGreaterThanOrEqual(400)
  ahead += 61 * MINUTE
  expect([(await ask(first)).status, (await ask(second)).status]).toEqual([401, 200])
  watched.expectQuiet()
})
