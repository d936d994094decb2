import { isIPv4 } from 'node:net'
import type { Problem } from './problem.ts'

/** Does this host name or address stay on this machine? 'localhost', 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  const name = host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || (isIPv4(name) && name.startsWith('127.'))
  )
}

/** The settings that decide who can reach the server, and whether in the clear. */
export type Exposure = {
  host: string
  public_url?: string | undefined
  tls: { readonly cert?: string | undefined; readonly key?: string | undefined }
  trusted_proxies: readonly string[]
  insecure_http: boolean
}

/**
 * Whether the server may listen as asked. On an address that other machines reach, keys would travel in the clear, so the
 * operator names what protects them (a public URL, TLS files, a trusted proxy) or says insecure_http.
 */
export function checkExposure(exposure: Exposure): { problems: Problem[]; warnings: Problem[] } {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const { cert, key } = exposure.tls
  if ((cert === undefined) !== (key === undefined)) {
    const absent = cert === undefined ? 'cert' : 'key'
    problems.push({ name: `tls.${absent}`, message: 'is missing: tls.cert and tls.key are given together' })
  }
  const guarded = exposure.public_url !== undefined || cert !== undefined || exposure.trusted_proxies.length > 0
  if (!isLoopback(exposure.host) && !guarded) {
    if (exposure.insecure_http) {
      warnings.push({
        name: 'insecure_http',
        message: 'other machines reach this server without TLS: keys and prompts travel in the clear',
      })
    } else {
      problems.push({
        name: 'host',
        message:
          'other machines could reach this address in the clear; give --public-url, or --tls-cert and --tls-key, or --trusted-proxies, or accept it with --insecure-http',
      })
    }
  }
  if (exposure.public_url?.startsWith('http:') === true && !isLoopback(new URL(exposure.public_url).hostname)) {
    warnings.push({
      name: 'public_url',
      message: 'is http: browsers will not offer passkeys, and keys travel in the clear up to the proxy',
    })
  }
  return { problems, warnings }
}
