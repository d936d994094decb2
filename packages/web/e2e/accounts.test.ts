import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { runBin } from '../../server/src/cli/test-bin.ts'
import { appBrowser, setupToken } from '../../server/src/testing/app-browser.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, startFreshKeyway } from './real-server.ts'

// Story 9, as one installation lives it from its first start: each test goes on from the one before.

/** A one-time link works for a quarter of an hour. Milliseconds. */
const LINK_MS = 15 * 60_000

vi.setConfig({ testTimeout: 60_000 })

let aheadMs = 0
let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page
/** How the server answered whether a link is good. A browser complains of each that is refused. */
const checks: number[] = []

beforeAll(async () => {
  browser = await launchBrowser()
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + aheadMs }
  keyway = await startFreshKeyway({}, clock)
  watched = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
  page = watched.page
  page.on('response', (response) => {
    if (response.url().endsWith('/setup/check')) checks.push(response.status())
  })
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(() => keyway.expectKeyless(page))
afterEach(() => watched.expectQuiet())

const heading = (name: string, on = page) => on.getByRole('heading', { name, exact: true }).waitFor()
const press = (name: string, on = page) => on.getByRole('button', { name, exact: true }).click()
const inside = (on = page) => heading('No model is connected yet', on)

/** Leaving loads a fresh page: whoever goes on before it stands would be overtaken by it. */
async function signOut(): Promise<void> {
  await page.goto('/')
  await press('Sign out')
  await page.getByText('You are signed out.').waitFor()
}

async function signIn(on: Page, login: string, password = PASSWORD): Promise<void> {
  await on.getByLabel('Name or e-mail').fill(login)
  await on.getByLabel('Password').fill(password)
  await press('Sign in', on)
}

async function followNewLink(): Promise<void> {
  checks.splice(0)
  await page.goto(`/setup#${await setupToken(keyway)}`)
  await heading('Set up your sign-in')
}

async function addAuthenticator(): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    automaticPresenceSimulation: true,
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
  } as const
  await session.send('WebAuthn.addVirtualAuthenticator', { options })
  return session
}

test('the bare address of a fresh installation says what to do next', async () => {
  await page.goto('/')
  await heading('Keyway is running')
  expect(new URL(page.url()).pathname).toBe('/setup')
  await page.getByText('npx keyway users setup-link owner', { exact: true }).waitFor()
})

test('a link that is no link, or is older than a quarter of an hour, says so, and how to get another', async () => {
  const old = await setupToken(keyway)
  aheadMs = LINK_MS
  for (const token of ['nonsense', old]) {
    await page.goto('about:blank')
    await page.goto(`/setup#${token}`)
    await heading('This link no longer works')
    await page.getByText('npx keyway users setup-link owner', { exact: true }).waitFor()
  }
  aheadMs = 0
  expect(checks.splice(0)).toEqual([200, 200])
  // A good one in the same tab, where only what stands after the # changes and no page is loaded.
  await page.goto(`/setup#${await setupToken(keyway)}`)
  await heading('Set up your sign-in')
})

test('the command prints the link again, and with "this machine only" nobody is asked who they are', async () => {
  const { stdout } = await runBin(['users', 'setup-link', 'owner'], { env: { KEYWAY_HOME: keyway.home } })
  const [link = ''] = stdout.split('\n')
  expect(link).toMatch(new RegExp(`^${keyway.url}/setup#\\S+$`))
  await page.goto(link)
  await page.getByText('This link makes you the owner of this Keyway.', { exact: false }).waitFor()
  expect(page.url()).toBe(`${keyway.url}/setup`)
  await press('This machine only')
  await inside()

  const other = await openPage(browser, keyway.url)
  await other.page.goto('/')
  await inside(other.page)
  await other.page.context().close()
  await signOut()
  await press('Continue on this machine')
  await inside()
})

