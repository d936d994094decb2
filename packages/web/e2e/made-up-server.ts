import type { Page } from 'playwright-core'
import { answer } from '../fixture/answer.ts'
import type { World } from '../fixture/world.ts'

/** A request of the app, as the made-up server saw it. */
export type SeenRequest = { method: string; path: string; body: string }

/**
 * Has a page's requests to /api/app answered from a made-up world, so that every state can be reached. Page, scripts and
 * headers still come from the real server.
 */
export async function answerFrom(page: Page, world: World): Promise<SeenRequest[]> {
  const seen: SeenRequest[] = []
  await page.route('**/api/app/**', async (route) => {
    const request = route.request()
    const url = new URL(request.url())
    const body = request.postData() ?? ''
    seen.push({ method: request.method(), path: url.pathname + url.search, body })
    const { status, body: answered } = answer(world, { method: request.method(), url: url.pathname + url.search, body })
    await route.fulfill({ status, json: answered })
  })
  return seen
}
