import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { brokenChat, CHAT, richChat, streamingChat } from '../fixture/chat.ts'
import { busyWorld } from '../fixture/world.ts'
import { launchBrowser } from './find-browser.ts'
import { tooWide } from './look-at.ts'
import { answerChatFrom, type SteeredChat } from './made-up-chat.ts'
import { openPage, type WatchedPage, WITHOUT_NETWORK } from './open-page.ts'

let rig: Rig
let browser: Browser
let watched: WatchedPage
let page: Page
let chat: SteeredChat
/** What a test makes the browser say. */
let provoked: RegExp | undefined

beforeAll(async () => {
  rig = await startRig()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await rig.close()
})
afterEach(async () => {
  watched.expectQuiet(provoked)
  provoked = undefined
  await page.context().close()
})

async function visit(...of: Parameters<typeof open>): Promise<void> {
  await open(...of)
  await page.getByText('token bucket', { exact: true }).first().waitFor()
}

async function open(
  made = streamingChat(),
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<unknown>,
): Promise<void> {
  watched = await openPage(browser, rig.url, { reducedMotion: 'reduce', ...options })
  page = watched.page
  await prepare?.(page)
  chat = await answerChatFrom(page, busyWorld(), made)
  await page.goto(`/c/${CHAT}`)
}

const grow = (offset: number) =>
  chat.emit({ type: 'delta', message_id: 'm2', offset, index: 0, text: `\n\nParagraph ${offset}.`.repeat(6) })
/** Text for the page: how far down the transcript is, and how far from its end. */
const LOG = `document.querySelector('[role="log"]')`
const top = () => page.evaluate<number>(`${LOG}.scrollTop`)
const fromEnd = () => page.evaluate<number>(`${LOG}.scrollHeight - ${LOG}.clientHeight - ${LOG}.scrollTop`)

test('scrolling up stops the page from following the answer; the pill and scrolling back have it follow again', async () => {
  await visit()
  await grow(1)
  await page.getByText('Paragraph 1.').last().waitFor()
  await expect.poll(fromEnd).toBeLessThan(40)
  await page.getByRole('log').hover()
  await page.mouse.wheel(0, -400)
  const pill = page.getByRole('button', { name: 'Jump to latest' })
  await pill.waitFor()
  const before = await top()
  await grow(2)
  await page.getByText('Paragraph 2.').last().waitFor({ state: 'attached' })
  expect(await top()).toBe(before)
  await pill.click()
  await expect.poll(fromEnd).toBeLessThan(40)
  await grow(3)
  await page.getByText('Paragraph 3.').last().waitFor()
  await expect.poll(fromEnd).toBeLessThan(40)
})

test('a formula that is being written is the letters that came, and typeset once it is whole', async () => {
  await visit()
  let offset = 0
  const write = async (text: string) => {
    await chat.emit({ type: 'delta', message_id: 'm2', offset: ++offset, index: 0, text })
  }
  const answer = page.locator('article[data-answer]').last()
  await write('\n```\n\nSo\n\n$$\na_1 * b_1')
  await answer.getByText('$$ a_1 * b_1', { exact: true }).waitFor()
  await write(' * c\n+ d')
  await answer.getByText('$$ a_1 * b_1 * c + d', { exact: true }).waitFor()
  expect(await answer.locator('.katex, em, li').count()).toBe(0)
  await write('\n$$\n\nand on')
  await answer.getByText('and on', { exact: true }).waitFor()
  await answer.locator('.formula-display .katex').waitFor()
  expect(await answer.locator('.katex-error').count()).toBe(0)
})

test('after the computer slept, with the page in view all the while, the line is opened again: it may be dead unnoticed', async () => {
  await visit(streamingChat(), {}, (opened) => opened.clock.install())
  const again = page.waitForRequest(/\/events$/)
  await page.clock.fastForward(60_000)
  await again
})

test('an answer is announced at its beginning and end and never word by word, and F6 goes between it and the message', async () => {
  await visit()
  expect(await page.getByRole('log').getAttribute('aria-live')).toBe('off')
  await page.getByText('The answer begins').waitFor({ state: 'attached' })
  await page.getByRole('textbox', { name: 'Message' }).focus()
  await page.keyboard.press('F6')
  expect(await page.evaluate(`document.getElementById('transcript').contains(document.activeElement)`)).toBe(true)
  await page.keyboard.press('F6')
  expect(await page.evaluate('document.activeElement.name')).toBe('message')
})

