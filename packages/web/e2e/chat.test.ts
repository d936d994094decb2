import type { AnswerFigures, WholeConversation } from '@keyway/contract'
import type { Browser, Locator, Page, Route } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { say, signUpAndConnect } from './connected-person.ts'
import { launchBrowser } from './find-browser.ts'
import { openPage, type WatchedPage, WITHOUT_NETWORK, watch } from './open-page.ts'
import { type FreshKeyway, startFreshKeyway } from './real-server.ts'

/** A loaded machine gets this long. Milliseconds. */
const WAIT_MS = 10_000
/** Between two events of a slow answer: long enough to act in its middle. Milliseconds. */
const SLOW_MS = 40

let keyway: FreshKeyway
let browser: Browser
let watched: WatchedPage
let page: Page

beforeAll(async () => {
  browser = await launchBrowser()
  keyway = await startFreshKeyway()
  watched = await openPage(browser, keyway.url)
  page = watched.page
  await signUpAndConnect(page, keyway)
})
afterAll(async () => {
  await browser.close()
  await keyway.close()
  await keyway.simulation.close()
})
afterEach(() => keyway.expectKeyless(page))
// Each begins a conversation of its own.
beforeEach(async () => {
  await page.goto('/')
  await message().fill('')
  await page.evaluate('localStorage.clear()')
})

const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: WAIT_MS })
const slow = () => keyway.simulation.script('openrouter', { kind: 'slow-events', intervalMs: SLOW_MS })
const message = () => page.getByRole('textbox', { name: 'Message' })
const answers = (of: Page = page) => of.locator('article[data-answer]')
const said = (text: string) => page.getByRole('log').getByText(text)
const complete = () => page.getByText('The answer is complete')
const wordsOf = async (of: Page = page) => (await answers(of).last().textContent()) ?? ''

test('nothing but blanks is not sent, and Enter in the middle of a composed word is not either', async () => {
  await message().fill('   ')
  await page.keyboard.press('Enter')
  expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
  await message().fill('にほん')
  await message().dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true })
  await message().dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true })
  expect(await message().inputValue()).toBe('にほん')
  await page.keyboard.press('Shift+Enter')
  expect(await message().inputValue()).toBe('にほん\n')
  expect(new URL(page.url()).pathname).toBe('/')
})

test('the composer has the focus, and a draft survives a reload', async () => {
  await page.keyboard.type('half a thought')
  await page.reload()
  await eventually(() => message().inputValue()).toBe('half a thought')
})

test('a first message that is refused leaves no conversation behind: it stays to be sent, here and after a reload', async () => {
  const listed = () =>
    page.evaluate(`fetch('/api/app/conversations').then((all) => all.json()).then(({ data }) => data.length)`)
  const before = await listed()
  await page.getByRole('button', { name: 'Temporary chat' }).click()
  // The first two times, as of a model that is gone meanwhile.
  const withoutModel = (route: Route) =>
    route.continue({ postData: { ...route.request().postDataJSON(), models: ['nobody/nothing'] } })
  await page.route('**/api/app/conversations/*/messages', withoutModel, { times: 2 })
  await say(page, 'Too soon')
  await page.getByRole('alert').waitFor()
  expect(await message().inputValue()).toBe('Too soon')
  expect(await listed()).toBe(before)
  await page.getByText('No conversations yet.', { exact: false }).waitFor()
  // To another page and back it is there once; so it is after a reload, and after the way to an issuer.
  const here = page.url()
  await page.getByRole('link', { name: 'Prompts' }).click()
  await page
    .getByRole('heading', { name: 'Prompts', level: 1 })
    .or(page.getByRole('heading', { name: 'No prompts yet' }))
    .first()
    .waitFor()
  await page.goBack()
  await page.getByRole('alert').waitFor()
  expect(await message().inputValue()).toBe('Too soon')
  await page.reload()
  await page.getByRole('heading', { name: 'A chat that leaves nothing behind' }).waitFor()
  expect(await message().inputValue()).toBe('Too soon')
  await page.goto(`${here}?connect=denied`)
  await page.getByRole('heading', { name: 'You cancelled' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: 'A chat that leaves nothing behind' }).waitFor()
  expect(await message().inputValue()).toBe('Too soon')

  await page.goto('/')
  await message().press('Enter')
  await page.getByRole('alert').waitFor()
  await message().press('Enter')
  await complete().waitFor({ state: 'attached' })
  await page.waitForURL(/\/c\/[0-9a-f-]{36}$/)
  expect(await listed()).toBe(Number(before) + 1)
  await page.reload()
  await said('Too soon').first().waitFor()
  await page.goto('/')
  expect(await message().inputValue()).toBe('')
})

