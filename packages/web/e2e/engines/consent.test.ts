import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pkcePair } from '../../../server/src/testing/app-flow.ts'
import { leave, press, pressDuring, pressTwice, read, settle, signIn, until, untilShown } from './acts.ts'
import { type Engine, type Tab, wantedEngines } from './engine.ts'
import { type KeywayOnHttps, SIBLING, STRANGER, startKeywayOnHttps } from './keyway-on-https.ts'
import { startEngine } from './start-engine.ts'

// A person decides about an app, in each engine. Rows are those of the list in docs/oauth-rows.md.

/** A press counts half a second after the page came to the front. Milliseconds. */
const ARMED_MS = 600
/** A busy machine gets this long to draw a frame. Milliseconds. */
const DRAWN_MS = 15_000

let around: KeywayOnHttps
beforeAll(async () => {
  around = await startKeywayOnHttps()
})
afterAll(() => around.close())

const pair = pkcePair()
const address = (query: Readonly<Record<string, string>> = {}) =>
  `${around.url}/auth?${new URLSearchParams({ code_challenge: pair.challenge, code_challenge_method: 'S256', ...query })}`
const site = (host: string, path: string) => around.sites.at('https', host, path)
/** What our pages asked for since a moment ago. */
function watchAsked(): (pattern: RegExp) => string[] {
  const before = around.asked().length
  return (pattern) =>
    around
      .asked()
      .slice(before)
      .map(({ url, headers }) => `${headers['sec-fetch-dest']} ${new URL(url).pathname}`)
      .filter((line) => pattern.test(line))
}

