import { type MailServer, type ReceivedMail, startMailServer } from '@keyway/sim'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { appBrowser, setupToken } from '../../server/src/testing/app-browser.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, startFreshKeyway } from './real-server.ts'

// Each is a person's whole way, by mail.
vi.setConfig({ testTimeout: 60_000 })

const NEXT = 'another maple engine'

let browser: Browser
let mail: MailServer
let keyway: FreshKeyway
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  mail = await startMailServer()
  keyway = await startFreshKeyway({
    ...{ KEYWAY_ACCOUNTS__SIGN_UP: 'open', KEYWAY_MAIL__HOST: '127.0.0.1', KEYWAY_MAIL__PORT: String(mail.port) },
    ...{ KEYWAY_MAIL__TLS: 'none', KEYWAY_MAIL__FROM: 'keyway@example.com' },
  })
  const body = { token: await setupToken(keyway), login: 'owner', password: PASSWORD }
  await appBrowser(keyway).ask('POST /api/app/setup/password', { body })
  watched = await openPage(browser, keyway.url)
  page = watched.page
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
  await mail.close()
})
afterEach(() => keyway.expectKeyless(page))

const press = (name: string) => page.getByRole('button', { name, exact: true }).click()
/** Leaving loads a fresh page: whoever goes on before it stands would be overtaken by it. */
async function signOut(): Promise<void> {
  await press('Sign out')
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
}
const inside = () => page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()

async function signIn(login: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Name or e-mail').fill(login)
  await page.getByLabel('Password').fill(password)
  await press('Sign in')
  await inside()
}

/** Opens a letter's link as its reader would: in a page of its own, without what the one before remembers. */
async function follow({ text }: ReceivedMail): Promise<void> {
  const link = text.split('\r\n').find((line) => line.startsWith(keyway.url)) ?? ''
  await page.goto('about:blank')
  await page.goto(link)
  await page.waitForURL(({ hash }) => hash === '')
}

test('an invitation goes by mail, ends when another is sent, and lets somebody in with a confirmed address', async () => {
  await signIn('owner')
  await page.goto('/settings/people')
  await press('Invite')
  await page.getByLabel('Name').fill('Grace Hopper')
  await page.getByLabel('E-mail').fill('grace@example.com')
  await press('Send the invitation')
  await page.getByText('The invitation is on its way to grace@example.com').waitFor()
  const first = await mail.next('grace@example.com')
  await page.getByText('Invited', { exact: true }).waitFor()
  const menu = () => page.getByRole('button', { name: /Grace Hopper/ }).click()
  await menu()
  await page.getByRole('menuitem', { name: 'Send another invitation' }).click()
  const second = await mail.next('grace@example.com')
  await signOut()
  await follow(first)
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await follow(second)
  await press('Use a password instead')
  await page.getByLabel('Password').fill(PASSWORD)
  await press('Set password and continue')
  await inside()
  await page.goto('/settings/account')
  await page.getByText('grace@example.com').waitFor()
  await page.getByText('Confirmed', { exact: true }).waitFor()
  await signOut()
  watched.expectQuiet()
})

test('an address is confirmed by its mail, and a forgotten password is chosen anew', async () => {
  await page.goto('/sign-up')
  await press('Use a password instead')
  await page.getByLabel('Your name').fill('Ada')
  await page.getByLabel('Name to sign in with').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByLabel('E-mail').fill('ada@example.com')
  await press('Create account')
  await inside()
  await page.goto('/settings/account')
  await page.getByText('We sent a link to ada@example.com').waitFor()
  await follow(await mail.next('ada@example.com'))
  await press('Confirm')
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor()
  await page.getByRole('link', { name: 'Go on to Keyway' }).click()
  await signOut()
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByRole('heading', { name: 'Choose a new password' }).waitFor()
  await page.getByLabel('E-mail').fill('ada@example.com')
  await press('Send the link')
  await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor()
  const letter = await mail.next('ada@example.com')
  await follow(letter)
  expect(await page.getByLabel('Name or e-mail').inputValue()).toBe('ada')
  await page.getByLabel('Password').fill(NEXT)
  await press('Set password and sign in')
  await inside()
  await signOut()
  await follow(letter)
  await page.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await signIn('ada', NEXT)
  watched.expectQuiet()
})
