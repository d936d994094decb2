import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { type Simulation, startSimulation } from '@keyway/sim'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { connectHeadless } from '../headless.ts'
import { approve, copyCode } from '../testing/approve.ts'
import { connectFromTerminal, type TerminalOptions } from './index.ts'

let simulation: Simulation
beforeAll(async () => {
  simulation = await startSimulation()
})
afterAll(() => simulation.close())
beforeEach(() => {
  simulation.reset()
  simulation.openrouter.account.consent = 'approve'
})

const exchanges = () => simulation.requests.filter(({ path }) => path.endsWith('/auth/keys'))
const never = () => new Promise<string>(() => undefined)
const isClosed = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  )

/** Begins, and gives the address that is opened and the promise of the key. */
async function begin(more: Partial<TerminalOptions> = {}) {
  let opened: (url: string) => void = () => undefined
  const url = new Promise<string>((resolve) => {
    opened = resolve
  })
  const key = connectFromTerminal({
    issuer: simulation.openrouter.siteUrl,
    show: () => undefined,
    open: opened,
    ask: never,
    ...more,
  })
  // Whoever waits for it sees how it ended.
  key.catch(() => undefined)
  const asked = await url
  const listener = new URL(new URL(asked).searchParams.get('callback_url') ?? '')
  return { url: asked, key, listener }
}

/** A request with a Host of its own. */
function ask(url: URL, { method = 'GET', host = url.host }: { method?: string; host?: string } = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

describe('attacks on a terminal', () => {
  test('what another page on this machine asks is no answer, and does not end the waiting', async () => {
    const { url, key, listener } = await begin()
    expect(listener.hostname).toBe('127.0.0.1')
    const callback = new URL(await approve(url))
    const foreign = new URL(callback)
    foreign.searchParams.set('state', 'A'.repeat(43))
    const none = new URL(callback)
    none.searchParams.delete('state')
    const twice = new URL(`${callback}&state=${'A'.repeat(43)}`)
    for (const attack of [foreign, none, twice, new URL('/', callback), new URL('/callback/x', callback)]) {
      expect(await ask(attack)).toBe(404)
    }
    expect(await ask(callback, { host: `evil.example:${callback.port}` })).toBe(404)
    expect(await ask(callback, { host: `localhost:${callback.port}` })).toBe(404)
    expect(await ask(callback, { method: 'POST' })).toBe(404)
    expect(exchanges()).toEqual([])
    expect(await ask(callback)).toBe(200)
    expect(await key).toMatchObject({ userId: 'user_simulated' })
  })

  test('the answer that comes many times at once is exchanged once', async () => {
    const { url, key } = await begin()
    const callback = new URL(await approve(url))
    const statuses = await Promise.all(Array.from({ length: 20 }, () => ask(callback).catch(() => 0)))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    await key
    expect(exchanges()).toHaveLength(1)
  })

  test('another issuer, a denial, a refusal: each ends with its code, and the listener is gone', async () => {
    const mixed = await begin()
    await ask(new URL(`${await approve(mixed.url)}&iss=https://evil.example`))
    await expect(mixed.key).rejects.toMatchObject({ code: 'state_mismatch' })
    expect(exchanges()).toEqual([])
    simulation.openrouter.account.consent = 'deny'
    const denied = await begin()
    await ask(new URL(await approve(denied.url)))
    await expect(denied.key).rejects.toMatchObject({ code: 'denied' })
    simulation.openrouter.account.consent = 'approve'
    simulation.openrouter.spoil('exchange', { kind: 'status', status: 403 })
    const refused = await begin()
    await ask(new URL(await approve(refused.url)))
    await expect(refused.key).rejects.toMatchObject({ code: 'refused' })
    for (const { listener } of [mixed, denied, refused]) expect(await isClosed(listener.href)).toBe(true)
  })

  test('a connection that a browser opened in advance, and never used, holds nothing up', async () => {
    const { url, key, listener } = await begin()
    const idle = connect(Number(listener.port), '127.0.0.1')
    idle.on('error', () => idle.destroy())
    await once(idle, 'connect')
    const begun = performance.now()
    await ask(new URL(await approve(url)))
    await key
    expect(performance.now() - begun).toBeLessThan(5_000)
    idle.destroy()
  })

  test('nobody answers: it ends, and nothing listens on', async () => {
    const { key, listener } = await begin({ lifetimeMs: 50 })
    await expect(key).rejects.toMatchObject({ code: 'expired' })
    expect(await isClosed(listener.href)).toBe(true)
  })
})

describe('connecting from a terminal', () => {
  test('by the browser: the page says so, repeats nothing, and may run nothing', async () => {
    const { url, key } = await begin({ keyLabel: 'CLI' })
    const page = await fetch(await approve(url))
    expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    const text = await page.text()
    expect(text).toContain('You are connected')
    const connected = await key
    expect(connected.key).toBe(simulation.openrouter.account.keys()[0]?.key)
    expect(text).not.toContain(connected.key)
  })

  test('by pasting the address that a browser elsewhere could not open; what is no code may be pasted again', async () => {
    const answers = ['two words', `http://127.0.0.1:1/callback?code=abc&state=${'A'.repeat(43)}`]
    let opened = ''
    const connected = await connectFromTerminal({
      issuer: simulation.openrouter.siteUrl,
      show: () => undefined,
      open: (url) => {
        opened = url
      },
      ask: async () => answers.shift() ?? approve(opened),
    })
    expect(connected.key).toBe(simulation.openrouter.account.keys()[0]?.key)
    expect(answers).toEqual([])
    expect(exchanges()).toHaveLength(1)
    expect(await isClosed(new URL(opened).searchParams.get('callback_url') ?? '')).toBe(true)
  })
})

test('whatever keeps answering nonsense at once is left after twenty, and the browser still ends it', async () => {
  let asked = 0
  const nonsense = async () => {
    asked++
    return 'two words'
  }
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const { url, key } = await begin({ ask: nonsense })
    await ask(new URL(await approve(url)))
    expect(await key).toMatchObject({ userId: 'user_simulated' })
    expect(asked).toBe(20)
  } finally {
    said.mockRestore()
  }
})

