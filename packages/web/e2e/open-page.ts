import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect } from 'vitest'

/** What the browser itself says of a request when there is no network. */
export const WITHOUT_NETWORK = /^error: Failed to load resource: net::ERR_(?:FAILED|INTERNET_DISCONNECTED)$/

/** A loaded machine gets this long. Milliseconds. */
const WAIT_MS = 15_000

/** A page, and what must not happen on any page of ours, whatever else a test looks at. */
export type WatchedPage = {
  page: Page
  /**
   * Fails if anything broke the content security policy, threw, complained, or went to another server.
   * @param provoked what a test made the browser say, and nothing else
   */
  expectQuiet(provoked?: RegExp): void
}

/** Opens a page in a session of its own. @param url of the server */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  return watch(await browser.newContext({ locale: 'en-US', baseURL: url, ...options }), url)
}

/** Opens a page in a session and listens to what goes wrong in it. */
export async function watch(context: BrowserContext, url: string): Promise<WatchedPage> {
  const page = await context.newPage()
  // Before the test itself gives up, so that a failure names what was waited for.
  page.setDefaultTimeout(WAIT_MS)
  const complaints: string[] = []
  const { host } = new URL(url)
  page.on('pageerror', (error) => complaints.push(`threw: ${error.message}`))
  page.on('console', (message) => {
    // A refusal that a test provokes is logged by the browser itself.
    if (/^Failed to load resource: the server responded with a status of [45]/.test(message.text())) return
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('request', (request) => {
    const to = new URL(request.url())
    // Going to the issuer is what Connect is for; asking another server for a part of our page is not.
    if (to.host !== host && !request.isNavigationRequest() && page.url().startsWith(url)) {
      complaints.push(`asked ${to.host} for ${to.pathname}`)
    }
  })
  return {
    page,
    expectQuiet: (provoked) => expect(complaints.filter((said) => provoked?.test(said) !== true)).toEqual([]),
  }
}
