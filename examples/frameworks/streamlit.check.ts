import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appFlow } from '../../packages/server/src/testing/app-flow.ts'
import { type Rig, startRig } from '../../packages/server/src/testing/rig.ts'
import { launchBrowser } from '../../packages/web/e2e/find-browser.ts'
import { freePort } from '../testing/running-example.ts'

// The Streamlit example in Streamlit itself, in a browser. scripts/test-frameworks.ts installs it and says where it is.

const PROGRAM = process.env['KEYWAY_STREAMLIT'] ?? ''
const FOLDER = fileURLToPath(new URL('../streamlit/', import.meta.url))
const MODELS = 'openai/gpt-4.1,openai/gpt-4.1-mini'

let rig: Rig
let browser: Browser
beforeAll(async () => {
  rig = await startRig()
  rig.simulation.openrouter.account.consent = 'ask'
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await rig.close()
})

/** Presses what a person presses at the simulated OpenRouter, and reads the code that it shows. */
async function pressAt(theirs: Page): Promise<string> {
  for (const name of [/^Continue as/, 'Approve']) await theirs.getByRole('button', { name }).click()
  return (await theirs.locator('#code').textContent()) ?? ''
}

/** Keyway's own page is pressed in its own tests: here the person decides as it would. */
async function readCode(theirs: Page): Promise<string> {
  return (await theirs.locator('code').textContent()) ?? ''
}

async function decide(url: string): Promise<string> {
  const person = await appFlow(rig)
  return (await person.allow(await person.begin(new URL(url).search.slice(1)))).code ?? ''
}

test.each([
  ['the simulated OpenRouter', () => rig.simulation.openrouter.siteUrl, pressAt],
  ['Keyway', () => rig.url, readCode],
])('connects to %s by a code, asks about a file, and forgets the key', async (_name, issuer, codeOf) => {
  const port = await freePort()
  const options = { headless: 'true', port: `${port}`, address: '127.0.0.1' }
  const flags = Object.entries(options).flatMap(([name, value]) => [`--server.${name}`, value])
  const child = spawn(PROGRAM, ['run', 'app.py', ...flags, '--browser.gatherUsageStats', 'false'], {
    cwd: FOLDER,
    env: { ...process.env, ISSUER: issuer(), MODELS, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const closed = once(child, 'close')
  const context = await browser.newContext()
  context.setDefaultTimeout(60_000)
  try {
    await once(child.stdout, 'data')
    await context.route(`${rig.url}/auth?*`, async (route) => {
      const code = await decide(route.request().url())
      await route.fulfill({ contentType: 'text/html', body: `<code>${code}</code>` })
    })
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${port}`)
    const [theirs] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: /^Connect with/ }).click(),
    ])
    await page.getByLabel('Paste the code').fill(await codeOf(theirs))
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    const sky = { name: 'sky.txt', mimeType: 'text/plain', buffer: Buffer.from('The sky is blue.') }
    await page.locator('input[type=file]').setInputFiles(sky)
    await page.getByText('sky.txt').waitFor()
    await page.getByLabel('Question').fill('What is blue?')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByTestId('stText').filter({ hasText: /\w{3}/ }).waitFor()
    expect(await page.content()).not.toMatch(/kwy_k1_|sk-or-/)
    await page.getByRole('button', { name: 'Forget the key' }).click()
    await page.getByRole('link', { name: /^Connect with/ }).waitFor()
  } finally {
    await context.close()
    child.kill()
    await closed
  }
})
