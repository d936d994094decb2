import type { Page } from 'playwright-core'
import { answer } from '../fixture/answer.ts'
import {
  brokenChat,
  CHAT,
  comparedChat,
  firstChat,
  type MadeUpChat,
  richChat,
  streamingChat,
  thinkingChat,
  wordingsChat,
} from '../fixture/chat.ts'
import { fullShelves } from '../fixture/shelves.ts'
import { busyWorld, houseWorld, type World } from '../fixture/world.ts'
import { answerChatFrom, type SteeredChat } from './made-up-chat.ts'
import { WITHOUT_NETWORK } from './open-page.ts'
import type { Screen } from './screens.ts'

const from =
  (world: () => World, chat?: () => MadeUpChat) =>
  (page: Page): Promise<unknown> =>
    answerWithShelves(page, world(), chat?.())

/** A conversation among the others that the world has: a sidebar as a person has it. */
async function answerWithShelves(page: Page, world: World, chat?: MadeUpChat): Promise<SteeredChat> {
  const { shelves } = world
  if (chat !== undefined) {
    shelves.conversations = [chat.conversation, ...shelves.conversations.map((one) => ({ ...one, streaming: false }))]
  }
  const steered = await answerChatFrom(page, world, chat)
  await page.route(/\/api\/app\/(?:conversations\?|folders$)/, (route) => {
    const request = route.request()
    const { pathname, search } = new URL(request.url())
    const { status, body } = answer(world, { method: request.method(), url: pathname + search, body: '' })
    return route.fulfill({ status, json: body })
  })
  return steered
}

const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()

const screen = (given: Partial<Screen> & { name: string }, world: () => World, chat?: () => MadeUpChat): Screen => ({
  world,
  path: `/c/${CHAT}`,
  heading: chat === undefined ? 'What is on your mind?' : /./,
  answer: from(world, chat),
  ...given,
})

const TITLE = 'A token bucket in TypeScript'
const LIMITER = 'Which rate limiter?'

/** Every state of a conversation. */
export const CHAT_SCREENS: readonly Screen[] = [
  screen({ name: 'chat-new', path: '/' }, busyWorld),
  screen({ name: 'chat-new-draft', path: '/', act: writeDraft }, busyWorld),
  screen({ name: 'chat-slash', path: '/', act: writeSlash }, busyWorld),
  screen({ name: 'chat-fill', path: '/', heading: 'Fill in “Translate”', act: fillPrompt }, busyWorld),
  screen({ name: 'chat-temporary', path: '/?temporary=true', heading: 'A chat that leaves nothing behind' }, busyWorld),
  screen({ name: 'chat', heading: TITLE }, busyWorld, richChat),
  screen({ name: 'chat-first', heading: 'Old windows', act: seeOffer }, keylessWorld, firstChat),
  screen({ name: 'chat-first-key', heading: 'Old windows', act: takeOffer }, keylessWorld, firstChat),
  screen({ name: 'chat-top', heading: TITLE, act: scrollUp }, busyWorld, richChat),
  screen({ name: 'chat-figures', heading: TITLE, act: openFigures }, busyWorld, richChat),
  screen({ name: 'chat-tool', heading: TITLE, act: openTool }, busyWorld, richChat),
  screen({ name: 'chat-reasoning', heading: TITLE, act: openReasoning }, busyWorld, richChat),
  screen({ name: 'chat-streaming', heading: TITLE }, busyWorld, streamingChat),
  screen({ name: 'chat-thinking', heading: TITLE }, busyWorld, thinkingChat),
  screen({ name: 'chat-broken', heading: 'Rate limiters' }, busyWorld, brokenChat),
  screen({ name: 'chat-edit', heading: TITLE, act: press('Edit') }, busyWorld, richChat),
  screen({ name: 'chat-refused', heading: TITLE, answer: refusing, act: send }, houseChatWorld, houseChat),
  screen({ name: 'chat-limited', heading: TITLE, answer: limiting, act: send }, busyWorld, richChat),
  screen({ name: 'chat-offline', heading: TITLE, act: goOffline, provokes: WITHOUT_NETWORK }, busyWorld, richChat),
  screen({ name: 'chat-disconnected', heading: TITLE }, disconnectedWorld, richChat),
  screen({ name: 'chat-house', heading: TITLE }, houseChatWorld, houseChat),
  screen({ name: 'chat-too-long', heading: TITLE, act: writeTooMuch }, smallWorld, richChat),
  screen({ name: 'chat-withheld', heading: TITLE }, withheldWorld, richChat),
  screen({ name: 'chat-compare', heading: LIMITER, act: seeColumns }, busyWorld, () => comparedChat(3)),
  screen({ name: 'chat-compare-four', heading: LIMITER, act: seeColumns }, busyWorld, () => comparedChat(4)),
  screen({ name: 'chat-wordings', heading: 'Review this change', act: seeColumns }, busyWorld, wordingsChat),
  screen(
    { name: 'chat-settings', heading: 'Settings of this chat', act: press('Settings of this chat') },
    busyWorld,
    richChat,
  ),
  screen({ name: 'chat-code', heading: 'View code', act: press('View code') }, busyWorld, richChat),
]

