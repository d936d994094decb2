import { existsSync, globSync } from 'node:fs'
import { goAndArrive } from './ask-again.ts'
import { type Child, startChild } from './child.ts'
import { asJson, type Cookie, type Engine, type Tab } from './engine.ts'
import { freePort } from './free-port.ts'
import { clickActions, downActions, typeActions, upActions } from './input-actions.ts'

const DRIVER = '/usr/bin/WebKitWebDriver'
const BROWSERS = '/usr/lib/*/webkit2gtk-4.*/MiniBrowser'
const SCREEN = '/usr/bin/Xvfb'

/** An answer takes at most this long, the start of the browser among them. Milliseconds. */
const ANSWER_MS = 30_000
/** A script whose page was left meanwhile is never answered: after this it is given up, and asked again. Milliseconds. */
const SCRIPT_MS = 2_000
/** What else waits for a page waits no longer. Milliseconds. */
const LOAD_MS = 10_000
/** How often the driver is asked whether it is there yet, and how long. */
const READY_TRIES = 200
const READY_EVERY_MS = 50

type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<unknown>

/** WebKit as Debian builds it for GTK, by WebDriver, on a screen of its own. @throws Error when it is not there */
export async function startWebkit(): Promise<Engine> {
  const binary = globSync(BROWSERS).at(-1)
  if (binary === undefined || !existsSync(DRIVER)) throw new Error('there is no WebKit: install webkit2gtk-driver')
  if (!existsSync(SCREEN)) throw new Error('WebKit needs a screen to draw on: install xvfb')
  const children: Child[] = []
  const stop = async () => {
    for (const child of children.reverse()) await child.stop()
  }
  try {
    // The fourth stream is where it writes the number that it took.
    const screen = startChild(SCREEN, {
      args: () => ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
    })
    children.push(screen)
    const [display] = await screen.line(/^\d+$/)
    const port = await freePort()
    const driver = startChild(DRIVER, {
      args: () => [`--port=${port}`, '--host=127.0.0.1'],
      env: () => ({
        DISPLAY: `:${display}`,
        LANG: 'en_US.UTF-8',
        NO_AT_BRIDGE: '1',
        LIBGL_ALWAYS_SOFTWARE: '1',
        WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        GSETTINGS_BACKEND: 'memory',
      }),
    })
    children.push(driver)
    const ask = asker(`http://127.0.0.1:${port}`)
    await untilReady(ask)
    return { name: 'webkit', open: () => openTab(ask, binary), close: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @see https://www.w3.org/TR/webdriver2/ read 2026-11-29 */
function asker(base: string): Ask {
  return async (method, path, body) => {
    const response = await fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    })
    const { value } = (await response.json()) as { value: { error?: string; message?: string } | null }
    if (!response.ok) throw new Error(`${path}: ${value?.error} ${value?.message}`)
    return value
  }
}

async function untilReady(ask: Ask): Promise<void> {
  let last: unknown
  for (let left = READY_TRIES; left > 0; left--) {
    try {
      await ask('GET', '/status')
      return
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, READY_EVERY_MS))
  }
  throw last
}

async function openTab(ask: Ask, binary: string): Promise<Tab> {
  const options = { binary, args: ['--automation'] }
  const begun = await ask('POST', '/session', {
    capabilities: {
      alwaysMatch: { acceptInsecureCerts: true, pageLoadStrategy: 'none', 'webkitgtk:browserOptions': options },
    },
  })
  const session = `/session/${(begun as { sessionId: string }).sessionId}`
  await ask('POST', `${session}/timeouts`, { script: SCRIPT_MS, pageLoad: LOAD_MS })
  const evaluate = async (expression: string): Promise<unknown> => {
    const script = `const done = arguments[0]; ${asJson(expression)}.then((value) => done([value]), (error) => done([null, String(error)]))`
    const answer = await ask('POST', `${session}/execute/async`, { script, args: [] })
    const [value, error] = answer as [string | null, string?]
    if (value === null) throw new Error(error)
    return JSON.parse(value)
  }
  const perform = async (actions: unknown[]) => {
    await ask('POST', `${session}/actions`, { actions })
  }
  return {
    async go(url) {
      await goAndArrive(evaluate, () => ask('POST', `${session}/url`, { url }))
    },
    async back() {
      await ask('POST', `${session}/back`)
    },
    evaluate,
    press: (x, y) => perform(clickActions(x, y)),
    pressDown: (x, y) => perform(downActions(x, y)),
    release: (x, y) => perform(upActions(x, y)),
    type: (text) => perform(typeActions(text)),
    async resize(width, height) {
      await ask('POST', `${session}/window/rect`, { width, height })
    },
    async leaveFront() {
      const own = await ask('GET', `${session}/window`)
      const { handle } = (await ask('POST', `${session}/window/new`, { type: 'tab' })) as { handle: string }
      await ask('POST', `${session}/window`, { handle })
      await ask('DELETE', `${session}/window`)
      await ask('POST', `${session}/window`, { handle: own })
    },
    tellsOfFront: 'focus',
    async cookies() {
      const all = (await ask('GET', `${session}/cookie`)) as Cookie[]
      return all.map((cookie) => ({ ...cookie, sameSite: cookie.sameSite.toLowerCase() }))
    },
    async close() {
      await ask('DELETE', session)
    },
  }
}
