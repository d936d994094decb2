// npm run screenshots: every screen of the web app, dark and light, at three widths, into docs/screenshots/. The pictures
// show a made-up server's data; page and scripts are the built ones.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startRig } from '../packages/server/src/testing/rig.ts'
import buildApp from '../packages/web/e2e/build-app.ts'
import { launchBrowser } from '../packages/web/e2e/find-browser.ts'
import { answerFrom } from '../packages/web/e2e/made-up-server.ts'
import { watch } from '../packages/web/e2e/open-page.ts'
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

buildApp()
rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const rig = await startRig()
const browser = await launchBrowser()
const context = await browser.newContext({ baseURL: rig.url, locale: 'en-US', reducedMotion: 'reduce' })
for (const screen of SCREENS) {
  const { page } = await watch(context, rig.url)
  const camera = await context.newCDPSession(page)
  const [first = { width: 1440, height: 900 }] = SIZES
  await page.setViewportSize(screen.phone === true ? (SIZES.at(-1) ?? first) : first)
  await page.clock.setFixedTime(NOW)
  await (screen.answer?.(page) ?? answerFrom(page, screen.world()))
  await page.goto(screen.path)
  // The sidebar comes after the page, and a person would see both.
  await page.waitForLoadState('networkidle')
  await screen.act?.(page)
  await page.getByRole('heading', { name: screen.heading, exact: true }).waitFor()
  await page.evaluate('document.fonts.ready')
  for (const viewport of screen.phone === true ? SIZES.slice(-1) : SIZES) {
    await page.setViewportSize(viewport)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
      const { data } = await camera.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
      writeFileSync(`${OUT}${screen.name}-${colorScheme}-${viewport.width}.webp`, Buffer.from(data, 'base64'))
    }
  }
  await page.close()
  console.log(screen.name)
}
await browser.close()
await rig.close()
