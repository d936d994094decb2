import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, signUp, startFreshKeyway } from './real-server.ts'

// The way that most people go, without a mouse: each test goes on from the one before.

/** Between two events of a slow answer. Milliseconds. */
const SLOW_MS = 60
/** More stops than any page has on the way to what is looked for. */
const STOPS_MAX = 60

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
  watched = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
  page = watched.page
  await signUp(page, keyway)
  await button('Sign out').click()
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor()
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

const button = (name: string | RegExp, within: Page | Locator = page) =>
  within.getByRole('button', { name, exact: typeof name === 'string' })
const message = () => page.getByRole('textbox', { name: 'Message' })
const hasFocus = async (what: Locator) => (await what.and(page.locator(':focus')).count()) === 1

/** What has the focus and is not seen to have it: no ring around it, nor around the form that it is the field of. */
const UNSEEN = `(() => {
  const element = document.activeElement
  const rung = [element, element.closest('form')].some((one) => {
    const { outlineStyle, boxShadow } = one === null ? { outlineStyle: 'none', boxShadow: 'none' } : getComputedStyle(one)
    return outlineStyle !== 'none' || boxShadow !== 'none'
  })
  return rung || element === document.body ? '' : element.outerHTML
})()`

/** Goes there by the tab key, with something to be seen at every stop. */
async function tabTo(what: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await what.first().waitFor()
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    if (await hasFocus(what.first())) return
    await page.keyboard.press(key)
    expect(await page.evaluate(UNSEEN)).toBe('')
  }
  throw new Error(`the tab key does not lead to ${what}`)
}

async function press(what: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await tabTo(what, key)
  await page.keyboard.press('Enter')
}

const focus = (what: Locator) => expect.poll(() => hasFocus(what), { timeout: 5_000 })
const complete = () => page.getByText('The answer is complete').waitFor({ state: 'attached' })

/** Writes a model's name into the window that has opened, and chooses it. */
async function choose(name: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Choose a model' })
  await dialog.locator('[role=option]').first().waitFor()
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

test('one signs in and connects', async () => {
  await tabTo(page.getByLabel('Name or e-mail'))
  await page.keyboard.type('ada')
  await tabTo(page.getByLabel('Password'))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await press(button('Connect with OpenRouter'))
  await press(page.getByRole('link', { name: 'Continue to OpenRouter' }))
  await press(button('Done'))
  await focus(message()).toBe(true)
})

test('one chooses a model, asks, ends the answer, and says it differently; the focus stays where one is', async () => {
  await press(button(/^Model: /))
  await choose('gpt-5-mini')
  await focus(button(/^Model: .*gpt-5-mini/)).toBe(true)
  await tabTo(message(), 'Shift+Tab')
  keyway.simulation.script('openrouter', { kind: 'slow-events', intervalMs: SLOW_MS })
  await page.keyboard.type('Write 300 words')
  await page.keyboard.press('Enter')
  await page.locator('article[aria-busy] p').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('log').getByText('Stopped', { exact: true }).waitFor()
  await focus(message()).toBe(true)

  await page.keyboard.press('F6')
  await focus(page.getByRole('log')).toBe(true)
  await press(button('Edit'))
  await page.keyboard.press('Escape')
  await focus(button('Edit')).toBe(true)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Say hello')
  await page.keyboard.press('Enter')
  await focus(message()).toBe(true)
  await complete()

  await press(button('Version before'), 'Shift+Tab')
  await page.getByRole('log').getByText('Write 300 words').waitFor()
  await focus(button('Next version')).toBe(true)
  await page.keyboard.press('Enter')
  await page.getByRole('log').getByText('Say hello').first().waitFor()
  await focus(button('Version before')).toBe(true)
  await press(button('Answer again'))
  await focus(page.getByRole('log')).toBe(true)
  await complete()
})

test('one compares two models, goes on with one, and finds the way back from every window', async () => {
  await page.keyboard.press('F6')
  await press(button('Compare with another model'))
  await page.keyboard.press('Escape')
  await focus(button('Compare with another model')).toBe(true)
  await page.keyboard.press('Enter')
  await choose('haiku')
  await tabTo(message(), 'Shift+Tab')
  await page.keyboard.type('Say hello twice')
  await page.keyboard.press('Enter')
  const columns = page.getByRole('region', { name: 'Comparison' })
  await columns.getByRole('article').nth(1).waitFor()
  await complete()
  await press(columns.getByRole('button', { name: 'Go on with this one' }).last(), 'Shift+Tab')

  await page.keyboard.press('F6')
  for (const [key, window] of [
    ['Control+k', 'Go, do, find'],
    ['Control+/', 'Keyboard shortcuts'],
  ] as const) {
    await page.keyboard.press(key)
    await page.getByRole('dialog', { name: window }).waitFor()
    await page.keyboard.press('Escape')
    await focus(message()).toBe(true)
  }
})
