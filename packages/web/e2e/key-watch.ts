import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { Simulation } from '@keyway/sim'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export type KeyWatch = {
  /**
   * Fails if a provider's key, or the vault's own, is in anything that the server sent since the last time, or in what
   * the pages of a browser show and keep.
   * @param more secrets beside those
   */
  expectKeyless(page: Page, ...more: readonly string[]): Promise<void>
  /** Looks at what was sent since the last time, and at nothing any more afterwards. */
  end(): void
}

/** Watches every byte that a Keyway of this process sends: heads, pages, JSON and streams, to whichever page. */
export function watchKeys({ url, home, simulation }: { url: string; home: string; simulation: Simulation }): KeyWatch {
  const sent = tapServer(Number(new URL(url).port))
  const secrets = (): string[] => [
    // Of `v1:<key>`: the version is no secret.
    ...readFileSync(join(home, 'root.key'), 'utf8')
      .split(/[\s:]+/)
      .filter((word) => word.length >= ROOT_KEY_MIN),
    ...Object.values(simulation.providers).map(({ key }) => key),
    // Their beginnings are shown on purpose.
    ...simulation.openrouter.account.keys().map(({ key }) => key.replace(/^sk-or-v1-/, '')),
  ]
  const look = (places: Record<string, string>, more: readonly string[] = []) => {
    const kept = [...secrets(), ...more].filter((one) => one !== '')
    const found = Object.entries(places).flatMap(([place, text]) =>
      kept.some((one) => text.includes(one)) ? place : [],
    )
    // The key itself stays out of what a failure says.
    if (found.length > 0) throw new Error(`a key was seen in ${found.join(' and in ')}`)
  }
  return {
    async expectKeyless(page, ...more) {
      const places: Record<string, string> = { 'an answer': sent.take() }
      for (const [n, one] of page.context().pages().entries()) {
        if (!one.url().startsWith(url)) continue
        places[`the page ${n} at ${one.url()}`] = await one.content()
        places[`what is typed into page ${n}, or kept by it`] = String(await one.evaluate(KEPT))
      }
      places['a cookie'] = JSON.stringify(await page.context().cookies())
      look(places, more)
    },
    end() {
      look({ 'an answer': sent.take() })
      expect(sent.total(), 'bytes that were watched').toBeGreaterThan(0)
      sent.end()
    },
  }
}

/** 32 bytes are longer, in whatever they are written. Characters. */
const ROOT_KEY_MIN = 40

/** Text for the page: all that is in its fields and in its storages. */
const KEPT = `(async () => JSON.stringify([
  [...document.querySelectorAll('input, textarea')].map(({ value }) => value),
  { ...localStorage }, { ...sessionStorage }, history.state, (await indexedDB.databases()).map(({ name }) => name), await caches.keys(),
]))()`

type Tap = {
  /** What was sent since the last time. Each byte is a character. */
  take(): string
  total(): number
  end(): void
}

/** Listens to the server at a port of this process. Built files are compressed, and were there before any key was. */
function tapServer(port: number): Tap {
  let chunks: string[] = []
  let total = 0
  const known = new WeakSet<Socket>()
  const note = (data: unknown) => {
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) return
    chunks.push(typeof data === 'string' ? data : Buffer.from(data).toString('latin1'))
    total += data.length
  }
  const onRequest = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    if (socket.localPort !== port || known.has(socket)) return
    known.add(socket)
    socket.write = new Proxy(socket.write, {
      apply(write, self, given) {
        note(given[0])
        return Reflect.apply(write, self, given)
      },
    })
  }
  subscribe(REQUEST, onRequest)
  return {
    take() {
      const text = chunks.join('')
      chunks = []
      return text
    },
    total: () => total,
    end: () => void unsubscribe(REQUEST, onRequest),
  }
}

/** Node tells of each request that a server of the process begins to read. */
const REQUEST = 'http.server.request.start'
