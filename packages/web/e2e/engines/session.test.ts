import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PASSWORD } from '../real-server.ts'
import { fill, isSignedIn, leave, press, read, signIn, until, untilShown } from './acts.ts'
import { type Cookie, type Engine, type Tab, wantedEngines } from './engine.ts'
import { type KeywayOnHttps, LOGIN, SIBLING, STRANGER, startKeywayOnHttps } from './keyway-on-https.ts'
import { startEngine } from './start-engine.ts'

// What a browser keeps, sends and shows again, in each engine. Rows are those of the list in docs/oauth-rows.md.
// WebKit's cookies are libsoup's on Linux, and the one that Debian 12 has knows no prefixes: there only Keyway refuses.

/** More than a browser keeps for one site. */
const COOKIES = 200

let around: KeywayOnHttps
beforeAll(async () => {
  around = await startKeywayOnHttps()
})
afterAll(() => around.close())

const site = (host: string, path: string) => around.sites.at('https', host, path)
const account = () => around.keyway.simulation.openrouter.account

describe.each(wantedEngines(process.env))('in %s', (name) => {
  let engine: Engine
  let tab: Tab
  beforeAll(async () => {
    engine = await startEngine(name)
  })
  afterAll(() => engine?.close())
  beforeEach(async () => {
    tab = await engine.open()
  })
  afterEach(() => tab?.close())

  const planted = (of: string) => `${of}; Path=/; Secure; Domain=team.localhost`
  async function plant(cookies: readonly string[]): Promise<void> {
    await tab.go(site(SIBLING, '/plant'))
    await tab.evaluate(`void ${JSON.stringify(cookies)}.forEach((line) => { document.cookie = line })`)
  }
  const html = () => read(tab, 'document.documentElement.outerHTML')

  test('row 117: a form of another page signs nobody in', async () => {
    const value = JSON.stringify({ login: LOGIN, password: PASSWORD })
    around.sites.write(
      '/login',
      `<form method="post" enctype="text/plain" action="${around.url}/api/app/login/password"><input name='${value.slice(0, -1)},"a":"' value='"}'></form>`,
    )
    for (const host of [SIBLING, STRANGER]) {
      await tab.go(site(host, '/login'))
      await leave(tab, 'document.forms[0].submit()')
      await untilShown(tab, 'origin_forbidden')
    }
    await tab.go(`${around.url}/`)
    expect(await isSignedIn(tab)).toBe(false)
  })

  test('row 73, 94: a page of another site can neither ask for consent by script nor send cookies along to an exchange', async () => {
    await signIn(tab, around.url)
    await tab.go(site(STRANGER, '/app'))
    const ask = (path: string, init: object) =>
      tab.evaluate(
        `fetch('${around.url}${path}', ${JSON.stringify(init)}).then(({ status }) => status, () => 'refused by the browser')`,
      )
    expect(await ask('/auth?code_challenge=x', { credentials: 'include' })).toBe('refused by the browser')
    const exchange = { method: 'POST', body: '{"code":"x"}' }
    expect(await ask('/api/v1/auth/keys', { ...exchange, credentials: 'include' })).toBe('refused by the browser')
    expect(await ask('/api/v1/auth/keys', exchange)).toBe(403)
  })

  test('row 5, 114, 115: a sibling plants no cookie that counts, and takes none away', async () => {
    await signIn(tab, around.url)
    const held = (await tab.cookies()).find((cookie) => cookie.name.includes('keyway_session_')) as Cookie
    expect(held).toMatchObject({
      domain: 'keyway.team.localhost',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'lax',
    })
    expect(held.name).toMatch(/^__Host-/)
    expect(await tab.evaluate('document.cookie')).not.toContain('keyway')
    const bare = held.name.replace('__Host-', '')
    await plant([planted(`${held.name}=planted`), planted(`${bare}=planted`), `${held.name}=mine; Path=/api; Secure`])
    await tab.go(`${around.url}/settings`)
    const now = await tab.cookies()
    // The plant without the prefix grew, so the other had every chance to.
    expect(now.find((cookie) => cookie.name === bare)?.value).toBe('planted')
    const values = now.filter((cookie) => cookie.name === held.name).map(({ value }) => value)
    if (name !== 'webkit') expect(values).toEqual([held.value])
    // An engine without prefixes lets the plant stand beside the real one: then neither counts.
    expect(await isSignedIn(tab)).toBe(values.length === 1)
    await plant(Array.from({ length: COOKIES }, (_, index) => planted(`toss${index}=${'x'.repeat(16)}`)))
    await tab.go(`${around.url}/`)
    const status = await tab.evaluate(`fetch('/api/app/me').then(({ status }) => status)`)
    // A browser that is full may have dropped the session; nobody else's took its place.
    expect([200, 401]).toContain(status)
  })

  test('row 5: who brings another\u2019s half-made connection as a planted cookie is refused', async () => {
    account().consent = 'ask'
    await signIn(tab, around.url)
    await tab.go(`${around.url}/connect/openrouter/start`)
    await tab.go(`${around.url}/`)
    const flow = (await tab.cookies()).find(({ name: one }) => /^__Host-keyway_(?!session)/.test(one)) as Cookie
    await tab.close()
    tab = await engine.open()
    await signIn(tab, around.url)
    await plant([planted(`${flow.name}=${flow.value}`), planted(`${flow.name.replace('__Host-', '')}=${flow.value}`)])
    const keys = account().keys().length
    await tab.go(`${around.url}/connect/openrouter/callback?code=stolen`)
    const names = (await tab.cookies()).map(({ name: one }) => one)
    expect(names).toContain(flow.name.replace('__Host-', ''))
    if (name !== 'webkit') expect(names).not.toContain(flow.name)
    expect(account().keys()).toHaveLength(keys)
  })

  test('row 8, 116, 125: Connect comes back through other sites as who one is, leaves no code behind, and not twice', async () => {
    account().consent = 'ask'
    await signIn(tab, around.url)
    const keys = account().keys().length
    const before = around.asked().length
    await tab.go(`${around.url}/connect/openrouter/start`)
    await until(tab, `location.origin !== ${JSON.stringify(around.url)}`)
    await until(tab, 'document.forms.length > 0')
    if (String(await read(tab, 'document.body.innerText')).includes('Continue as')) await press(tab, 'Continue as')
    await press(tab, 'Approve')
    await until(tab, `location.origin === ${JSON.stringify(around.url)}`)
    await untilShown(tab, 'Connected')
    expect(account().keys()).toHaveLength(keys + 1)
    expect(String(await read(tab, 'location.href'))).not.toMatch(/[?&](?:code|state)=/)
    const callbacks = () =>
      around
        .asked()
        .slice(before)
        .filter(({ url }) => url.includes('/callback?'))
    expect(callbacks()).toHaveLength(1)
    expect(callbacks()[0]?.headers.cookie).toMatch(/__Host-keyway_session_.*__Host-|__Host-.*__Host-keyway_session_/)
    await tab.back()
    await until(tab, `location.origin !== ${JSON.stringify(around.url)} || document.readyState === 'complete'`)
    expect(String(await read(tab, 'location.href'))).not.toMatch(/[?&]code=/)
    expect(callbacks()).toHaveLength(1)
    expect(account().keys()).toHaveLength(keys + 1)
  })

  test('row 130, 131: a new key is on the page once, and in nothing that the browser keeps', async () => {
    await signIn(tab, around.url)
    const make = async () => {
      await tab.go(`${around.url}/keys?create=true`)
      await fill(tab, 'Name', `in ${name}`)
      await press(tab, 'Create key')
      return String(
        await until(
          tab,
          `[...document.querySelectorAll('pre')].map((one) => one.innerText.trim()).find((text) => /^kwy_k1_\\w{49}$/.test(text))`,
        ),
      )
    }
    const first = await make()
    const kept = `(async () => JSON.stringify([
      location.href, { ...localStorage }, { ...sessionStorage }, history.state, document.cookie,
      (await indexedDB.databases()).length,
      (await caches.keys()).length,
      (await navigator.serviceWorker.getRegistrations()).length,
    ]))()`
    expect(await read(tab, kept)).not.toContain(first)
    expect(String(await read(tab, kept))).toMatch(/,0,0,0\]$/)
    await press(tab, 'I have it')
    await until(tab, `!document.documentElement.outerHTML.includes(${JSON.stringify(first)})`)
    const second = await make()
    await tab.go(site(STRANGER, '/elsewhere'))
    await tab.back()
    await untilShown(tab, `in ${name}`)
    expect(await html()).not.toContain(first)
    expect(await html()).not.toContain(second)
  })

  test('row 119: after signing out, Back shows nothing of what was there', async () => {
    await signIn(tab, around.url)
    await tab.go(`${around.url}/keys?create=true`)
    await fill(tab, 'Name', `secret ${name}`)
    await press(tab, 'Create key')
    await press(tab, 'I have it')
    await untilShown(tab, `secret ${name}`)
    await tab.go(`${around.url}/`)
    await press(tab, 'Sign out')
    await untilShown(tab, 'Sign in')
    await tab.back()
    await untilShown(tab, 'Sign in')
    expect(await read(tab, 'location.origin')).toBe(around.url)
    expect(await html()).not.toContain(`secret ${name}`)
    expect(await isSignedIn(tab)).toBe(false)
  })
})