test('a limit that ends by itself counts down to when it does, and the message is kept meanwhile', async () => {
  await visit(richChat())
  chat.refuseNext(429, { code: 'rate_limited', message: 'Too many.', fix: 'Wait a moment.', retry_after_ms: 2_500 })
  await page.getByRole('textbox', { name: 'Message' }).fill('And in Go?')
  await page.keyboard.press('Enter')
  const again = page.getByRole('alert').getByRole('button', { name: /^Try again/ })
  await again.waitFor()
  expect(await again.textContent()).toMatch(/^Try again in \d s$/)
  expect(await again.isDisabled()).toBe(true)
  const details = page.getByText('rate_limited · req_made_up')
  expect(await details.isVisible()).toBe(false)
  await page.getByText('Details for the operator').click()
  await details.waitFor()
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('And in Go?')
  await expect.poll(() => again.textContent(), { timeout: 10_000 }).toBe('Try again')
  await again.click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
})

test('while a provider asks for a pause, a model that was used lately is offered by its name, and asked the same', async () => {
  const [, lately] = busyWorld().models.filter(({ callable }) => callable)
  await visit(richChat(), {}, (page) =>
    page.addInitScript(`localStorage.setItem('keyway.models.recent', '${lately?.id}')`),
  )
  const refusal = { code: 'provider_rate_limited', message: 'A pause, please.', fix: 'Wait.', retry_after_ms: 60_000 }
  chat.refuseNext(429, refusal)
  await page.getByRole('textbox', { name: 'Message' }).fill('And in Go?')
  await page.keyboard.press('Enter')
  await page
    .getByRole('alert')
    .getByRole('button', { name: `Go on with ${lately?.name}` })
    .click()
  await page.getByRole('alert').waitFor({ state: 'detached' })
  const [refused, taken] = chat.seen
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/messages'))
    .map(({ body }) => JSON.parse(body))
  expect(taken.parts).toEqual(refused.parts)
  expect(taken.models).toEqual([lately?.id])
  expect(refused.models).not.toEqual(taken.models)
})

test('an answer that failed says what for the operator, folded: which error, and of which call', async () => {
  await open(brokenChat())
  const details = page.getByText(/^credit_exhausted · m6$/)
  expect(await details.isVisible()).toBe(false)
  await page.getByText('Details for the operator').click()
  await details.waitFor()
})

const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true }
const stops = () => chat.seen.filter(({ path }) => path.endsWith('/stop')).map(({ path }) => path)

/** Keeps the server's answer to these requests back until it is let go. */
async function hold(requests: string): Promise<() => void> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route(requests, async (route) => {
    await released
    await route.fallback()
  })
  return release
}

test('a finger presses an answer’s figures to see all of them, with what came from the cache; an estimate is called one', async () => {
  const made = richChat()
  const guessed = made.messages.map((one) => ({ ...one, figures: one.figures && { ...one.figures, estimated: true } }))
  await visit({ ...made, messages: guessed }, PHONE)
  await page.locator('summary', { hasText: '≈ $0.0042' }).tap()
  const seen = (text: string) => page.getByText(text).filter({ visible: true }).waitFor()
  await seen('$0.004218 (estimated)')
  await seen('1,024 from the cache')
  await seen('$3.00 in · $0.30 cached · $15.00 out')
  expect(await page.locator('[data-hover-card]').count()).toBe(0)
})

test.each([
  ['a phone', PHONE, 'Stop', 'Stopping…', 'Stopped'],
  ['a phone, in German', { ...PHONE, locale: 'de-DE' }, 'Anhalten', 'Wird angehalten …', 'Angehalten'],
])(
  'Stop says on the button that it stops, asks once however often it is pressed, and keeps what came: on %s',
  async (_, at, stop, stopping, stopped) => {
    await visit(streamingChat(), at)
    const release = await hold('**/messages/*/stop')
    await page.getByRole('button', { name: stop, exact: true }).click()
    const button = page.getByRole('button', { name: stopping, exact: true })
    await button.getByText(stopping).waitFor()
    expect(await tooWide(page)).toBe(0)
    for (let press = 0; press < 5; press++) await button.tap()
    await page.keyboard.press('Escape')
    release()
    await page.getByRole('article').last().getByText(stopped, { exact: true }).waitFor()
    await button.waitFor({ state: 'detached' })
    expect(stops()).toHaveLength(1)
  },
)

