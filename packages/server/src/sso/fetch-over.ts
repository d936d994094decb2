import { KeywayError } from '../base/errors.ts'
import type { Dispatch } from '../net/request.ts'

/** A person waits: longer is a provider that is down. Milliseconds. */
const HEADERS_MS = 10_000
const IDLE_MS = 5_000
/** All of one request. Milliseconds. */
const WHOLE_MS = 15_000
/** Key sets are the longest of what providers send, at some 10 kB. Bytes. */
const REPLY_BYTES_MAX = 256 * 1024

/** The part of `fetch` that the OAuth library asks for. */
export type ProviderFetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: unknown },
) => Promise<Response>

/** The provider could not be asked, or answered no more than that it cannot. */
export class ProviderDown extends Error {
  override readonly name = 'ProviderDown'
}

/**
 * A `fetch` over the one way out, for the OAuth library: vetted addresses, no redirects, bounded in time and size.
 * @throws ProviderDown when there is no answer
 */
export function fetchOver(dispatch: Dispatch, addresses: 'public' | 'private-allowed'): ProviderFetch {
  return async (url, init) => {
    const { method, headers, body } = init
    const sent = body === undefined || body === null ? undefined : Buffer.from(String(body))
    try {
      const response = await dispatch({
        method: method === 'POST' ? 'POST' : 'GET',
        url,
        headers: { 'user-agent': 'Keyway', ...headers },
        ...(sent === undefined ? {} : { body: sent }),
        signal: AbortSignal.timeout(WHOLE_MS),
        addresses,
        headersTimeoutMs: HEADERS_MS,
        idleTimeoutMs: IDLE_MS,
      })
      const bytes = await readAll(response.body)
      return new Response(response.status === 204 ? null : bytes, {
        status: response.status,
        headers: response.headers,
      })
    } catch (error) {
      // A reply that breaks the protocol is the provider's fault as well, but not one that passes.
      if (error instanceof KeywayError && error.code === 'provider_invalid_reply') throw error
      throw new ProviderDown(`no answer from ${new URL(url).host}`, { cause: error })
    }
  }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > REPLY_BYTES_MAX)
      throw new KeywayError('provider_invalid_reply', 'The reply is longer than any of its kind.')
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}
