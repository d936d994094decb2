import { ConnectError, type Fetch } from '@keyway/connect'
import { KeywayError } from '../base/errors.ts'
import type { Dispatch, OutboundResponse } from '../net/request.ts'

/** A person waits: longer is an issuer that is down. Milliseconds. */
const HEADERS_MS = 15_000
/** Longest silence within a reply of a few hundred bytes. Milliseconds. */
const IDLE_MS = 5_000

/**
 * The library's `fetch` over the one way out: vetted addresses, no redirects, nothing unpacked. What the way out refuses
 * as no proper reply is `malformed`.
 */
export function fetchOver(dispatch: Dispatch, addresses: 'public' | 'private-allowed'): Fetch {
  return async (url, init) => {
    const { body, signal } = init
    try {
      const response = await dispatch({
        method: init.method === 'POST' ? 'POST' : 'GET',
        url,
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(typeof body === 'string' ? { body: Buffer.from(body) } : {}),
        signal: signal ?? AbortSignal.timeout(HEADERS_MS),
        addresses,
        headersTimeoutMs: HEADERS_MS,
        idleTimeoutMs: IDLE_MS,
      })
      return responseOf(response)
    } catch (error) {
      if (error instanceof KeywayError && error.code === 'provider_invalid_reply') {
        throw new ConnectError('malformed', 'The issuer sent a redirect or a coded reply.', { cause: error })
      }
      throw error
    }
  }
}

/** Statuses that a Response may not have a body with. */
const BODILESS = new Set([204, 205])

function responseOf({ status, headers, body }: OutboundResponse): Response {
  const chunks = body[Symbol.asyncIterator]()
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    cancel: () => body.destroy(),
  })
  if (!BODILESS.has(status)) return new Response(stream, { status, headers })
  body.destroy()
  return new Response(null, { status, headers })
}
