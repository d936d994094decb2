import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BrowserConnectOptions, createBrowserConnect } from './browser.ts'
import { approve, copyCode } from './testing/approve.ts'
import { type MadePage, makePage } from './testing/made-page.ts'

const APP = 'https://app.example/chat'

let simulation: Simulation
let page: MadePage
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())
beforeEach(() => {
  simulation.reset()
  simulation.openrouter.account.consent = 'approve'
  page = makePage(`${APP}?tab=2#top`)
})

const exchanges = () => simulation.requests.filter(({ path }) => path.endsWith('/auth/keys'))
/** A load of the page: nothing of the one before is left but what was kept. */
const load = (options: Partial<BrowserConnectOptions> = {}) =>
  createBrowserConnect({ issuer: simulation.openrouter.siteUrl, callbackUrl: APP, page, ...options })

/** Leaves, approves, and loads the callback. */
async function comeBack(change: (callback: URL) => void = () => undefined): Promise<void> {
  await load().start()
  const callback = new URL(await approve(page.left.at(-1) ?? ''))
  change(callback)
  page.load(callback.href)
}

describe('attacks on a page', () => {
  test.each([
    ['state is missing', (url: URL) => url.searchParams.delete('state')],
    ['state is another', (url: URL) => url.searchParams.set('state', 'A'.repeat(43))],
    ['state is empty', (url: URL) => url.searchParams.set('state', '')],
    ['state stands twice', (url: URL) => url.searchParams.append('state', url.searchParams.get('state') ?? '')],
    ['state is the name of something else that is kept', (url: URL) => url.searchParams.set('state', 'headless')],
  ])(
    'a callback whose %s is refused, its code is taken out of the address, and nothing is asked',
    async (_name, change) => {
      await comeBack(change)
      await expect(load().finish()).rejects.toMatchObject({ code: 'state_mismatch' })
      expect(page.location.href).toBe(APP)
      expect(exchanges()).toEqual([])
    },
  )

  test.each([
    [
      'an issuer that was not asked (mix-up)',
      (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
      'state_mismatch',
    ],
    ['two codes', (url: URL) => url.searchParams.append('code', 'planted'), 'malformed'],
    ['a code as a list', (url: URL) => url.searchParams.append('code[]', 'planted'), 'malformed'],
    ['a denial beside the code', (url: URL) => url.searchParams.set('error', 'access_denied'), 'denied'],
  ])('a callback with %s is refused, and used up', async (_name, change, code) => {
    await comeBack(change)
    await expect(load().finish()).rejects.toMatchObject({ code })
    expect(exchanges()).toEqual([])
    expect(page.kept.size).toBe(0)
  })

  test('a foreign code in a page that waits for nothing is left alone: it may be another library\u2019s', async () => {
    page.load(`${APP}?code=foreign&state=${'A'.repeat(43)}`)
    expect(load().finish()).toBeUndefined()
    expect(page.location.href).toContain('code=foreign')
    await comeBack()
    const { href } = page.location
    page.load(href.replace('/chat', '/other'))
    expect(load().finish()).toBeUndefined()
  })

  test('the app\u2019s own ?code= and ?state= are left alone, also while a flow waits elsewhere', async () => {
    page = makePage(APP)
    const own = () => createBrowserConnect({ issuer: simulation.openrouter.siteUrl, page })
    await own().start()
    for (const href of ['https://app.example/redeem?code=PROMO', `${APP}?state=open`, 'https://app.example/?error=1']) {
      page.load(href)
      expect(own().finish()).toBeUndefined()
      expect(page.location.href).toBe(href)
    }
    page.load(await approve(page.left[0] ?? ''))
    expect(await own().finish()).toMatchObject({ returnTo: '/chat' })
  })

  test('whoever comes back with neither code nor error said no', async () => {
    await comeBack((callback) => callback.searchParams.delete('code'))
    await expect(load().finish()).rejects.toMatchObject({ code: 'denied' })
    expect(page.location.href).toBe(APP)
  })

  test('a code of an attacker\u2019s own flow, put beside the right state, does not fit our verifier: the issuer refuses it, once', async () => {
    const planted = simulation.openrouter.account.grant(
      { label: 'x', limit: null, reset: null, expiresAt: null },
      { method: 'S256', value: 'A'.repeat(43) },
    )
    await comeBack((url) => url.searchParams.set('code', planted))
    await expect(load().finish()).rejects.toMatchObject({ code: 'refused' })
    expect(exchanges()).toHaveLength(1)
  })

  test('a callback that is loaded again finds nothing: one exchange, whatever came of it', async () => {
    await comeBack()
    const { href } = page.location
    await load().finish()
    page.load(href)
    expect(load().finish()).toBeUndefined()
    expect(exchanges()).toHaveLength(1)
  })

  test('what another tab began is not finished here', async () => {
    await comeBack()
    const { href } = page.location
    page = makePage(href)
    expect(load().finish()).toBeUndefined()
    expect(exchanges()).toEqual([])
  })

  test('a flow that took too long is not exchanged', async () => {
    await comeBack()
    await expect(load({ now: () => Date.now() + 601_000 }).finish()).rejects.toMatchObject({ code: 'expired' })
    expect(exchanges()).toEqual([])
  })

  test('what was kept and then changed is refused', async () => {
    await comeBack()
    for (const name of page.kept.keys()) page.kept.set(name, JSON.stringify(['{}', '/', APP]))
    await expect(load().finish()).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(exchanges()).toEqual([])
  })

  test('a browser that keeps nothing says so before anybody leaves', async () => {
    page = makePage(APP, { refuses: true })
    await expect(load().start()).rejects.toMatchObject({ code: 'storage' })
    expect(page.left).toEqual([])
    page.load(`${APP}?code=a&state=b`)
    expect(load().finish()).toBeUndefined()
  })

  test('return_to never leads elsewhere', async () => {
    for (const returnTo of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/\t/evil',
    ]) {
      await load().start({ returnTo })
      page.load(await approve(page.left.at(-1) ?? ''))
      expect(await load().finish()).toMatchObject({ returnTo: '/' })
    }
  })

  test('the verifier is in no address, and neither cookies nor the page\u2019s address go along', async () => {
    const seen: RequestInit[] = []
    await comeBack()
    const { verifier } = JSON.parse(JSON.parse([...page.kept.values()][0] ?? '')[0])
    expect(verifier).toMatch(/^[\w-]{43}$/)
    await load({
      fetch: (url, init) => {
        seen.push(init)
        expect(url).not.toContain(verifier)
        return fetch(url, init)
      },
    }).finish()
    expect(seen).toMatchObject([{ credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' }])
    expect([page.left.join(), page.location.href, ...page.kept.keys()].join()).not.toContain(verifier)
  })
})

describe('connecting from a page', () => {
  test('leaves, comes back, and gives the key once, to every caller of the same load', async () => {
    await comeBack()
    const connect = load()
    const [first, second] = await Promise.all([connect.finish(), connect.finish()])
    const [key] = simulation.openrouter.account.keys()
    expect(first).toEqual({ key: key?.key, userId: 'user_simulated', returnTo: '/chat?tab=2#top' })
    expect(second).toEqual(first)
    expect(exchanges()).toHaveLength(1)
    expect(page.location.href).toBe(APP)
  })

  test('two presses: either is finished, in either order; the sixth makes room by forgetting the first', async () => {
    for (let press = 0; press < 6; press++) await load().start()
    expect(page.kept.size).toBe(5)
    const callbacks: string[] = []
    for (const url of page.left) callbacks.push(await approve(url))
    for (const callback of callbacks.slice(1).reverse()) {
      page.load(callback)
      expect(await load().finish()).toBeDefined()
    }
    page.load(callbacks[0] ?? '')
    expect(load().finish()).toBeUndefined()
    expect(exchanges()).toHaveLength(5)
  })

  test('keeps the rest of the address, and asks for what the app wants', async () => {
    page = makePage('https://app.example/x?a=1&b=%2B#y')
    await load({
      callbackUrl: 'https://app.example/x?a=1&b=%2B',
      keyLabel: 'App',
      limit: '5.00',
      usageLimitType: 'weekly',
    }).start()
    const asked = new URL(page.left[0] ?? '').searchParams
    expect(Object.fromEntries(asked)).toMatchObject({ key_label: 'App', limit: '5.00', usage_limit_type: 'weekly' })
    page.load(await approve(page.left[0] ?? ''))
    expect(await load({ callbackUrl: 'https://app.example/x?a=1&b=%2B' }).finish()).toBeDefined()
    expect(page.location.href).toBe('https://app.example/x?a=1&b=%2B')
  })

  test('without a way back the code is pasted, once', async () => {
    const { url } = await load().startHeadless()
    const code = await copyCode(url)
    expect(await load().finishHeadless(` ${code}\n`)).toMatchObject({ userId: 'user_simulated' })
    await expect(load().finishHeadless(code)).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(exchanges()).toHaveLength(1)
  })

  test('no callback uses up a flow that waits for a pasted code', async () => {
    const { url } = await load().startHeadless()
    await load().start()
    page.load(`${APP}?code=planted&state=headless`)
    await expect(load().finish()).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(await load().finishHeadless(await copyCode(url))).toMatchObject({ userId: 'user_simulated' })
    expect(exchanges()).toHaveLength(1)
  })

  test('what was pasted wrongly may be pasted again; a code that was sent may not', async () => {
    const { url } = await load().startHeadless()
    await expect(load().finishHeadless('two words')).rejects.toMatchObject({ code: 'malformed' })
    await expect(load().finishHeadless('')).rejects.toMatchObject({ code: 'denied' })
    const code = await copyCode(url)
    const both = await Promise.allSettled([load().finishHeadless(code), load().finishHeadless(code)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await load().startHeadless()
    await expect(load().finishHeadless('foreign')).rejects.toMatchObject({ code: 'refused' })
    await expect(load().finishHeadless('foreign')).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(exchanges()).toHaveLength(2)
  })
})