describe('connecting without a browser here', () => {
  const paste = (answers: (string | ((url: string) => Promise<string>))[], more: object = {}) => {
    let url = ''
    const again: (string | undefined)[] = []
    const key = connectHeadless({
      issuer: simulation.openrouter.siteUrl,
      show: (shown) => {
        url = shown
      },
      ask: async (error) => {
        again.push(error?.code)
        const next = answers.shift() ?? ''
        return typeof next === 'string' ? next : next(url)
      },
      ...more,
    })
    return key.then((connected) => ({ connected, again }))
  }

  test('a code of another flow is refused, and not asked for again', async () => {
    const { url } = await begin()
    const code = new URL(await approve(url)).searchParams.get('code') ?? ''
    await expect(paste([code, copyCode])).rejects.toMatchObject({ code: 'refused' })
    expect(exchanges()).toHaveLength(1)
  })

  test('nothing but nonsense ends after five answers, nothing asked', async () => {
    await expect(paste(['', 'a b', '', '?x=1', ''])).rejects.toMatchObject({ code: 'denied' })
    expect(exchanges()).toEqual([])
  })

  test('a code that comes too late is not exchanged', async () => {
    let ahead = 0
    const late = async (url: string) => {
      ahead = 700_000
      return copyCode(url)
    }
    await expect(paste([late], { now: () => Date.now() + ahead })).rejects.toMatchObject({ code: 'expired' })
    expect(exchanges()).toEqual([])
  })

  test('the pasted code brings the key', async () => {
    const { connected, again } = await paste(['two words', copyCode])
    expect(connected.key).toBe(simulation.openrouter.account.keys()[0]?.key)
    expect(again).toEqual([undefined, 'malformed'])
  })
})
