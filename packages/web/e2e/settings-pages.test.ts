import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
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

async function visit(path: string, world: World = busyWorld(), options: BrowserContextOptions = {}): Promise<World> {
  watched = await openPage(browser, rig.url, { reducedMotion: 'reduce', ...options })
  page = watched.page
  await page.clock.setFixedTime(NOW)
  seen = await answerFrom(page, world)
  await page.goto(path)
  return world
}

const bodies = (method: string, path: string) =>
  seen.filter((one) => one.method === method && one.path === path).map(({ body }) => body && JSON.parse(body))
const choose = async (name: string, buffer: string) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(buffer) })

test('the bare address of the settings leads to the first of them', async () => {
  await visit('/settings')
  await page.getByRole('heading', { name: 'AI & models', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/settings/models')
})

test('a link to the way in leads whoever is in already to a page of ours, and nowhere else', async () => {
  for (const wanted of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:x',
  ]) {
    await visit(`/sign-in?return_to=${encodeURIComponent(wanted)}`)
    await page.getByRole('heading', { name: 'What is on your mind?' }).waitFor()
    expect(page.url(), wanted).toBe(`${rig.url}/`)
    await page.context().close()
  }
  await visit(`/sign-in?return_to=${encodeURIComponent('/settings/usage?days=7')}`)
  await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor()
})

test('a conversation that is gone is no failure: the page says so, and leads on', async () => {
  await visit('/c/gone')
  await page.getByRole('heading', { name: 'There is nothing here', level: 1 }).waitFor()
  expect(await page.getByRole('main').count()).toBe(1)
  expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  await page.getByRole('textbox').first().waitFor()
})

test.each([
  ['en-US', '/nowhere/at/all', 'There is nothing here', 'Prompts'],
  ['de-DE', '/nirgends', 'Hier ist nichts', 'Vorlagen'],
])(
  'an address that leads nowhere says so in %s, among the ways to everywhere else',
  async (locale, path, said, link) => {
    await visit(path, busyWorld(), { locale })
    await page.getByRole('heading', { name: said, level: 1 }).waitFor()
    expect(await page.getByRole('main').count()).toBe(1)
    await page.getByRole('link', { name: link, exact: true }).click()
    await page.getByRole('heading', { name: link, level: 1 }).waitFor()
  },
)

test('whoever is not in signs in first, wherever they wanted to go', async () => {
  const world = busyWorld()
  world.state.user = null
  await visit('/nowhere', world)
  await page.waitForURL('**/sign-in?return_to=%2Fnowhere')
})

test.each(['en-US', 'de-DE'])(
  'in a window that is higher than the screen the buttons stay in view, and never over what one is at: %s',
  async (locale) => {
    await visit('/keys?create=true', busyWorld(), { locale, viewport: { width: 390, height: 560 } })
    const submit = 'button[type=submit]'
    const models = page.getByRole('dialog').locator('textarea').first()
    await models.waitFor()
    await expect.poll(() => isPressable(submit)).toBe(true)
    expect(await isPressable('textarea')).toBe(false)
    await models.focus()
    expect([await isPressable(submit), await isPressable('textarea')]).toEqual([true, true])
  },
)

test.each([
  ['en-US', 'Reconnect', 'lives on at OpenRouter until', 'lives on at the Keyway that issued it until'],
  ['de-DE', 'Neu verbinden', 'lebt bei OpenRouter weiter', 'lebt bei dem Keyway weiter, das ihn ausgestellt hat'],
])(
  'reconnecting says in %s where the old key lives on: with whoever made it',
  async (locale, button, there, elsewhere) => {
    for (const [hint, said] of [
      ['sk-or-v1-\u20261a2b', there],
      ['kwy_k1_\u20261a2b', elsewhere],
    ] as const) {
      const world = busyWorld()
      if (world.connection.connected === null) throw new Error('nothing is connected')
      world.connection.connected.hint = hint
      if (watched?.page.isClosed() === false) await watched.page.context().close()
      await visit('/settings/models', world, { locale })
      await page.getByRole('button', { name: button }).click()
      await page.getByRole('dialog').getByText(said).waitFor()
    }
  },
)

/** Is the middle of a window's first such element on the screen, with nothing over it? @param what a selector */
const isPressable = (what: string) =>
  page.evaluate<boolean>(`(() => {
    const one = document.querySelector('[role=dialog] ${what}')
    const { x, y, width, height } = one.getBoundingClientRect()
    return one.contains(document.elementFromPoint(x + width / 2, y + height / 2))
  })()`)

test('a prompt without a name, or with another’s, is refused and keeps what was typed', async () => {
  await visit('/prompts?open=new')
  await page.getByRole('button', { name: 'Create prompt' }).click()
  expect(await page.getByText('This must not be empty.').count()).toBe(2)
  await page.getByLabel('Title').fill('Say it plainly')
  await page.getByLabel('After the slash').fill('plain')
  await page.getByLabel('Text', { exact: true }).fill('Say this plainly: {{what}}')
  await page.getByRole('button', { name: 'Create prompt' }).click()
  await page.getByText('Another prompt has this name.').waitFor()
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Say this plainly: {{what}}')
})

test('a prompt is made, its change is a version, and the first version is restored as a third', async () => {
  const world = await visit('/prompts')
  await page.getByRole('link', { name: 'New prompt' }).click()
  await page.getByLabel('Title').fill('Ask Why')
  expect(await page.getByLabel('After the slash').inputValue()).toBe('ask-why')
  await page.getByLabel('Text', { exact: true }).fill('Why {{thing}}?')
  await page.getByRole('button', { name: 'Create prompt' }).click()
  await page.getByRole('heading', { name: '/ask-why' }).waitFor()

  await page.getByLabel('Text', { exact: true }).fill('But why {{thing}}?')
  await page.getByRole('button', { name: 'Save as version 2' }).click()
  await page.getByRole('list', { name: 'Versions of /ask-why' }).getByText('Version 1').click()
  await page.getByRole('button', { name: 'Restore version 1' }).click()
  await page.getByText('Version 1 is in use again, as version 3').waitFor()
  expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Why {{thing}}?')
  expect(world.shelves.prompts.find(({ slug }) => slug === 'ask-why')?.version).toBe(3)

  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('/ask-why is deleted').waitFor()
  await page.getByRole('heading', { name: 'Prompts', exact: true }).waitFor()
})

test('a file that is none is refused here; one that is goes out as it is, and its result is told', async () => {
  await visit('/settings/data')
  await page.getByRole('heading', { name: 'Bring in' }).waitFor()
  await choose('export.zip', 'PK\u0003\u0004')
  await page.getByText('This is not a JSON file.', { exact: false }).waitFor()
  expect(bodies('POST', '/api/app/import')).toEqual([])
  await choose('conversations.json', '[{"title":"Lisbon"}]')
  await page.getByText('214 conversations were added').waitFor()
  await page.getByText('1 thing could not be read').click()
  await page.getByText('“Trip to Lisbon”', { exact: false }).waitFor()
  expect(bodies('POST', '/api/app/import')).toEqual([[{ title: 'Lisbon' }]])
})

test('the switch keeps messages from providers that would keep them', async () => {
  const world = await visit('/settings/data')
  await page.getByLabel('Only providers that do not keep or train on what is sent').check()
  await page.getByText('Saved').waitFor()
  expect(world.shelves.preferences.data_collection).toBe('deny')
  expect(await page.getByRole('link', { name: 'Export everything' }).getAttribute('href')).toBe('/api/app/export')
})

test('all conversations are deleted only after a word was typed', async () => {
  const world = await visit('/settings/data')
  await page.getByRole('button', { name: 'Delete all conversations' }).click()
  const dialog = page.getByRole('dialog')
  const button = dialog.getByRole('button', { name: 'Delete all conversations' })
  expect(await button.isDisabled()).toBe(true)
  await dialog.getByLabel('Type “delete” to confirm').fill('delet')
  await page.keyboard.press('Enter')
  expect(world.shelves.conversations.length).toBeGreaterThan(0)
  await dialog.getByLabel('Type “delete” to confirm').fill('Delete')
  await button.click()
  await page.getByText('All conversations are deleted').waitFor()
  expect(world.shelves.conversations).toEqual([])
})

test('usage by day is read with the arrow keys, and as a table', async () => {
  await visit('/settings/usage')
  const chart = page.getByRole('group', { name: 'Spend by day' })
  await chart.focus()
  await page.keyboard.press('End')
  await page.getByText(/^Nov 21: \$0\.\d+, \d+ Calls$/).waitFor()
  await page.keyboard.press('Home')
  await page.getByText(/^Oct 23: \$0\.00, 0 Calls$/).waitFor()
  await page.getByText('The same as a table').click()
  expect(await page.getByRole('row').filter({ hasText: 'Nov 21' }).count()).toBe(1)
})

test('another period, and everyone’s usage for those who may, are asked for by the address', async () => {
  await visit('/settings/usage')
  await page.getByLabel('90 days').check()
  await page.getByLabel('Everyone’s').check()
  await page.waitForURL('**/settings/usage?days=90&scope=workspace')
  await expect.poll(() => seen.some(({ path }) => path === '/api/app/usage?days=90&scope=workspace')).toBe(true)
})

test('a member sees no people, and asks the server for none', async () => {
  const world = busyWorld()
  if (world.state.user !== null) world.state.user.role = 'member'
  await visit('/settings/people', world)
  await page.getByText('Not for members').waitFor()
  expect(seen.filter(({ path }) => path.startsWith('/api/app/users'))).toEqual([])
  expect(await page.getByRole('link', { name: 'People' }).count()).toBe(0)
})

test('on a phone a person’s address is there to its last letter, below their name', async () => {
  const world = busyWorld()
  const [, grace] = world.shelves.people
  if (grace === undefined) throw new Error('nobody else is there')
  grace.email = 'grace.brewster.murray.hopper@computation-laboratory.example.com'
  await visit('/settings/people', world)
  await page.setViewportSize({ width: 360, height: 740 })
  const address = page.getByText(grace.email, { exact: true })
  await address.waitFor()
  const cut = 'Math.max(...[...document.querySelectorAll("main li *")].map((one) => one.scrollWidth - one.clientWidth))'
  expect(await page.evaluate(cut)).toBeLessThanOrEqual(0)
  const [place, name] = await Promise.all([address.boundingBox(), page.getByText(grace.name).boundingBox()])
  expect(place?.y).toBeGreaterThanOrEqual((name?.y ?? 0) + (name?.height ?? 0))
  expect((place?.x ?? 0) + (place?.width ?? 0)).toBeLessThanOrEqual(360)
})

test('somebody is invited by a link, made an admin, shut out and let in again', async () => {
  const world = await visit('/settings/people')
  await page.getByRole('button', { name: 'Invite' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Joan')
  await page.getByRole('button', { name: 'Create the link' }).click()
  const dialog = page.getByRole('dialog', { name: 'Pass this link to Joan' })
  expect(await dialog.locator('pre').textContent()).toContain('/setup#')
  await dialog.getByRole('button', { name: 'Done' }).click()
  const act = async (item: string) => {
    await page.getByRole('button', { name: 'Actions for Joan' }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await act('Make admin')
  await page.getByText('Joan’s role is now: Admin').waitFor()
  await act('Disable')
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByText('Joan is disabled').waitFor()
  await act('Enable')
  await page.getByText('Joan is enabled').waitFor()
  expect(world.shelves.people.at(-1)).toMatchObject({ name: 'Joan', role: 'admin', disabled: false })
  expect(await page.getByRole('button', { name: 'Actions for Ada Byron' }).count()).toBe(0)
})
