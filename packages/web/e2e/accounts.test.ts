import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { setupToken } from '../../server/src/testing/app-browser.ts'
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
})
afterEach(async () => {
  await page.context().close()
  await keyway.close()
  await keyway.simulation.close()
})

test('a link that is no link says so, and how to get another', async () => {
  await page.goto('/setup#nonsense')
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await page
    .getByText(/keyway/)
    .first()
    .waitFor()
  watched.expectQuiet()
})

test('a wrong password is refused without saying what was wrong', async () => {
  await signUp(page, keyway)
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('You are signed out.').waitFor()
  await page.getByLabel('Name or e-mail').fill('ada')
  await page.getByLabel('Password').fill('wrong password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
})

test('the bare address of a fresh installation says what to do next', async () => {
  await page.goto('/')
  await page.getByRole('heading', { name: 'Keyway is running' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/setup')
  watched.expectQuiet()
})

test('the one-time link makes an owner with a passkey, who signs in with it again', async () => {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(`/setup#${await setupToken(keyway)}`)
  await page.getByRole('button', { name: 'Create a passkey' }).waitFor()
  expect(new URL(page.url()).hash).toBe('')
  await page.getByLabel('Your name').fill('Ada')
  await page.getByRole('button', { name: 'Create a passkey' }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('button', { name: 'Continue with a passkey' }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
  expect(await page.getByText('Ada', { exact: true }).count()).toBeGreaterThan(0)
  watched.expectQuiet()
})

test('signing out everywhere ends another browser too', async () => {
  await signUp(page, keyway)
  const other = await openPage(browser, keyway.url)
  await other.page.goto('/sign-in?return_to=/settings/account')
  await other.page.getByLabel('Name or e-mail').fill('ada')
  await other.page.getByLabel('Password').fill(PASSWORD)
  await other.page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await other.page.getByRole('button', { name: 'Sign out everywhere', exact: true }).click()
  await other.page.getByText('You are signed out.').waitFor()
  await page.goto('/keys')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(new URL(page.url()).searchParams.get('return_to')).toBe('/keys')
  await other.page.context().close()
})
