import { actorOf, beginSession } from '../accounts/sessions.ts'
import { rowId } from '../base/ids.ts'
import { sessionCookie } from '../http/app/session-cookie.ts'
import type { User } from '../store/records.ts'
import type { Rig } from './rig.ts'

/** A browser as far as navigations go: cookies by name, no scripts. For tests. */
export type Browser = {
  readonly cookies: Map<string, string>
  /** Follows nothing by itself: a redirect is an answer. */
  go(address: string, headers?: Record<string, string>): Promise<Response>
  /** Goes on through redirects until there is a page, and gives every address on the way. */
  follow(address: string): Promise<{ response: Response; way: string[] }>
  signIn(user: User): Promise<void>
  signOut(): void
}

/** More redirects than any flow of ours. */
const REDIRECTS_MAX = 10

/** A fresh browser before a rig, with nobody signed in. */
export function openBrowser(rig: Rig): Browser {
  const { store, clock, ring } = rig.server.house
  const cookies = new Map<string, string>()
  const session = sessionCookie(rig.url, store.installId)

  async function go(address: string, headers: Record<string, string> = {}): Promise<Response> {
    const url = new URL(address, rig.url)
    // Cookies are the rig's: another host gets none.
    const own = url.origin === new URL(rig.url).origin
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...(own && cookie !== '' ? { cookie } : {}), ...headers },
    })
    for (const line of own ? response.headers.getSetCookie() : []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (name === undefined || value === undefined) continue
      if (/max-age=0\b/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }

  return {
    cookies,
    go,
    async follow(address) {
      const way = [new URL(address, rig.url).href]
      for (let hop = 0; hop < REDIRECTS_MAX; hop++) {
        const response = await go(way.at(-1) ?? '')
        const location = response.headers.get('location')
        if (location === null) return { response, way }
        await response.body?.cancel()
        way.push(new URL(location, way.at(-1)).href)
      }
      throw new Error(`more than ${REDIRECTS_MAX} redirects: ${way.join(' ')}`)
    },
    async signIn(user) {
      const deps = { store, clock, ring }
      const begun = await beginSession(
        deps,
        { user, method: 'password', replaces: null },
        { ip: null, userAgent: null },
      )
      cookies.set(session.name, begun.secret)
    },
    signOut() {
      cookies.delete(session.name)
    },
  }
}

/** Another member of the rig's workspace. */
export async function addMember(rig: Rig, name: string): Promise<User> {
  const { store, owner, clock } = rig.server.house
  const member = { id: rowId('user'), workspaceId: owner.workspaceId, name, email: null, role: 'member' as const }
  const user: User = { ...member, disabledAt: null, createdAt: clock.now() }
  await store.createUser(user, actorOf(owner))
  return user
}
