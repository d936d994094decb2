import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { say, signUpAndConnect } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage, WITHOUT_NETWORK, watch } from './open-page.ts'
import { type FreshKeyway, startFreshKeyway } from './real-server.ts'

/** A loaded machine gets this long. Milliseconds. */
const WAIT_MS = 10_000
/** Between two events of a slow answer: long enough to act in its middle. Milliseconds. */
const SLOW_MS = 40

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUpAndConnect(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
// Each begins a conversation of its own.
beforeEach(async () => {
  await page.goto('/')
  await message().fill('')
  await page.evaluate('localStorage.clear()')
})

const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: WAIT_MS })
const slow = () => keyway.simulation.script('openrouter', { kind: 'slow-events', intervalMs: SLOW_MS })
const message = () => page.getByRole('textbox', { name: 'Message' })
const answers = (of: Page = page) => of.locator('article[data-answer]')
const said = (text: string) => page.getByRole('log').getByText(text)
const complete = () => page.getByText('The answer is complete')
const wordsOf = async (of: Page = page) => (await answers(of).last().textContent()) ?? ''

test('nothing but blanks is not sent, and Enter in the middle of a composed word is not either', async () => {
  await message().fill('   ')
  await page.keyboard.press('Enter')
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  await message().fill('にほん')
  await message().dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await message().dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
  expect(await message().inputValue()).toBe('にほん')
  await page.keyboard.press('Shift+Enter')
  expect(await message().inputValue()).toBe('にほん\n')
  expect(new URL(page.url()).pathname).toBe('/')
})

test('the composer has the focus, and a draft survives a reload', async () => {
  await page.keyboard.type('half a thought')
  await page.reload()
  await eventually(() => message().inputValue()).toBe('half a thought')
})

test('a message is answered word by word at an address of its own, with what it cost', async () => {
  slow()
  await say(page, 'Write 60 words')
  await page.waitForURL(/\/c\/[0-9a-f-]{36}$/)
  await page.getByText('The answer begins').waitFor({ state: 'attached' })
  await eventually(() => wordsOf()).toMatch(/simulated words/)
  await complete().waitFor({ state: 'attached' })
  await eventually(() => wordsOf()).toContain('reached')
  const figures = await answers().last().locator('summary').last().textContent()
  expect(figures).toMatch(/\$[\d.]+ · .* → .* · [\d.]+ s · /)
  expect(await message().inputValue()).toBe('')
  watched.expectQuiet()
})

test('a reload in the middle of an answer loses nothing, and a second tab sees it too', async () => {
  slow()
  await say(page, 'Write 120 words')
  await eventually(() => wordsOf()).toMatch(/simulated words follow/)
  const second = await watch(page.context(), keyway.url)
  await second.page.goto(page.url())
  await eventually(() => wordsOf(second.page)).toMatch(/simulated words follow/)
  await page.reload()
  await complete().waitFor({ state: 'attached' })
  const words = /simulated(?: [a-z]+){119}/
  await eventually(() => wordsOf()).toMatch(words)
  await eventually(() => wordsOf(second.page)).toMatch(words)

  // What is asked in one tab is seen in the other.
  await say(second.page, 'Say it again')
  await page.getByText('Say it again').first().waitFor()
  await eventually(() => answers().count()).toBe(2)
  watched.expectQuiet()
  second.expectQuiet()
})

test('Escape stops the answer, keeps what came, and it can be continued', async () => {
  slow()
  await say(page, 'Write 2000 words')
  await eventually(() => wordsOf()).toMatch(/simulated words follow/)
  await page.keyboard.press('Escape')
  await answers().getByText('Stopped').waitFor()
  const kept = await wordsOf()
  expect(kept.length).toBeLessThan(5_000)
  await page.getByRole('button', { name: 'Continue' }).click()
  await complete().waitFor({ state: 'attached', timeout: 20_000 })
  expect(await page.getByText('2 / 2').count()).toBe(1)
  watched.expectQuiet()
})

