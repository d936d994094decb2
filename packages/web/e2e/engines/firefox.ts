import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { askUntil, goAndArrive } from './ask-again.ts'
import { type Bidi, connectBidi } from './bidi.ts'
import { startChild } from './child.ts'
import { asJson, type Cookie, type Engine, type Tab } from './engine.ts'
import { clickActions, downActions, typeActions, upActions } from './input-actions.ts'

const PROGRAMS = ['/usr/bin/firefox-esr', '/usr/bin/firefox']

/** Where nothing listens: whatever Firefox asks for outside this machine ends there. */
const NOWHERE = { host: '127.0.0.1', port: 1 }

/** Loopback goes by no proxy; everything else goes nowhere. The rest keeps Firefox from trying at all. */
const PREFERENCES = {
  'network.proxy.type': 1,
  'network.proxy.http': NOWHERE.host,
  'network.proxy.http_port': NOWHERE.port,
  'network.proxy.ssl': NOWHERE.host,
  'network.proxy.ssl_port': NOWHERE.port,
  'network.proxy.no_proxies_on': 'localhost, .localhost, 127.0.0.1, [::1]',
  'network.proxy.failover_direct': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.prefetch-next': false,
  'app.update.disabledForTesting': true,
  'app.normandy.enabled': false,
  'browser.safebrowsing.update.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'browser.newtabpage.enabled': false,
  'browser.region.update.enabled': false,
  // A viewer of its own would stand in for an answer, and load long after it.
  'devtools.jsonview.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'datareporting.healthreport.uploadEnabled': false,
  'toolkit.telemetry.enabled': false,
  'extensions.update.enabled': false,
  'extensions.systemAddon.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'services.settings.server': 'data:,',
  'intl.locale.requested': 'en-US',
  'intl.accept_languages': 'en-US, en',
} as const

/** A page behind another knows it by then. Milliseconds. */
const HIDDEN_MS = 5_000

/** Firefox, by WebDriver BiDi. @throws Error when it is not there */
export async function startFirefox(): Promise<Engine> {
  const program = PROGRAMS.find((path) => existsSync(path))
  if (program === undefined) throw new Error('there is no Firefox: install firefox-esr')
  const child = startChild(program, {
    args: (folder) => ['--headless', '--no-remote', '--profile', folder, '--remote-debugging-port=0', 'about:blank'],
    prepare(folder) {
      const lines = Object.entries(PREFERENCES).map(
        ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
      )
      writeFileSync(join(folder, 'user.js'), lines.join('\n'))
    },
  })
  try {
    const [, url = ''] = await child.line(/WebDriver BiDi listening on (ws:\S+)/)
    const bidi = await connectBidi(`${url}/session`)
    await bidi.send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } })
    return {
      name: 'firefox',
      open: () => openTab(bidi),
      async close() {
        bidi.close()
        await child.stop()
      },
    }
  } catch (error) {
    await child.stop()
    throw error
  }
}

async function openTab(bidi: Bidi): Promise<Tab> {
  const { userContext } = await bidi.send('browser.createUserContext', {})
  const { context } = await bidi.send('browsingContext.create', { type: 'tab', userContext })
  const evaluate = async (expression: string): Promise<unknown> => {
    const answer = await bidi.send('script.evaluate', {
      expression: asJson(expression),
      target: { context },
      awaitPromise: true,
    })
    const { type, result, exceptionDetails } = answer as Evaluated
    if (type === 'exception') throw new Error(exceptionDetails?.text ?? 'the page threw')
    return JSON.parse(result?.value ?? 'null')
  }
  const perform = async (actions: unknown[]) => {
    await bidi.send('input.performActions', { context, actions })
  }
  return {
    async go(url) {
      await goAndArrive(evaluate, () => bidi.send('browsingContext.navigate', { context, url, wait: 'none' }))
    },
    async back() {
      await bidi.send('browsingContext.traverseHistory', { context, delta: -1 })
    },
    evaluate,
    press: (x, y) => perform(clickActions(x, y)),
    pressDown: (x, y) => perform(downActions(x, y)),
    release: (x, y) => perform(upActions(x, y)),
    type: (text) => perform(typeActions(text)),
    async resize(width, height) {
      await bidi.send('browsingContext.setViewport', { context, viewport: { width, height } })
    },
    async leaveFront() {
      const other = await bidi.send('browsingContext.create', { type: 'tab', userContext })
      await bidi.send('browsingContext.activate', { context: other['context'] })
      await askUntil(evaluate, `document.visibilityState === 'hidden'`, HIDDEN_MS)
      await bidi.send('browsingContext.activate', { context })
      await bidi.send('browsingContext.close', { context: other['context'] })
    },
    tellsOfFront: 'visibilitychange',
    async cookies() {
      const host = String(await evaluate('location.hostname'))
      const { cookies } = await bidi.send('storage.getCookies', { partition: { type: 'context', context } })
      return (cookies as BidiCookie[])
        .filter(({ domain }) => domain === host || (domain.startsWith('.') && host.endsWith(domain)))
        .map((cookie) => ({ ...cookie, value: cookie.value.value }))
    },
    async close() {
      await bidi.send('browser.removeUserContext', { userContext })
    },
  }
}

type Evaluated = { type: string; result?: { value?: string }; exceptionDetails?: { text: string } }
type BidiCookie = Omit<Cookie, 'value'> & { value: { value: string } }
