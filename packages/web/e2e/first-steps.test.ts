import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { say } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { startHouse } from './house.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, signUp } from './real-server.ts'

// Stories 1, 4, 5, 10, 8 and 3: one person from the empty page to a limit of the house, each test on from the one before.

/** A good result is shown so long. Milliseconds. */
const SHOWN_MS = 4_000
/** What a page takes, as it counts it, between two looks at it. Milliseconds. */
const STEP_MS = 20
/** Later than whatever a page has set its clock to do. Milliseconds. */
const DAY_MS = 24 * 60 * 60_000
const LONG = { timeout: 15_000 }

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startHouse()
  watched = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
  page = watched.page
  await signUp(page, keyway)
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

const press = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }).click()
const message = () => page.getByRole('textbox', { name: 'Message' })
const complete = () => page.getByText('The answer is complete').waitFor({ state: 'attached' })
const sentToOpenRouter = () =>
  keyway.simulation.requests
    .filter(({ provider, path }) => provider === 'openrouter' && path.endsWith('/chat/completions'))
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()))

test('story 1: the first page says that there is no model yet, and offers two ways to one, and the house’s', async () => {
  await page.getByRole('heading', { name: 'No model is connected yet' }).waitFor()
  await page.getByRole('button', { name: 'Connect with OpenRouter' }).waitFor()
  await page.getByRole('button', { name: 'Paste a key' }).waitFor()
  await page.getByText('3 of 3 messages left today, resets 00:00 UTC').waitFor()
  await press('Chat now')
  await message().waitFor()
  await say(page, 'Hello')
  await complete()
  await page.getByText('2 of 3 left today, resets 00:00 UTC').waitFor()
  await page.getByRole('log').getByText('paid by the house').first().waitFor({ state: 'attached' })
})

