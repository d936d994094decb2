import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import { KeywayError } from '../../base/errors.ts'
import { isLoopback } from '../../config/bind.ts'
import type { Bind } from './app-edge.ts'

// What keeps other pages out: a page that some other site leads a browser to cannot send these requests. Names are
// checked as well as origins, since a foreign name can be made to point at this machine (DNS rebinding).

/** Where the server is, as far as its pages are concerned. */
export type Place = { publicUrl: string; bind: Bind }

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * The origin of the page that a Host header stands for; undefined for a host that is not on the list: the public URL's,
 * this machine's names where nobody else can connect, and bare addresses where no public URL was given (an address, unlike
 * a name, cannot be pointed elsewhere).
 *
 * 'localhost:7777' -> 'http://localhost:7777'
 */
export function pageOrigin(host: string, { publicUrl, bind }: Place): string | undefined {
  const page = new URL(publicUrl)
  const wanted = host.toLowerCase()
  if (wanted === page.host) return page.origin
  const local = bind.loopback && ['localhost', '127.0.0.1', '[::1]'].some((name) => wanted === `${name}:${bind.port()}`)
  const bare = wanted.replace(/:\d{1,5}$/, '').replace(/^\[|\]$/g, '')
  const address = !bind.loopback && !bind.urlConfigured && isIP(bare) !== 0
  return local || address ? `${page.protocol}//${wanted}` : undefined
}

/**
 * Refuses what does not come from the app's own page.
 * @param origin the Origin header; browsers send it with everything but plain reads
 * @throws KeywayError `origin_forbidden`
 */
export function requireOwnPage(
  request: { method: string; headers: IncomingHttpHeaders },
  origin: string | undefined,
  place: Place,
): void {
  const { method, headers } = request
  const own = pageOrigin(headers.host ?? '', place)
  if (own === undefined) throw forbidden('The Host header is not an address of this Keyway.')
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && SAFE_METHODS.has(method))) {
    throw forbidden('The request came from another site (Sec-Fetch-Site).')
  }
  const foreign = origin !== own && origin !== new URL(place.publicUrl).origin
  if (origin !== undefined && foreign) throw forbidden('The Origin header is not that of this Keyway.')
  if (SAFE_METHODS.has(method)) return
  if (origin === undefined) throw forbidden('The Origin header is missing.')
}

/**
 * Refuses a body of another type than the route takes: a form on another page can send neither JSON nor plain bytes, only
 * three other types.
 * @param request.takes the type of body that is expected, where it is not JSON
 * @throws KeywayError `content_type_unsupported`
 */
export function requireType({
  method,
  headers,
  takes = 'application/json',
}: {
  method: string
  headers: IncomingHttpHeaders
  takes?: string | undefined
}): void {
  if (SAFE_METHODS.has(method)) return
  if ((headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() !== takes) {
    const fix = `Send "Content-Type: ${takes}".`
    throw new KeywayError('content_type_unsupported', `The Content-Type is not ${takes}.`, { fix })
  }
}

/**
 * Whether a request is from this very machine, by the page's own name and through no proxy: then, and where the owner
 * chose "this machine only", nobody is asked who they are.
 * @param remoteAddress of the connection itself
 */
export function isFromThisMachine(
  request: { headers: IncomingHttpHeaders; remoteAddress: string | undefined },
  { publicUrl, bind }: Place,
): boolean {
  const { headers, remoteAddress } = request
  const page = new URL(publicUrl)
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
    (name) => name in headers,
  )
  const near = remoteAddress !== undefined && isLoopback(remoteAddress.replace(/^::ffff:/, ''))
  return bind.loopback && isLoopback(page.hostname) && headers.host === page.host && near && !forwarded
}

function forbidden(message: string): KeywayError {
  return new KeywayError('origin_forbidden', message)
}
