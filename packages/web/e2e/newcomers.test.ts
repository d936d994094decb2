import { startSimulation } from '@keyway/sim'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { appBrowser, setupToken } from '../../server/src/testing/app-browser.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, startFreshKeyway } from './real-server.ts'

/** From the first visit to the first streamed answer, on our side. */
const CLICKS_MAX = 3

// Each is a person's whole way in.
vi.setConfig({ testTimeout: 60_000 })

let browser: Browser
let keyway: FreshKeyway
let watched: WatchedPage
let page: Page
const doors = new Map<string, FreshKeyway>()

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  for (const one of doors.values()) {
    await one.close()
    await one.simulation.close()
  }
})
afterEach(async () => {
  await keyway.expectKeyless(page)
  await page.context().close()
})

/** A Keyway whose owner is in, with that door, and a browser that was never there. */
async function visit(door: 'invite' | 'open' | 'visitor', settings: Record<string, string> = {}): Promise<void> {
  const name = JSON.stringify([door, settings])
  keyway = doors.get(name) ?? (await startFreshKeyway({ KEYWAY_ACCOUNTS__SIGN_UP: door, ...settings }))
  if (!doors.has(name)) {
    doors.set(name, keyway)
    const body = { token: await setupToken(keyway), login: 'owner', password: PASSWORD }
    await appBrowser(keyway).ask('POST /api/app/setup/password', { body })
  }
  watched = await openPage(browser, keyway.url)
  page = watched.page
}

const inside = () => page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
const press = (name: string) => page.getByRole('button', { name, exact: true }).click()

test('where people come by invitation, nobody finds a form to make an account', async () => {
  await visit('invite')
  await page.goto('/sign-up')
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/sign-in')
  await page.getByText('Ask whoever runs this Keyway').waitFor()
  expect(await page.getByRole('link', { name: 'Create an account' }).count()).toBe(0)
  expect(await page.getByRole('button', { name: 'Sign in with OpenRouter' }).count()).toBe(0)
  watched.expectQuiet()
})

test('an open door: an account by name and password, refused first, then made, and used again', async () => {
  await visit('open')
  await page.goto('/')
  await page.getByRole('link', { name: 'Create an account' }).click()
  await press('Use a password instead')
  await page.getByLabel('Your name').fill('Grace Hopper')
  await page.getByLabel('Name to sign in with').fill('owner')
  await page.getByLabel('Password').fill(PASSWORD)
  await press('Create account')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Name to sign in with').fill('grace')
  await press('Create account')
  await inside()
  expect(await page.getByText('Grace Hopper', { exact: true }).count()).toBeGreaterThan(0)
  await press('Sign out')
  await page.getByLabel('Name or e-mail').fill('grace')
  await page.getByLabel('Password').fill(PASSWORD)
  await press('Sign in')
  await inside()
  watched.expectQuiet()
})

test('an open door: an account by passkey', async () => {
  await visit('open')
  await addAuthenticator()
  await page.goto('/sign-up')
  await page.getByLabel('Your name').fill('Joan')
  await press('Create a passkey')
  await inside()
  await press('Sign out')
  await press('Continue with a passkey')
  await inside()
  expect(await page.getByText('Joan', { exact: true }).count()).toBeGreaterThan(0)
  watched.expectQuiet()
})

test('Sign in with OpenRouter: whoever says no stays outside, and can press again', async () => {
  await visit('visitor')
  keyway.simulation.openrouter.account.consent = 'deny'
  await page.goto('/')
  await press('Sign in with OpenRouter')
  await page.getByText('You cancelled').waitFor()
  expect(new URL(page.url()).pathname).toBe('/sign-in')
  await page.getByRole('button', { name: 'Sign in with OpenRouter' }).waitFor()
  watched.expectQuiet()
})

