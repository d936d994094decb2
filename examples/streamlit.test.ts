import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { copyCode } from '../packages/connect/src/testing/approve.ts'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { simulatedOpenRouter } from './testing/issuers.ts'
import { freePort } from './testing/running-example.ts'
import { hasPython, python, streamlitSession } from './testing/streamlit-session.ts'

const FOLDER = fileURLToPath(new URL('streamlit/', import.meta.url))
const MODELS = 'openai/gpt-4.1,openai/gpt-4.1-mini'

let issuer: Awaited<ReturnType<typeof simulatedOpenRouter>>
beforeAll(async () => {
  issuer = await simulatedOpenRouter()
})
beforeEach(() => {
  issuer.reset()
  issuer.simulation.openrouter.account.consent = 'approve'
})
afterAll(() => issuer.close())

const asked = () =>
  issuer.simulation.requests
    .filter(({ path }) => path.endsWith('/chat/completions'))
    .map(({ body }) => JSON.parse(Buffer.from(body).toString()).model)

test('what the Streamlit example is made of refuses what it should, and connects', async () => {
  if (!hasPython) return
  const run = python(['-m', 'unittest', '-v'], { ISSUER: issuer.url, MODELS: issuer.model })
  const { code, said } = await run.ended()
  expect(code, said).toBe(0)
  expect(said).toMatch(/Ran 8 tests/)
  expect(issuer.keys()).toHaveLength(1)
})

test('its page connects, asks the chosen model when it is told to and not before, and forgets the key', async () => {
  if (!hasPython) return
  const shown = await streamlitSession({ ISSUER: issuer.url, MODELS }, copyCode)
  expect(shown).toMatchObject({
    button: `Connect with ${new URL(issuer.url).host}`,
    wrong: ['Ask your document', expect.stringMatching(/^Connect/), 'error: That is no code.'],
    connected: ['Ask your document'],
    idle: ['Ask your document'],
    answer: expect.stringMatching(/\w{3}/),
    leaks: false,
    fresh: true,
    forgotten: true,
  })
  expect(asked()).toEqual(['openai/gpt-4.1-mini'])
  expect(issuer.keys()).toHaveLength(1)
})

/** Streamlit itself, where a machine has it. */
const installed = spawnSync('streamlit', ['--version']).status === 0 ? ['streamlit'] : []

test.each(installed)('the same in %s itself, in a browser', { timeout: 60_000 }, async (program) => {
  issuer.simulation.openrouter.account.consent = 'ask'
  const port = await freePort()
  const options = { headless: 'true', port: `${port}`, address: '127.0.0.1' }
  const flags = Object.entries(options).flatMap(([name, value]) => [`--server.${name}`, value])
  const child = spawn(program, ['run', 'app.py', ...flags, '--browser.gatherUsageStats', 'false'], {
    cwd: FOLDER,
    env: { ...process.env, ISSUER: issuer.url, MODELS, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const closed = once(child, 'close')
  const browser = await launchBrowser()
  try {
    await once(child.stdout, 'data')
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${port}`)
    const [theirs] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: /^Connect with/ }).click(),
    ])
    for (const name of issuer.presses) await theirs.getByRole('button', { name }).click()
    await page.getByLabel('Paste the code').fill((await theirs.locator('#code').textContent()) ?? '')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    const sky = { name: 'sky.txt', mimeType: 'text/plain', buffer: Buffer.from('The sky is blue.') }
    await page.locator('input[type=file]').setInputFiles(sky)
    await page.getByText('sky.txt').waitFor()
    await page.getByLabel('Question').fill('What is blue?')
    await page.getByRole('button', { name: 'Ask' }).click()
    await page.getByTestId('stText').filter({ hasText: /\w{3}/ }).waitFor()
    expect(await page.content()).not.toContain(issuer.keys()[0])
    await page.getByRole('button', { name: 'Forget the key' }).click()
    await page.getByRole('link', { name: /^Connect with/ }).waitFor()
    expect(asked()).toEqual(['openai/gpt-4.1'])
  } finally {
    await browser.close()
    child.kill()
    await closed
  }
})
