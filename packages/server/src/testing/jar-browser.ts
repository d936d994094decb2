import type { Rig } from './rig.ts'

/** A browser as far as cookies and redirects go: for flows that leave our page and come back. For tests. */
export type JarBrowser = {
  /** Sends as our own page would. */
  send(endpoint: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  /** Sends, expects success and gives the answer. */
  ask<T = unknown>(endpoint: string, body?: unknown): Promise<T>
  /** Navigates to a path of ours from another site, without following further. */
  sendTo(path: string): Promise<Response>
  /** Navigates to an address of ours that another site redirected to. @returns where we redirect to, as path and query */
  follow(address: string): Promise<string>
  /** Is there a cookie whose name begins so? */
  has(name: string): boolean
  session(): string | undefined
  /** Takes over another browser's cookies of that name. */
  take(other: JarBrowser, name: string): void
  drop(name: string): void
  readonly jar: ReadonlyMap<string, string>
}

/** @param like a browser whose cookies this one begins with */
export function jarBrowser(rig: Pick<Rig, 'url'>, like?: JarBrowser): JarBrowser {
  const jar = new Map<string, string>(like?.jar)

  function keep(response: Response): Response {
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (at === pair.length - 1) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
  const cookie = (): Record<string, string> =>
    jar.size === 0 ? {} : { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') }

  const browser: JarBrowser = {
    jar,
    async send(endpoint, body, headers = {}) {
      const [method = 'GET', path = ''] = endpoint.split(' ')
      const page = method === 'GET' ? {} : { origin: rig.url, 'content-type': 'application/json' }
      return keep(
        await fetch(rig.url + path, {
          method,
          redirect: 'manual',
          headers: { 'sec-fetch-site': 'same-origin', ...page, ...cookie(), ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      )
    },
    async ask(endpoint, body) {
      const response = await browser.send(endpoint, body)
      const text = await response.text()
      if (!response.ok) throw new Error(`${endpoint}: ${response.status} ${text}`)
      return JSON.parse(text)
    },
    async sendTo(path) {
      const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', ...cookie() }
      return keep(await fetch(rig.url + path, { redirect: 'manual', headers }))
    },
    async follow(address) {
      if (!address.startsWith(`${rig.url}/`)) return `elsewhere: ${address}`
      const response = await browser.sendTo(address.slice(rig.url.length))
      return response.headers.get('location') ?? `no redirect: ${response.status} ${await response.text()}`
    },
    has: (name) => [...jar.keys()].some((known) => known.startsWith(name)),
    session: () => [...jar].find(([name]) => name.startsWith('keyway_session_'))?.[1],
    take(other, name) {
      for (const [known, value] of other.jar) if (known.startsWith(name)) jar.set(known, value)
    },
    drop(name) {
      for (const known of [...jar.keys()]) if (known.startsWith(name)) jar.delete(known)
    },
  }
  return browser
}
