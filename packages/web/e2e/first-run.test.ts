import { pathToFileURL } from 'node:url'
import { type Simulation, startSimulation } from '@keyway/sim'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startAtTerminal } from '../../server/src/cli/test-bin.ts'
import { type FakeDesktop, fakeDesktop } from '../../server/src/testing/fake-desktop.ts'
import { CHAT, firstChat } from '../fixture/chat.ts'
import { busyWorld } from '../fixture/world.ts'
import { say } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { answerChatFrom } from './made-up-chat.ts'
import { openPage, type WatchedPage } from './open-page.ts'

// What `npx keyway` promises a newcomer: from the command to a key in their tools, by the program as it is published, a
// browser, and the simulated OpenRouter.

/** The whole way, on a loaded machine too. The promise is two minutes, most of which is the person's. Milliseconds. */
const WHOLE_MAX_MS = 60_000
const LONG = { timeout: 20_000 }
const CARD = 'Use it from Claude Code, Codex or Cursor'

let simulation: Simulation
let desktop: FakeDesktop
let browser: Browser
let watched: WatchedPage
let page: Page
let begun: number
let url: string
let stop: () => Promise<void>
let entrance: string

/** Starts Keyway as a person does, and waits until it has opened their browser. @returns the address that it opened */
async function startKeyway(): Promise<string> {
  const child = startAtTerminal(['serve', '--port', '0'], {
    env: { ...desktop.env, KEYWAY_CONNECT_OPENROUTER_URL: simulation.openrouter.siteUrl },
  })
  let shown = ''
  child.stdout?.on('data', (part: Buffer) => {
    shown += part.toString()
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  stop = () => {
    child.stdin?.write('\u0003')
    return closed
  }
  await vi.waitFor(() => expect(shown).toMatch(/\/setup#[0-9A-Za-z]{43}/), LONG)
  const [link = '', address = ''] = /(http:\/\/localhost:\d+)\/setup#[0-9A-Za-z]{43}/.exec(shown) ?? []
  url = address
  // Elsewhere the program that opens a browser has a place where no test can put another.
  if (process.platform !== 'linux') return link
  const path = await vi.waitFor(() => desktop.told(), LONG)
  return pathToFileURL(path.trim()).href
}

beforeAll(async () => {
  simulation = await startSimulation()
  simulation.openrouter.account.consent = 'approve'
  desktop = await fakeDesktop('echo "$1"')
  browser = await launchBrowser()
  begun = performance.now()
  entrance = await startKeyway()
  watched = await openPage(browser, url)
  page = watched.page
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url })
  const passkeys = await page.context().newCDPSession(page)
  await passkeys.send('WebAuthn.enable')
  await passkeys.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      automaticPresenceSimulation: true,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  })
})
afterAll(async () => {
  await browser.close()
  await stop()
  await simulation.close()
  await desktop.remove()
})

const clipboard = async () => String(await page.evaluate('navigator.clipboard.readText()'))

/** The variables that a shell would be given. */
function assigned(lines: string): Record<string, string> {
  return Object.fromEntries([...lines.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]))
}

