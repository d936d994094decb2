import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { fullShelves } from '../fixture/shelves.ts'
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

async function visit(world: World = busyWorld(), options: BrowserContextOptions = {}): Promise<World> {
  watched = await openPage(browser, rig.url, { reducedMotion: 'reduce', ...options })
  page = watched.page
  await page.clock.setFixedTime(NOW)
  seen = await answerFrom(page, world)
  await page.goto('/prompts')
  await page.getByRole('heading', { name: 'Prompts', exact: true }).waitFor()
  return world
}

const link = (name: string) => page.getByRole('link', { name, exact: true })
const choose = async (title: string, item: string) => {
  await link(title).hover()
  await page.getByRole('button', { name: `Actions for ${title}` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}
const focused = () => page.evaluate<string>('document.activeElement?.textContent ?? ""')

/** The lists from top to bottom: headings and titles. */
const told = () =>
  page.evaluate<string[]>(`[...document.querySelectorAll('section[aria-labelledby=shelves] li')]
    .filter((li) => li.querySelector('h3, a') !== null)
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((li) => li.querySelector('h3')?.textContent ?? li.querySelector('a span').textContent)`)

test('what the server refuses is taken back, and a toast says why', async () => {
  await visit()
  await page.route('**/api/app/conversations/cnv_7', (route) =>
    route.fulfill({
      status: 409,
      json: { error: { code: 'conflict', message: 'It is locked.', fix: 'Wait.', docs_url: '/d', request_id: 'r' } },
    }),
  )
  await link('Sourdough at altitude').focus()
  await page.keyboard.press('Delete')
  await page.getByText('It is locked. Wait.').waitFor()
  await link('Sourdough at altitude').waitFor()
})

test('conversations stand under pinned, today, yesterday, the last week and months', async () => {
  await visit()
  await link('Weekly review').waitFor()
  const lines = await told()
  expect(lines.slice(0, 6)).toEqual([
    'Pinned',
    'Weekly review',
    'Style guide for support answers',
    'Today',
    'Why is a B-tree wide?',
    'Rewrite the release notes in plain words',
  ])
  expect(lines.filter((line) => /day|days|November|October/.test(line))).toContain('Previous 7 days')
  expect(lines).not.toContain('Budget for 2027')
  expect(lines).not.toContain('Tax return 2024')
  expect(await page.getByText('Answer being written').count()).toBe(1)
})

test('F2 renames where it stands: Escape leaves it, Enter keeps it', async () => {
  const world = await visit()
  await link('Sourdough at altitude').focus()
  await page.keyboard.press('F2')
  const field = page.getByLabel('Name of the conversation')
  await field.fill('Bread')
  await page.keyboard.press('Escape')
  await link('Sourdough at altitude').waitFor()
  expect(seen.filter(({ method }) => method === 'PATCH')).toEqual([])

  await page.keyboard.press('F2')
  await field.fill('  Bread at 2,000 m ')
  await page.keyboard.press('Enter')
  await link('Bread at 2,000 m').waitFor()
  expect(world.shelves.conversations.find(({ id }) => id === 'cnv_7')?.title).toBe('Bread at 2,000 m')
  expect(await focused()).toBe('Bread at 2,000 m')
})

test('the Delete key deletes, the focus goes on, and the toast or Ctrl+Z has it back', async () => {
  const world = await visit()
  await link('A name for the new service').focus()
  await page.keyboard.press('Delete')
  await page.getByText('“A name for the new service” is deleted').waitFor()
  expect(await link('A name for the new service').count()).toBe(0)
  expect(await focused()).toContain('Explain the borrow checker')
  await page.getByRole('button', { name: 'Undo' }).click()
  await link('A name for the new service').waitFor()
  expect(world.shelves.conversations.some(({ id }) => id === 'cnv_3')).toBe(true)

  await link('Plan for the kitchen').focus()
  await page.keyboard.press('Delete')
  await page.getByText('“Plan for the kitchen” is deleted').waitFor()
  await page.keyboard.press('Control+z')
  await link('Plan for the kitchen').waitFor()
})

test('arrow keys, Home and End go through the list, and the tab key reaches one line of it', async () => {
  await visit()
  await link('Weekly review').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  expect(await focused()).toContain('Why is a B-tree wide?')
  await page.keyboard.press('End')
  await expect.poll(focused).toContain('Birthday speech for Grace')
  await page.keyboard.press('Home')
  await expect.poll(focused).toContain('Weekly review')
  expect(await page.locator('section[aria-labelledby=shelves] a[tabindex="0"]').count()).toBe(1)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/c/cnv_pin_2')
})

test('pinned goes up, archived goes to the archive and comes back', async () => {
  await visit()
  await choose('Sourdough at altitude', 'Pin')
  await expect.poll(async () => (await told()).slice(0, 4)).toContain('Sourdough at altitude')
  await choose('Sourdough at altitude', 'Archive')
  await page.getByText('“Sourdough at altitude” is archived').waitFor()
  expect(await link('Sourdough at altitude').count()).toBe(0)
  await page.getByRole('button', { name: 'Archived' }).click()
  await link('Tax return 2024').waitFor()
  await choose('Sourdough at altitude', 'Take out of the archive')
  await page.getByRole('button', { name: 'All conversations' }).click()
  await link('Sourdough at altitude').waitFor()
})

test('a conversation goes into a new folder, by the menu, and into another by dragging it', async () => {
  await visit()
  await choose('Sourdough at altitude', 'Move to folder')
  await page.getByRole('textbox', { name: 'New folder' }).fill('Kitchen')
  await page.keyboard.press('Enter')
  await page.getByText('Moved to Kitchen').waitFor()
  expect(await link('Sourdough at altitude').count()).toBe(0)
  await page.getByRole('button', { name: /^Kitchen\s*1/ }).click()
  await link('Sourdough at altitude').waitFor()
  await page.getByRole('button', { name: 'All conversations' }).click()

  await link('A name for the new service').dragTo(page.getByRole('button', { name: /^Kitchen/ }))
  await page.getByRole('button', { name: /^Kitchen\s*2/ }).click()
  await link('A name for the new service').waitFor()
  await link('Sourdough at altitude').waitFor()
})

test('a folder is renamed and deleted, and its conversations stay', async () => {
  await visit()
  await page.getByRole('button', { name: /^Work\s*2/ }).focus()
  await page.keyboard.press('F2')
  await page.getByLabel('Name of the folder').fill('Office')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^Office\s*2/ }).focus()
  await page.keyboard.press('Delete')
  await page.getByRole('dialog', { name: 'Delete the folder Office?' }).getByRole('button', { name: 'Delete' }).click()
  await page.getByText('The folder Office is deleted').waitFor()
  await link('Incident report, draft').waitFor()
})

