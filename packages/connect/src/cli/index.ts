import process from 'node:process'
import { createInterface } from 'node:readline/promises'
import { type AuthorizationOptions, createAuthorization, type PendingAuthorization } from '../authorization.ts'
import { ConnectError } from '../connect-error.ts'
import type { ConnectedKey } from '../exchange.ts'
import { type FinishOptions, finishAuthorization, finishPasted } from '../finish.ts'
import { openLoopback } from './loopback.ts'
import { openBrowser } from './open-browser.ts'

export { ConnectError, type ConnectErrorCode } from '../connect-error.ts'
export type { ConnectedKey } from '../exchange.ts'
export { connectHeadless, type HeadlessOptions } from '../headless.ts'
export { OPENROUTER } from '../issuer.ts'

/** What to ask for, and how to talk to the person. @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3 */
export type TerminalOptions = Omit<AuthorizationOptions, 'callbackUrl'> &
  FinishOptions & {
    /** Shows the address; on standard error when not said. */
    show?(url: string): void
    /** Opens the address; the system's browser when not said. */
    open?(url: string): void
    /** Asks for the address or code that the browser shows, until the signal says that it is not needed; on the terminal, if there is one, when not said. */
    ask?(signal: AbortSignal): Promise<string>
  }

const LIFETIME_MS = 600_000
/** Pastes that are no code: after so many only the browser is waited for. */
const PASTES_MAX = 20
const DONE = 'You are connected. You can close this page and go back to the terminal.'
const FAILED = 'That did not work. Go back to the terminal: it says why.'

/**
 * Connects from a terminal: opens the browser, and takes the answer from a listener on 127.0.0.1 (RFC 8252 section 7.3) or
 * from what the person pastes, whichever comes first. Over SSH the browser is on another machine, cannot reach the
 * listener, and shows an address that can be pasted.
 * @throws ConnectError every code but `storage`
 */
export async function connectFromTerminal(options: TerminalOptions): Promise<ConnectedKey> {
  const { show = showUrl, open = openBrowser, ask = askOnTerminal, fetch, timeoutMs, ...asked } = options
  const { lifetimeMs = LIFETIME_MS } = options
  const how: FinishOptions = {
    ...(fetch === undefined ? {} : { fetch }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(asked.now === undefined ? {} : { now: asked.now }),
  }
  const end = promise<ConnectedKey>()
  // Whoever waits sees a failure below; one that comes before anybody waits is no stray one.
  end.promise.catch(() => undefined)
  const over = new AbortController()
  let authorization: PendingAuthorization | undefined

  const loopback = await openLoopback(async (callback) => {
    if (authorization === undefined || !isAnswer(authorization, callback)) return undefined
    const finished = finishAuthorization(authorization, callback, how)
    finished.then(end.resolve, end.reject)
    return finished.then(
      () => DONE,
      () => FAILED,
    )
  })
  const timer = setTimeout(() => end.reject(new ConnectError('expired', 'Nobody answered in time.')), lifetimeMs)
  try {
    const begun = await createAuthorization({ ...asked, callbackUrl: loopback.url })
    authorization = begun
    show(begun.url)
    open(begun.url)
    takePasted(begun).catch(end.reject)
    return await end.promise
  } finally {
    clearTimeout(timer)
    over.abort()
    await loopback.close()
  }

  async function takePasted(begun: PendingAuthorization): Promise<void> {
    for (let tries = 0; tries < PASTES_MAX && !over.signal.aborted; tries++) {
      const pasted = await ask(over.signal)
      if (over.signal.aborted || begun.isSpent) return
      try {
        end.resolve(await finishPasted(begun, pasted, how))
        return
      } catch (error) {
        const isOver = !(error instanceof ConnectError) || begun.isSpent || error.code === 'expired'
        if (isOver) throw error
        process.stderr.write(`${error.message}\n`)
      }
    }
  }
}

/** A promise with its ends; `Promise.withResolvers` is not in Node 20. */
function promise<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let ends: { resolve(value: T): void; reject(error: unknown): void } | undefined
  const made = new Promise<T>((resolve, reject) => {
    ends = { resolve, reject }
  })
  return { promise: made, resolve: (value) => ends?.resolve(value), reject: (error) => ends?.reject(error) }
}

/** Any page may make this machine's browser ask: what has another state, or comes a second time, is not the answer. */
function isAnswer(authorization: PendingAuthorization, callback: URL): boolean {
  const states = callback.searchParams.getAll('state')
  return !authorization.isSpent && states.length === 1 && states[0] === authorization.state
}

function showUrl(url: string): void {
  process.stderr.write(`Open this address, and approve:\n\n${url}\n\n`)
}

/** Where there is no terminal nobody can paste: then the listener alone is waited for. */
async function askOnTerminal(signal: AbortSignal): Promise<string> {
  if (signal.aborted) return ''
  if (process.stdin.isTTY !== true) return new Promise(() => undefined)
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  // One signal for both ends; Node 20.0 cannot join two.
  const left = new AbortController()
  reader.once('close', () => left.abort())
  signal.addEventListener('abort', () => left.abort(), { once: true })
  try {
    return await reader.question('Or paste the address that the browser shows at the end: ', {
      signal: left.signal,
    })
  } catch (error) {
    if (signal.aborted) return ''
    if (left.signal.aborted) throw new ConnectError('denied', 'Nothing was pasted.')
    throw error
  } finally {
    reader.close()
  }
}
