import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { busyWorld, NOW, type World } from '../fixture/world.ts'
import { launchBrowser } from './find-browser.ts'
import { answerFrom, type SeenRequest } from './made-up-server.ts'
import { openPage, type WatchedPage } from './open-page.ts'

let rig: Rig
let browser: Browser
let watched: WatchedPage
let page: Page
let seen: SeenRequest[]

beforeAll(async () => {
  rig = await startRig()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await rig.close()
})
afterEach(async () => {
  watched.expectQuiet()
  await page.context().close()
})

async function visit(path = '/', world: World = busyWorld()): Promise<void> {
  watched = await openPage(browser, rig.url, { reducedMotion: 'reduce' })
  page = watched.page
  await page.clock.setFixedTime(NOW)
  seen = await answerFrom(page, world)
  await page.goto(path)
  await page.getByRole('link', { name: 'Weekly review' }).waitFor()
}

const field = () => page.getByRole('combobox', { name: 'Search conversations and commands' })
const composer = () => page.locator('textarea[name=message]')

test('words that are nowhere say so, and one letter asks nothing', async () => {
  await visit()
  await page.keyboard.press('Control+k')
  await field().fill('x')
  await field().fill('xyzzy')
  await page.getByText('Nothing found for “xyzzy”').waitFor()
  const asked = seen.filter(({ path }) => path.startsWith('/api/app/search'))
  expect(asked.map(({ path }) => path)).toEqual(['/api/app/search?q=xyzzy&limit=30'])
})

test('a question mark that is written is not a shortcut; beside a field it opens the sheet', async () => {
  await visit()
  await composer().pressSequentially('why?')
  expect(await page.getByRole('dialog').count()).toBe(0)
  await composer().blur()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
})

test('a search leads to the message that was found, with what was looked for marked', async () => {
  await visit()
  await page.keyboard.press('Control+k')
  await field().fill('release')
  const hit = page.getByRole('option', { name: /Rewrite the release notes/ })
  await hit.waitFor()
  expect(await hit.locator('mark').allTextContents()).toEqual(['release'])
  await page.keyboard.press('Enter')
  await page.waitForURL('**/c/cnv_1?message=msg_found')
})

test('pages, a temporary chat, colours and language are a few letters away', async () => {
  await visit()
  const run = async (words: string) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill(words)
    await page.keyboard.press('Enter')
  }
  await run('usage')
  await page.getByRole('heading', { name: 'Usage' }).waitFor()
  await run('temporary')
  await page.waitForURL('**/?temporary=true')
  await run('light')
  expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light')
  await run('deutsch')
  await page.getByRole('link', { name: 'Vorlagen' }).waitFor()
  expect(await page.evaluate('document.documentElement.lang')).toBe('de')
  // Only texts of the chosen language are asked for.
  await run('verbrauch')
  await page.getByRole('heading', { name: 'Verbrauch' }).waitFor()
})

test('the model is switched from the palette', async () => {
  await visit()
  await page.keyboard.press('Control+k')
  await field().fill('model')
  await page.getByRole('option', { name: 'Choose a model' }).click()
  await page.getByRole('dialog', { name: 'Choose a model' }).waitFor()
})

test('story 5: of 420 models those in view are there, and every filter narrows them, with the keyboard alone', async () => {
  await visit()
  await page.keyboard.press('Control+k')
  await field().fill('model')
  await page.getByRole('option', { name: 'Choose a model' }).waitFor()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Choose a model' })
  const options = dialog.locator('[role=option]')
  await options.first().waitFor()
  expect(await options.count()).toBeLessThan(40)
  const focused = dialog.locator(':focus')
  const tabTo = async (name: string) => {
    const wanted = dialog.getByRole(name.startsWith('Any') ? 'combobox' : 'button', { name, exact: true })
    for (let stop = 0; stop < 20 && (await focused.and(wanted).count()) === 0; stop++) await page.keyboard.press('Tab')
    expect(await focused.and(wanted).count()).toBe(1)
  }
  const shown = async () => (await options.allTextContents()).slice(0, 6)
  for (const [pill, mark] of [
    ['Free', 'Free'],
    ['Images', 'Images'],
    ['Reasoning', 'Reasoning'],
  ] as const) {
    await tabTo(pill)
    await page.keyboard.press('Space')
    await expect.poll(async () => (await shown()).every((row) => row.includes(mark))).toBe(true)
    expect((await shown()).length).toBeGreaterThan(0)
    await page.keyboard.press('Space')
  }
  const outputs = (rows: string[]) => rows.map((row) => Number(/\/ \$([\d.]+)/.exec(row)?.[1]))
  for (const [name, narrowed] of [
    [
      'Any context',
      (rows: string[]) => rows.every((row) => /(?:\d+\.?\d*M|[2-9]\d\dK|1[3-9]\dK|12[89]K|131K) context/.test(row)),
    ],
    ['Any price', (rows: string[]) => outputs(rows).every((price) => price <= 5)],
    ['Any provider', (rows: string[]) => rows.every((row) => row.includes('openai/'))],
  ] as const) {
    await tabTo(name)
    // By its keys, as a closed list of choices is changed.
    for (let step = 0; step < (name === 'Any provider' ? 1 : 2); step++) await page.keyboard.press('ArrowDown')
    await expect.poll(async () => narrowed(await shown())).toBe(true)
    expect((await shown()).length).toBeGreaterThan(0)
    await page.keyboard.press('Home')
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

test('a slash in the composer offers prompts: arrows choose, Escape closes, Enter inserts and does not send', async () => {
  await visit()
  await composer().fill('')
  await composer().pressSequentially('Please /')
  await page.getByRole('listbox', { name: 'Prompts to insert' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('listbox', { name: 'Prompts to insert' }).waitFor({ state: 'detached' })
  await composer().pressSequentially(' /pl')
  await page.getByRole('option', { name: /Say it in plain words/ }).waitFor()
  await page.keyboard.press('Enter')
  await expect
    .poll(() => composer().inputValue())
    .toBe('Please / Rewrite what follows in plain words, without losing a fact.')
  expect(seen.filter(({ method }) => method === 'POST')).toEqual([])
  await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("name")')).toBe('message')
})

test('a prompt asks for its variables before it goes in', async () => {
  await visit()
  await composer().pressSequentially('/trans')
  await page.getByRole('option', { name: /Translate/ }).waitFor()
  await page.keyboard.press('Tab')
  const dialog = page.getByRole('dialog', { name: 'Fill in “Translate”' })
  await dialog.getByLabel('language').fill('Dutch')
  await dialog.getByLabel('text').fill('{{language}}')
  await page.keyboard.press('Enter')
  await expect.poll(() => composer().inputValue()).toBe('Translate into Dutch, keeping the tone:\n\n{{language}}')
})
