import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { say } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { DAILY, startHouse } from './house.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, signUp, startFreshKeyway } from './real-server.ts'

// Story 8 where the connection ends without being asked: each test goes on from the one before. What a person ends
// themselves is in first-steps.test.ts.

vi.setConfig({ testTimeout: 60_000 })

/** A connection is looked after so often. Milliseconds. */
const CHECK_MS = 60 * 60_000
/** A press on the consent page counts half a second after it came to the front. Milliseconds. */
const ARMED_MS = 700

let aheadMs = 0
let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  const clock = { now: () => Date.now() + aheadMs, monotonic: () => performance.now() + aheadMs }
  keyway = await startHouse({}, clock)
  watched = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
  page = watched.page
  await signUp(page, keyway)
  keyway.simulation.openrouter.account.consent = 'approve'
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(async () => {
  watched.expectQuiet()
  await keyway.expectKeyless(page)
})

const press = (name: string | RegExp) =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click()
const answers = () => page.locator('article[data-answer]')
const account = () => keyway.simulation.openrouter.account

async function connect(button: string): Promise<void> {
  await press(button)
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
  await page.getByRole('heading', { name: 'Connected' }).waitFor()
  await press('Done')
}

/** As its person does on the issuer's own page. */
function revokeThere(): void {
  expect(account().revoke(account().keys().at(-1)?.hash ?? '')).toBe(true)
}

/** However it ended, the conversation stays, says whose words they were, and goes on with the house or a new connection. */
async function expectEnded(here: string): Promise<void> {
  await page.goto(here)
  await page.getByText('cannot be called any more').waitFor()
  await page.getByRole('log').getByText('Hello').first().waitFor()
  await page.getByRole('button', { name: 'Reconnect' }).first().waitFor()
  await page.getByRole('button', { name: /^Go on with .*gpt-4o-mini/i }).waitFor()
  await page.goto('/settings/models')
  await page.getByText('Not connected', { exact: true }).waitFor()
  await page.getByText('The key was revoked at OpenRouter', { exact: false }).waitFor()
}

test('a key that was revoked at OpenRouter is noticed at the next call: the house and a new connection are offered in place', async () => {
  await connect('Connect with OpenRouter')
  await say(page, 'Hello')
  await page.getByText('The answer is complete').waitFor({ state: 'attached' })
  const here = new URL(page.url()).pathname
  revokeThere()
  await say(page, 'Are you still there?')
  const failed = answers().last()
  await failed.getByRole('button', { name: 'Reconnect' }).waitFor()
  await page.getByText('cannot be called any more').waitFor()
  await failed.getByRole('button', { name: 'Use the house model' }).click()
  await expect.poll(() => answers().last().textContent()).toContain('paid by the house')
  await expectEnded(here)
})

test('a key that was revoked at OpenRouter is noticed by the hourly check, and treated the same', async () => {
  await connect('Connect')
  await page.goto('/')
  await page.getByRole('button', { name: /^Model: / }).waitFor()
  await say(page, 'Hello once more')
  await page.getByText('The answer is complete').waitFor({ state: 'attached' })
  const here = new URL(page.url()).pathname
  revokeThere()
  aheadMs += CHECK_MS
  await keyway.server.house.link.checkAll()
  await expectEnded(here)
})

test('fifty messages at once are never more than the house has left for the day', async () => {
  const sent = (await page.evaluate(`(async () => {
    const ask = (path, body) =>
      fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const { id } = await (await ask('/api/app/conversations', {})).json()
    const parts = [{ kind: 'text', text: 'Hello' }]
    const one = () => ask('/api/app/conversations/' + id + '/messages',
      { id: crypto.randomUUID(), parent_id: null, parts, models: ['openai/gpt-4o-mini'] })
    const all = await Promise.all(Array.from({ length: 50 }, one))
    return all.map(({ status }) => status)
  })()`)) as number[]
  const taken = sent.filter((status) => status === 200).length
  expect(taken).toBe(DAILY - 1)
  expect(sent.filter((status) => status === 429)).toHaveLength(50 - taken)
  await page.goto('/')
  await page.getByText(`0 of ${DAILY} messages left today, resets 00:00 UTC`).waitFor()
  await keyway.server.house.live.idle()
  const paid = keyway.simulation.requests.filter(({ provider, path }) => provider === 'openai' && path.includes('chat'))
  expect(paid).toHaveLength(DAILY)
})

test('a key of another Keyway is revoked there when one disconnects here', async () => {
  const here = await startFreshKeyway({ KEYWAY_CONNECT_OPENROUTER_URL: keyway.url })
  const visit = await openPage(browser, here.url)
  const tab = visit.page
  try {
    await signUp(tab, here)
    // One browser, in which one person is signed in at both.
    await tab.context().addCookies(await page.context().cookies())
    await tab.getByRole('button', { name: 'Connect with OpenRouter' }).click()
    await tab.getByRole('link', { name: 'Continue to OpenRouter' }).click()
    await tab.getByRole('heading', { name: 'An app on this computer asks for a key' }).waitFor()
    await tab.waitForTimeout(ARMED_MS)
    await tab.getByRole('button', { name: /^Allow/ }).click()
    await tab.getByRole('heading', { name: 'Connected' }).waitFor()
    await page.goto('/apps')
    await page.getByRole('button', { name: /^Actions for/ }).waitFor()
    await tab.goto('/settings/models')
    await tab.getByRole('link', { name: `Revoke at ${new URL(keyway.url).host}` }).waitFor()
    await tab.getByRole('button', { name: 'Disconnect' }).click()
    const dialog = tab.getByRole('dialog')
    await dialog.getByText('The key is revoked at the Keyway that issued it as well.').waitFor()
    await dialog.getByRole('button', { name: 'Disconnect' }).click()
    await tab.getByText('Not connected', { exact: true }).waitFor()
    await tab.getByText('the key was revoked at the Keyway that issued it', { exact: false }).waitFor()
    expect(await tab.getByRole('link', { name: 'Revoke it there' }).count()).toBe(0)
    await page.reload()
    await page.getByText('No apps yet').waitFor()
  } finally {
    await tab.context().close()
    await here.close()
    await here.simulation.close()
  }
})
