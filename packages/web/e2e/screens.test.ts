import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { NOW } from '../fixture/world.ts'
import { launchBrowser } from './find-browser.ts'
import { tooWide, violations } from './look-at.ts'
import { answerFrom } from './made-up-server.ts'
import { watch } from './open-page.ts'
import { SCREENS } from './screens.ts'

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

/** A screen is looked at as it opens, in dark, or as the same page then is on a phone in light. */
const LOOKS = ['dark', 'light'] as const
// npm test looks at every other screen, at each of these in one look or the other; KEYWAY_TEST_LOOKS=other, which continuous
// integration runs as well, is all that is left. A rule that breaks everywhere breaks in either.
const PARTS = 4
const taken = (index: number, look: number) => index % PARTS === look * 2
const others = process.env['KEYWAY_TEST_LOOKS'] === 'other'
const looks = SCREENS.flatMap((screen, index) =>
  LOOKS.filter((_, look) => taken(index, look) !== others).map((look) => ({ ...screen, look })),
)

/** A page on a loaded machine has another theme's colours by then. Milliseconds. */
const COLOURS_MS = 10_000

let rig: Rig
let browser: Browser
// Shared, so that scripts come from the cache; what a person chooses in a page is not part of these.
let context: BrowserContext

beforeAll(async () => {
  rig = await startRig()
  browser = await launchBrowser()
  // Colours are measured at rest.
  const options = { baseURL: rig.url, locale: 'en-US', colorScheme: 'dark', reducedMotion: 'reduce' } as const
  context = await browser.newContext({ ...options, viewport: DESKTOP })
})
afterAll(async () => {
  await browser.close()
  await rig.close()
})

test.each(looks)('$name, $look: axe finds nothing, nothing is too wide, no policy is broken', async (screen) => {
  const { page, expectQuiet } = await watch(context, rig.url)
  if (screen.phone === true) await page.setViewportSize(PHONE)
  await page.clock.setFixedTime(NOW)
  await (screen.answer?.(page) ?? answerFrom(page, screen.world()))
  await page.goto(screen.path)
  await screen.act?.(page)
  await page.getByRole('heading', { name: screen.heading, exact: true }).waitFor()
  if (screen.look === 'dark') {
    expect(await violations(page)).toEqual([])
  } else {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.setViewportSize(PHONE)
    await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')
    // Until all of it has the other colours, which what is out of view may get a moment later; what is wrong stays wrong.
    await expect.poll(() => violations(page), { timeout: COLOURS_MS }).toEqual([])
  }
  expect(await tooWide(page)).toBe(0)
  expectQuiet(screen.provokes)
  await page.close()
})
