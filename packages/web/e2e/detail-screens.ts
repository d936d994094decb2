import type { Page } from 'playwright-core'
import { fullShelves } from '../fixture/shelves.ts'
import { busyWorld, emptyWorld, freshWorld, type World } from '../fixture/world.ts'
import { answerFrom } from './made-up-server.ts'
import type { Screen } from './screens.ts'

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

const pick = (menu: string, item: string) => async (page: Page) => {
  await page.getByRole('button', { name: menu }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const connectEnd = (outcome: string, heading: string): Screen => ({
  name: `connect-${outcome.replace('_', '-')}`,
  world: emptyWorld,
  path: `/settings/models?connect=${outcome}`,
  heading,
})

/**
 * What a person meets beside the way: refusals, questions before something is gone, and what stands behind a press. Their parts are
 * those of the other screens; axe looks at them when they are photographed.
 */
export const DETAIL_SCREENS: readonly Screen[] = [
  {
    name: 'setup-password',
    world: freshWorld,
    path: '/setup#one-time',
    heading: 'Set up your sign-in',
    act: press('Use a password instead'),
  },
  { name: 'setup-gone', world: freshWorld, path: '/setup#another', heading: 'This link no longer works' },
  { name: 'sign-in-failed', world: signedOutWorld, path: '/sign-in', heading: 'Sign in', act: mistype },
  connectEnd('denied', 'You cancelled'),
  connectEnd('unavailable', 'OpenRouter did not answer'),
  connectEnd('wrong_browser', 'This began in another browser'),
  {
    name: 'connect-limits',
    world: emptyWorld,
    path: '/',
    heading: 'Connect with OpenRouter',
    act: async (page) => {
      await press('Connect with OpenRouter')(page)
      await page.getByText('Set limits for this key').click()
    },
  },
  {
    name: 'connect-code',
    world: headlessWorld,
    path: '/',
    heading: 'Connect with OpenRouter',
    act: async (page) => {
      await press('Connect with OpenRouter')(page)
      await press('Begin')(page)
      await page.getByLabel('Code').waitFor()
    },
    answer: async (page) => {
      await answerFrom(page, headlessWorld())
      await page.route('**/api/app/connections/openrouter/headless', (route) =>
        route.fulfill({ json: { flow: 'f1', url: 'https://openrouter.ai/auth' } }),
      )
    },
  },
  { name: 'paste-checking', world: emptyWorld, path: '/settings/models', heading: 'Paste a key', act: pasteSlowly },
  {
    name: 'paste-unverified',
    world: emptyWorld,
    path: '/settings/models',
    heading: 'Paste a key',
    act: paste('sk-ant-offline-key', 'Saved, but not verified'),
  },
  {
    name: 'model-search',
    world: busyWorld,
    path: '/settings/models',
    heading: 'Models',
    act: async (page) => {
      await press('Browse models')(page)
      await page.getByRole('combobox').first().fill('gem')
      await press('Images')(page)
    },
  },
  { name: 'key-change', world: busyWorld, path: '/keys', heading: 'Change support-bot', act: changeKey },
  {
    name: 'key-rotate',
    world: busyWorld,
    path: '/keys',
    heading: 'Rotate support-bot?',
    act: pick('Actions for support-bot', 'Rotate'),
  },
  {
    name: 'key-revoke',
    world: busyWorld,
    path: '/keys',
    heading: 'Revoke support-bot?',
    act: pick('Actions for support-bot', 'Revoke'),
  },
  {
    name: 'app-revoke',
    world: busyWorld,
    path: '/apps',
    heading: 'Revoke the key of notes.example?',
    act: pick('Actions for notes.example', 'Revoke'),
  },
  {
    name: 'person-disable',
    world: busyWorld,
    path: '/settings/people',
    heading: 'Disable Alan?',
    act: pick('Actions for Alan', 'Disable'),
  },
  {
    name: 'password-set',
    world: busyWorld,
    path: '/settings/account',
    heading: 'Set a password',
    act: press('Set a password'),
  },
  {
    name: 'sign-in-again',
    world: busyWorld,
    path: '/settings/account',
    heading: 'Confirm that it is you',
    act: deleteStale,
  },
  {
    name: 'consent-denied',
    world: busyWorld,
    path: '/auth/auth_site',
    heading: 'Nothing was given',
    act: async (page) => {
      await page.getByRole('button', { name: 'Deny' }).waitFor()
      await page.waitForTimeout(700)
      await press('Deny')(page)
    },
  },
  {
    name: 'consent-models',
    world: busyWorld,
    path: '/auth/auth_site',
    heading: 'notes.example asks for a key',
    act: async (page) => {
      await page.getByText('Change', { exact: true }).click()
      await page.getByText('Only some').click()
    },
  },
  {
    name: 'prompt-delete',
    world: busyWorld,
    path: '/prompts?open=prm_review',
    heading: 'Delete /review?',
    act: press('Delete'),
  },
  {
    name: 'conversation-move',
    world: busyWorld,
    path: '/prompts',
    heading: /^Move “Sourdough/,
    act: pickInSidebar('Sourdough at altitude', 'Move to folder'),
  },
  {
    name: 'conversation-deleted',
    world: busyWorld,
    path: '/prompts',
    heading: 'Prompts',
    act: async (page) => {
      await pickInSidebar('Sourdough at altitude', 'Delete')(page)
      await page.getByText('“Sourdough at altitude” is deleted').waitFor()
    },
  },
  { name: 'usage-table', world: busyWorld, path: '/settings/usage', heading: 'By model', act: openTable },
  {
    name: 'page-failed',
    world: busyWorld,
    path: '/keys',
    heading: 'This page failed',
    answer: failing,
    provokes: /busy/,
  },
]

function signedOutWorld(): World {
  const world = busyWorld()
  world.state.user = null
  return world
}

function headlessWorld(): World {
  const world = emptyWorld()
  world.connection.flow = 'headless'
  return world
}

async function mistype(page: Page): Promise<void> {
  await page.getByLabel('Name or e-mail').fill('ada')
  await page.getByLabel('Password').fill('wrong password')
  await press('Sign in')(page)
  await page.getByRole('alert').waitFor()
}

function paste(secret: string, said: string): (page: Page) => Promise<void> {
  return async (page) => {
    await press('Paste a key')(page)
    await page.getByLabel('Key', { exact: true }).fill(secret)
    await press('Check and save')(page)
    await page.getByText(said).first().waitFor()
  }
}

/** The provider takes its time. */
async function pasteSlowly(page: Page): Promise<void> {
  await page.route('**/api/app/credentials', () => undefined)
  await paste('sk-ant-good-key', 'Checking with Anthropic')(page)
}

async function changeKey(page: Page): Promise<void> {
  await pick('Actions for support-bot', 'Change limits')(page)
  await page.getByText('More limits').click()
}

/** Who signed in long ago signs in once more before everything goes. */
async function deleteStale(page: Page): Promise<void> {
  await page.route('**/api/app/me', (route) =>
    route.fulfill({
      status: 403,
      json: { error: { code: 'sign_in_again', message: 'Sign in again.', fix: '', docs_url: '', request_id: 'req_1' } },
    }),
  )
  await press('Delete account')(page)
  await press('Delete for good')(page)
}

function pickInSidebar(title: string, item: string): (page: Page) => Promise<void> {
  return async (page) => {
    const link = page.getByRole('link', { name: title })
    // Where the sidebar is a drawer, there is a button to it.
    const drawer = page.getByRole('button', { name: 'Open navigation' })
    await page.getByRole('heading', { name: 'Prompts' }).waitFor()
    if (await drawer.isVisible()) await drawer.click()
    await link.hover()
    await pick(`Actions for ${title}`, item)(page)
  }
}

async function openTable(page: Page): Promise<void> {
  await page.getByText('The same as a table').click()
}

async function failing(page: Page): Promise<void> {
  await answerFrom(page, { ...busyWorld(), shelves: fullShelves() })
  await page.route('**/api/app/keys', (route) =>
    route.fulfill({
      status: 503,
      json: {
        error: {
          code: 'store_busy',
          message: 'The database is busy.',
          fix: 'Try again in a moment.',
          docs_url: '',
          request_id: 'req_made_up',
        },
      },
    }),
  )
}
