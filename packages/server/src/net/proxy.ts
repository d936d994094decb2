import type { Socket } from 'node:net'
import { isIP } from 'node:net'
import { KeywayError } from '../base/errors.ts'
import type { Destination } from './destination.ts'

/** The operator's proxies, as HTTPS_PROXY, HTTP_PROXY and NO_PROXY name them. */
export type ProxySettings = {
  /** For https destinations: 'http://user:password@proxy.example:3128', or https. */
  https?: string
  /** For http destinations. */
  http?: string
  /** Hosts that are called directly, separated by commas: 'internal.example, .corp.example, 10.1.2.3, *'. */
  none?: string
  /**
   * Who resolves names. 'here' (the default): we do, vet every address and ask the proxy for the vetted one. 'proxy': the
   * proxy does, for networks whose machines cannot resolve outside names; then only literal addresses and metadata names
   * are vetted here, and the proxy must keep its own network closed.
   */
  resolves?: 'here' | 'proxy'
}

/** A proxy, taken apart. */
export type ProxyAddress = { hostname: string; port: number; secure: boolean; authorization: string | undefined }

/**
 * Reads one proxy's address.
 * @throws KeywayError invalid_request, without quoting it: it may hold a password
 */
export function parseProxy(url: string): ProxyAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')) {
    throw new KeywayError('invalid_request', 'The proxy\u2019s address is not an http(s) URL.', {
      fix: 'Write it as http://host:port in HTTPS_PROXY or HTTP_PROXY.',
    })
  }
  const secure = parsed.protocol === 'https:'
  const login = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`
  return {
    hostname: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? (secure ? 443 : 80) : Number(parsed.port),
    secure,
    authorization: parsed.username === '' ? undefined : `Basic ${Buffer.from(login).toString('base64')}`,
  }
}

/** Does a rule of NO_PROXY cover this host? '.example.com' and 'example.com' both cover its subdomains. */
function covers(rule: string, { hostname, port }: Destination): boolean {
  if (rule === '*') return true
  const [, name = rule, rulePort] = /^(.*?)(?::(\d+))?$/.exec(isIP(rule) === 6 ? '' : rule) ?? []
  if (rulePort !== undefined && Number(rulePort) !== port) return false
  const host = (name === '' ? rule : name).replace(/^\[|\]$/g, '').replace(/^\*?\./, '')
  return hostname === host || hostname.endsWith(`.${host}`)
}

/** Is this host called without the proxy? Loopback always is: no proxy could reach ours. */
export function bypassesProxy(destination: Destination, none: string): boolean {
  const { hostname } = destination
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || /^127\.|^::1$/.test(hostname)) return true
  const rules = none.toLowerCase().split(/[\s,]+/)
  return rules.some((rule) => rule !== '' && covers(rule, destination))
}

// A proxy answers CONNECT with a status line and a few headers.
const TUNNEL_HEAD_BYTES_MAX = 16_384

/**
 * Asks the proxy at the other end of `socket` for a tunnel to `target` ('93.184.216.34:443').
 * Resolves when the proxy agreed; the socket is then the destination's.
 * @throws KeywayError provider_unavailable when it refuses, answers nonsense or hangs up
 */
export function openTunnel(socket: Socket, target: string, authorization: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0)
    const finish = (failure: string | undefined, rest?: Buffer) => {
      socket.off('data', onData).off('error', onEnd).off('close', onEnd)
      if (failure !== undefined) return reject(new KeywayError('provider_unavailable', failure))
      socket.pause()
      if (rest !== undefined && rest.length > 0) socket.unshift(rest)
      resolve()
    }
    const onEnd = () => finish('The proxy closed the connection before it opened a tunnel.')
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk])
      const end = head.indexOf('\r\n\r\n')
      if (end === -1) {
        if (head.length > TUNNEL_HEAD_BYTES_MAX) finish('The proxy\u2019s answer is larger than allowed.')
        return
      }
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1', 0, end))?.[1]
      if (status === undefined) return finish('The proxy\u2019s answer is not HTTP/1.1.')
      if (!status.startsWith('2')) return finish(`The proxy refused a tunnel (${status}).`)
      finish(undefined, head.subarray(end + 4))
    }
    socket.on('data', onData).on('error', onEnd).on('close', onEnd)
    const login = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`
    socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${login}\r\n`)
  })
}
