// npm run screenshots [-- name ...]: every screen of the web app, dark and light, at three widths, into docs/screenshots/. The pictures
// show a made-up server's data; page and scripts are the built ones.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CDPSession, Page } from 'playwright-core'
import { startRig } from '../packages/server/src/testing/rig.ts'
import buildApp from '../packages/web/e2e/build-app.ts'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { answerFrom } from '../packages/web/e2e/made-up-server.ts'
import { openPage } from '../packages/web/e2e/open-page.ts'
import { SCREENS } from '../packages/web/e2e/screens.ts'
import { NOW } from '../packages/web/fixture/world.ts'

const OUT = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))

/** Pixels: a desktop, a tablet and a phone. */
const SIZES = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
]

const THEMES = ['dark', 'light'] as const

/** Of a hundred. Higher makes the files larger, and nothing that one can see better. */
const QUALITY = 82

/** A picture that is still being painted is another one a moment later; this often it is looked at again. */
const LOOKS_MAX = 20

/** Colours go over into others, which a picture between two frames would show half way. What has no end goes on. */
const AT_REST = `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() => {
  for (const one of document.getAnimations()) if (Number.isFinite(one.effect.getComputedTiming().endTime)) one.finish()
})`

const names = process.argv.slice(2)
const wanted = names.length === 0 ? SCREENS : SCREENS.filter(({ name }) => names.includes(name))

buildApp()
if (names.length === 0) rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const rig = await startRig()
const browser = await launchBrowser()
for (const screen of wanted) {
  // Of its own: a draft of one screen is nothing to another.
  const { page } = await openPage(browser, rig.url, { reducedMotion: 'reduce' })
  const camera = await page.context().newCDPSession(page)
  const sizes = screen.phone === true ? SIZES.slice(-1) : SIZES
  for (const size of sizes.slice(0, 1)) await page.setViewportSize(size)
  await page.clock.setFixedTime(NOW)
  await (screen.answer?.(page) ?? answerFrom(page, screen.world()))
  await page.goto(screen.path)
  // The sidebar comes after the page, and a person would see both.
  await page.waitForLoadState('networkidle')
  await screen.act?.(page)
  await page.getByRole('heading', { name: screen.heading, exact: true }).waitFor()
  await page.evaluate('document.fonts.ready')
  // Where it was pressed, something would lie under the pointer.
  await page.mouse.move(0, 0)
  for (const viewport of sizes) {
    await page.setViewportSize(viewport)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      const picture = await photograph(camera, page)
      writeFileSync(`${OUT}${screen.name}-${colorScheme}-${viewport.width}.webp`, Buffer.from(picture, 'base64'))
    }
  }
  await page.context().close()
  console.log(screen.name)
}
await browser.close()
await rig.close()

/** The picture once it stands still, in base64. A caret that blinks is none of it. */
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
