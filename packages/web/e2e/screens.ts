import type { Page } from 'playwright-core'
import { busyWorld, emptyWorld, freshWorld, houseWorld, type World } from '../fixture/world.ts'

/** One picture of the app: whose world, which address, and what was pressed. */
export type Screen = {
  name: string
  world: () => World
  path: string
  heading: string | RegExp
  act?: (page: Page) => Promise<void>
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

/** A world without keys of ours. */
function keylessWorld(): World {
  return { ...busyWorld(), keys: [] }
}

/** Every screen, in the order in which a person meets them. Looked at by axe, and photographed for the documentation. */
export const SCREENS: readonly Screen[] = [
  { name: 'first-run', world: freshWorld, path: '/', heading: 'Keyway is running' },
  { name: 'setup', world: freshWorld, path: '/setup#one-time', heading: 'Set up your sign-in' },
  { name: 'sign-in', world: signedOutWorld, path: '/sign-in', heading: 'Sign in' },
  { name: 'empty-chat', world: houseWorld, path: '/', heading: 'No model is connected yet' },
  {
    name: 'connect',
    world: emptyWorld,
    path: '/',
    heading: 'Connect with OpenRouter',
    act: press('Connect with OpenRouter'),
  },
  { name: 'connect-done', world: busyWorld, path: '/settings/models?connect=done', heading: 'Connected' },
  {
    name: 'connect-expired',
    world: emptyWorld,
    path: '/settings/models?connect=expired',
    heading: 'That took too long',
  },
  {
    name: 'connect-confirm',
    world: busyWorld,
    path: '/settings/models?connect=confirm&flow=f1',
    heading: 'This is another account',
  },
  { name: 'ready', world: busyWorld, path: '/', heading: 'You are connected' },
  { name: 'model-picker', world: busyWorld, path: '/', heading: 'Choose a model', act: press(/^Model:/) },
  { name: 'models', world: busyWorld, path: '/settings/models', heading: 'AI & models' },
  { name: 'paste-key', world: emptyWorld, path: '/settings/models', heading: 'Paste a key', act: press('Paste a key') },
  { name: 'paste-rejected', world: emptyWorld, path: '/settings/models', heading: 'Paste a key', act: pasteBadKey },
  {
    name: 'disconnect',
    world: busyWorld,
    path: '/settings/models',
    heading: 'Disconnect OpenRouter?',
    act: press('Disconnect'),
  },
  { name: 'keys-empty', world: keylessWorld, path: '/keys', heading: 'No keys yet' },
  { name: 'keys', world: busyWorld, path: '/keys', heading: 'Keys' },
  { name: 'new-key', world: busyWorld, path: '/keys', heading: 'New key', act: press('New key') },
  { name: 'key-shown-once', world: keylessWorld, path: '/keys', heading: 'Copy it now', act: createKey },
  { name: 'account', world: busyWorld, path: '/settings/account', heading: 'Account' },
  { name: 'not-found', world: busyWorld, path: '/nowhere', heading: 'There is nothing here' },
]

function signedOutWorld(): World {
  const world = busyWorld()
  world.state.user = null
  return world
}

async function pasteBadKey(page: Page): Promise<void> {
  await press('Paste a key')(page)
  await page.getByLabel('Key', { exact: true }).fill('sk-ant-bad-key')
  await press('Check and save')(page)
  await page.getByText('Anthropic rejected this key').waitFor()
}

async function createKey(page: Page): Promise<void> {
  await press('New key')(page)
  await page.getByLabel('Name', { exact: true }).fill('laptop')
  await press('Create key')(page)
}
