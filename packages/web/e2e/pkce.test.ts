import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage } from './open-page.ts'
import { type FreshKeyway, startFreshKeyway } from './real-server.ts'

// RFC 7636 appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

let browser: Browser
let keyway: FreshKeyway
beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})

test('whoever writes a client makes and checks a pair, without signing in, and nothing of it is sent', async () => {
  const { page, expectQuiet } = await openPage(browser, keyway.url)
  page.setDefaultTimeout(10_000)
  await page.goto('/pkce')
  const [verifier, check] = [page.getByLabel('Verifier'), page.getByLabel('Challenge to check')]
  const made = await verifier.inputValue()
  expect(made).toMatch(/^[\w-]{43}$/)
  await page.getByRole('button', { name: 'Make a new pair' }).click()
  expect(await verifier.inputValue()).not.toBe(made)
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.url()))
  await check.fill(CHALLENGE)
  await page.getByText('They do not belong together.').waitFor()
  await verifier.fill('too short')
  await page.getByText('43 to 128 characters').waitFor()
  await verifier.fill(` ${VERIFIER}\n`)
  await page.getByText('They belong together.').waitFor()
  await page.getByText(CHALLENGE, { exact: true }).waitFor()
  await check.fill(`${CHALLENGE}=`)
  await page.getByText('base64url without padding').waitFor()
  expect(sent).toEqual([])
  expect(new URL(page.url()).search + new URL(page.url()).hash).toBe('')
  expectQuiet()
})