test('a message is answered word by word at an address of its own, with what it cost', async () => {
  slow()
  await say(page, 'Write 60 words')
  await page.waitForURL(/\/c\/[0-9a-f-]{36}$/)
  await page.getByText('The answer begins').waitFor({ state: 'attached' })
  await eventually(() => wordsOf()).toMatch(/simulated words/)
  await complete().waitFor({ state: 'attached' })
  await eventually(() => wordsOf()).toContain('reached')
  const figures = await answers().last().locator('summary').last().textContent()
  expect(figures).toMatch(/\$[\d.]+ · .* → .* · \d[\d.]* m?s · /)
  expect(await message().inputValue()).toBe('')
  watched.expectQuiet()
})

test('at every width a model tells what it can do, a message about what it will cost, and an answer what it took and at which prices: pointed at, come to, or pressed', async () => {
  const size = page.viewportSize()
  const about = () => page.getByText(/^Next message ≈ \$[\d.]+$/).filter({ visible: true })
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await page.goto('/')
    expect(await about().count()).toBe(0)
    await page.getByRole('button', { name: /^Model: / }).click()
    const marks = page.getByRole('option').getByText(/^(Images|Tools|Reasoning)$/)
    await eventually(() => marks.filter({ visible: true }).count()).toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await message().fill('Write 20 words')
    await eventually(() => about().count()).toBe(1)
    await page.keyboard.press('Enter')
    await complete().waitFor({ state: 'attached' })
    await message().fill('And then?')
    await eventually(() => about().count()).toBe(1)
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await message().fill('')
  }
  const line = answers().last().locator('summary').last()
  const card = page.locator('[data-hover-card]')
  const tells = async () => {
    await card.waitFor()
    expect(await card.textContent()).toMatch(/\$[\d.]+ \(exact\).*\$[\d.]+ in · .*\$[\d.]+ out/)
  }
  await line.hover()
  await tells()
  await page.keyboard.press('Escape')
  await card.waitFor({ state: 'detached' })
  await page.mouse.move(0, 0)
  // The way that a keyboard comes to it.
  await answers().last().getByRole('button').last().focus()
  await page.keyboard.press('Tab')
  await tells()
  await page.keyboard.press('Enter')
  await card.waitFor({ state: 'detached' })
  await answers().last().getByText('First token after').waitFor()
  await page.setViewportSize(size ?? { width: 1280, height: 720 })
  watched.expectQuiet()
})

test('Stop says at once that it stops, on the button itself; pressing on does nothing more', async () => {
  slow()
  await say(page, 'Write 400 words')
  await eventually(() => wordsOf()).toMatch(/simulated words follow/)
  // The server's answer to the stop waits until it was looked at.
  const looked = Promise.withResolvers<void>()
  let stops = 0
  await page.route('**/stop', async (route) => {
    stops++
    await looked.promise
    await route.continue()
  })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  const button = page.getByRole('button', { name: 'Stopping…' })
  await button.getByText('Stopping…').waitFor()
  await button.click()
  await button.click()
  looked.resolve()
  await answers().last().getByText('Stopped', { exact: true }).waitFor()
  expect(stops).toBe(1)
  await expectFigures(answers().last())
  await page.unroute('**/stop')
  watched.expectQuiet()
})

