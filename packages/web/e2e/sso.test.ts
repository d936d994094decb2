import { type GithubSite, type OidcProvider, startGithubSite, startOidcProvider } from '@keyway/sim'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, signUp, startFreshKeyway } from './real-server.ts'

// Each is a person's whole way, there and back.
vi.setConfig({ testTimeout: 60_000 })

let browser: Browser
let company: OidcProvider
let google: OidcProvider
let github: GithubSite
let keyway: FreshKeyway
let owner: WatchedPage

beforeAll(async () => {
  browser = await launchBrowser()
  company = await startOidcProvider()
  google = await startOidcProvider()
  github = await startGithubSite()
  company.consent = 'ask'
  const provider = {
    id: 'company',
    kind: 'oidc',
    name: 'Example Ltd',
    issuer: company.issuer,
    client_id: company.clientId,
    client_secret: { env: 'COMPANY_SECRET' },
    allowed_domains: ['example.com'],
  }
  const hub = {
    ...{ id: 'github', kind: 'github', name: 'GitHub', issuer: github.url },
    ...{ client_id: github.clientId, client_secret: { env: 'GITHUB_SECRET' } },
  }
  const mail = {
    ...{ id: 'google', kind: 'google', issuer: google.issuer },
    ...{ client_id: google.clientId, client_secret: { env: 'GOOGLE_SECRET' }, allowed_domains: ['example.com'] },
  }
  keyway = await startFreshKeyway({
    KEYWAY_SIGN_IN__PROVIDERS: JSON.stringify([provider, mail, hub]),
    GOOGLE_SECRET: google.clientSecret,
    GITHUB_SECRET: github.clientSecret,
    COMPANY_SECRET: company.clientSecret,
    // Where mail can be sent, the account says of its address whether it is confirmed.
    ...{ KEYWAY_MAIL__HOST: '127.0.0.1', KEYWAY_MAIL__TLS: 'none', KEYWAY_MAIL__FROM: 'keyway@example.com' },
  })
  owner = await openPage(browser, keyway.url)
  await signUp(owner.page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
  await company.close()
  await google.close()
  await github.close()
})
afterEach(() => keyway.expectKeyless(owner.page, company.clientSecret))

test('a person of the organisation comes in by one button, also to the page that they wanted', async () => {
  const { page, expectQuiet } = await openPage(browser, keyway.url)
  await page.goto('/keys')
  await page.getByRole('button', { name: 'Continue with Example Ltd' }).click()
  await page.getByRole('link', { name: 'Deny' }).click()
  await page.getByText('You cancelled').waitFor()
  await page.getByRole('button', { name: 'Continue with Example Ltd' }).click()
  await page.getByRole('link', { name: 'Allow' }).click()
  await page.getByRole('heading', { name: 'No keys yet' }).waitFor()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/keys')
  await page.getByText('Ada Byron').first().waitFor()
  await page.goto('/settings/account')
  await page.getByText('ada@example.com').first().waitFor()
  await page.getByText('Confirmed', { exact: true }).waitFor()
  await keyway.expectKeyless(page, company.clientSecret, 'sim-access-')
  expectQuiet()
  await page.context().close()
})

test('whoever has an account adds the organisation\u2019s to it, and signs in by that', async () => {
  company.person = { sub: 'owner-there', email: 'boss@elsewhere.example', email_verified: true, name: 'Boss' }
  const { page } = owner
  await page.goto('/settings/account')
  await page.getByRole('button', { name: 'Add Example Ltd' }).click()
  await page.getByRole('link', { name: 'Allow' }).click()
  await page.getByText('The account is added').waitFor()
  await page.getByText('boss@elsewhere.example').waitFor()

  await page.goto('/')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('You are signed out.').waitFor()
  await page.getByRole('button', { name: 'Continue with Example Ltd' }).click()
  await page.getByRole('link', { name: 'Allow' }).click()
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
  await page.goto('/settings/account')
  await page.getByText('Owner', { exact: true }).first().waitFor()
  owner.expectQuiet()
})

test('whoever was invited comes in by GitHub, with the address that it verified', async () => {
  const { store, owner: boss, workspace, clock } = keyway.server.house
  const invited = {
    id: 'user_lin',
    name: 'Lin',
    email: 'lin@elsewhere.example',
    role: 'member',
    disabledAt: null,
  } as const
  const actor = { id: boss.id, workspaceId: workspace.id }
  await store.createUser({ ...invited, workspaceId: workspace.id, createdAt: clock.now() }, actor)
  const emails = [{ email: 'lin@elsewhere.example', primary: true, verified: true }]
  github.person = { id: 42, login: 'lin', name: 'Lin Yutang', emails }
  const { page, expectQuiet } = await openPage(browser, keyway.url)
  await page.goto('/settings/account')
  await page.getByRole('button', { name: 'Continue with GitHub' }).click()
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
  await page.getByText('lin@elsewhere.example').first().waitFor()
  await page.getByText('Confirmed', { exact: true }).waitFor()
  expectQuiet()
  await page.context().close()
})

test('Google: a private account with the organisation’s address stays outside, one of the organisation comes in and is known again', async () => {
  google.consent = 'ask'
  google.person = { sub: 'private', email: 'eve@example.com', email_verified: true, name: 'Eve' }
  const { page, expectQuiet } = await openPage(browser, keyway.url)
  const comeIn = async () => {
    await page.getByRole('button', { name: 'Continue with Google' }).click()
    await page.getByRole('link', { name: 'Allow' }).click()
  }
  await page.goto('/settings/account')
  await comeIn()
  await page.getByText('You are not invited yet').waitFor()
  expect(google.asked.at(-1)?.get('code_challenge_method')).toBe('S256')

  google.person = { sub: 'employee', email: 'kay@example.com', email_verified: true, name: 'Kay', hd: 'example.com' }
  for (const time of ['first', 'again']) {
    await page.goto('/settings/account')
    await comeIn()
    await page.getByRole('heading', { name: 'Account', exact: true }).waitFor()
    await page.getByText('kay@example.com').first().waitFor()
    await page.getByText('Confirmed', { exact: true }).waitFor()
    if (time === 'again') break
    await page.goto('/')
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('You are signed out.').waitFor()
  }
  await keyway.expectKeyless(page, google.clientSecret, 'sim-access-')
  expectQuiet()
  await page.context().close()
})
