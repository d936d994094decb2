import { KeywayError } from '../base/errors.ts'

// Hosts as they may stand in a request: a name, an IPv4 address or a bracketed IPv6 one, and a port. Node itself lets
// 'a/#' and two Host headers through, which is how other gateways were led to check one host and use another.
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,252})|\[[0-9a-fA-F:.]{2,45}\])(?::\d{1,5})?$/

/** Longer than any key of ours or of a client's own making; a bound for what is hashed. */
const TOKEN_CHARACTERS_MAX = 512

/** What a request says of itself in its head, checked for being said once. */
export type Head = {
  /** The bearer token or API key; undefined when none was sent. */
  token: string | undefined
  /** How it was sent: on its own, or with a proof that it is in the right hands. */
  scheme: 'bearer' | 'dpop'
  /** What the DPoP header says; undefined when none was sent. */
  proof: string | undefined
  origin: string | undefined
}

/**
 * Reads the head's raw lines, so that a repeated header is seen as repeated (Node keeps the first and hides the rest).
 * @param rawHeaders names and values in turn, as they came
 * @throws KeywayError host_invalid, credentials_conflict, key_malformed, proof_invalid
 */
export function readHead(rawHeaders: readonly string[]): Head {
  let hosts = 0
  let host = ''
  let bearers = 0
  let authorization = ''
  let apiKeys = 0
  let apiKey = ''
  let origin: string | undefined
  let proof: string | undefined
  let proofs = 0
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string
    const value = rawHeaders[i + 1] as string
    // Lengths first: lower-casing every name of every request would cost more than all the rest.
    if (name.length === 4) {
      const word = name.toLowerCase()
      if (word === 'host') {
        hosts++
        host = value
      } else if (word === 'dpop') {
        proofs++
        proof = value
      }
    } else if (name.length === 13 && name.toLowerCase() === 'authorization') {
      bearers++
      authorization = value
    } else if (name.length === 9 && name.toLowerCase() === 'x-api-key') {
      apiKeys++
      apiKey = value
    } else if (name.length === 6 && name.toLowerCase() === 'origin') {
      origin = value
    }
  }
  if (hosts !== 1 || !HOST.test(host)) {
    throw new KeywayError(
      'host_invalid',
      hosts > 1 ? 'The request has more than one Host header.' : 'The Host header is missing or malformed.',
    )
  }
  if (bearers + apiKeys > 1) {
    throw new KeywayError(
      'credentials_conflict',
      'The request carries more than one credential (Authorization, x-api-key).',
    )
  }
  if (proofs > 1) throw new KeywayError('proof_invalid', 'The request has more than one DPoP header.')
  if (apiKeys === 1) return { token: bounded(apiKey.trim()), scheme: 'bearer', origin, proof }
  if (authorization === '') return { token: undefined, scheme: 'bearer', origin, proof }
  const [, scheme, token] = /^(bearer|dpop) +(\S+) *$/i.exec(authorization) ?? []
  if (scheme === undefined || token === undefined) {
    throw new KeywayError('key_malformed', 'The Authorization header is not of the form "Bearer <key>".')
  }
  return { token: bounded(token), scheme: scheme.length === 4 ? 'dpop' : 'bearer', origin, proof }
}

function bounded(token: string): string | undefined {
  if (token.length > TOKEN_CHARACTERS_MAX)
    throw new KeywayError('key_malformed', 'The key is longer than any key of Keyway.')
  return token === '' ? undefined : token
}

/**
 * @param url the request target as it came
 * @throws KeywayError host_invalid for an absolute-form or otherwise foreign target
 */
export function checkTarget(url: string): void {
  if (url.charCodeAt(0) !== 47 /* / */ || url.charCodeAt(1) === 47) {
    throw new KeywayError('host_invalid', 'The request target is not a path on this server.')
  }
}