test('a passkey makes the owner, who signs in with it again, and the machine alone lets nobody in any more', async () => {
  await page.goto('/settings/account')
  await page.getByText('Whoever can use a browser on this computer gets in', { exact: false }).waitFor()
  const authenticator = await addAuthenticator()
  await followNewLink()
  await page.getByLabel('Your name').fill('Ada')
  await press('Create a passkey')
  await inside()
  // Asked once: by now the link is used up.
  expect(checks).toEqual([200])
  await signOut()
  expect(await page.getByRole('button', { name: 'Continue on this machine' }).count()).toBe(0)
  await press('Continue with a passkey')
  await inside()
  expect(await page.getByText('Ada', { exact: true }).count()).toBeGreaterThan(0)
  await authenticator.detach()
})

test('a password makes the owner, and a wrong one is refused without saying what was wrong', async () => {
  await followNewLink()
  await press('Use a password instead')
  await page.getByLabel('Name or e-mail').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await press('Set password and continue')
  await inside()
  await signOut()
  await signIn(page, 'ada', 'wrong password')
  const refusal = page.getByRole('alert')
  await refusal.getByText('That name and password do not go together.').waitFor()
  const answer = page.waitForResponse((one) => one.url().endsWith('/api/app/login/password'))
  await signIn(page, 'nobody')
  await answer
  await refusal.getByText('That name and password do not go together.').waitFor()
  await signIn(page, 'ada')
  await inside()
})

test('every browser that is signed in stands in a list, and is signed out from there, one or all', async () => {
  const other = await openPage(browser, keyway.url)
  const signInThere = async () => {
    await other.page.goto('/sign-in?return_to=/settings/account')
    await signIn(other.page, 'ada')
    await heading('Sessions', other.page)
  }
  await signInThere()
  await page.goto('/settings/account')
  const sessions = page.locator('section', { has: page.getByRole('heading', { name: 'Sessions' }) })
  const rows = sessions.getByRole('listitem')
  await expect.poll(() => rows.count()).toBe(2)
  expect(await rows.filter({ hasText: 'This browser' }).count()).toBe(1)
  expect(await rows.filter({ hasText: 'by password' }).count()).toBe(2)
  await sessions.getByRole('button', { name: /^Sign out (?!everywhere)/ }).click()
  await expect.poll(() => rows.count()).toBe(1)
  await other.page.goto('/keys')
  await heading('Sign in', other.page)
  expect(new URL(other.page.url()).searchParams.get('return_to')).toBe('/keys')

  await signInThere()
  await press('Sign out everywhere', other.page)
  await other.page.getByText('You are signed out.').waitFor()
  await page.goto('/keys')
  await heading('Sign in')
  other.expectQuiet()
  await other.page.context().close()
})

