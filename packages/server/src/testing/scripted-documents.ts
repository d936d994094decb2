import { KeywayError } from '../base/errors.ts'
import type { Dispatch } from '../net/request.ts'

/** Sites that describe themselves, without a network. For tests. */
export type ScriptedDocuments = {
  dispatch: Dispatch
  /** What stands at an address: text and bytes as they are, anything else as JSON. */
  put(url: string, document: unknown, of?: { status?: number; headers?: Record<string, string> }): void
  /** An address that cannot be reached. */
  fail(url: string): void
  /** How often anything was asked for. */
  asked(): number
  reset(): void
}

/** A way out that leads to scripted documents alone; as the real one, it takes no redirect for an answer. */
export function scriptedDocuments(): ScriptedDocuments {
  const present = new Map<string, { status: number; headers: Record<string, string>; bytes: Uint8Array } | 'down'>()
  let asked = 0
  return {
    async dispatch({ url, addresses }) {
      asked += 1
      const found = present.get(url)
      if (found === undefined || found === 'down' || addresses !== 'public') {
        throw new KeywayError('provider_unavailable', `no answer from ${url}`)
      }
      const { status, headers, bytes } = found
      if (status >= 300 && status < 400) throw new KeywayError('provider_invalid_reply', 'a redirect')
      const body = (async function* () {
        // In two pieces, as networks do.
        yield bytes.subarray(0, 10)
        yield bytes.subarray(10)
      })()
      return { status, headers, body: Object.assign(body, { destroy: () => undefined }) }
    },
    put(url, document, of = {}) {
      const text = typeof document === 'string' ? document : JSON.stringify(document)
      const bytes = document instanceof Uint8Array ? document : Buffer.from(text)
      present.set(url, {
        status: 200,
        headers: { 'content-type': 'application/json', ...of.headers },
        bytes,
        ...(of.status === undefined ? {} : { status: of.status }),
      })
    },
    fail: (url) => present.set(url, 'down'),
    asked: () => asked,
    reset() {
      present.clear()
      asked = 0
    },
  }
}
