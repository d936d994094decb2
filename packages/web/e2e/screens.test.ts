import { AxeBuilder } from '@axe-core/playwright'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Rig, startRig } from '../../server/src/testing/rig.ts'
import { NOW } from '../fixture/world.ts'
import { launchBrowser } from './find-browser.ts'
import { answerFrom } from './made-up-server.ts'
import { watch } from './open-page.ts'
import { SCREENS } from './screens.ts'

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

// The second time the document is the same; only its colours and sizes are others.
const COLOURS_AND_SIZES = ['color-contrast', 'target-size']

describe.each([
  { colorScheme: 'dark' as const, width: 1440, height: 900, rules: undefined },
  { colorScheme: 'light' as const, width: 390, height: 844, rules: COLOURS_AND_SIZES },
])('$colorScheme at $width px', ({ colorScheme, width, height, rules }) => {
  // Shared, so that scripts come from the cache; what a person chooses in a page is not part of these.
  let context: BrowserContext
  beforeAll(async () => {
    context = await browser.newContext({
      baseURL: rig.url,
      locale: 'en-US',
      colorScheme,
      viewport: { width, height },
      // Colours are measured at rest.
      reducedMotion: 'reduce',
    })
  })
  afterAll(() => context.close())

  test.each(SCREENS)('$name: axe finds nothing, nothing is too wide, no policy is broken', async (screen) => {
    const { page, expectQuiet } = await watch(context, rig.url)
    await page.clock.setFixedTime(NOW)
    await (screen.answer?.(page) ?? answerFrom(page, screen.world()))
    await page.goto(screen.path)
    await screen.act?.(page)
    await page.getByRole('heading', { name: screen.heading, exact: true }).waitFor()
    const axe = new AxeBuilder({ page })
    const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expectQuiet()
    await page.close()
  })
})
