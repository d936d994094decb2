import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What axe finds on a page: each rule with the elements that break it. */
export async function violations(page: Page, rules?: string[]): Promise<string[]> {
  // In the page itself: there are no frames, and a blank page for each analysis takes as long as the analysis.
  const axe = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

/** By how many pixels the page, or a window over it, can be scrolled sideways. */
export function tooWide(page: Page): Promise<number> {
  const places = '[document.documentElement, ...document.querySelectorAll("[role=dialog] > div")]'
  return page.evaluate(`Math.max(...${places}.map((one) => one.scrollWidth - one.clientWidth))`)
}
