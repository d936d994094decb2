import type { Browser, Page, Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { say, signUpAndConnect } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage } from './open-page.ts'
import { type FreshKeyway, PASSWORD, restartKeyway, startFreshKeyway } from './real-server.ts'

// What goes in by other ways than typing, and what goes on after something stood in the way.

/** A loaded machine gets this long. Milliseconds. */
const WAIT_MS = 10_000
/** The smallest context among the simulated models: 65,536 tokens. */
const SMALL = 'meta-llama/llama-3.3-70b-instruct:free'
/** More than that, at four letters a token. */
const LONG = 'An old story. '.repeat(22_000)
/** A server that stops lets answers go on for so long: not at all, so that one is cut. */
const SETTINGS = { KEYWAY_LIMITS__DRAIN_MS: '0' }
/** What the browser says of a line to a server that is away. */
const SERVER_AWAY = /^error: Failed to load resource: net::ERR_/

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway(SETTINGS)
  watched = await openPage(browser, keyway.url, { reducedMotion: 'reduce' })
  page = watched.page
  await signUpAndConnect(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(() => keyway.expectKeyless(page))

const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: WAIT_MS })
const log = () => page.getByRole('log')
const answer = () => page.locator('article[data-answer]').last()
const complete = () => page.getByText('The answer is complete')
/** What the provider was asked last, as text. */
const askedLast = () => {
  const calls = keyway.simulation.requests.filter(({ path }) => path.endsWith('/chat/completions'))
  return Buffer.from(calls.at(-1)?.body ?? '').toString()
}

/** As ChatGPT writes one. */
function exported(id: string, title: string, [question, reply]: readonly [string, string]) {
  const said = (role: string, text: string) => ({
    author: { role },
    create_time: 1_700_000_000,
    content: { content_type: 'text', parts: [text] },
  })
  return {
    ...{ id, conversation_id: id, title, create_time: 1_700_000_000, update_time: 1_700_000_100, current_node: 'a' },
    mapping: {
      root: { parent: null, message: null },
      q: { parent: 'root', message: said('user', question) },
      a: { parent: 'q', message: said('assistant', reply) },
    },
  }
}

test('a picture and a PDF are dropped anywhere on the page, shown in the message, and both sent', async () => {
  await page.evaluate(DROP_TWO_FILES)
  await page.getByRole('button', { name: 'Remove dot.png' }).waitFor()
  await page.getByRole('button', { name: 'Remove paper.pdf' }).waitFor()
  await say(page, 'What are they?')
  await log().getByRole('img', { name: 'dot.png' }).waitFor()
  await log()
    .getByRole('link', { name: /paper\.pdf/ })
    .waitFor()
  await complete().waitFor({ state: 'attached' })
  expect(askedLast()).toContain('data:image/png;base64,')
  expect(askedLast()).toContain('data:application/pdf;base64,')
})

test('a tool that the model calls is shown with what it was called with, and the meter says how full its memory is', async () => {
  keyway.simulation.reply('openrouter', { sse: TOOL_CALL })
  await say(page, 'How warm is it?')
  await answer().getByText('get_weather').click()
  await answer().getByText('"Trondheim"').waitFor()
  // The provider counted 100,000 tokens, and the model reads 200,000.
  const meter = page.getByRole('meter', { name: 'How full the model’s context is' })
  await eventually(() => meter.getAttribute('aria-valuenow')).toBe('50')
})

test('the server is restarted in the middle of an answer: what came is kept, nothing spins, and trying again works', async () => {
  keyway.simulation.script('openrouter', { kind: 'slow-events', intervalMs: 40 })
  await say(page, 'Write 2000 words')
  await eventually(() => answer().textContent()).toMatch(/simulated words follow/)
  keyway = await restartKeyway(keyway, SETTINGS)
  await answer().getByText('The server was restarted while this was written').waitFor()
  expect(await answer().textContent()).toMatch(/simulated words follow/)
  expect(await page.getByRole('button', { name: /^Stop/ }).count()).toBe(0)
  await answer().getByRole('button', { name: 'Try again' }).click()
  await eventually(() => answer().textContent()).toMatch(/simulated(?: [a-z]+){1999}/)
  await page.getByText('2 / 2').waitFor()
})

