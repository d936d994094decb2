import { type BrowserConnect, type BrowserConnected, ConnectError } from '../browser.ts'

/** Where a connection of this page is. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1 */
export type ConnectState =
  | { status: 'idle' }
  /** The browser is about to leave for the issuer. */
  | { status: 'leaving' }
  /** The person is back, and the code is being exchanged. */
  | { status: 'returning' }
  | ({ status: 'connected' } & BrowserConnected)
  | { status: 'failed'; error: ConnectError }

/** A connection as something to watch: what the React hook and the web component are made of. */
export type WatchedConnect = {
  get(): ConnectState
  /** @returns stops watching */
  watch(listener: () => void): () => void
  /** Leaves for the issuer. A failure becomes the state. */
  start(returnTo?: string): Promise<void>
  /** Takes the answer, if this load of the page is one. A failure becomes the state. */
  resume(): Promise<void>
  /** Back to the beginning; the page's copy of the key is gone. */
  forget(): void
}

const IDLE: ConnectState = { status: 'idle' }

/** Watches a connection: calls of it become states. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1 */
export function watchConnect(connect: BrowserConnect): WatchedConnect {
  let state: ConnectState = IDLE
  const listeners = new Set<() => void>()
  const become = (next: ConnectState) => {
    state = next
    for (const listener of listeners) listener()
  }
  const fail = (error: unknown) => {
    if (!(error instanceof ConnectError)) throw error
    become({ status: 'failed', error })
  }
  return {
    get: () => state,
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async start(returnTo) {
      if (state.status === 'leaving' || state.status === 'returning') return
      become({ status: 'leaving' })
      await connect.start(returnTo === undefined ? {} : { returnTo }).catch(fail)
    },
    async resume() {
      // A page that the browser kept while the person was away, and shows again as it was.
      if (state.status === 'leaving') become(IDLE)
      if (state.status !== 'idle') return
      const finishing = connect.finish()
      if (finishing === undefined) return
      become({ status: 'returning' })
      await finishing.then((end) => become({ status: 'connected', ...end })).catch(fail)
    },
    forget: () => become(IDLE),
  }
}