test('a reload in the middle of an answer loses nothing, and a second tab sees it too', async () => {
  slow()
  await say(page, 'Write 120 words')
  await eventually(() => wordsOf()).toMatch(/simulated words follow/)
  const second = await watch(page.context(), keyway.url)
  await second.page.goto(page.url())
  await eventually(() => wordsOf(second.page)).toMatch(/simulated words follow/)
  await page.reload()
  await complete().waitFor({ state: 'attached' })
  const words = /simulated(?: [a-z]+){119}/
  await eventually(() => wordsOf()).toMatch(words)
  await eventually(() => wordsOf(second.page)).toMatch(words)

  // What is asked in one tab is seen in the other.
  await say(second.page, 'Say it again')
  await page.getByText('Say it again').first().waitFor()
  await eventually(() => answers().count()).toBe(2)
  watched.expectQuiet()
  second.expectQuiet()
})

test('Escape stops the answer, keeps what came, and it can be continued', async () => {
  slow()
  await say(page, 'Write 2000 words')
  await eventually(() => wordsOf()).toMatch(/simulated words follow/)
  await page.keyboard.press('Escape')
  await answers().getByText('Stopped').waitFor()
  const kept = await wordsOf()
  expect(kept.length).toBeLessThan(5_000)
  await page.getByRole('button', { name: 'Continue' }).click()
  await complete().waitFor({ state: 'attached', timeout: 20_000 })
  expect(await page.getByText('2 / 2').count()).toBe(1)
  watched.expectQuiet()
})

test('another answer, and another question, are branches that one can switch between', async () => {
  await say(page, 'First question')
  await complete().waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Answer again' }).click()
  await page.getByText('2 / 2').waitFor()
  await page.getByRole('button', { name: 'Version before' }).click()
  await page.getByText('1 / 2').waitFor()
  const first = await answers().last().locator('h2').textContent()
  await page.getByRole('button', { name: 'Answer with another model' }).click()
  await page.locator('[role=option]:not([aria-disabled]):not([aria-selected=true])').first().click()
  await page.getByText('3 / 3').waitFor()
  await eventually(() => answers().last().locator('h2').textContent()).not.toBe(first)
  await complete().waitFor({ state: 'attached' })
  // What the next one will cost, about, while it is written.
  await message().fill('How much is it?')
  await page.getByText('≈ $', { exact: false }).last().waitFor()
  await message().fill('')

  await said('First question').first().hover()
  await page.getByRole('button', { name: 'Edit' }).first().click()
  await page.getByRole('textbox', { name: 'Edit your message' }).fill('Second question')
  await page.keyboard.press('Enter')
  await said('Second question').first().waitFor()
  expect(await said('First question').count()).toBe(0)
  await eventually(() => wordsOf()).toContain('Second question')
  await page.getByRole('button', { name: 'Version before' }).first().click()
  await said('First question').first().waitFor()

  // The branch is the same after a reload.
  await page.waitForLoadState('networkidle')
  await page.reload()
  await said('First question').first().waitFor()
  watched.expectQuiet()
})

test('a provider that fails is named with a way on, and the answer can be asked for again', async () => {
  keyway.simulation.script('openrouter', { kind: 'status', status: 402, message: 'Insufficient credits' })
  await say(page, 'Hello')
  const alert = page.getByRole('alert')
  await alert.waitFor()
  expect(keyway.simulation.pending('openrouter')).toBe(0)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await complete().waitFor({ state: 'attached' })
  expect(await page.getByText('2 / 2').count()).toBe(1)
})

test('one question to two models: each writes its own column, with its own figures, and the chat goes on with one', async () => {
  await page.getByRole('button', { name: 'Compare with another model' }).click()
  await page.locator('[role=option]:not([aria-disabled]):not([aria-selected=true])').first().click()
  expect(await page.getByRole('button', { name: /^Model: / }).count()).toBe(2)
  slow()
  slow()
  await say(page, 'Write 30 words')
  const columns = page.getByRole('region', { name: 'Comparison' }).locator('article[data-answer]')
  await eventually(() => columns.count()).toBe(2)
  await page.getByRole('button', { name: 'Go on with this one' }).nth(1).waitFor()
  for (const column of await columns.all()) {
    await eventually(() => column.textContent()).toContain('reached')
    await expectFigures(column)
  }
  await page.getByRole('button', { name: 'Go on with this one' }).nth(1).click()
  await page.getByText('The chat goes on from here').waitFor()
  expect(await page.getByRole('button', { name: /^Model: / }).count()).toBe(1)
  await say(page, 'And now?')
  await page.getByText('Compared with 1 other').waitFor()
  await eventually(() => wordsOf()).toContain('And now?')
  watched.expectQuiet()
})