test('a ChatGPT export is brought in once, and what was said in it is found', async () => {
  const buffer = Buffer.from(
    JSON.stringify([
      exported('trees', 'Wide trees', ['Why is a B-tree wide?', 'Because a page holds many keys.']),
      exported('story', 'A long story', [LONG, 'That was long.']),
    ]),
  )
  await page.goto('/settings/data')
  for (const told of ['2 conversations were added', '2 were there already']) {
    const file = { name: 'conversations.json', mimeType: 'application/json', buffer }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('status').getByText(told).waitFor()
  }
  await page.getByRole('status').getByText('0 conversations were added').waitFor()
  await page.getByRole('link', { name: 'Back to chat' }).click()
  await page.getByRole('link', { name: 'A long story', exact: true }).waitFor()
  expect(await page.getByRole('link', { name: 'Wide trees', exact: true }).count()).toBe(1)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search conversations and commands' }).fill('many keys')
  await page.getByRole('option', { name: /Wide trees/ }).waitFor()
  await page.keyboard.press('Enter')
  await log().getByText('Because a page holds many keys.').waitFor()
})

test('what a tool brought back in an imported conversation is shown, and is nobody’s answer', async () => {
  const tool = {
    author: { role: 'tool', name: 'python' },
    create_time: 1_700_000_000,
    content: { content_type: 'execution_output', text: '6 times 7 is 42' },
  }
  const call = {
    author: { role: 'assistant' },
    recipient: 'python',
    create_time: 1_700_000_000,
    content: { content_type: 'code', language: 'python', text: 'print(6 * 7)' },
  }
  const plain = exported('sum', 'A sum', ['What is 6 times 7?', 'It is 42.'])
  const { root, q, a } = plain.mapping
  const mapping = {
    ...{ root, q, call: { parent: 'q', message: call }, tool: { parent: 'call', message: tool } },
    a: { ...a, parent: 'tool' },
  }
  const buffer = Buffer.from(JSON.stringify([{ ...plain, mapping }]))
  await page.goto('/settings/data')
  await page.locator('input[type=file]').setInputFiles({ name: 'c.json', mimeType: 'application/json', buffer })
  await page.getByRole('status').getByText('1 conversation was added').waitFor()
  await page.getByRole('link', { name: 'Back to chat' }).click()
  await page.getByRole('link', { name: 'A sum', exact: true }).click()
  await log().getByText('Result of a tool').click()
  await log().getByText('6 times 7 is 42').waitFor()
  expect(await page.locator('article[data-answer]').count()).toBe(2)
})

test('more than the model can read is not sent: a bigger model is offered, and trimming leaves out the oldest', async () => {
  await page.evaluate(`localStorage.setItem('keyway.chat.models', '${SMALL}')`)
  await page.getByRole('link', { name: 'A long story', exact: true }).click()
  await log().getByText('That was long.').waitFor()
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('And how does it end?')
  await page.getByText('This is more than the model can read at once').waitFor()
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Bigger model' }).click()
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Trim the oldest' }).click()
  await eventually(() => answer().textContent()).toContain('And how does it end?')
  expect(await message.inputValue()).toBe('')
  expect(askedLast()).toContain(SMALL)
  expect(askedLast()).not.toContain('An old story.')
  watched.expectQuiet(SERVER_AWAY)
})