test('hundreds of conversations come page by page, and only those in view are in the page', async () => {
  const world = busyWorld()
  world.shelves = fullShelves(400)
  await visit(world)
  await link('Weekly review').waitFor()
  const pages = () => seen.filter(({ path }) => path.startsWith('/api/app/conversations?')).length
  expect(pages()).toBe(1)
  const toTheEnd = "document.querySelector('section[aria-labelledby=shelves] > div').scrollTo(0, 1e6)"
  await expect
    .poll(
      async () => {
        await page.evaluate(toTheEnd)
        return link('Conversation 400').count()
      },
      { timeout: 20_000 },
    )
    .toBe(1)
  expect(pages()).toBeGreaterThan(7)
  expect(await page.locator('section[aria-labelledby=shelves] li').count()).toBeLessThan(80)
})

test('on a phone the list is in a drawer, with its menus and its way back from a deletion', async () => {
  await visit(busyWorld(), { viewport: { width: 360, height: 740 }, hasTouch: true })
  await page.getByRole('button', { name: 'Open navigation' }).click()
  const drawer = page.getByRole('dialog', { name: 'Main' })
  await drawer.getByRole('button', { name: 'Actions for Weekly review' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await drawer.getByRole('link', { name: 'Weekly review' }).waitFor()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("aria-label")')).toBe('Open navigation')
})

test('the sidebar folds into a rail and stays so', async () => {
  await visit()
  await page.keyboard.press('Control+b')
  await page.getByRole('button', { name: 'Show the sidebar' }).waitFor()
  expect(await link('Weekly review').count()).toBe(0)
  await page.reload()
  await page.getByRole('button', { name: 'Show the sidebar' }).click()
  await link('Weekly review').waitFor()
})