/** Connected, and without a key for programs. */
function keylessWorld(): World {
  return { ...busyWorld(), keys: [] }
}

async function seeOffer(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Use it from Claude Code, Codex or Cursor' }).waitFor()
}

async function takeOffer(page: Page): Promise<void> {
  await seeOffer(page)
  await page.getByRole('tab', { name: 'Codex' }).click()
  // The tool before leaves the page a moment later.
  const codex = page.getByRole('tabpanel', { name: 'Codex' })
  await codex.getByRole('button', { name: 'Copy with its own key' }).click()
  await page.getByText('is shown here this once').waitFor()
}

async function writeDraft(page: Page): Promise<void> {
  await page.setInputFiles('input[type=file]', [
    { name: 'limits.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(184_320) },
  ])
  await page.getByText('limits.pdf').waitFor()
  await page
    .getByRole('textbox', { name: 'Message' })
    .fill('What does section 4 say about bursts?\nIn two sentences, please.')
}

async function writeSlash(page: Page): Promise<void> {
  const message = page.getByRole('textbox', { name: 'Message' })
  // A draft of another screen is still there, as drafts are.
  await message.fill('')
  await message.pressSequentially('/re')
  await page.getByRole('button', { name: 'Compare versions' }).waitFor()
}

async function fillPrompt(page: Page): Promise<void> {
  const message = page.getByRole('textbox', { name: 'Message' })
  await message.fill('')
  await message.pressSequentially('/tra')
  await page.getByText('/translate').waitFor()
  await page.keyboard.press('Enter')
}

async function openTool(page: Page): Promise<void> {
  await page.locator('summary', { hasText: 'search_web' }).click()
}

async function openReasoning(page: Page): Promise<void> {
  await scrollUp(page)
  await page.locator('summary', { hasText: 'Thought for' }).click()
}

/** More than the model reads: no older message is to blame. */
async function writeTooMuch(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill('An old story. '.repeat(4_000))
  await page.getByText('This message alone is more than the model can read').waitFor()
}

async function scrollUp(page: Page): Promise<void> {
  await page.getByText('token bucket', { exact: true }).first().waitFor()
  await page.getByRole('log').hover()
  await page.mouse.wheel(0, -10_000)
  await page.getByRole('button', { name: 'Jump to latest' }).waitFor()
}

async function seeColumns(page: Page): Promise<void> {
  await page.getByRole('region', { name: 'Comparison' }).getByRole('article').first().waitFor()
}

async function openFigures(page: Page): Promise<void> {
  await page.locator('summary', { hasText: '$0.0009' }).click()
  // To the end again, where a change of size leaves it: halfway, an answer's buttons may come to lie under the composer's.
  await page.getByText('Ended with').filter({ visible: true }).waitFor()
  await page.getByRole('log').hover()
  await page.mouse.wheel(0, 10_000)
}

async function send(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill('And in Go?')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('alert').waitFor()
}

async function refusing(page: Page): Promise<void> {
  const world = houseChatWorld()
  if (world.state.house !== null) world.state.house.remaining_today = 0
  const chat = await answerWithShelves(page, world, houseChat())
  chat.refuseNext(429, {
    code: 'daily_limit_reached',
    message: 'Today’s 20 messages on the house are used up.',
    fix: 'Connect a provider of your own, or wait until 00:00 UTC.',
  })
}

async function limiting(page: Page): Promise<void> {
  const chat = await answerWithShelves(page, busyWorld(), richChat())
  chat.refuseNext(429, {
    code: 'provider_rate_limited',
    message: 'Anthropic asks for a pause.',
    fix: 'Wait until it is over, or choose another model.',
    retry_after_ms: 42_000,
  })
}

async function goOffline(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill('And in Go?')
  await page.route('**/api/app/**', (route) => route.abort())
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await page.getByRole('alert').waitFor()
}

/** Its model reads little. */
function smallWorld(): World {
  const world = busyWorld()
  world.models = world.models.map((model) =>
    model.id === 'anthropic/claude-sonnet-4.5' ? { ...model, context_length: 8_000 } : model,
  )
  return world
}

/** Who serves its model may keep what is sent. */
function withheldWorld(): World {
  const world = busyWorld()
  world.models = world.models.map((model) =>
    model.id === 'anthropic/claude-sonnet-4.5' ? { ...model, callable: false, withheld: true } : model,
  )
  return world
}

/** The conversation's model is gone; the operator's is there. */
function disconnectedWorld(): World {
  const world = houseChatWorld()
  world.connection.ended = {
    reason: 'disconnected',
    at: '2026-11-20T16:40:00.000Z',
    revoke_url: 'https://openrouter.ai/keys/3f',
  }
  return world
}

/** Never connected: the operator's model is all that there is. */
function houseChatWorld(): World {
  const world = { ...houseWorld(), shelves: fullShelves() }
  world.models = world.models.map((model) => ({ ...model, callable: model.house }))
  if (world.state.house !== null) world.state.house.remaining_today = 7
  return world
}

function houseChat(): MadeUpChat {
  const chat = richChat()
  return {
    ...chat,
    conversation: { ...chat.conversation, settings: { ...chat.conversation.settings, models: ['openai/gpt-5-mini'] } },
  }
}
