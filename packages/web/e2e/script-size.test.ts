import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Part } from '@keyway/contract'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { CHAT, richChat } from '../fixture/chat.ts'
import { busyWorld } from '../fixture/world.ts'
import { launchBrowser } from './find-browser.ts'
import { answerChatFrom } from './made-up-chat.ts'
import { openPage } from './open-page.ts'

const DIST = fileURLToPath(new URL('../dist/', import.meta.url))

/** DESIGN part 5: script needed before the composer of an empty chat takes typing. Bytes, gzip. */
const BEFORE_COMPOSER_MAX = 150_000
/** As there: all the script of an open conversation. Bytes, gzip. */
const CONVERSATION_MAX = 320_000

type Chunk = { file: string; imports?: string[] }

const manifest: Record<string, Chunk> = JSON.parse(readFileSync(`${DIST}.vite/manifest.json`, 'utf8'))

/** A chunk and all that it imports, by file. */
function closure(name: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (chunk === undefined) throw new Error(`the build's manifest has no ${name}`)
  if (found.has(chunk.file)) return found
  found.add(chunk.file)
  for (const other of chunk.imports ?? []) closure(other, found)
  return found
}

const gzipped = (file: string) => gzipSync(readFileSync(DIST + file)).length
const together = (names: readonly string[]) => names.reduce((found, name) => closure(name, found), new Set<string>())
const SHELL = ['index.html', 'src/i18n/en/shell.ts']
const first = together([...SHELL, 'src/pages/home/home-page.tsx', 'src/i18n/en/composer.ts'])
const conversation = together([
  ...SHELL,
  'src/chat/chat-page.tsx',
  'src/chat/thread/thread-store.ts',
  'src/i18n/en/chat.ts',
  'src/i18n/en/composer.ts',
])

let rig: Rig
let browser: Browser

beforeAll(async () => {
  rig = await startRig()
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  await rig.close()
})

test('the script of the first page is within its budget', () => {
  const bytes = [...first].reduce((sum, file) => sum + gzipped(file), 0)
  console.log(`script before the first page: ${(bytes / 1000).toFixed(1)} kB gzip of ${BEFORE_COMPOSER_MAX / 1000}`)
  expect(bytes).toBeLessThanOrEqual(BEFORE_COMPOSER_MAX)
})

/** Marks the moment at which the composer stands. */
const MARK_COMPOSER = `
  new MutationObserver((_, observer) => {
    if (document.querySelector('textarea[name="message"]') === null) return
    performance.mark('composer')
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
`
/** The scripts that had begun to load by then. */
const SCRIPTS_BEFORE = `
  performance.getEntriesByType('resource')
    .filter((one) => one.name.endsWith('.js') && one.startTime < performance.getEntriesByName('composer')[0].startTime)
    .map((one) => new URL(one.name).pathname.slice(1))
`

test('the browser asks for no other script before the composer stands', async () => {
  const { page, expectQuiet } = await openPage(browser, rig.url)
  await page.addInitScript(MARK_COMPOSER)
  await answerChatFrom(page, busyWorld())
  await page.goto('/')
  await page.getByRole('textbox', { name: 'Message' }).fill('typing')
  const scripts = (await page.evaluate(SCRIPTS_BEFORE)) as string[]
  expect(scripts.filter((script) => !first.has(script))).toEqual([])
  expect(scripts.length).toBeGreaterThan(1)
  expectQuiet()
  await page.context().close()
})

test('an open conversation, with the colours of its code, is within its budget', async () => {
  const { page } = await openPage(browser, rig.url)
  const scripts = new Set<string>()
  page.on('request', (request) => {
    if (request.resourceType() === 'script') scripts.add(new URL(request.url()).pathname.slice(1))
  })
  await answerChatFrom(page, busyWorld(), withoutFormula())
  await page.goto(`/c/${CHAT}`)
  await page.locator('pre code span[style]').first().waitFor()
  // Grammars are on demand: each is a file of its own, and comes with the first code in its language.
  const grammars = new Set(
    Object.keys(manifest).flatMap((name) => (name.includes('/langs/') ? [...closure(name)] : [])),
  )
  const all = [...new Set([...conversation, ...scripts])].filter((file) => !grammars.has(file))
  const bytes = all.reduce((sum, file) => sum + gzipped(file), 0)
  console.log(`script of an open conversation: ${(bytes / 1000).toFixed(1)} kB gzip of ${CONVERSATION_MAX / 1000}`)
  expect(all.some((file) => file.includes('highlight'))).toBe(true)
  expect(bytes).toBeLessThanOrEqual(CONVERSATION_MAX)
  await page.context().close()
})

/** Typesetting comes with the first formula, and is not part of every conversation. */
function withoutFormula() {
  const { conversation: one, messages } = richChat()
  return { conversation: one, messages: messages.map((message) => ({ ...message, parts: message.parts.map(plain) })) }
}

function plain(part: Part): Part {
  return part.kind === 'text' ? { ...part, text: part.text.replaceAll('$', '') } : part
}
