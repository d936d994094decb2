// npm run screenshots: every screen of the web app, dark and light, at three widths, into docs/screenshots/. The pictures
// show a made-up server's data; page and scripts are the built ones.
import { mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
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

buildApp()
rmSync(OUT, { recursive: true, force: true })
mkdirSync(OUT, { recursive: true })
const rig = await startRig()
const browser = await launchBrowser()
for (const colorScheme of ['dark', 'light'] as const) {
  for (const viewport of SIZES) {
    for (const screen of SCREENS) {
      const { page } = await openPage(browser, rig.url, { colorScheme, viewport, reducedMotion: 'reduce' })
      await page.clock.setFixedTime(NOW)
      await (screen.answer?.(page) ?? answerFrom(page, screen.world()))
      await page.goto(screen.path)
      await screen.act?.(page)
      await page.getByRole('heading', { name: screen.heading, exact: true }).waitFor()
      await page.evaluate('document.fonts.ready')
      await page.screenshot({
        path: `${OUT}${screen.name}-${colorScheme}-${viewport.width}.png`,
        animations: 'disabled',
      })
      await page.context().close()
    }
    console.log(`${SCREENS.length} screens, ${colorScheme}, ${viewport.width} px`)
  }
}
await browser.close()
await rig.close()
