import { isIP } from 'node:net'
import { KeywayError } from '../base/errors.ts'
import { isMetadataName, mayConnect } from './address.ts'
import type { OutboundRequest } from './request.ts'

/** Where a request goes, taken apart and checked as far as is possible without a name look-up. */
export type Destination = {
  /** 'https://api.openai.com', the port only where it is not the scheme's own. */
  origin: string
  /** Lower case; an IPv6 address without brackets. */
  hostname: string
  port: number
  secure: boolean
  /** Path and query, beginning with '/'. */
  path: string
  /** For messages: host and port, no path and no query. */
  where: string
}

// A base URL, a path and a query of our own making; model servers take none longer.
const URL_LENGTH_MAX = 4_096

// Printable ASCII without what could be read in two ways: userinfo, escapes and backslashes before the path, fragments.
const PLAIN_URL = /^https?:\/\/[\w[][\w.:[\]-]*(?:[/?][\x21\x22\x24-\x5b\x5d-\x7e]*)?$/i

// Ports of other protocols, which browsers refuse too, so that nobody can make us speak HTTP to a mail or print server.
// @see https://fetch.spec.whatwg.org/#bad-port (read 2026-11-21); those below 1024 are covered by the rule on system ports
const FORBIDDEN_PORTS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
])
const SYSTEM_PORTS_END = 1024

function refuse(message: string, fix?: string): never {
  throw new KeywayError('address_forbidden', message, fix === undefined ? {} : { fix })
}

/**
 * Checks an address as it is written, then as it is understood.
 * 'https://api.openai.com/v1/models' -> { origin: 'https://api.openai.com', port: 443, path: '/v1/models', ... }
 * @throws KeywayError address_forbidden
 */
export function parseDestination(url: string, policy: OutboundRequest['addresses']): Destination {
  const fix =
    'Write the address as http(s)://host[:port]/path, without user name, fragment, spaces or escapes in the host.'
  if (url.length > URL_LENGTH_MAX) refuse(`The provider's address is longer than ${URL_LENGTH_MAX} characters.`, fix)
  if (!PLAIN_URL.test(url) || !URL.canParse(url)) refuse("The provider's address is not a plain http(s) URL.", fix)
  const parsed = new URL(url)
  const secure = parsed.protocol === 'https:'
  const hostname = parsed.hostname.replace(/^\[|\]$/g, '')
  const port = parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port)
  const where = `${parsed.hostname}:${port}`
  const system = port < SYSTEM_PORTS_END && port !== 443 && port !== 80
  if (port === 0 || FORBIDDEN_PORTS.has(port) || (system && policy === 'public')) {
    refuse(`Port ${port} of ${parsed.hostname} is not one for a provider.`, 'Use port 80, 443, or one above 1023.')
  }
  checkHost(hostname, policy)
  return { origin: parsed.origin, hostname, port, secure, path: parsed.pathname + parsed.search, where }
}

/**
 * Refuses literal addresses and names that the policy forbids. Other names are vetted when they have been resolved.
 * @throws KeywayError address_forbidden
 */
export function checkHost(hostname: string, policy: OutboundRequest['addresses']): void {
  if (isMetadataName(hostname)) refuse(`${hostname} is a cloud's metadata service and is never called.`)
  if (isIP(hostname) !== 0 && !mayConnect(hostname, policy)) refuse(`${hostname} is not an address that may be called.`)
}
