// npm run screenshots [-- name ...]: every screen of the web app, dark and light, at three widths, into docs/screenshots/. The pictures
// show a made-up server's data; page and scripts are the built ones.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CDPSession, Page } from 'playwright-core'
import { startRig } from '../packages/server/src/testing/rig.ts'
import buildApp from '../packages/web/e2e/build-app.ts'
import { DETAIL_SCREENS } from '../packages/web/e2e/detail-screens.ts'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { tooWide, violations } from '../packages/web/e2e/look-at.ts'
import { answerFrom } from '../packages/web/e2e/made-up-server.ts'
import { openPage } from '../packages/web/e2e/open-page.ts'
import { SCREENS, type Screen } from '../packages/web/e2e/screens.ts'
import { NOW } from '../packages/web/fixture/world.ts'

const OUT = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))

const PHONE_WIDTH = 390

/** Pixels: a desktop, a tablet and a phone. */
const SIZES = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: PHONE_WIDTH, height: 844 },
] as const

const THEMES = ['dark', 'light'] as const

/** Of a hundred. Higher makes the files larger, and nothing that one can see better. */
const QUALITY = 82

/** A picture that is still being painted is another one a moment later; this often it is looked at again. */
const LOOKS_MAX = 20

/** No page has started more. */
const TIMERS_MAX = 10_000

/**
 * Colours would go over into others, each child's after its parent's, and a caret would blink: the picture would be another one each
 * time. A sheet that a script makes is none that the page's policy forbids. Seconds are counted no further.
 */
const HOLD_STILL = `{
  const last = setTimeout(() => undefined)
  for (let back = 0; back < ${TIMERS_MAX}; back++) {
    try {
      clearTimeout(last - back)
    } catch {
      // The number of a frame, which the page's clock tells from a timer's. Frames go on.
      continue
    }
  }
  const still = new CSSStyleSheet()
  still.replaceSync('*, *::before, *::after { transition: none !important; caret-color: transparent !important }')
  document.adoptedStyleSheets.push(still)
}`

/** What has no end goes on. */
const AT_REST = `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => {
  for (const one of document.getAnimations()) if (Number.isFinite(one.effect.getComputedTiming().endTime)) one.finish()
})`

/** A page mostly waits: for the network to be quiet, and for frames. */
const AT_ONCE = 3

const names = process.argv.slice(2)
const all = [...SCREENS, ...DETAIL_SCREENS]
const wanted = names.length === 0 ? all : all.filter(({ name }) => names.includes(name))

buildApp()
mkdirSync(OUT, { recursive: true })
const rig = await startRig()
const browser = await launchBrowser()
const waiting = [...wanted]
const written = new Set<string>()
const failed: string[] = []
await Promise.all(Array.from({ length: AT_ONCE }, takeNext))
await browser.close()
await rig.close()
if (names.length === 0 && failed.length === 0) {
  for (const file of readdirSync(OUT)) if (!written.has(file)) rmSync(OUT + file)
}
if (failed.length > 0) throw new Error(`no new pictures of: ${failed.join(', ')}`)

/** One after the other, until none is left. */
async function takeNext(): Promise<void> {
  for (let screen = waiting.shift(); screen !== undefined; screen = waiting.shift()) {
    try {
      await take(screen)
      console.log(screen.name)
    } catch (error) {
      // The others are taken all the same; in the end it is told.
      console.error(`${screen.name}: ${error instanceof Error ? error.message : error}`)
      failed.push(screen.name)
    }
  }
}

async function take(screen: Screen): Promise<void> {
  // Of its own: a draft of one screen is nothing to another.
  const { page } = await openPage(browser, rig.url, { reducedMotion: 'reduce' })
  const camera = await page.context().newCDPSession(page)
  const sizes = screen.phone === true ? SIZES.slice(-1) : SIZES
  for (const size of sizes.slice(0, 1)) await page.setViewportSize(size)
  if (screen.phone === true) await feelTouch(camera)
  await page.clock.setFixedTime(NOW)
  await (screen.answer?.(page) ?? answerFrom(page, screen.world()))
  await page.goto(screen.path)
  // The sidebar comes after the page, and a person would see both.
  await page.waitForLoadState('networkidle')
  await screen.act?.(page)
  await page.getByRole('heading', { name: screen.heading, exact: true }).waitFor()
  await page.evaluate('document.fonts.ready')
  if (DETAIL_SCREENS.includes(screen)) await expectSound(page)
  await page.evaluate(HOLD_STILL)
  // Where it was pressed, something would lie under the pointer.
  await page.mouse.move(0, 0)
  for (const viewport of sizes) {
    await page.setViewportSize(viewport)
    if (viewport.width === PHONE_WIDTH) await feelTouch(camera)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      const picture = await photograph(camera, page)
      const file = `${screen.name}-${colorScheme}-${viewport.width}.webp`
      writeFileSync(OUT + file, Buffer.from(picture, 'base64'))
      written.add(file)
    }
  }
  await page.context().close()
}

/** A phone has fingers: larger targets, and no words about its keyboard. */
async function feelTouch(camera: CDPSession): Promise<void> {
  await camera.send('Emulation.setTouchEmulationEnabled', { enabled: true })
}

/** Of the others, a test sees to it. */
async function expectSound(page: Page): Promise<void> {
  const found = await violations(page)
  await page.setViewportSize(SIZES[2])
  const px = await tooWide(page)
  await page.setViewportSize(SIZES[0])
  if (px > 0) found.push(`${px} px too wide on a phone`)
  if (found.length > 0) throw new Error(found.join('\n'))
}

/** The picture once it stands still, in base64. */
async function photograph(camera: CDPSession, page: Page): Promise<string> {
  let before = ''
  for (let look = 0; look < LOOKS_MAX; look++) {
    await page.evaluate(AT_REST)
    const { data } = await camera.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
    if (data === before) return data
    before = data
  }
  return before
}
