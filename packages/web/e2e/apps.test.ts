import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../server/src/base/clock.ts'
import { appFlow, exchangeCode, pkcePair } from '../../server/src/testing/app-flow.ts'
import { signUpAndConnect } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, restartKeyway, startFreshKeyway } from './real-server.ts'

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

/** A key that was given by a code, as the person who set this Keyway up gave it. */
async function give(): Promise<string> {
  const pair = pkcePair()
  const query = { code_challenge: pair.challenge, code_challenge_method: 'S256', key_label: 'build server' }
  const code = await (await appFlow(keyway)).code(query)
  const answer = await exchangeCode(keyway, { code, code_verifier: pair.verifier })
  return (JSON.parse(await answer.text()) as { key: string }).key
}

test('an app stands on the page with its cap, is changed, paused, let go on and revoked', async () => {
  const key = await give()
  const status = async () => (await keyway.call('/api/v1/key', { key })).status
  expect(await status()).toBe(200)
  await page.goto('/settings/account')
  await page.getByRole('link', { name: 'Apps' }).click()
  const menu = page.getByRole('button', { name: /^Actions for Another device/ })
  await menu.click()
  await page.getByRole('menuitem', { name: 'Change limits' }).click()
  await page.getByLabel('Spend at most').fill('1000')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('An amount from 0 to 100.00', { exact: false }).waitFor()
  await page.getByLabel('Spend at most').fill('2.50')
  await page.getByText('Only some').click()
  await page.getByText('Choose at least one model.').waitFor()
  await page.getByLabel('Find a model or an author').fill('openai')
  await page.getByRole('checkbox', { name: 'openai/*' }).check()
  await page.getByText('1 chosen').waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('$2.50', { exact: false }).first().waitFor()
  const { data } = JSON.parse(await (await keyway.call('/api/v1/key', { key })).text())
  expect(data.limit).toBe(2.5)
  await page.getByText('openai/*').waitFor()

  await menu.click()
  await page.getByRole('menuitem', { name: 'Pause' }).click()
  await page.getByText('Paused').waitFor()
  expect(await status()).toBe(401)
  await menu.click()
  await page.getByRole('menuitem', { name: 'Let it go on' }).click()
  await page.getByText('Paused').waitFor({ state: 'detached' })
  expect(await status()).toBe(200)

  await menu.click()
  await page.getByRole('menuitem', { name: 'See its calls' }).click()
  await page.getByRole('dialog').getByText('nothing yet').waitFor()
  await page.keyboard.press('Escape')

  await menu.click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No apps yet').waitFor()
  expect(await status()).toBe(401)
  watched.expectQuiet()
})

test('the small key of a weak flow says why it is small, and is raised after signing in again; its calls are told', async () => {
  const query = { code_challenge: 'said-in-the-clear', code_challenge_method: 'plain' }
  const code = await (await appFlow(keyway)).code(query)
  const answer = await exchangeCode(keyway, { code, code_verifier: 'said-in-the-clear' })
  const { key } = JSON.parse(await answer.text())
  const limit = async () => JSON.parse(await (await keyway.call('/api/v1/key', { key })).text()).data.limit
  expect(await limit()).toBe(1)
  const json = { model: 'openai/gpt-4.1', messages: [{ role: 'user', content: 'Hi' }] }
  expect((await keyway.call('/api/v1/chat/completions', { key, json })).status).toBe(200)

  ahead += 10 * MINUTE
  await page.goto('/apps')
  await page.getByText('Weak sign-in').waitFor()
  const menu = page.getByRole('button', { name: /^Actions for Another device/ })
  await menu.click()
  await page.getByRole('menuitem', { name: 'See its calls' }).click()
  await page.getByRole('dialog').getByText('openai/gpt-4.1').first().waitFor()
  await page.keyboard.press('Escape')
  await menu.click()
  await page.getByRole('menuitem', { name: 'Change limits' }).click()
  await page.getByText('The app sent its code challenge in the clear', { exact: false }).waitFor()
  await page.getByLabel('Spend at most').fill('4')
  await page.getByRole('button', { name: 'Save' }).click()
  const again = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await again.waitFor()
  expect(await limit()).toBe(1)
  await again.getByLabel('Name or e-mail').fill('ada')
  await again.getByLabel('Password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('$4.00', { exact: false }).first().waitFor()
  expect(await limit()).toBe(4)
  watched.expectQuiet()
})

test('the ranking asks whoever is not signed in to do so, while the operator did not open it', async () => {
  await page.goto('/apps')
  await page.getByRole('link', { name: 'Which apps use most here' }).click()
  await page.getByText('No app has called yet').waitFor()
  const stranger = await openPage(browser, keyway.url)
  await stranger.page.goto('/rankings')
  await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await stranger.page.context().close()
})

test('the ranking is anybody\u2019s to read where the operator says so, and names sites alone', async () => {
  const { key } = await keyway.issue()
  const json = { model: 'openai/gpt-4.1', messages: [{ role: 'user', content: 'Hi' }] }
  for (const referer of ['https://ranked.example/page', 'http://localhost:4000/']) {
    const asked = { key, json, headers: { 'http-referer': referer, 'x-title': `by ${new URL(referer).hostname}` } }
    expect((await keyway.call('/api/v1/chat/completions', asked)).status).toBe(200)
  }
  keyway = await restartKeyway(keyway, { KEYWAY_OAUTH__PUBLIC_RANKINGS: 'true' })
  const stranger = await openPage(browser, keyway.url)
  await stranger.page.goto('/rankings')
  await stranger.page.getByRole('heading', { name: 'Top apps' }).waitFor()
  await stranger.page.getByText('by ranked.example').waitFor()
  expect(await stranger.page.content()).not.toContain('localhost:4000')
  expect(await stranger.page.content()).not.toContain('by localhost')
  await stranger.page.getByText('30 days').click()
  await stranger.page.getByText('by ranked.example').waitFor()
  stranger.expectQuiet()
  await stranger.page.context().close()
})
