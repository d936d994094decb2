import type { Page } from 'playwright-core'
import { busyWorld, emptyWorld, freshWorld, houseWorld, type World } from '../fixture/world.ts'
import { CHAT_SCREENS } from './chat-screens.ts'
import { SHELF_SCREENS } from './shelf-screens.ts'

/** One picture of the app: whose world, which address, and what was pressed. */
export type Screen = {
  name: string
  world: () => World
  path: string
  heading: string | RegExp
  /** Answers the page where a world alone is not enough. */
  answer?: (page: Page) => Promise<unknown>
  act?: (page: Page) => Promise<void>
  /** What that makes the browser say. */
  provokes?: RegExp
  /** What is pressed is there on a phone alone. */
  phone?: true
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

const pick = (menu: string, item: string) => async (page: Page) => {
  await page.getByRole('button', { name: menu }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

/** A world without keys of ours. */
function keylessWorld(): World {
  return { ...busyWorld(), keys: [] }
}

/** Every screen, in the order in which a person meets them. Looked at by axe, and photographed for the documentation. */
export const SCREENS: readonly Screen[] = [
  { name: 'first-run', world: freshWorld, path: '/', heading: 'Keyway is running' },
  { name: 'setup', world: freshWorld, path: '/setup#one-time', heading: 'Set up your sign-in' },
  { name: 'sign-in', world: signedOutWorld, path: '/sign-in', heading: 'Sign in' },
  { name: 'sign-in-visitor', world: () => doorWorld('visitor'), path: '/sign-in', heading: 'Sign in' },
  {
    name: 'sign-in-refused',
    world: () => doorWorld('visitor'),
    path: '/sign-in?connect=rejected&detail=own_login',
    heading: 'Sign in',
  },
  { name: 'sign-up', world: () => doorWorld('open'), path: '/sign-up', heading: 'Create an account' },
  {
    name: 'sign-up-password',
    world: () => doorWorld('open'),
    path: '/sign-up',
    heading: 'Create an account',
    act: press('Use a password instead'),
  },
  { name: 'sign-in-sso', world: ssoWorld, path: '/sign-in', heading: 'Sign in' },
  {
    name: 'sso-refused',
    world: ssoWorld,
    path: '/sign-in?sso=not_invited&provider=company',
    heading: 'Sign in',
  },
  { name: 'sign-in-code', world: codeWorld, path: '/sign-in', heading: 'Enter your code', act: signInHalfway },
  { name: 'mail-forgot', world: mailWorld, path: '/forgot', heading: 'Choose a new password' },
  { name: 'mail-sent', world: mailWorld, path: '/forgot', heading: 'Look into your mailbox', act: forgetPassword },
  { name: 'mail-reset', world: mailWorld, path: '/reset#one-time', heading: 'Choose a new password' },
  { name: 'mail-gone', world: mailWorld, path: '/reset#another', heading: 'This link no longer works' },
  { name: 'mail-confirm', world: mailWorld, path: '/confirm#one-time', heading: 'Confirm your address' },
  {
    name: 'mail-confirmed',
    world: mailWorld,
    path: '/confirm#one-time',
    heading: 'Your address is confirmed',
    act: press('Confirm'),
  },
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
  ...CHAT_SCREENS,
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
  { name: 'apps-empty', world: emptyWorld, path: '/apps', heading: 'No apps yet' },
  { name: 'apps', world: busyWorld, path: '/apps', heading: 'Apps' },
  {
    name: 'app-weak',
    world: busyWorld,
    path: '/apps',
    heading: 'Limits of localhost:3000',
    act: pick('Actions for localhost:3000', 'Change limits'),
  },
  {
    name: 'app-calls',
    world: busyWorld,
    path: '/apps',
    heading: 'Calls of notes.example',
    act: pick('Actions for notes.example', 'See its calls'),
  },
  { name: 'consent', world: busyWorld, path: '/auth/auth_site', heading: 'notes.example asks for a key' },
  {
    name: 'consent-sign-in',
    world: signedOutWorld,
    path: '/auth/auth_site',
    heading: 'Sign in to decide',
  },
  {
    name: 'consent-weak',
    world: busyWorld,
    path: '/auth/auth_weak',
    heading: 'An app on this computer asks for a key',
  },
  {
    name: 'consent-code',
    world: busyWorld,
    path: '/auth/auth_code',
    heading: 'Your code',
    act: allowOnceArmed,
  },
  { name: 'pkce', world: busyWorld, path: '/pkce', heading: 'PKCE pairs', act: makePair },
  { name: 'rankings', world: busyWorld, path: '/rankings', heading: 'Top apps' },
  { name: 'keys-empty', world: keylessWorld, path: '/keys', heading: 'No keys yet' },
  { name: 'keys', world: busyWorld, path: '/keys', heading: 'Keys' },
  { name: 'keys-tool', world: keylessWorld, path: '/keys', heading: 'Use it from', act: seeTool },
  { name: 'new-key', world: busyWorld, path: '/keys', heading: 'New key', act: press('New key') },
  { name: 'key-shown-once', world: keylessWorld, path: '/keys', heading: 'Copy it now', act: createKey },
  { name: 'models-ollama', world: ollamaWorld, path: '/settings/models', heading: 'AI & models' },
  { name: 'account', world: busyWorld, path: '/settings/account', heading: 'Account' },
  { name: 'account-address', world: pendingWorld, path: '/settings/account', heading: 'Account' },
  {
    name: 'account-address-change',
    world: pendingWorld,
    path: '/settings/account',
    heading: 'Change your address',
    act: press('Change'),
  },
  { name: 'account-visitor', world: visitorWorld, path: '/settings/account', heading: 'Account' },
  {
    name: 'account-delete',
    world: busyWorld,
    path: '/settings/account',
    heading: 'Delete your account?',
    act: press('Delete account'),
  },
  { name: 'account-sso', world: linkedWorld, path: '/settings/account?sso=linked', heading: 'Account' },
  { name: 'account-owing', world: owingWorld, path: '/', heading: 'Account' },
  {
    name: 'authenticator-add',
    world: passwordWorld,
    path: '/settings/account',
    heading: 'Add an authenticator app',
    act: press('Add an app'),
  },
  {
    name: 'recovery-codes',
    world: passwordWorld,
    path: '/settings/account',
    heading: 'Your recovery codes',
    act: addAuthenticator,
  },
  {
    name: 'authenticator-remove',
    world: factorWorld,
    path: '/settings/account',
    heading: 'Remove the authenticator app?',
    act: press('Remove the authenticator app'),
  },
  ...SHELF_SCREENS,
  { name: 'not-found', world: busyWorld, path: '/nowhere', heading: 'There is nothing here' },
]

/** Nobody is in, and people can come in by themselves. */
function doorWorld(mode: 'open' | 'visitor'): World {
  const world = signedOutWorld()
  world.state.sign_up = mode
  return world
}

/** Somebody who came in by Connect, with no other way in. */
function visitorWorld(): World {
  const world = busyWorld()
  world.passkeys = []
  world.sessions = world.sessions.slice(0, 1).map((session) => ({ ...session, method: 'connect' }))
  const { user } = world.state
  if (user !== null) {
    world.state.user = { ...user, name: 'sam@example.com', email: null, role: 'member', passkeys: 0, visitor: true }
  }
  return world
}

function ollamaWorld(): World {
  const world = emptyWorld()
  const models = ['llama3.2:latest', 'qwen3:8b', 'gpt-oss:20b']
  world.localServers = [{ id: 'ollama', name: 'Ollama', base_url: 'http://127.0.0.1:11434/v1', models }]
  return world
}

function signedOutWorld(): World {
  const world = busyWorld()
  world.state.user = null
  return world
}

/** Where mail can be sent, before the door. */
function mailWorld(): World {
  const world = signedOutWorld()
  world.state.mail = true
  return world
}

/** Of two addresses, the one on the account is nobody's word yet, and the other waits for its mail to be opened. */
function pendingWorld(): World {
  const world = busyWorld()
  world.state.mail = true
  world.state.sign_in.this_machine = true
  world.passkeys = []
  const { user } = world.state
  if (user !== null)
    world.state.user = { ...user, passkeys: 0, email_verified: false, email_pending: 'ada.byron@example.com' }
  return world
}

function passwordWorld(): World {
  const world = busyWorld()
  if (world.state.user !== null) world.state.user.has_password = true
  return world
}

function factorWorld(): World {
  const world = passwordWorld()
  if (world.state.user !== null) world.state.user.has_authenticator = true
  world.authenticator = { added_at: '2026-10-02T08:00:00.000Z', recovery_codes_left: 8 }
  return world
}

const SSO = [
  { id: 'company', name: 'Example Ltd', kind: 'oidc' },
  { id: 'google', name: 'Google', kind: 'google' },
  { id: 'github', name: 'GitHub', kind: 'github' },
] as const

function ssoWorld(): World {
  const world = signedOutWorld()
  world.state.sign_in.sso = [...SSO]
  return world
}

function linkedWorld(): World {
  const world = factorWorld()
  world.state.sign_in.sso = [...SSO]
  if (world.state.user !== null) world.state.user.identities = 1
  world.identities = [
    {
      id: 'idn_1',
      provider: 'company',
      name: 'Example Ltd',
      label: 'ada@example.com',
      created_at: '2026-10-02T08:00:00.000Z',
      last_used_at: '2026-11-21T08:12:00.000Z',
    },
  ]
  return world
}

function owingWorld(): World {
  const world = passwordWorld()
  if (world.state.user !== null) world.state.user.owes_factor = true
  return world
}

function codeWorld(): World {
  const world = factorWorld()
  world.state.user = null
  return world
}

async function signInHalfway(page: Page): Promise<void> {
  await page.getByLabel('Name or e-mail').fill('ada')
  await page.getByLabel('Password').fill('correct horse battery')
  await press('Sign in')(page)
}

async function forgetPassword(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill('ada@example.com')
  await press('Send the link')(page)
}

async function addAuthenticator(page: Page): Promise<void> {
  await press('Add an app')(page)
  await page.getByLabel('Six-digit code').fill('123456')
  await press('Switch on')(page)
}

async function pasteBadKey(page: Page): Promise<void> {
  await press('Paste a key')(page)
  await page.getByLabel('Key', { exact: true }).fill('sk-ant-bad-key')
  await press('Check and save')(page)
  await page.getByText('Anthropic rejected this key').waitFor()
}

/** The lines of a tool that is further down the list. */
async function seeTool(page: Page): Promise<void> {
  await page.getByRole('button', { name: '11 more' }).click()
  await page.getByRole('tab', { name: 'OpenCode' }).click()
}

async function createKey(page: Page): Promise<void> {
  await press('New key')(page)
  await page.getByLabel('Name', { exact: true }).fill('laptop')
  await press('Create key')(page)
}

/** A press counts half a second after the page came to the front. */
async function allowOnceArmed(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Allow/ }).waitFor()
  await page.waitForTimeout(700)
  await page.getByRole('button', { name: /^Allow/ }).click()
}

/** The pair of RFC 7636, appendix B, so that the picture is the same every time. */
async function makePair(page: Page): Promise<void> {
  await page.getByLabel('Verifier').fill('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')
  await page.getByLabel('Challenge to check').fill('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
  await page.getByText('They belong together.').waitFor()
}