test('a first message that is too long by itself goes to a bigger model, or gets shorter, and nothing is offered that is no help', async () => {
  await page.goto('/')
  const message = page.getByRole('textbox', { name: 'Message' })
  // A new chat asks the server first; what it refuses is back in the composer, with the ways on.
  await say(page, LONG)
  await page.getByText('This message alone is more than the model can read').waitFor()
  expect(await message.inputValue()).toBe(LONG)
  expect(await page.getByRole('button', { name: 'Trim the oldest' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Bigger model' }).click()
  const options = page.getByRole('dialog').locator('[role=option]')
  await options.first().waitFor()
  for (const one of await options.all()) expect(await one.textContent()).not.toContain('64K context')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Shorten to what fits' }).click()
  await page.getByText(/characters at the end are left out/).waitFor()
  await eventually(async () => (await message.inputValue()).length).toBeLessThan(220_000)
  await page.getByRole('button', { name: 'Undo' }).click()
  expect(await message.inputValue()).toBe(LONG)
  await page.getByRole('button', { name: 'Shorten to what fits' }).click()
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await eventually(() => answer().textContent()).toContain('An old story.')
  expect(askedLast()).toContain(SMALL)
})

test('an attachment that is too much is named, and can be left out', async () => {
  await page.goto('/')
  await page.setInputFiles('input[type=file]', [
    { name: 'log.txt', mimeType: 'text/plain', buffer: Buffer.from(LONG) },
    { name: 'short.txt', mimeType: 'text/plain', buffer: Buffer.from('The limit is 20.') },
  ])
  await page.getByRole('button', { name: 'Remove short.txt' }).waitFor()
  await page.getByRole('button', { name: 'Remove log.txt' }).waitFor()
  await say(page, 'What is the limit?')
  await page.getByRole('button', { name: 'Leave out log.txt' }).click()
  await page.getByRole('button', { name: 'Remove log.txt' }).waitFor({ state: 'detached' })
  await page.getByText('This message alone is more than the model can read').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await eventually(() => answer().textContent()).toContain('What is the limit?')
  watched.expectQuiet(SERVER_AWAY)
})

const chunk = (delta: object, finish_reason: string | null, usage?: object) =>
  `data: ${JSON.stringify({
    ...{ id: 'gen-tool', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'openai/gpt-5' },
    choices: [{ index: 0, delta, finish_reason }],
    ...(usage === undefined ? {} : { usage }),
  })}\n\n`
const call = (more: object) => ({ tool_calls: [{ index: 0, ...more }] })
/** A provider's answer that is a tool call, after a prompt of many tokens. */
const TOOL_CALL = [
  chunk(call({ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '' } }), null),
  chunk(call({ function: { arguments: '{"city":' } }), null),
  chunk(call({ function: { arguments: '"Trondheim"}' } }), null),
  chunk({}, 'tool_calls', { prompt_tokens: 100_000, completion_tokens: 12, total_tokens: 100_012 }),
  'data: [DONE]\n\n',
].join('')

/** Text for the page: a picture of one dot and a PDF without a page, dragged in from the desktop. */
const DROP_TWO_FILES = `{
  const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (letter) => letter.charCodeAt(0))
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File([bytes], 'dot.png', { type: 'image/png' }))
  dataTransfer.items.add(new File(['%PDF-1.4\\n%%EOF\\n'], 'paper.pdf', { type: 'application/pdf' }))
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }))
  }
}`

test('a session that ended elsewhere: the message is kept, and signing in leads back to it; so does any other page', async () => {
  // Who was offered a key for their programs and said no: nothing is asked for by itself, which would lead away too.
  await page.evaluate(`localStorage.setItem('keyway.use-it', 'declined')`)
  const requests = watchRequests(page)
  // The list beside the chat comes last: what is asked for behind this is asked for by somebody.
  const atRest = async () => {
    const { pathname } = new URL(page.url())
    await page.locator(`a[href="${pathname}"]`).first().waitFor({ state: 'attached' })
    await requests()
  }
  const signIn = async () => {
    await page.getByLabel('Name or e-mail').fill('ada')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  await page.goto('/')
  // A try before this one left nobody signed in.
  const ready = page.getByRole('textbox', { name: 'Message' })
  await ready.or(page.getByLabel('Password')).first().waitFor()
  if (!(await ready.isVisible())) await signIn()
  await say(page, 'Hello')
  await complete().waitFor({ state: 'attached' })
  await page.waitForURL(/\/c\//)
  await atRest()
  const { pathname } = new URL(page.url())
  await page.context().clearCookies()
  await say(page, 'And then?')
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await signIn()
  await page.waitForURL(({ pathname: at }) => at === pathname)
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('And then?')

  await atRest()
  await page.context().clearCookies()
  const prompts = page.getByRole('link', { name: 'Prompts' })
  // What is pointed at is asked for already. That leads nobody away.
  const refused = page.waitForResponse((reply) => reply.url().endsWith('/api/app/prompts') && reply.status() === 401)
  await prompts.hover()
  await refused
  await prompts.click()
  await signIn()
  await page.getByRole('heading', { name: 'No prompts yet' }).waitFor()
  // The page that was gone to says so in the browser's own log, before it leaves.
  watched.expectQuiet(new RegExp(`${SERVER_AWAY.source}|^error: AppError: You are not signed in`))
})

/** @returns what waits until all that the page has asked for by itself has come, its line of events aside */
function watchRequests(of: Page): () => Promise<void> {
  const open = new Set<Request>()
  const isLine = (request: Request) => request.url().endsWith('/events')
  of.on('request', (request) => !isLine(request) && open.add(request))
  of.on('requestfinished', (request) => open.delete(request))
  of.on('requestfailed', (request) => open.delete(request))
  return () => expect.poll(() => open.size, { timeout: 15_000 }).toBe(0)
}