test('Stop that is pressed before the server has named the answer stops it as soon as it has', async () => {
  await visit(richChat(), PHONE)
  const release = await hold('**/conversations/*/messages')
  await page.getByRole('textbox', { name: 'Message' }).fill('And in Go?')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await page.getByRole('button', { name: 'Stopping…' }).waitFor()
  expect(stops()).toEqual([])
  release()
  await page.getByRole('article').last().getByText('Stopped', { exact: true }).waitFor()
  expect(stops()).toEqual([expect.stringMatching(/\/messages\/answer-.*-0\/stop$/)])
})

test('on a phone the message field is large enough that the browser does not zoom, and never below the screen', async () => {
  await visit(richChat(), { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true })
  const field = page.getByRole('textbox', { name: 'Message' })
  const size = await page.evaluate<number>(`parseFloat(getComputedStyle(document.querySelector('textarea')).fontSize)`)
  expect(size).toBeGreaterThanOrEqual(16)
  const meta = await page.locator('meta[name=viewport]').getAttribute('content')
  expect(meta).toContain('viewport-fit=cover')
  expect(meta).not.toContain('user-scalable')
  await page.setViewportSize({ width: 360, height: 340 })
  const box = await field.boundingBox()
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(340)
})

test.each([
  ['en-US', 'Keyway was updated', 'Reload'],
  ['de-DE', 'Keyway wurde aktualisiert', 'Neu laden'],
])(
  'a tab that was open over an upgrade says so, with one button, which keeps what was written: %s',
  async (locale, told, reload) => {
    await visit(richChat(), { locale })
    const draft = page.locator('textarea[name=message]')
    await draft.fill('Half a thought')
    // The server has the parts of another version.
    await page.route('**/assets/*.js', (route) => route.fulfill({ status: 404 }))
    await page.route(`${rig.url}/`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<script type="module" src="/assets/index-newer.js"></script>' }),
    )
    provoked = /dynamically imported module|The above error/
    await page.locator('main header button').last().click()
    await page.getByRole('heading', { name: told }).waitFor({ state: 'attached' })
    expect(await page.getByRole('main').getByRole('button').allTextContents()).toEqual([reload])
    await page.unroute('**/assets/*.js')
    await page.unroute(`${rig.url}/`)
    await page.getByRole('button', { name: reload }).click()
    await expect.poll(() => draft.inputValue()).toBe('Half a thought')
  },
)

test('a first message that the old page cannot send any more is there after the reload', async () => {
  await visit(richChat())
  await page.route('**/assets/begin-chat*', (route) => route.fulfill({ status: 404 }))
  await page.route(`${rig.url}/`, (route) =>
    route.request().isNavigationRequest()
      ? route.fallback()
      : route.fulfill({ contentType: 'text/html', body: '<script src="/assets/index-newer.js"></script>' }),
  )
  provoked = /dynamically imported module|The above error/
  await page.goto('/')
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('Half a thought')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Keyway was updated' }).waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Reload' }).click()
  await expect.poll(() => message.inputValue()).toBe('Half a thought')
})

test('a part that did not come from the same version is no upgrade, and is said to have failed', async () => {
  await visit(richChat())
  await page.route('**/assets/*.js', (route) => route.fulfill({ status: 404 }))
  provoked = /dynamically imported module|The above error/
  await page.locator('main header button').last().click()
  await page.getByRole('alert').getByText('This page failed').waitFor()
})

test('what is fetched ahead and does not come is nobody’s failure until it is needed; the message stays, and it is said', async () => {
  await visit(richChat())
  await page.route('**/assets/begin-chat*', (route) => route.fulfill({ status: 404 }))
  const ahead = page.waitForResponse('**/assets/begin-chat*')
  await page.goto('/')
  await ahead
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('Half a thought')
  await page.keyboard.press('Enter')
  await page.getByText('Keyway cannot be reached').first().waitFor()
  await expect.poll(() => message.inputValue()).toBe('Half a thought')
})

test('a style sheet that did not come is asked for again: without it nothing in a window over the page can be pressed', async () => {
  provoked = WITHOUT_NETWORK
  const lose = (opened: Page) => opened.route('**/assets/*.css', (route) => route.abort(), { times: 1 })
  await visit(richChat(), {}, lose)
  await page.getByRole('button', { name: 'Settings of this chat' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click({ trial: true })
})
