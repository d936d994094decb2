import type { AppApi, AppEndpoint, AppFailure } from '@keyway/contract'
import type { Rig } from './rig.ts'

/** What a browser's page does with the app's API: a cookie jar, the page's origin, JSON. For tests. */
export type AppBrowser = {
  cookie: string | undefined
  /** Sends as our own page would; `headers` override, null takes one away. */
  send(endpoint: string, options?: SendOptions): Promise<Response>
  /** Sends, expects success and gives the answer. */
  ask<E extends AppEndpoint>(
    endpoint: E,
    options?: SendOptions & { body?: AppApi[E]['body'] },
  ): Promise<AppApi[E]['answer']>
  /** Sends, expects a failure and gives it. */
  fail(endpoint: string, options?: SendOptions): Promise<{ status: number; error: AppFailure['error'] }>
}

export type SendOptions = {
  body?: unknown
  headers?: Record<string, string | null>
  /** For ':id' and ':hash'. */
  id?: string
  query?: string
}

/** A browser with an empty jar before the rig's own page. */
export function appBrowser(rig: Pick<Rig, 'url'>): AppBrowser {
  // Every cookie but the session's: what a first step left for the second.
  const others = new Map<string, string>()
  const browser: AppBrowser = {
    cookie: undefined,
    async send(endpoint, { body, headers = {}, id = '', query = '' } = {}) {
      const [method = 'GET', path = ''] = endpoint.split(' ')
      const safe = method === 'GET'
      const sent: Record<string, string | null | undefined> = {
        origin: safe ? undefined : rig.url,
        'sec-fetch-site': 'same-origin',
        'content-type': safe ? undefined : 'application/json',
        cookie: [browser.cookie, ...others.values()].filter((pair) => pair !== undefined).join('; ') || undefined,
        ...headers,
      }
      const present = Object.entries(sent).flatMap(([name, value]): [string, string][] =>
        value == null ? [] : [[name, value]],
      )
      const response = await fetch(`${rig.url}${path.replace(/:\w+/, encodeURIComponent(id))}${query}`, {
        method,
        headers: present,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      for (const pair of response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')) {
        const name = pair.slice(0, pair.indexOf('='))
        const gone = pair.endsWith('=')
        if (name.includes('keyway_session_')) browser.cookie = gone ? undefined : pair
        else if (gone) others.delete(name)
        else others.set(name, pair)
      }
      return response
    },
    async ask(endpoint, options) {
      const response = await browser.send(endpoint, options)
      const text = await response.text()
      if (!response.ok) throw new Error(`${endpoint}: ${response.status} ${text}`)
      return JSON.parse(text)
    },
    async fail(endpoint, options) {
      const response = await browser.send(endpoint, options)
      const text = await response.text()
      if (response.ok) throw new Error(`${endpoint} succeeded: ${text}`)
      return { status: response.status, error: JSON.parse(text).error }
    },
  }
  return browser
}

/** The token of a new one-time link for a user; the owner's when none is named. */
export async function setupToken(rig: Pick<Rig, 'server' | 'url'>, userId?: string): Promise<string> {
  const { makeSetupLink } = await import('../accounts/users.ts')
  const { store, clock, owner, workspace } = rig.server.house
  const actor = { id: owner.id, workspaceId: workspace.id }
  const { link } = await makeSetupLink({ store, clock, publicUrl: rig.url }, userId ?? owner.id, actor)
  return link.slice(link.indexOf('#') + 1)
}
