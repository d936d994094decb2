import type { IncomingHttpHeaders } from 'node:http'
import type { ProviderName } from './dialect.ts'
import type { Ending } from './wire.ts'

/** Requests that a simulation remembers. Enough for any test. */
export const REQUESTS_KEPT_MAX = 1000

/** Bytes of bodies that a simulation remembers, over all requests. */
export const BODIES_KEPT_BYTES_MAX = 64 * 1024 * 1024

/** How long `waitFor` waits when it is not told, in milliseconds. */
const WAIT_MS = 5000

/** What arrived at a simulated provider. */
export type RecordedRequest = {
  provider: ProviderName
  method: string
  /** With its query. */
  path: string
  headers: IncomingHttpHeaders
  /** Exactly as it arrived. */
  body: Uint8Array
  /** When its body was complete: performance.now(), in milliseconds. */
  atMs: number
  /** When the client left before it had the whole answer; undefined while it has not. */
  clientLeftAtMs: number | undefined
  /** Resolves when the exchange is over. */
  ended: Promise<Ending>
}

/** A bounded memory of requests that can be waited on. */
export type Recorder = {
  readonly requests: readonly RecordedRequest[]
  record(request: RecordedRequest): void
  /** Calls back for every request from now on. @returns a function that stops it */
  onRequest(listener: (request: RecordedRequest) => void): () => void
  /**
   * The first request that matches, of those remembered or of those to come.
   * @throws Error when none came within `timeoutMs` (5,000)
   */
  waitFor(matches: (request: RecordedRequest) => boolean, options?: { timeoutMs?: number }): Promise<RecordedRequest>
  /** Forgets the requests so far. */
  clear(): void
}

/** Makes an empty recorder. */
export function createRecorder(): Recorder {
  const requests: RecordedRequest[] = []
  const listeners = new Set<(request: RecordedRequest) => void>()
  let keptBytes = 0
  return {
    requests,
    record(request) {
      requests.push(request)
      keptBytes += request.body.byteLength
      while (requests.length > REQUESTS_KEPT_MAX || (keptBytes > BODIES_KEPT_BYTES_MAX && requests.length > 1)) {
        keptBytes -= requests.shift()?.body.byteLength ?? 0
      }
      for (const listener of [...listeners]) listener(request)
    },
    onRequest(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    waitFor(matches, { timeoutMs = WAIT_MS } = {}) {
      const known = requests.find(matches)
      if (known !== undefined) return Promise.resolve(known)
      return new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer)
          listeners.delete(listener)
        }
        const listener = (request: RecordedRequest): void => {
          if (!matches(request)) return
          stop()
          resolve(request)
        }
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`no matching request arrived within ${timeoutMs} ms; ${requests.length} others did`))
        }, timeoutMs)
        listeners.add(listener)
      })
    },
    clear() {
      requests.length = 0
      keptBytes = 0
    },
  }
}