test('story 10: where only the house answers and may keep what is sent, the switch says so, and is the way on', async () => {
  const deny = page.getByLabel('Only providers that do not keep or train on what is sent')
  const here = page.url()
  await page.goto('/settings/data')
  await deny.check()
  await page.getByText('Saved').waitFor()
  await page.goto('/')
  await page.getByText('It may keep what is sent, and you asked for providers that do not.').waitFor()
  expect(await page.getByRole('button', { name: 'Chat now' }).count()).toBe(0)
  await page.goto(here)
  await page.getByText(/gpt-4o-mini.* may keep what is sent/i).waitFor()
  await message().fill('Keep this')
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  await page.getByRole('link', { name: 'Change the setting' }).click()
  await deny.uncheck()
  await page.getByText('Saved').waitFor()
  await page.goto(here)
  await expect.poll(() => page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(false)
  await message().fill('')
})

test('story 4: a key is recognised, asked for again at another endpoint, checked in three states, and never sent back', async () => {
  const { baseUrl, key } = keyway.simulation.providers.groq
  await page.goto('/settings/models')
  // Story 3: the card says so before anybody decides.
  await page.getByText('a key pasted straight from it is the better choice', { exact: false }).waitFor()
  await press('Paste a key')
  const dialog = page.getByRole('dialog', { name: 'Paste a key' })
  const secret = dialog.getByLabel('Key', { exact: true })
  await secret.fill('  "gsk_something"  ')
  await dialog.getByText('Recognised as Groq').waitFor()
  expect(await dialog.getByLabel('Endpoint').inputValue()).toBe('https://api.groq.com/openai/v1')
  await dialog.getByLabel('Endpoint').fill(baseUrl)
  await dialog.getByText('The endpoint changed: paste the key again', { exact: false }).waitFor()
  expect(await secret.inputValue()).toBe('')

  await dialog.getByLabel('It is on this machine or network').check()
  await dialog.getByLabel('Provider').selectOption('Groq')
  await dialog.getByLabel('Endpoint').fill(baseUrl)
  await dialog.getByLabel('It is on this machine or network').check()
  await secret.fill('gsk_not_a_key')
  await press('Check and save')
  await dialog.getByText('Groq rejected this key').waitFor()
  await dialog.getByText('Invalid API Key').waitFor()
  await secret.fill(` '${key}' `)
  await press('Check and save')
  await dialog.getByText('Valid. Sealed and saved.').waitFor()
  await press('Done')

  await press('Test the key of Groq')
  await page.getByText('Valid', { exact: true }).waitFor()
  await keyway.expectKeyless(page)
  await press('Actions for Groq')
  await page.getByRole('menuitem', { name: 'Replace' }).click()
  await page.getByLabel('Key', { exact: true }).fill(key)
  await press('Check and save')
  await page.getByText('Valid. Sealed and saved.').waitFor()
  await press('Done')
  await press('Actions for Groq')
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('The key of Groq is removed').waitFor()
})

test('story 4: a provider that cannot be reached leaves a key that is saved but not verified', async () => {
  await press('Paste a key')
  const dialog = page.getByRole('dialog', { name: 'Paste a key' })
  await dialog.getByLabel('Provider').selectOption('Mistral')
  // Nothing listens there.
  await dialog.getByLabel('Endpoint').fill('http://127.0.0.1:9/v1')
  await dialog.getByLabel('It is on this machine or network').check()
  await dialog.getByLabel('Key', { exact: true }).fill('a-key-that-nobody-can-check-now')
  await press('Check and save')
  await dialog.getByText('Saved, but not verified').waitFor()
  await press('Done')
  await press('Actions for Mistral')
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('The key of Mistral is removed').waitFor()
})

test('story 2: connecting from a chat that is not begun yet brings back to it, as it was, with what was written and attached', async () => {
  keyway.simulation.openrouter.account.consent = 'approve'
  await page.goto('/')
  await page.getByRole('button', { name: 'Temporary chat' }).click()
  await page.waitForURL('**/?temporary=true')
  await message().fill('Half a thought,\nin two lines')
  await page.setInputFiles('input[type=file]', [
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Bring bread.') },
  ])
  await page.getByRole('button', { name: 'Remove notes.txt' }).waitFor()
  await press('Connect OpenRouter')
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
  await page.getByRole('heading', { name: 'Connected' }).waitFor()
  await press('Done')
  await page.waitForURL(/\/\?temporary=true$/)
  await page.getByRole('heading', { name: 'A chat that leaves nothing behind' }).waitFor()
  expect(await message().inputValue()).toBe('Half a thought,\nin two lines')
  await page.getByRole('button', { name: 'Remove notes.txt' }).click()
  await message().fill('')
  // Whoever has models of their own is not asked for an account again.
  expect(await page.getByRole('button', { name: 'Connect OpenRouter' }).count()).toBe(0)
})

test('story 2: the empty page keeps what was begun before the models went away; a good result closes by itself, unless one is at it', async () => {
  await page.goto('/')
  await message().fill('Begun while connected')
  await page.goto('/settings/models')
  await press('Disconnect')
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Not connected', { exact: true }).waitFor()
  await page.evaluate("localStorage.removeItem('keyway.house')")
  // The same person in a browser whose time goes on when it is told to.
  const storageState = await page.context().storageState()
  const other = await openPage(browser, keyway.url, { reducedMotion: 'reduce', storageState })
  const tab = other.page
  await tab.clock.install()
  await tab.goto('/')
  await tab.getByRole('button', { name: 'Connect with OpenRouter' }).click()
  await tab.clock.pauseAt(Date.now() + DAY_MS)
  await tab.getByRole('link', { name: 'Continue to OpenRouter' }).click()
  const result = tab.getByRole('heading', { name: 'Connected' })
  const appears = () => expect.poll(() => tab.clock.runFor(STEP_MS).then(() => result.isVisible()), LONG).toBe(true)
  await appears()
  await tab.clock.runFor(SHOWN_MS - 20 * STEP_MS)
  expect(await result.isVisible()).toBe(true)
  await tab.clock.runFor(20 * STEP_MS)
  await result.waitFor({ state: 'detached' })
  expect(new URL(tab.url()).search).toBe('')
  const written = tab.getByRole('textbox', { name: 'Message' })
  await expect.poll(() => written.inputValue()).toBe('Begun while connected')

  await tab.goto('/?connect=done')
  await appears()
  await tab.mouse.move(10, 10)
  await tab.clock.runFor(10 * SHOWN_MS)
  expect(await result.isVisible()).toBe(true)
  await tab.getByRole('button', { name: 'Done' }).click()
  other.expectQuiet()
  await tab.context().close()
  await page.goto('/')
  await message().fill('')
  await page.evaluate("localStorage.setItem('keyway.house', 'used')")
})

test('story 5: with the keyboard alone a model is searched, narrowed down, marked, chosen, and first the next time', async () => {
  await page.goto('/')
  await message().waitFor()
  await page.getByRole('button', { name: /^Model: / }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Choose a model' })
  const options = dialog.locator('[role=option]')
  await options.first().waitFor()
  await page.keyboard.type('haiku')
  await expect.poll(() => options.first().textContent()).toMatch(/Haiku/i)
  const row = (await options.first().textContent()) ?? ''
  expect(row).toMatch(/\$[\d.]+ \/ \$[\d.]+/)
  expect(row).toMatch(/context/)
  await page.keyboard.press('Control+b')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Model: .*Haiku/i }).waitFor()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: /^Model: / }).focus()
  await page.keyboard.press('Enter')
  await dialog.getByText('Favourites', { exact: true }).waitFor()
  await expect.poll(() => options.first().textContent()).toMatch(/Haiku/i)
  await dialog.getByRole('button', { name: 'Reasoning' }).click()
  await dialog.getByLabel('Any context').selectOption({ index: 3 })
  await expect
    .poll(async () => [...new Set((await options.allTextContents()).map((text) => text.includes('Reasoning')))])
    .toEqual([true])
  await page.keyboard.press('Escape')
})

