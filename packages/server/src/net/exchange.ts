import type { Dispatcher } from 'undici'
import { KeywayError } from '../base/errors.ts'
import type { BodySource } from './body.ts'
import { ResponseBody } from './body.ts'
import type { Connection, OriginConnections, Taker } from './connections.ts'
import type { Destination } from './destination.ts'
import { bodyFailure, headFailure } from './failure.ts'
import type { OutboundRequest, OutboundResponse } from './request.ts'

type Settle = { resolve(response: OutboundResponse): void; reject(error: unknown): void }
type Headers = Record<string, string | string[] | undefined>

// Written by us or by undici; a caller's own would contradict them.
const OWN_HEADERS: ReadonlySet<string> = new Set(['accept-encoding', 'host', 'content-length', 'connection'])

/** Header names and values in turn, as undici takes them fastest. */
function flatten(headers: Record<string, string>): string[] {
  const flat = ['accept-encoding', 'identity']
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined && !OWN_HEADERS.has(name.toLowerCase())) flat.push(name, value)
  }
  return flat
}

function lastValues(headers: Headers): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (typeof value === 'string') plain[name] = value
    else if (value !== undefined) plain[name] = value.at(-1) ?? ''
  }
  return plain
}

/** Only the origin of a redirect's target: its path or query may hold something private. */
function redirectTarget(location: string | undefined): string {
  if (location === undefined) return 'nowhere'
  return URL.canParse(location) ? new URL(location).origin : 'another path'
}

/** Is this a transfer or content coding that we did not ask for? */
function isCoded(value: string | undefined, plain: string): boolean {
  return value !== undefined && value.trim() !== '' && value.trim().toLowerCase() !== plain
}

/**
 * One request and its response on one connection: undici's handler, the timer for the headers, the caller's signal and the
 * body, in one object, because it is made for every call.
 */
export class Exchange implements Dispatcher.DispatchHandler, BodySource, Taker {
  readonly #request: OutboundRequest
  readonly #destination: Destination
  readonly #connections: OriginConnections
  readonly #settle: Settle
  readonly #bufferedBytesMax: number
  #timer: NodeJS.Timeout | undefined
  #connection: Connection | undefined
  #controller: Dispatcher.DispatchController | undefined
  #body: ResponseBody | undefined
  #over = false

  constructor(
    request: OutboundRequest,
    settle: Settle,
    {
      destination,
      connections,
      bufferedBytesMax,
    }: { destination: Destination; connections: OriginConnections; bufferedBytesMax: number },
  ) {
    this.#request = request
    this.#settle = settle
    this.#destination = destination
    this.#connections = connections
    this.#bufferedBytesMax = bufferedBytesMax
  }

  /** Asks for a connection and sends. Everything that follows ends in `settle` or in the body. */
  start(): void {
    const { signal, headersTimeoutMs } = this.#request
    if (signal.aborted) {
      this.#fail(signal.reason)
      return
    }
    signal.addEventListener('abort', this)
    this.#timer = setTimeout(onHeadersTimeout, headersTimeoutMs, this)
    try {
      this.#connections.acquire(this)
    } catch (error) {
      this.#fail(error)
    }
  }

  take(connection: Connection): void {
    this.#connection = connection
    const { method, headers, body, idleTimeoutMs } = this.#request
    connection.client.dispatch(
      {
        path: this.#destination.path,
        method,
        headers: flatten(headers),
        body: body ?? null,
        // Ours also covers waiting and connecting.
        headersTimeout: 0,
        bodyTimeout: idleTimeoutMs,
      },
      this,
    )
  }

  /** The signal's 'abort' event. */
  handleEvent(): void {
    this.#fail(this.#request.signal.reason)
  }

  /** No headers in time. */
  expire(): void {
    const { headersTimeoutMs } = this.#request
    this.#fail(
      new KeywayError('provider_timeout', `${this.#destination.where} sent no answer within ${headersTimeoutMs} ms.`),
    )
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // Informational responses come before the real one.
    if (status < 200 || this.#over) return
    clearTimeout(this.#timer)
    const plain = lastValues(headers)
    const refusal = this.#refusal(status, plain)
    if (refusal !== undefined) {
      this.#fail(refusal)
      return
    }
    this.#controller = controller
    this.#body = new ResponseBody(this, this.#bufferedBytesMax)
    this.#settle.resolve({ status, headers: plain, body: this.#body })
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#body?.push(chunk)
  }

  onResponseEnd(): void {
    const body = this.#body
    this.#finish('clean')
    body?.end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { where } = this.#destination
    this.#fail(this.#body === undefined ? headFailure(error, where) : bodyFailure(error, where))
  }

  pause(): void {
    this.#controller?.pause()
  }

  resume(): void {
    if (!this.#over) this.#controller?.resume()
  }

  abort(error: Error | undefined): void {
    this.#fail(error)
  }

  /** A redirect is not followed, and a coded body not unpacked: either would leave the checks behind. */
  #refusal(status: number, headers: Record<string, string>): KeywayError | undefined {
    const { where } = this.#destination
    if (status >= 300 && status < 400) {
      const target = redirectTarget(headers['location'])
      return new KeywayError(
        'provider_invalid_reply',
        `${where} answered with a redirect (${status}) to ${target}, which is not followed.`,
        {
          fix: 'Set the provider\u2019s base URL to the address it redirects to.',
        },
      )
    }
    if (isCoded(headers['content-encoding'], 'identity') || isCoded(headers['transfer-encoding'], 'chunked')) {
      return new KeywayError('provider_invalid_reply', `${where} sent a compressed body, though none was accepted.`)
    }
    return undefined
  }

  /** The one way to a bad end, once: tells the caller, then ends the connection. */
  #fail(error: unknown): void {
    if (this.#over) return
    const controller = this.#controller
    const body = this.#body
    this.#finish('spoilt')
    const reason = error instanceof Error ? error : new Error('aborted')
    controller?.abort(reason)
    if (body === undefined) this.#settle.reject(error)
    else body.fail(reason)
  }

  #finish(state: 'clean' | 'spoilt'): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#request.signal.removeEventListener('abort', this)
    if (this.#connection === undefined) this.#connections.leave(this)
    else this.#connections.release(this.#connection, state)
  }
}

function onHeadersTimeout(exchange: Exchange): void {
  exchange.expire()
}