test('owner, admin, member and guest each find what they may do, and the server holds to it', async () => {
  await signIn(page, 'ada')
  await page.getByRole('button', { name: 'New key' }).waitFor()
  const invite = async (name: string, role: string, on = page) => {
    await on.goto('/settings/people')
    await press('Invite', on)
    const dialog = on.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill(name)
    const roles = dialog.getByLabel('Role')
    if (await roles.isEnabled()) await roles.selectOption(role)
    const offered = await roles.locator('option').allTextContents()
    await press('Create the link', on)
    const link =
      (await on
        .getByRole('dialog', { name: `Pass this link to ${name}` })
        .locator('pre')
        .textContent()) ?? ''
    return { link, offered }
  }
  /** What one page finds of the things that only some may do. */
  const finds = async (on: Page) => {
    await on.goto('/settings/models')
    await heading('AI & models', on)
    const custom = await on.getByText('Custom endpoint', { exact: true }).count()
    await on.goto('/settings/usage')
    await heading('Usage', on)
    const everyones = await on.getByRole('radio', { name: 'Everyone’s' }).count()
    const people = await on.getByRole('link', { name: 'People', exact: true }).count()
    return { custom, everyones, people }
  }
  const asks = (on: Page, path: string) => on.evaluate(`fetch(${JSON.stringify(path)}).then(({ status }) => status)`)

  /** A browser in which somebody has followed their link. */
  const comeIn = async (link: string, login: string) => {
    const app = appBrowser(keyway)
    await app.ask('POST /api/app/setup/password', {
      body: { token: link.split('#')[1] ?? '', login, password: PASSWORD },
    })
    const [name = '', value = ''] = app.cookie?.split('=') ?? []
    const one = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
    await one.page.context().addCookies([{ name, value, url: keyway.url }])
    return one
  }

  const ofOwner = await invite('Grace', 'Admin')
  expect(ofOwner.offered).toEqual(['Member', 'Admin', 'Owner'])
  const grace = await comeIn(ofOwner.link, 'grace')
  const ofAdmin = await invite('Joan', 'Member', grace.page)
  expect(ofAdmin.offered).toEqual(['Member'])
  const joan = await comeIn(ofAdmin.link, 'joan')

  expect(await finds(page)).toEqual({ custom: 1, everyones: 1, people: 1 })
  expect(await finds(grace.page)).toEqual({ custom: 1, everyones: 1, people: 1 })
  expect(await finds(joan.page)).toEqual({ custom: 0, everyones: 0, people: 0 })
  expect(await asks(grace.page, '/api/app/users')).toBe(200)
  expect(await asks(joan.page, '/api/app/users')).toBe(403)
  expect(await asks(joan.page, '/api/app/usage?days=7&scope=workspace')).toBe(403)
  await joan.page.goto('/settings/people')
  await joan.page.getByText('Not for members').waitFor()

  // An admin acts upon members, and neither upon owners nor upon roles; an owner upon both.
  await grace.page.goto('/settings/people')
  await press('Actions for Joan', grace.page)
  await grace.page.getByRole('menuitem', { name: 'Disable' }).waitFor()
  expect(await grace.page.getByRole('menuitem', { name: 'Make admin' }).count()).toBe(0)
  await grace.page.keyboard.press('Escape')
  expect(await grace.page.getByRole('button', { name: 'Actions for Ada' }).count()).toBe(0)
  // What the workspace shares is a guest's by somebody's word alone.
  const { baseUrl, key } = keyway.simulation.providers.groq
  const shared = { secret: key, provider: 'groq', base_url: baseUrl, allow_private: true, reach: 'shared' }
  await page.evaluate(`fetch('/api/app/credentials', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(shared))},
  })`)
  /** Whether the one finds a model that can be called. */
  const mayCall = (on: Page) =>
    on.evaluate(
      `fetch('/api/app/models').then((all) => all.json()).then(({ data }) => data.some((one) => one.callable))`,
    )
  expect(await mayCall(joan.page)).toBe(true)
  await grace.page.goto('/settings/people')
  const switchGuest = async (item: string, told: string) => {
    await press('Actions for Joan', grace.page)
    await grace.page.getByRole('menuitem', { name: item }).click()
    await grace.page.getByText(told).waitFor()
  }
  const guests = grace.page.getByText('Guest', { exact: true })
  await switchGuest('No more shared keys', 'Joan uses their own keys alone')
  await guests.waitFor()
  expect(await mayCall(joan.page)).toBe(false)
  await grace.page.reload()
  await guests.waitFor()
  await switchGuest('Let use shared keys', 'Joan may use the shared keys')
  await guests.waitFor({ state: 'detached' })
  expect(await mayCall(joan.page)).toBe(true)
  await page.goto('/settings/people')
  await press('Actions for Grace')
  await page.getByRole('menuitem', { name: 'Make member' }).click()
  await page.getByText('Grace’s role is now: Member').waitFor()
  // With the role its sessions went.
  expect(await asks(grace.page, '/api/app/users')).toBe(401)
  await press('Actions for Joan')
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByText('Joan is disabled').waitFor()
  expect(await asks(joan.page, '/api/app/me')).toBe(401)
  for (const one of [grace, joan]) {
    one.expectQuiet()
    await one.page.context().close()
  }
})