test('Sign in with OpenRouter: from the first visit to the first answer in at most three clicks of ours, asked for nothing', async () => {
  await visit('visitor')
  keyway.simulation.openrouter.account.consent = 'ask'
  let clicks = 0
  await page.exposeFunction('countClick', (origin: string) => {
    if (origin === keyway.url) clicks += 1
  })
  await page.addInitScript("document.addEventListener('click', () => window.countClick(location.origin), true)")
  await page.goto('/')
  expect(await page.getByRole('textbox').count()).toBe(0)
  await press('Sign in with OpenRouter')
  // There: who they are, and their approval.
  await page.getByRole('button', { name: /^Continue as/ }).click()
  await page.getByRole('button', { name: 'Approve' }).click()
  await inside()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/')
  expect(keyway.simulation.openrouter.account.keys()).toHaveLength(1)
  await keyway.expectKeyless(page)

  await page.getByRole('textbox').fill('Hello there')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByText('This answer is simulated.').waitFor()
  expect(clicks).toBe(2)
  expect(clicks).toBeLessThanOrEqual(CLICKS_MAX)

  // The same person in another browser, recognised by the account there.
  keyway.simulation.openrouter.account.consent = 'approve'
  const other = await openPage(browser, keyway.url)
  await other.page.goto('/')
  await other.page.getByRole('button', { name: 'Sign in with OpenRouter' }).click()
  await other.page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
  const idIn = async (one: Page) =>
    JSON.parse(String(await one.evaluate("fetch('/api/app/state').then((answer) => answer.text())"))).user.id
  expect(await idIn(other.page)).toBe(await idIn(page))
  await other.page.context().close()
  watched.expectQuiet()
})

test('a visitor is offered a passkey, with which OpenRouter alone opens their account no more', async () => {
  await visit('visitor')
  keyway.simulation.openrouter.account.consent = 'approve'
  await addAuthenticator()
  await page.goto('/')
  await press('Sign in with OpenRouter')
  await inside()
  await page.goto('/settings/account')
  await page.getByText('OpenRouter is your only way in').waitFor()
  await page.getByRole('button', { name: 'Add a passkey' }).first().click()
  await page.getByText('OpenRouter is your only way in').waitFor({ state: 'detached' })
  await press('Sign out')
  await press('Sign in with OpenRouter')
  await page.getByText('opens with its own passkey or password').waitFor()
  await press('Continue with a passkey')
  await inside()
  watched.expectQuiet()
})

test('deleting the account says what goes and what stays, and then nobody is in any more', async () => {
  await visit('open')
  await page.goto('/sign-up')
  await press('Use a password instead')
  await page.getByLabel('Your name').fill('Joyce')
  await page.getByLabel('Name to sign in with').fill('joyce')
  await page.getByLabel('Password').fill(PASSWORD)
  await press('Create account')
  await inside()
  await page.goto('/settings/account')
  await press('Delete account')
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
  expect(await dialog.textContent()).toContain('What stays')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
  await press('Delete account')
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await page.getByText('Your account is deleted').waitFor()
  await page.getByLabel('Name or e-mail').fill('joyce')
  await page.getByLabel('Password').fill(PASSWORD)
  await press('Sign in')
  await page.getByRole('alert').waitFor()
  watched.expectQuiet()
})

test('the last owner is told why they cannot leave', async () => {
  await visit('invite')
  await page.goto('/sign-in?return_to=/settings/account')
  await page.getByLabel('Name or e-mail').fill('owner')
  await page.getByLabel('Password').fill(PASSWORD)
  await press('Sign in')
  await press('Delete account')
  await press('Delete for good')
  await page.getByText('You are the last owner.').waitFor()
  watched.expectQuiet()
})

test('an Ollama on the machine is offered to the owner, and used after one click', async () => {
  const elsewhere = await startSimulation()
  try {
    await visit('invite', { KEYWAY_CATALOGUE__OLLAMA_URL: elsewhere.providers.ollama.baseUrl })
    await page.goto('/sign-in?return_to=/settings/models')
    await page.getByLabel('Name or e-mail').fill('owner')
    await page.getByLabel('Password').fill(PASSWORD)
    await press('Sign in')
    await page.getByText('Ollama runs on this machine').waitFor()
    expect(elsewhere.requests.map(({ path }) => path)).toEqual(['/ollama/v1/models'])
    await press('Use Ollama')
    await page.getByText('Ollama runs on this machine').waitFor({ state: 'detached' })
    await page.getByText('3 models can be called right now.').waitFor()
    watched.expectQuiet()
  } finally {
    await elsewhere.close()
  }
})

async function addAuthenticator(): Promise<void> {
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
}
