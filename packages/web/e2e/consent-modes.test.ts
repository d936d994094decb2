import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pkcePair } from '../../server/src/testing/app-flow.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, restartKeyway, signUp, startFreshKeyway } from './real-server.ts'

// What a person sees where the operator says which apps may ask. First registered apps alone, then an allow-list.

const REGISTERED = {
  KEYWAY_OAUTH__MODE: 'registered',
  KEYWAY_OAUTH__APPS: JSON.stringify([
    { name: 'Field notes', callback_urls: ['https://notes.example/cb', 'http://localhost/cb'] },
  ]),
}
const LISTED = { KEYWAY_OAUTH__MODE: 'allowlist', KEYWAY_OAUTH__ALLOWED_ORIGINS: 'https://app.example,loopback' }

const { challenge } = pkcePair()
const S256 = { code_challenge: challenge, code_challenge_method: 'S256' }
const address = (query: Record<string, string>) => `/auth?${new URLSearchParams({ ...query, ...S256 })}`
const back = (callback_url: string) => address({ callback_url })

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway(REGISTERED)
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUp(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})

/** The page says who may not ask and what to do, has nothing to press, and gave nothing. */
async function expectTurnedAway(url: string, heading: string, remedy: RegExp): Promise<void> {
  const answer = await page.goto(url)
  expect(answer?.status()).toBe(400)
  await page.getByRole('heading', { name: heading, exact: true }).waitFor()
  await page.getByText('Whoever runs this Keyway decides which apps may ask').waitFor()
  await page.getByText(remedy).waitFor()
  expect(await page.locator('button, a, form, input, script').count()).toBe(0)
  const grants = await keyway.server.house.store.listGrants({ userId: keyway.server.house.owner.id })
  expect(grants).toEqual([])
}

test('registered: an app that is not, or comes back elsewhere, may not ask; nor may codes be made', async () => {
  await expectTurnedAway(back('https://other.example/cb'), 'other.example may not ask for a key here', /oauth\.apps/)
  await expectTurnedAway(
    back('https://notes.example/else'),
    'notes.example may not ask for a key here',
    /callback_urls/,
  )
  const here = 'Apps on this computer may not ask for a key here'
  await expectTurnedAway(back('http://127.0.0.1:4000/cb'), here, /oauth\.apps/)
  await expectTurnedAway(address({}), 'This Keyway gives no codes for other devices', /oauth\.apps/)
  watched.expectQuiet()
})

test('registered: a registered app is called by its name, beside its address, and may be allowed', async () => {
  await page.goto(back('https://notes.example/cb'))
  await page.getByRole('heading', { name: 'Field notes asks for a key', exact: true }).waitFor()
  await page.getByText('notes.example', { exact: true }).waitFor()
  await page.getByRole('button', { name: /^Allow/ }).waitFor()
  watched.expectQuiet()
})

test('a page that was open when the operator took the app away gives nothing any more, and says so', async () => {
  await page.goto(back('https://notes.example/cb'))
  await page.getByRole('button', { name: /^Allow/ }).waitFor()
  keyway = await restartKeyway(keyway, LISTED)
  // Half a second after it came to the front a press counts.
  await page.waitForTimeout(700)
  await page.getByRole('button', { name: /^Allow/ }).click()
  await page.getByText('this Keyway answers only apps that its operator admitted').waitFor()
  expect(await keyway.server.house.store.listGrants({ userId: keyway.server.house.owner.id })).toEqual([])
  expect(page.url()).toContain(keyway.url)
})

test('allowlist: an origin that is not on it may not ask, also in German; its own neighbour is another', async () => {
  const remedy = /https:\/\/sub\.app\.example to oauth\.allowed_origins/
  await expectTurnedAway(back('https://sub.app.example/cb'), 'sub.app.example may not ask for a key here', remedy)
  await expectTurnedAway(address({}), 'This Keyway gives no codes for other devices', /headless to oauth/)
  const { page: german, expectQuiet } = await openPage(browser, keyway.url, { locale: 'de-DE' })
  await german.goto(back('https://other.example/cb'))
  await german.getByRole('heading', { name: 'other.example darf hier nicht um einen Schlüssel bitten' }).waitFor()
  expect(await german.evaluate('document.documentElement.lang')).toBe('de')
  for (const colorScheme of ['light', 'dark'] as const) {
    await german.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page: german }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
  }
  expectQuiet()
  await german.context().close()
})

test('allowlist: an origin on it is asked about by its address, and so are programs on this computer', async () => {
  await page.goto(back('https://app.example/anything'))
  await page.getByRole('heading', { name: 'app.example asks for a key', exact: true }).waitFor()
  await page.getByRole('button', { name: /^Allow/ }).waitFor()
  await page.goto(back('http://localhost:4000/cb'))
  await page.getByRole('heading', { name: 'An app on this computer asks for a key' }).waitFor()
  watched.expectQuiet()
})
