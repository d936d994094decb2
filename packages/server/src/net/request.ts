import type { CancelSignal } from '../base/cancellation.ts'

/** One request outwards. */
export type OutboundRequest = {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  body?: Uint8Array
  /** Aborts connecting, waiting and reading. An AbortSignal fits; a Cancellation is cheaper. */
  signal: CancelSignal
  /** The operator (not a user) allowed private and loopback addresses for this provider. Link-local and metadata never. */
  addresses: 'public' | 'private-allowed'
  /** How long until response headers, in milliseconds. */
  headersTimeoutMs: number
  /** The longest silence within the body, in milliseconds. */
  idleTimeoutMs: number
}

export type OutboundResponse = {
  status: number
  /** Lower-case names; the last value of a repeated header wins. */
  headers: Record<string, string>
  /** The raw bytes as they arrive. Leaving the loop destroys the connection. */
  body: AsyncIterable<Uint8Array> & { destroy(error?: Error): void }
}

/**
 * The one way out. Reading the body may throw provider_timeout, provider_invalid_reply and stream_broken.
 * @throws KeywayError address_forbidden, provider_unavailable, provider_timeout, provider_invalid_reply (a redirect, a
 * coded body, no HTTP), overloaded (all connections taken), draining; the signal's reason when it was aborted
 */
export type Dispatch = (request: OutboundRequest) => Promise<OutboundResponse>