test.each([3, 4])(
  'one question to %i models: all write at once, side by side, each with its own figures, and the chat goes on with one',
  async (count) => {
    const size = page.viewportSize()
    // The narrowest desktop, its sidebar open: all are beside one another there.
    await page.setViewportSize({ width: 1280, height: 800 })
    const chosen = page.getByRole('button', { name: /^Model: / })
    for (let more = 1; more < count; more++) {
      await page.getByRole('button', { name: 'Compare with another model' }).click()
      await page.locator('[role=option]:not([aria-disabled]):not([aria-selected=true])').first().click()
      await eventually(() => chosen.count()).toBe(more + 1)
    }
    // Four are as many as there are.
    expect(await page.getByRole('button', { name: 'Compare with another model' }).count()).toBe(count === 4 ? 0 : 1)
    for (let one = 0; one < count; one++) slow()
    await say(page, 'Write 30 words')
    const section = page.getByRole('region', { name: 'Comparison' })
    const columns = section.locator('[data-row]')
    const clocks = section.locator('header').getByText(/^\d+\.\d s$/)
    await eventually(() => clocks.count()).toBe(count)
    for (const column of await columns.all()) {
      await eventually(() => column.textContent()).toContain('reached')
      await expectFigures(column.locator('article[data-answer]'))
    }
    expect(await clocks.count()).toBe(0)
    const places = await Promise.all((await columns.all()).map((column) => column.boundingBox()))
    expect(new Set(places.map((place) => place?.y)).size).toBe(1)
    expect(new Set(places.map((place) => place?.x)).size).toBe(count)
    expect(Math.max(...places.map((place) => (place?.x ?? 0) + (place?.width ?? 0)))).toBeLessThanOrEqual(1280)
    const last = columns.nth(count - 1)
    const name = await last.locator('header').textContent()
    await last.getByRole('button', { name: 'Go on with this one' }).click()
    await last.getByText('The chat goes on from here').waitFor()
    expect(await chosen.allTextContents()).toEqual([name])
    await say(page, 'And now?')
    await page.getByText(`Compared with ${count - 1} others`).waitFor()
    await eventually(() => wordsOf()).toContain('And now?')
    watched.expectQuiet()
    await page.setViewportSize(size ?? { width: 1280, height: 720 })
  },
)