/** A call as a tool makes it. */
async function call(base: string, of: { path: string; key: string; model: string | undefined }, body: object) {
  const response = await fetch(base + of.path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${of.key}`,
      'content-type': 'application/json',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify({ model: of.model, ...body }),
  })
  return [response.status, await response.text()]
}

/** How much of what comes below the transcript's text is in view. Pixels. */
const SHOWN_BELOW = `(() => {
  const box = document.getElementById('transcript')
  return box.scrollTop === 0 ? -1 : Math.max(0, Math.round(box.scrollTop + box.clientHeight - box.firstElementChild.offsetHeight))
})()`

const press = (name: string) => page.getByRole('button', { name, exact: true }).click()

test('detail 15: the browser opens, a passkey, Connect, a first streamed answer, and a key in a tool of theirs', async () => {
  await page.goto(entrance)
  await page.getByRole('heading', { name: 'Set up your sign-in' }).waitFor(LONG)
  await page.getByLabel('Your name').fill('Ada')
  await press('Create a passkey')

  await press('Connect with OpenRouter')
  await page.getByRole('link', { name: 'Continue to OpenRouter' }).click()
  await page.getByRole('heading', { name: 'Connected' }).waitFor()
  await press('Done')
  await page.getByRole('heading', { name: 'What is on your mind?' }).waitFor()
  await say(page, 'Hello')
  await page.getByText('The answer is complete').waitFor({ state: 'attached' })

  const card = page.getByRole('region', { name: CARD })
  await card.getByText(`${url}/api/v1`, { exact: true }).waitFor()
  await card.getByRole('tab', { name: 'Claude Code', selected: true }).waitFor()
  await card.getByRole('button', { name: 'Copy with its own key' }).click()
  await card.getByText('Copied. The key “Claude Code” is shown here this once', { exact: false }).waitFor()
  const elapsedMs = performance.now() - begun
  console.log(`from the command to a key in a tool: ${(elapsedMs / 1000).toFixed(1)} s`)
  expect(elapsedMs).toBeLessThan(WHOLE_MAX_MS)

  const copied = assigned(await clipboard())
  const key = copied['ANTHROPIC_AUTH_TOKEN'] ?? ''
  expect(key).toMatch(/^kwy_k1_[0-9A-Za-z]{49}$/)
  const claude = { path: '/v1/messages?beta=true', key, model: copied['ANTHROPIC_DEFAULT_SONNET_MODEL'] }
  const sent = { max_tokens: 100, messages: [{ role: 'user', content: 'Hello from a tool' }] }
  expect(await call(`${copied['ANTHROPIC_BASE_URL']}`, claude, sent)).toEqual([
    200,
    expect.stringContaining('simulated'),
  ])

  // What it fills its list of models with.
  const headers = { authorization: `Bearer ${key}`, 'anthropic-version': '2023-06-01' }
  const listed = await fetch(`${copied['ANTHROPIC_BASE_URL']}/v1/models?limit=1000`, { headers })
  expect(await listed.text()).toContain(`"id":"${claude.model}"`)

  await card.getByRole('tab', { name: 'Codex' }).click()
  const config = (await card.locator('pre').first().textContent()) ?? ''
  await card.getByRole('button', { name: 'Copy with its own key' }).click()
  await card.getByText('Copied. The key “Codex” is shown here this once', { exact: false }).waitFor()
  const setting = (name: string) => new RegExp(`^${name} = "(.*)"$`, 'm').exec(config)?.[1] ?? ''
  const codexKey = assigned(await clipboard())[setting('env_key')] ?? ''
  const codex = { path: `/${setting('wire_api')}`, key: codexKey, model: setting('model') }
  expect(await call(setting('base_url'), codex, { input: 'Hello from a tool' })).toEqual([
    200,
    expect.stringContaining('simulated'),
  ])

  await card.getByRole('tab', { name: 'Cursor' }).click()
  await card.getByRole('button', { name: 'Copy with its own key' }).click()
  await card.getByText('Copied. The key “Cursor” is shown here this once', { exact: false }).waitFor()
  const [base = '', other = '', model] = (await clipboard()).split('\n')
  expect(new Set([key, codexKey, other]).size).toBe(3)
  const cursor = { path: '/chat/completions', key: other, model }
  expect(await call(base, cursor, sent)).toEqual([200, expect.stringContaining('simulated')])
  await card.getByRole('tab', { name: 'Claude Code' }).click()

  // The chat goes on, and what can be read nowhere else stays; with the page it is gone.
  await say(page, 'And another thing')
  await page.locator('article[data-answer]').nth(1).waitFor()
  expect(await card.locator('pre').textContent()).toContain(key)
  await page.reload()
  await page.getByRole('log').getByText('And another thing').first().waitFor()
  const kept = String(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])'))
  expect((await page.content()) + kept).not.toContain(key)
  expect(await card.count()).toBe(0)
  await page.goto('/keys')
  await page.getByRole('listitem').filter({ hasText: 'Claude Code' }).waitFor()
  watched.expectQuiet()
})

test('who has no key is offered one after a first answer alone, until they say no', async () => {
  const { page: other, expectQuiet } = await openPage(browser, url)
  const offer = other.getByRole('region', { name: CARD })
  await answerChatFrom(other, { ...busyWorld(), keys: [] }, firstChat())
  await other.goto(`/c/${CHAT}`)
  // Without the clipboard the key is there to be copied by hand.
  await offer.getByRole('tab', { name: 'Codex' }).click()
  expect(await offer.locator('pre').allTextContents()).toEqual([
    expect.stringContaining('wire_api = "responses"'),
    expect.stringContaining('KEYWAY_API_KEY=kwy_k1_...'),
  ])
  // However small the window becomes, it is the answer's end that stays in view.
  await other.setViewportSize({ width: 390, height: 440 })
  await expect.poll(() => other.evaluate(SHOWN_BELOW)).toBe(0)
  await other.getByRole('button', { name: 'Not now' }).click()
  await offer.waitFor({ state: 'detached' })
  await other.reload()
  await other.getByText('Windows in an old house').waitFor()
  expect(await offer.count()).toBe(0)
  expectQuiet()
  await other.context().close()
})