describe.each(wantedEngines(process.env))('in %s', (name) => {
  let engine: Engine
  let tab: Tab
  beforeAll(async () => {
    engine = await startEngine(name)
    tab = await engine.open()
    await signIn(tab, around.url)
  })
  afterAll(() => engine?.close())

  async function openRequest(callback = site(STRANGER, '/callback')): Promise<string> {
    await tab.go(address({ callback_url: callback }))
    await untilShown(tab, 'Allow')
    return String(await read(tab, 'location.href'))
  }
  const whenArmed = () => settle(tab, ARMED_MS)

  test('row 60: no page shows it inside of another: not its siblings, not strangers, sandboxed, as an object, nested', async () => {
    const request = await openRequest()
    const asked = watchAsked()
    const frame = (more: string) => `<iframe ${more}></iframe>`
    around.sites.write('/nested', frame(`src="${request}"`))
    around.sites.write('/control', '<script>addEventListener("load", () => fetch("/drawn"))</script>')
    around.sites.write(
      '/frames',
      [
        frame(`src="${request}"`),
        frame(`src="${request}" sandbox`),
        frame(`src="${request}" sandbox="allow-scripts allow-forms allow-same-origin"`),
        `<object data="${request}"></object><embed src="${request}">`,
        frame('src="/nested"'),
        frame('src="/control"'),
      ].join(''),
    )
    for (const host of [SIBLING, STRANGER]) {
      const before = around.sites.visits().length
      // Not by the protocol's own way, for which Firefox's frame that was kept out is a page that failed.
      await leave(tab, `location.assign('${site(host, '/frames')}')`)
      // This engine does draw frames, and ours had as long as that.
      const came = () => around.sites.visits().slice(before)
      await expect
        .poll(() => came().filter(({ url }) => url.endsWith('/drawn')).length, { timeout: DRAWN_MS })
        .toBeGreaterThan(0)
      await settle(tab, ARMED_MS)
    }
    expect(asked(/ \/auth\//).length).toBeGreaterThanOrEqual(8)
    expect(asked(/ \/(?:api|assets)\//)).toEqual([])
  })

  test('row 61: a press does not count just after the page came to the front, showed up or was resized, nor by a script', async () => {
    await openRequest()
    await whenArmed()
    const asked = watchAsked()
    // What another page can do while a button is pressed: between the press and its end the page moves.
    for (const event of [
      'window.dispatchEvent(new Event("focus"))',
      'document.dispatchEvent(new Event("visibilitychange"))',
      'window.dispatchEvent(new Event("resize"))',
    ]) {
      await tab.evaluate(`addEventListener('mousedown', () => ${event}, { capture: true, once: true })`)
      await press(tab, 'Allow')
      await whenArmed()
      expect(asked(/\/allow$/)).toEqual([])
    }
    // And a real change of size, which the browser itself tells of; the press does end on the button.
    await tab.evaluate(`(window.seen = [], addEventListener('resize', ({ isTrusted }) => seen.push(['resize', isTrusted])),
      addEventListener('click', ({ isTrusted, target }) => seen.push([target.closest('button')?.innerText.slice(0, 5), isTrusted]), true), 0)`)
    await pressDuring(tab, 'Allow', async () => {
      await tab.resize(900, 700)
      await until(tab, 'seen.length > 0')
    })
    await until(tab, `seen.at(-1)[0] === 'Allow'`)
    expect(await read(tab, 'seen[0]')).toEqual(['resize', true])
    expect(await read(tab, 'seen.at(-1)')).toEqual(['Allow', true])
    await whenArmed()
    expect(asked(/\/allow$/)).toEqual([])
    // And a real change of what is in front: another page, or another window, and this one again.
    await tab.evaluate(
      `(seen.length = 0, addEventListener('focus', note = ({ type, isTrusted }) => seen.push([type, isTrusted])), document.addEventListener('visibilitychange', note), 0)`,
    )
    await pressDuring(tab, 'Allow', async () => {
      await tab.leaveFront()
      await until(
        tab,
        `seen.some(([type]) => type === '${tab.tellsOfFront}') && document.visibilityState === 'visible'`,
      )
    })
    await until(tab, `seen.at(-1)[0] === 'Allow'`)
    expect(await read(tab, 'seen')).toContainEqual([tab.tellsOfFront, true])
    expect(await read(tab, 'seen.at(-1)')).toEqual(['Allow', true])
    await whenArmed()
    expect(asked(/\/allow$/)).toEqual([])
    await tab.evaluate(
      `[...document.querySelectorAll('button')].find((one) => one.innerText.startsWith('Allow')).click()`,
    )
    await settle(tab, ARMED_MS)
    expect(asked(/\/allow$/)).toEqual([])
    await press(tab, 'Allow')
    await untilShown(tab, 'Here')
    expect(asked(/\/allow$/)).toHaveLength(1)
  })

  test('row 63: no form of another page decides, whether of a sibling or of a stranger', async () => {
    const request = await openRequest()
    for (const host of [SIBLING, STRANGER]) {
      for (const verdict of ['allow', 'deny']) {
        const to = request.replace('/auth/', '/api/app/auth/')
        around.sites.write(
          '/form',
          `<form method="post" enctype="text/plain" action="${to}/${verdict}"><input name='{"limit_usd":"100","a":"' value='"}'></form>`,
        )
        await tab.go(site(host, '/form'))
        await leave(tab, 'document.forms[0].submit()')
        await untilShown(tab, 'origin_forbidden')
      }
    }
    await tab.go(request)
    await untilShown(tab, 'Allow')
  })

  test('row 68: two presses and a way back make one code', async () => {
    const callback = site(STRANGER, `/once-${name}`)
    const request = await openRequest(callback)
    await whenArmed()
    await pressTwice(tab, 'Allow')
    await untilShown(tab, 'Here')
    const codes = () => around.sites.visits().filter(({ url }) => url.startsWith(callback.replace('https', 'http')))
    await tab.back()
    await until(tab, `!location.href.startsWith(${JSON.stringify(callback)})`)
    await tab.go(request)
    await untilShown(tab, 'This request is over')
    expect(codes()).toHaveLength(1)
  })

  for (const [what, scheme, host] of [
    ['a site', 'https', STRANGER],
    ['a sibling of Keyway', 'https', SIBLING],
    ['this computer by its number', 'http', '127.0.0.1'],
    ['this computer by its name', 'http', 'localhost'],
  ] as const) {
    test(`row 72, 116, 124: from an app on ${what} to Keyway as who one is, and back, without a word of where from`, async () => {
      const callback = around.sites.at(scheme, host, '/callback?own=%2B')
      around.sites.write(
        '/app',
        `<a href="${address({ callback_url: callback, state: 'st' }).replaceAll('&', '&amp;')}">Connect</a>`,
      )
      await tab.go(around.sites.at(scheme, host, '/app'))
      const before = around.asked().length
      await press(tab, 'Connect')
      await untilShown(tab, 'Allow')
      // The page's policy lets no form leave for the app, nor for anybody; the way out is none.
      await tab.evaluate(
        `void addEventListener('securitypolicyviolation', (event) => { window.kept = event.effectiveDirective })`,
      )
      await tab.evaluate(`(() => {
        const form = document.body.appendChild(document.createElement('form'))
        form.action = ${JSON.stringify(around.sites.at(scheme, host, '/by-form'))}
        setTimeout(() => form.submit())
      })()`)
      await until(tab, `window.kept === 'form-action'`)
      await whenArmed()
      await press(tab, 'Allow')
      await until(tab, `location.href.startsWith(${JSON.stringify(`${callback}&`)})`)
      await untilShown(tab, 'Here')
      // The browser says how it came: from elsewhere, and with the session all the same.
      const [first] = around.asked().slice(before)
      expect(first?.headers['sec-fetch-site']).toBe(host === SIBLING ? 'same-site' : 'cross-site')
      expect(first?.headers.cookie).toContain('__Host-keyway_session_')
      const own = around
        .asked()
        .slice(before)
        .map(({ headers }) => headers.referer ?? '')
      expect(own.filter((referer) => /\/auth[/?]/.test(referer))).toEqual([])
      expect(around.sites.visits().filter(({ url }) => url.includes('/by-form'))).toEqual([])
      const back = around.sites.visits().findLast(({ url }) => url.includes('code='))
      expect(back?.headers.referer).toBeUndefined()
      // The page exchanges, as an app without a server does.
      const exchanged = await tab.evaluate(`fetch('${around.url}/api/v1/auth/keys', {
        method: 'POST',
        body: JSON.stringify({ code: new URL(location.href).searchParams.get('code'), code_verifier: '${pair.verifier}' }),
      }).then(async (answer) => [answer.status, typeof (await answer.json()).key])`)
      expect(exchanged).toEqual([200, 'string'])
    })
  }

  test('row 131: the code to copy is shown once: not after reload, not after Back', async () => {
    const show = async () => {
      await tab.go(address({ key_label: 'Server' }))
      await untilShown(tab, 'Allow')
      await whenArmed()
      await press(tab, 'Allow')
      await untilShown(tab, 'Your code')
      return String(await read(tab, 'document.querySelector("code").innerText'))
    }
    const first = await show()
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(await read(tab, 'location.href')).not.toContain(first)
    await leave(tab, 'location.reload()')
    await untilShown(tab, 'This request is over')
    const second = await show()
    expect(second).not.toBe(first)
    await tab.go(site(STRANGER, '/elsewhere'))
    await tab.back()
    await untilShown(tab, 'This request is over')
    expect(await read(tab, 'document.documentElement.outerHTML')).not.toContain(second)
  })
})