test('two versions of a prompt, from the library: each in its own column, with its own figures, and the chat goes on with one', async () => {
  const id = await addPrompt('tell', ['Write 20 words about {{thing}}.', 'Write 30 words about {{thing}}, calmly.'])
  await page.goto(`/prompts?open=${id}`)
  await page.getByRole('button', { name: 'Compare versions' }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare versions of /tell' })
  const side = (name: string) => dialog.getByRole('combobox', { name })
  const [left, right] = [side('Column 1'), side('Column 2')]
  // The same twice is no comparison.
  await right.selectOption({ index: 1 })
  await dialog.getByText('Both columns are the same').waitFor()
  expect(await dialog.getByRole('button', { name: 'Compare', exact: true }).isDisabled()).toBe(true)
  await right.selectOption({ index: 0 })
  expect(await left.locator('option:checked').textContent()).toMatch(/^Version 1 /)
  expect(await right.locator('option:checked').textContent()).toMatch(/^Version 2 .* In use$/)
  expect(await dialog.locator('mark').allTextContents()).toEqual(['20', '30', ', calmly'])
  await dialog.getByLabel('thing').fill('locks')
  slow()
  slow()
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click()
  await page.waitForURL(/\/c\/[0-9a-f-]{36}$/)
  const section = page.getByRole('region', { name: 'Comparison' })
  const columns = section.locator('article[data-answer]')
  await eventually(() => columns.count()).toBe(2)
  for (const [place, asked] of ['Write 20 words about locks.', 'Write 30 words about locks, calmly.'].entries()) {
    const column = section.locator('[data-row]').nth(place)
    await column.getByText(`/tell v${place + 1}`).waitFor()
    expect(await column.textContent()).toContain(asked)
    await eventually(() => columns.nth(place).textContent()).toContain('reached')
    await expectFigures(columns.nth(place))
  }
  await section.getByRole('button', { name: 'Go on with this one' }).click()
  await section.locator('[data-row]').nth(1).getByText('The chat goes on from here').waitFor()
  await section.locator('[data-row]').nth(1).getByRole('button', { name: 'View code' }).click()
  await page.getByRole('dialog').getByText('Write 30 words about locks, calmly.').waitFor()
  await page.keyboard.press('Escape')
  await say(page, 'And now?')
  await page.getByText('Compared with 1 other').waitFor()
  await eventually(() => wordsOf()).toContain('And now?')
  expect(await said('Write 20 words about locks.').count()).toBe(0)
  const call = keyway.simulation.requests.findLast(({ path }) => path.endsWith('/chat/completions'))
  const { messages } = JSON.parse(Buffer.from(call?.body ?? '').toString())
  expect(messages.map(({ role }: { role: string }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(messages[0].content).toBe('Write 30 words about locks, calmly.')
  watched.expectQuiet()
})

test('two versions of a prompt, by a slash in a conversation and with the keyboard alone; a reload shows the same', async () => {
  await addPrompt('sum', ['Sum up.', 'Sum up briefly.'])
  await say(page, 'First question')
  await complete().waitFor({ state: 'attached' })
  await message().pressSequentially('A thought of my own /sum')
  await page.getByRole('button', { name: 'Compare versions' }).waitFor()
  await page.keyboard.press('Alt+Enter')
  await page.getByRole('dialog', { name: 'Compare versions of /sum' }).getByText('briefly').first().waitFor()
  keyway.simulation.script('openrouter', { kind: 'status', status: 402, message: 'Insufficient credits' })
  await page.keyboard.press('Enter')
  const section = page.getByRole('region', { name: 'Comparison' })
  // One fails and can be asked again in its place; the other does not mind.
  await section.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await section.getByText('2 / 2').waitFor()
  await eventually(() => section.locator('article[data-answer]').allTextContents()).toEqual([
    expect.stringContaining('Sum up.'),
    expect.stringContaining('Sum up briefly.'),
  ])
  expect(await message().inputValue()).toBe('A thought of my own ')
  await page.waitForLoadState('networkidle')
  await page.reload()
  await section.getByText('/sum v2').last().waitFor()
  await said('First question').first().waitFor()
})

test('a comparison that is refused stays to be read where its columns would stand, and goes out when it is tried again', async () => {
  await addPrompt('gist', ['The gist of it.', 'The gist of it, calmly.'])
  await message().pressSequentially('/gist')
  await page.getByRole('button', { name: 'Compare versions' }).waitFor()
  await page.keyboard.press('Alt+Enter')
  await page.getByRole('dialog', { name: 'Compare versions of /gist' }).getByText('calmly').first().waitFor()
  const error = { code: 'rate_limited', message: 'Too many.', fix: 'Wait a moment.', docs_url: '', request_id: 'req_1' }
  await page.route('**/comparisons', (route) => route.fulfill({ status: 429, json: { error } }), { times: 1 })
  await page.keyboard.press('Enter')
  const refused = page.getByRole('log').getByRole('region', { name: 'This comparison was not sent' })
  await refused.getByText('The gist of it.', { exact: true }).waitFor()
  await refused.getByText('The gist of it, calmly.', { exact: true }).waitFor()
  expect(await refused.getByRole('heading', { level: 3 }).allTextContents()).toEqual(
    Array(2).fill(expect.stringMatching(/\S/)),
  )
  await page.getByRole('alert').getByText('Too many.').waitFor()
  await page.getByRole('button', { name: 'Try again' }).click()
  await refused.waitFor({ state: 'detached' })
  await eventually(() => page.getByRole('region', { name: 'Comparison', exact: true }).locator('article').count()).toBe(
    2,
  )
  await complete().waitFor({ state: 'attached' })
})

test('a file is attached by the button or pasted, shown, and can be taken off again', async () => {
  await page.setInputFiles('input[type=file]', [
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('The limit is 20 calls a minute.') },
  ])
  await page.getByRole('button', { name: 'Remove notes.txt' }).click()
  await page.getByRole('list', { name: 'Attachments' }).waitFor({ state: 'detached' })
  await page.evaluate(PASTE_PICTURE)
  await page.getByRole('button', { name: 'Remove dot.png' }).waitFor()
  // Nothing is sent while it is on its way.
  await page.getByRole('progressbar').waitFor({ state: 'detached' })
  await say(page, 'What is it?')
  await page.getByRole('log').getByRole('img', { name: 'dot.png' }).waitFor()
  await eventually(() => wordsOf()).toContain('sent 1 image')
  watched.expectQuiet()
})

// Last: what the browser says of a network that is gone would be in the way of the others.
test('without a network the message stays in the composer, and goes out when it is back', async () => {
  await say(page, 'First')
  await complete().waitFor({ state: 'attached' })
  await page.context().setOffline(true)
  await say(page, 'Is anybody there?')
  await page.getByRole('alert').getByText('Keyway cannot be reached').waitFor()
  expect(await message().inputValue()).toBe('Is anybody there?')
  // Another model would be as far away.
  expect(await page.getByRole('alert').getByRole('button').allTextContents()).toEqual(['Try again'])
  await page.context().setOffline(false)
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await eventually(() => answers().count()).toBe(2)
  await eventually(() => wordsOf()).toContain('Is anybody there?')
  watched.expectQuiet(WITHOUT_NETWORK)
})

/** A prompt of the library with these versions, made as the page would. @returns its id */
function addPrompt(slug: string, texts: readonly string[]): Promise<string> {
  return page.evaluate(`(async () => {
    const [first, ...others] = ${JSON.stringify(texts)}
    const ask = async (method, path, body) => {
      const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      return (await fetch('/api/app/prompts' + path, init)).json()
    }
    const { id } = await ask('POST', '', { slug: '${slug}', title: '${slug}', text: first })
    for (const text of others) await ask('PATCH', '/' + id, { text })
    return id
  })()`)
}

/** Opens a column's figures: what its answer took, as the server has it, none of it nothing. */
async function expectFigures(answer: Locator): Promise<void> {
  const summary = answer.locator('summary', { hasText: '$' })
  await summary.waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1)
  const whole: WholeConversation = await page.evaluate(
    `fetch('/api/app/conversations/${id}').then((all) => all.json())`,
  )
  const name = await answer.getAttribute('data-answer')
  const figures = whole.messages.find((one) => one.id === name)?.figures
  if (figures === null || figures === undefined) throw new Error('the answer has no figures')
  await summary.click()
  const told = new Map<string, string>()
  for (const fact of await answer.locator('dl > div').all()) {
    told.set((await fact.locator('dt').textContent()) ?? '', (await fact.locator('dd').textContent()) ?? '')
  }
  expect(Object.fromEntries(told)).toMatchObject(factsOf(figures))
  const { first_token_ms, tokens_prompt, tokens_completion, cost_usd } = figures
  for (const figure of [first_token_ms, tokens_prompt, tokens_completion, cost_usd]) {
    expect(Number(figure)).toBeGreaterThan(0)
  }
  expect(await summary.textContent()).toContain(factsOf(figures)['First token after'])
  await summary.click()
}

function factsOf({ first_token_ms: ms, tokens_prompt, tokens_completion, cost_usd, estimated }: AnswerFigures) {
  const after = ms === null ? '' : ms < 1_000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`
  return {
    'First token after': after,
    'Tokens in': expect.stringMatching(new RegExp(`^${tokens_prompt}\\b`)),
    'Tokens out': expect.stringMatching(new RegExp(`^${tokens_completion}\\b`)),
    Cost: `$${cost_usd} (${estimated ? 'estimated' : 'exact'})`,
    'Price of a million': expect.stringMatching(/^\$[\d.]+ in .*\$[\d.]+ out$/),
  }
}

/** Text for the page: a picture of one dot, as from a clipboard. */
const PASTE_PICTURE = `{
  const bytes = Uint8Array.from(atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='), (letter) => letter.charCodeAt(0))
  const clipboardData = new DataTransfer()
  clipboardData.items.add(new File([bytes], 'dot.png', { type: 'image/png' }))
  document.querySelector('textarea').dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}`
