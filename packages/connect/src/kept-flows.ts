import { type PendingAuthorization, restoreAuthorization } from './authorization.ts'
import { ConnectError } from './connect-error.ts'
import type { ConnectPage } from './page.ts'
import { safeReturnTo } from './return-to.ts'

/** A flow of this tab, as it was kept. */
export type KeptFlow = {
  authorization: PendingAuthorization
  returnTo: string
  /** The page that the answer comes to, without its query; '' where none does. */
  page: string
}

/** Where flows of this tab wait, by state: sessionStorage, which other tabs, sites and later sessions cannot read. */
export type KeptFlows = {
  /** @throws ConnectError `storage` where the browser keeps nothing */
  keep(name: string, flow: KeptFlow): void
  /** Gives it, and forgets it: what is answered once is answered never again. @throws ConnectError `state_mismatch` */
  take(name: string): KeptFlow | undefined
  /** Does a flow wait for its answer at this page? */
  waitAt(page: string): boolean
  has(name: string): boolean
}

const PREFIX = 'keyway-connect:'
/** A person who presses many times has their last flows; the others are forgotten. */
const FLOWS_MAX = 5

/** Opens what this tab keeps. @see https://www.rfc-editor.org/rfc/rfc6749#section-10.12 */
export function openKeptFlows(page: ConnectPage): KeptFlows {
  const names = () => {
    const { sessionStorage } = page
    const all = Array.from({ length: sessionStorage.length }, (_, i) => sessionStorage.key(i) ?? '')
    return all.filter((name) => name.startsWith(PREFIX))
  }
  const read = (name: string) => readable(() => page.sessionStorage.getItem(name), null)
  return {
    keep(name, { authorization, returnTo, page: at }) {
      try {
        const before = names()
        for (const old of before.slice(0, Math.max(0, before.length - FLOWS_MAX + 1)))
          page.sessionStorage.removeItem(old)
        page.sessionStorage.setItem(PREFIX + name, JSON.stringify([authorization.keep(), returnTo, at]))
      } catch (cause) {
        throw new ConnectError('storage', 'This browser keeps nothing for this page.', { cause })
      }
    },
    take(name) {
      const text = read(PREFIX + name)
      if (text === null) return undefined
      page.sessionStorage.removeItem(PREFIX + name)
      const [kept, returnTo, at] = listOf(text)
      const authorization = restoreAuthorization(String(kept))
      return { authorization, returnTo: safeReturnTo(String(returnTo)), page: String(at) }
    },
    waitAt: (at) => readable(() => names().some((name) => listOf(read(name) ?? '')[2] === at), false),
    has: (name) => read(PREFIX + name) !== null,
  }
}

/** Where storage is forbidden, reading throws: nothing was kept there either. */
function readable<T>(read: () => T, nothing: T): T {
  try {
    return read()
  } catch {
    return nothing
  }
}

function listOf(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
