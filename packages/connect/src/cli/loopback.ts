import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A listener on this machine alone that waits for a browser. */
export type Loopback = {
  /** 'http://127.0.0.1:<port>/callback' */
  url: string
  close(): Promise<void>
}

/** For the last answer to be read. Milliseconds. */
const GRACE_MS = 500

/** @returns what to tell the person; undefined: this was not the answer that is waited for, go on waiting */
export type LoopbackFinish = (callback: URL) => Promise<string | undefined>

/** A browser sends a few hundred bytes; an address with a code has fewer than this. */
const HEADER_BYTES_MAX = 16_384
/** Nobody keeps a connection to it open. Milliseconds. */
const REQUEST_MS = 10_000

/**
 * Listens on 127.0.0.1 at a free port: the address and not the name, so that no other machine or interface can be meant.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export async function openLoopback(finish: LoopbackFinish): Promise<Loopback> {
  const server = createServer(
    { maxHeaderSize: HEADER_BYTES_MAX, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      answer(request, response).catch(() => response.destroy())
    },
  )
  let origin = ''
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    const url = new URL(request.url ?? '/', origin)
    // Another host name that leads here is a page's trick (DNS rebinding).
    const isOurs =
      request.method === 'GET' && request.headers.host === new URL(origin).host && url.pathname === '/callback'
    const said = isOurs && url.origin === origin ? await finish(url) : undefined
    const status = said === undefined ? 404 : 200
    response.writeHead(status, HEADERS).end(page(said ?? 'There is nothing here.'))
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  return {
    url: `${origin}/callback`,
    close: () =>
      new Promise((resolve) => {
        // Answers that are being written are finished; connections that a browser opened in advance are not waited for.
        server.close(() => resolve())
        server.closeIdleConnections()
        setTimeout(() => server.closeAllConnections(), GRACE_MS).unref()
      }),
  }
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  connection: 'close',
}

/** The sentences are ours: nothing of the address is repeated. */
function page(said: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Connect</title><p>${said}</p></html>\n`
}
