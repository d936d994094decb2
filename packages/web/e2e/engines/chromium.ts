import { launchBrowser } from '../find-browser.ts'
import { asJson, type Engine } from './engine.ts'

/** Chromium, by playwright-core. */
export async function startChromium(): Promise<Engine> {
  const browser = await launchBrowser()
  return {
    name: 'chromium',
    async open() {
      const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-US' })
      const page = await context.newPage()
      return {
        async go(url) {
          await page.goto(url)
        },
        async back() {
          await page.goBack()
        },
        async evaluate(expression) {
          return JSON.parse(String(await page.evaluate(asJson(expression))))
        },
        press: (x, y) => page.mouse.click(x, y),
        async pressDown(x, y) {
          await page.mouse.move(x, y)
          await page.mouse.down()
        },
        async release(x, y) {
          await page.mouse.move(x, y)
          await page.mouse.up()
        },
        type: (text) => page.keyboard.type(text),
        resize: (width, height) => page.setViewportSize({ width, height }),
        async leaveFront() {
          const devtools = await context.newCDPSession(page)
          // Driven pages are told that they always have the focus.
          await devtools.send('Emulation.setFocusEmulationEnabled', { enabled: false })
          const { windowId } = await devtools.send('Browser.getWindowForTarget')
          for (const windowState of ['minimized', 'normal'] as const) {
            await devtools.send('Browser.setWindowBounds', { windowId, bounds: { windowState } })
          }
          await devtools.detach()
        },
        tellsOfFront: 'focus',
        async cookies() {
          const all = await context.cookies(page.url())
          return all.map((cookie) => ({ ...cookie, sameSite: cookie.sameSite.toLowerCase() }))
        },
        close: () => context.close(),
      }
    },
    close: () => browser.close(),
  }
}
