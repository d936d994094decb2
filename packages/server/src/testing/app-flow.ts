import { createHash, randomBytes } from 'node:crypto'
import type { AuthChoice, AuthDecision, AuthQuestion } from '@keyway/contract'
import type { User } from '../store/records.ts'
import { type Browser, openBrowser } from './browser.ts'
import type { Rig } from './rig.ts'

/** Both sides of Sign in with Keyway: an app, and the browser of the person whom it sends here. For tests. */
export type AppFlow = {
  browser: Browser
  /** Goes to /auth, or to another door. @returns the request's id */
  begin(query: Readonly<Record<string, string>> | string, path?: '/auth' | '/oauth/authorize'): Promise<string>
  question(id: string): Promise<AuthQuestion>
  /** Decides as the page does; parts of the choice may differ. */
  allow(id: string, choice?: Partial<AuthChoice>): Promise<AuthDecision>
  /** Sends to the page's API as our own page would. */
  send(
    method: string,
    path: string,
    of?: { body?: unknown; headers?: Record<string, string | null> },
  ): Promise<Response>
  /** From /auth to the code. */
  code(query: Readonly<Record<string, string>>, choice?: Partial<AuthChoice>): Promise<string>
}

export const CALLBACK = 'https://app.example/callback'

/** A browser in which a person is signed in (or nobody), before a rig. */
export async function appFlow(rig: Rig, user: User | null = rig.server.house.owner): Promise<AppFlow> {
  const browser = openBrowser(rig)
  if (user !== null) await browser.signIn(user)
  const flow: AppFlow = {
    browser,
    async begin(query, path = '/auth') {
      const text = typeof query === 'string' ? query : new URLSearchParams(query).toString()
      const response = await browser.go(`${path}?${text}`)
      const location = response.headers.get('location')
      if (location === null) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
      await response.body?.cancel()
      return location.slice('/auth/'.length)
    },
    async question(id) {
      return read(await flow.send('GET', `/api/app/auth/${id}`))
    },
    async allow(id, choice = {}) {
      const { csrf, proposed } = await flow.question(id)
      const body = {
        csrf,
        limit_usd: proposed.limit_usd,
        reset: proposed.reset,
        days: proposed.days,
        models: null,
        share_identity: false,
        ...choice,
      }
      return read(await flow.send('POST', `/api/app/auth/${id}/allow`, { body }))
    },
    send(method, path, { body, headers = {} } = {}) {
      const sent: Record<string, string | null> = {
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'sec-fetch-site': 'same-origin',
        ...(method === 'GET' ? {} : { origin: rig.url, 'content-type': 'application/json' }),
        ...headers,
      }
      const present = Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== null)
      return fetch(`${rig.url}${path}`, {
        method,
        headers: present,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
    async code(query, choice) {
      const decided = await flow.allow(await flow.begin(query), choice)
      const code = decided.code ?? new URL(decided.redirect_url ?? '').searchParams.get('code')
      if (code === null) throw new Error('there is no code')
      return code
    },
  }
  return flow
}

/** A verifier and its S256 challenge. */
export function pkcePair(verifier = randomBytes(32).toString('base64url')): { verifier: string; challenge: string } {
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Exchanges as an app's program does, from no page. */
export function exchangeCode(rig: Pick<Rig, 'url'>, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(`${rig.url}/api/v1/auth/keys`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  })
}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`)
  return JSON.parse(text)
}