test('story 10: one line says where messages go, and a switch keeps them from whoever would keep them', async () => {
  await page.getByText('Messages go to the provider you choose', { exact: false }).waitFor()
  await page.goto('/settings/data')
  await page.getByLabel('Only providers that do not keep or train on what is sent').check()
  await page.getByText('Saved').waitFor()
  await page.goto('/')
  await say(page, 'Keep this to yourself')
  await complete()
  expect(sentToOpenRouter().at(-1)).toMatchObject({ provider: { data_collection: 'deny' } })
  const here = page.url()
  await page.goto('/settings/data')
  await page.getByLabel('Only providers that do not keep or train on what is sent').uncheck()
  await page.getByText('Saved').waitFor()
  await page.goto(here)
})

test('story 8: disconnected, the conversation stays, the house answers up to its limit, and one reconnects in place', async () => {
  const here = new URL(page.url()).pathname
  await page.goto('/settings/models')
  await press('Disconnect')
  const dialog = page.getByRole('dialog', { name: 'Disconnect OpenRouter?' })
  for (const told of ['sealed key is deleted', 'Conversations stay', 'daily limit', 'lives on at OpenRouter']) {
    expect(await dialog.textContent()).toContain(told)
  }
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await page.getByText('Not connected', { exact: true }).waitFor()

  await page.goto(here)
  await page.getByText('cannot be called any more').waitFor()
  await page.getByRole('log').getByText('Keep this to yourself').first().waitFor()
  // Whose words they are is still there, though nobody can call it.
  await page.getByRole('log').getByText(/Haiku/i).first().waitFor()
  await press(/^Go on with/)
  await page.getByText('2 of 3 left today, resets 00:00 UTC').waitFor()
  for (const left of [1, 0]) {
    await say(page, `With ${left} left`)
    await page.getByText(`${left} of 3 left today, resets 00:00 UTC`).waitFor()
    await expect.poll(() => page.locator('article[data-answer]').last().textContent()).toContain(`With ${left} left`)
  }
  await say(page, 'One too many')
  await page.getByRole('alert').getByRole('button', { name: 'Another model' }).waitFor()
  expect(await message().inputValue()).toBe('One too many')

  await page.getByRole('alert').getByRole('button', { name: 'Reconnect' }).click()
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
  await page.getByRole('heading', { name: 'Connected' }).waitFor()
  await press('Done')
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe(here)
  expect(await message().inputValue()).toBe('One too many')
})

test('story 3: with the operator’s switch off there is no Connect anywhere, and a pasted key still works', async () => {
  const other = await startHouse({ KEYWAY_CONNECT_OPENROUTER: 'off' })
  const visit = await openPage(browser, other.url)
  await signUp(visit.page, other)
  expect(await visit.page.getByRole('button', { name: 'Connect with OpenRouter' }).count()).toBe(0)
  await visit.page.goto('/settings/models')
  await visit.page.getByText('The operator has switched Connect off', { exact: false }).waitFor()
  expect(await visit.page.getByRole('button', { name: 'Connect', exact: true }).count()).toBe(0)
  await visit.page.getByRole('button', { name: 'Paste a key', exact: true }).click()
  const dialog = visit.page.getByRole('dialog', { name: 'Paste a key' })
  await dialog.getByLabel('Provider').selectOption('OpenRouter')
  await dialog.getByLabel('Key', { exact: true }).fill(other.simulation.providers.openrouter.key)
  await dialog.getByRole('button', { name: 'Check and save' }).click()
  await dialog.getByText('Valid. Sealed and saved.').waitFor()
  visit.expectQuiet()
  await visit.page.context().close()
  await other.close()
  await other.simulation.close()
})
