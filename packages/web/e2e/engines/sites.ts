import { once } from 'node:events'
import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What a browser asked one of the other sites for. */
export type Visit = { url: string; headers: IncomingHttpHeaders }

/** Every site but Keyway: whatever name leads here, on https and on plain http, gets the page that a test wrote. */
export type Sites = {
  /** `at('https', 'evil.team.localhost', '/page')` */
  at(scheme: 'http' | 'https', host: string, path: string): string
  /** Writes the page at a path, of every name. */
  write(path: string, html: string): void
  /** What came so far, the oldest first. */
  visits(): readonly Visit[]
  close(): Promise<void>
}

/** Starts them. @param tls a certificate, which no name has to fit */
export async function startSites(tls: { key: string; cert: string }): Promise<Sites> {
  const pages = new Map<string, string>()
  const visits: Visit[] = []
  const answer: RequestListener = (request, response) => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
    visits.push({ url: url.href, headers: request.headers })
    response.setHeader('content-type', 'text/html').end(pages.get(url.pathname) ?? '<title>Site</title><h1>Here</h1>')
  }
  const servers = { http: createHttp(answer), https: createHttps(tls, answer) }
  for (const server of Object.values(servers)) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  return {
    at: (scheme, host, path) => `${scheme}://${host}:${(servers[scheme].address() as AddressInfo).port}${path}`,
    write: (path, html) => void pages.set(path, `<!doctype html><title>Site</title>${html}`),
    visits: () => visits,
    async close() {
      for (const server of Object.values(servers)) {
        server.closeAllConnections()
        server.close()
        await once(server, 'close')
      }
    },
  }
}
