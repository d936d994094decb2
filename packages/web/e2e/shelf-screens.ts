import type { Page } from 'playwright-core'
import { emptyShelves, fullShelves } from '../fixture/shelves.ts'
import { busyWorld, type World } from '../fixture/world.ts'
import type { Screen } from './screens.ts'

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

/** Everything that stands around a conversation. */
export const SHELF_SCREENS: readonly Screen[] = [
  { name: 'palette', world: busyWorld, path: '/prompts', heading: 'Go, do, find', act: openPalette },
  { name: 'palette-search', world: busyWorld, path: '/prompts', heading: 'Go, do, find', act: search },
  {
    name: 'shortcuts',
    world: busyWorld,
    path: '/prompts',
    heading: 'Keyboard shortcuts',
    act: async (page) => {
      await page.getByRole('heading', { name: 'Prompts' }).waitFor()
      await page.keyboard.press('Control+/')
    },
  },
  { name: 'sidebar-drawer', world: busyWorld, path: '/prompts', heading: 'Prompts', act: openDrawer, phone: true },
  { name: 'prompts-empty', world: shelflessWorld, path: '/prompts', heading: 'No prompts yet' },
  { name: 'prompts', world: busyWorld, path: '/prompts', heading: 'Prompts' },
  { name: 'prompt', world: busyWorld, path: '/prompts?open=prm_review', heading: '/review' },
  {
    name: 'prompt-compare',
    world: busyWorld,
    path: '/prompts?open=prm_review',
    heading: 'Compare versions of /review',
    act: press('Compare versions'),
  },
  { name: 'prompt-new', world: busyWorld, path: '/prompts?open=new', heading: 'New prompt' },
  { name: 'data', world: busyWorld, path: '/settings/data', heading: 'Data' },
  { name: 'data-imported', world: busyWorld, path: '/settings/data', heading: 'Data', act: bringIn },
  {
    name: 'data-delete',
    world: busyWorld,
    path: '/settings/data',
    heading: 'Delete all conversations?',
    act: press('Delete all conversations'),
  },
  { name: 'usage-empty', world: shelflessWorld, path: '/settings/usage', heading: 'Nothing was called in this time' },
  { name: 'usage', world: busyWorld, path: '/settings/usage', heading: 'By model' },
  { name: 'people', world: busyWorld, path: '/settings/people', heading: 'People' },
  {
    name: 'people-invite',
    world: busyWorld,
    path: '/settings/people',
    heading: 'Invite somebody',
    act: press('Invite'),
  },
  { name: 'people-link', world: busyWorld, path: '/settings/people', heading: 'Pass this link to Joan', act: invite },
  { name: 'people-forbidden', world: memberWorld, path: '/settings/people', heading: 'People' },
]

function shelflessWorld(): World {
  return { ...busyWorld(), shelves: emptyShelves() }
}

function memberWorld(): World {
  const world = { ...busyWorld(), shelves: fullShelves() }
  if (world.state.user !== null) world.state.user.role = 'member'
  return world
}

async function openPalette(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Prompts' }).waitFor()
  await page.keyboard.press('Control+k')
}

async function search(page: Page): Promise<void> {
  await openPalette(page)
  await page.getByRole('combobox').fill('re')
  await page.getByRole('option', { name: /release notes/ }).waitFor()
}

/** Where there is a drawer, opens it. */
async function openDrawer(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Open navigation' })
  await page.getByRole('heading', { name: 'Prompts' }).waitFor()
  if (await button.isVisible()) {
    await button.click()
    await page.getByRole('dialog').getByText('Yesterday').waitFor()
  }
}

async function bringIn(page: Page): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'conversations.json', mimeType: 'application/json', buffer: Buffer.from('[]') })
  await page.getByText('214 conversations were added').waitFor()
}

async function invite(page: Page): Promise<void> {
  await press('Invite')(page)
  await page.getByLabel('Name', { exact: true }).fill('Joan')
  await press('Create the link')(page)
}
