import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { say, signUpAndConnect } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, startFreshKeyway } from './real-server.ts'

// Stories 6 and 7: what an answer may hold, what a conversation is told, and how it becomes a program.

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
  watched = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
  page = watched.page
  await signUpAndConnect(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(async () => {
  watched.expectQuiet()
  await keyway.expectKeyless(page)
})

const complete = () => page.getByText('The answer is complete').waitFor({ state: 'attached' })
const lastSent = () => {
  const call = keyway.simulation.requests.findLast(({ path }) => path.endsWith('/chat/completions'))
  return JSON.parse(Buffer.from(call?.body ?? '').toString())
}

const ANSWER = [
  '```python\nprint("a bucket")\n```',
  'It holds $n \\le c$ tokens.',
  '| limiter | bursts |\n|---|---|\n| bucket | yes |',
  '![a diagram](https://pictures.example/secret?q=1)',
  '<img src="https://pictures.example/raw.png" onerror="alert(1)">',
].join('\n\n')

/** The answer as OpenRouter streams it, with thoughts before. */
function answerStream(): string {
  const deltas = [{ role: 'assistant', reasoning: 'They want a bucket.' }, { content: ANSWER }, {}]
  const chunks = deltas.map((delta, place) => ({
    ...{ id: 'gen-1', object: 'chat.completion.chunk', created: 1, model: 'simulated', provider: 'Simulated' },
    choices: [{ index: 0, delta, finish_reason: place === deltas.length - 1 ? 'stop' : null }],
    ...(place < deltas.length - 1
      ? {}
      : { usage: { prompt_tokens: 10, completion_tokens: 50, total_tokens: 60, cost: 0.0012 } }),
  }))
  return [...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'].join('')
}

test('code in colours with a button to copy it, a formula, a table, thoughts folded, and no picture from elsewhere', async () => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: keyway.url })
  keyway.simulation.reply('openrouter', { sse: answerStream() })
  await say(page, 'Show me a bucket')
  await complete()
  const answer = page.locator('article[data-answer]').last()
  await answer.locator('pre code span[style]').first().waitFor()
  await answer.getByRole('button', { name: 'Copy code' }).click()
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe('print("a bucket")')
  await answer.locator('.katex').first().waitFor()
  expect(await answer.getByRole('table').getByRole('cell').allTextContents()).toEqual(['bucket', 'yes'])

  const thoughts = answer.getByText('They want a bucket.')
  expect(await thoughts.isVisible()).toBe(false)
  await answer
    .getByText(/^Thought/)
    .first()
    .click()
  await thoughts.waitFor()

  // Named, not fetched; `expectQuiet` fails on a request to another server.
  expect(await answer.locator('img').count()).toBe(0)
  const link = answer.getByRole('link', { name: /a diagram/ })
  expect(await link.getAttribute('rel')).toContain('noreferrer')
  await answer.getByText('<img src=', { exact: false }).waitFor()
  expect(await answer.locator('summary').last().textContent()).toContain('$0.0012')
})

test('in a conversation no text becomes markup or script, and no library may make it so', async () => {
  // A page beside, which nobody watches: what is refused there is said aloud.
  const beside = await page.context().newPage()
  await beside.goto(page.url())
  await beside.locator('article[data-answer] .katex').first().waitFor()
  for (const act of [
    `document.querySelector('article').innerHTML = '<b>bold</b>'`,
    `document.querySelector('article').insertAdjacentHTML('beforeend', '<b>bold</b>')`,
    `new DOMParser().parseFromString('<b>bold</b>', 'text/html')`,
    `document.createElement('script').src = '/assets/other.js'`,
    `trustedTypes.createPolicy('library', { createHTML: (text) => text })`,
  ]) {
    expect(await beside.evaluate(`(() => { try { ${act} } catch ({ name }) { return name } })()`), act).toBe(
      'TypeError',
    )
  }
  await beside.close()
})

test('a system prompt and parameters hold for this conversation’s next answers', async () => {
  await page.getByRole('button', { name: 'Settings of this chat' }).click()
  const sheet = page.getByRole('dialog', { name: 'Settings of this chat' })
  await sheet.getByLabel('System prompt').fill('Answer like a sailor.')
  await sheet.getByLabel('Temperature').fill('3')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await sheet.getByText('A number from 0 to 2.').waitFor()
  await sheet.getByLabel('Temperature').fill('0.5')
  await sheet.getByRole('button', { name: 'Save' }).click()
  await sheet.waitFor({ state: 'detached' })
  await say(page, 'And now?')
  await expect.poll(() => page.locator('article[data-answer]').last().textContent()).toContain('And now?')
  expect(lastSent()).toMatchObject({
    temperature: 0.5,
    messages: [{ role: 'system', content: 'Answer like a sailor.' }, { role: 'user' }, { role: 'assistant' }, {}],
  })
})

test('view code writes the conversation as a program in five ways, with this address and no key in it', async () => {
  await page.getByRole('button', { name: 'View code' }).click()
  const dialog = page.getByRole('dialog', { name: 'View code' })
  const tabs = dialog.getByRole('tab')
  await tabs.first().waitFor()
  expect(await tabs.count()).toBe(5)
  for (const tab of await tabs.all()) {
    await tab.click()
    const name = (await tab.textContent()) ?? ''
    const code = dialog.getByRole('tabpanel', { name, exact: true }).locator('pre')
    await expect.poll(() => code.textContent()).toContain('Answer like a sailor.')
    expect(await code.textContent()).toContain(keyway.url)
    expect(await code.textContent()).toContain('KEYWAY_API_KEY')
  }
  await page.keyboard.press('Escape')
})

test('a temporary chat is in no list', async () => {
  await page.goto('/?temporary=true')
  await page.getByRole('heading', { name: 'A chat that leaves nothing behind' }).waitFor()
  await say(page, 'Between you and me')
  await complete()
  await page.getByText('Temporary', { exact: true }).waitFor()
  const listed = (await page.evaluate(`fetch('/api/app/conversations').then((answer) => answer.json())`)) as {
    data: { temporary: boolean }[]
  }
  expect(listed.data.length).toBeGreaterThan(0)
  expect(listed.data.filter(({ temporary }) => temporary)).toEqual([])
})