test('another answer, and another question, are branches that one can switch between', async () => {
  await say(page, 'First question')
  await complete().waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Answer again' }).click()
  await page.getByText('2 / 2').waitFor()
  await page.getByRole('button', { name: 'Version before' }).click()
  await page.getByText('1 / 2').waitFor()

  await said('First question').first().hover()
  await page.getByRole('button', { name: 'Edit' }).first().click()
  await page.getByRole('textbox', { name: 'Edit your message' }).fill('Second question')
  await page.keyboard.press('Enter')
  await said('Second question').first().waitFor()
  expect(await said('First question').count()).toBe(0)
  await eventually(() => wordsOf()).toContain('Second question')
  await page.getByRole('button', { name: 'Version before' }).first().click()
  await said('First question').first().waitFor()

  // The branch is the same after a reload.
  await page.waitForLoadState('networkidle')
  await page.reload()
  await said('First question').first().waitFor()
  watched.expectQuiet()
})

test('a provider that fails is named with a way on, and the answer can be asked for again', async () => {
  keyway.simulation.script('openrouter', { kind: 'status', status: 402, message: 'Insufficient credits' })
  await say(page, 'Hello')
  const alert = page.getByRole('alert')
  await alert.waitFor()
  expect(keyway.simulation.pending('openrouter')).toBe(0)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await complete().waitFor({ state: 'attached' })
  expect(await page.getByText('2 / 2').count()).toBe(1)
})

test('one question to two models: each writes its own column, with its own figures, and the chat goes on with one', async () => {
  await page.getByRole('button', { name: 'Compare with another model' }).click()
  await page.locator('[role=option]:not([aria-disabled]):not([aria-selected=true])').first().click()
  expect(await page.getByRole('button', { name: /^Model: / }).count()).toBe(2)
  slow()
  slow()
  await say(page, 'Write 30 words')
  const columns = page.getByRole('region', { name: 'Comparison' }).locator('article[data-answer]')
  await eventually(() => columns.count()).toBe(2)
  await page.getByRole('button', { name: 'Go on with this one' }).nth(1).waitFor()
  for (const column of await columns.all()) {
    await eventually(() => column.textContent()).toContain('reached')
    expect(await column.locator('summary').last().textContent()).toMatch(/\$[\d.]+ · /)
  }
  await page.getByRole('button', { name: 'Go on with this one' }).nth(1).click()
  await page.getByText('The chat goes on from here').waitFor()
  expect(await page.getByRole('button', { name: /^Model: / }).count()).toBe(1)
  await say(page, 'And now?')
  await page.getByText('Compared with 1 other').waitFor()
  await eventually(() => wordsOf()).toContain('And now?')
  watched.expectQuiet()
})

test('a file is attached by the button or pasted, shown, and can be taken off again', async () => {
  await page.setInputFiles('input[type=file]', [
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('The limit is 20 calls a minute.') },
  ])
  await page.getByRole('button', { name: 'Remove notes.txt' }).click()
  await page.getByRole('list', { name: 'Attachments' }).waitFor({ state: 'detached' })
  await page.evaluate(PASTE_PICTURE)
  await page.getByRole('button', { name: 'Remove dot.png' }).waitFor()
  await say(page, 'What is it?')
  await page.getByRole('log').getByRole('img', { name: 'dot.png' }).waitFor()
  await eventually(() => wordsOf()).toContain('sent 1 image')
  watched.expectQuiet()
})

// Last: what the browser says of a network that is gone would be in the way of the others.
test('without a network the message stays in the composer, and goes out when it is back', async () => {
  await say(page, 'First')
  await complete().waitFor({ state: 'attached' })
  await page.context().setOffline(true)
  await say(page, 'Is anybody there?')
  await page.getByRole('alert').getByText('Keyway cannot be reached').waitFor()
  expect(await message().inputValue()).toBe('Is anybody there?')
  await page.context().setOffline(false)
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await eventually(() => answers().count()).toBe(2)
  await eventually(() => wordsOf()).toContain('Is anybody there?')
  watched.expectQuiet(WITHOUT_NETWORK)
})

/** Text for the page: a picture of one dot, as from a clipboard. */
const PASTE_PICTURE = `{
  const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (letter) => letter.charCodeAt(0))
  const clipboardData = new DataTransfer()
  clipboardData.items.add(new File([bytes], 'dot.png', { type: 'image/png' }))
  document.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}`
