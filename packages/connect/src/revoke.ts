import { ConnectError } from './connect-error.ts'
import type { Fetch } from './exchange.ts'
import { issuerUrl } from './issuer.ts'
import { leaveUnread } from './read-bounded.ts'

/** Whose key it is, and how to ask. @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1 */
export type RevokeOptions = {
  issuer: string
  /** The global one when not said. */
  fetch?: Fetch
  /** How long it may take, in milliseconds; 5,000 when not said. */
  timeoutMs?: number
}

const REVOKE_MS = 5_000

/**
 * Ends a key at a Keyway: whoever has the key may end it, once or many times (RFC 7009 section 2). OpenRouter has no such
 * address: there, delete your copy and show the person `keyPages(...).revokeUrl`.
 * @throws ConnectError `unreachable`: the key may still work
 */
export async function revokeKey(key: string, options: RevokeOptions): Promise<void> {
  const { issuer, fetch = globalThis.fetch, timeoutMs = REVOKE_MS } = options
  let response: Response
  try {
    response = await fetch(issuerUrl(issuer, '/oauth/revoke'), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token: key }).toString(),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw new ConnectError('unreachable', 'The issuer could not be asked.', { cause })
  }
  await leaveUnread(response.body)
  const { status } = response
  if (status !== 200) throw new ConnectError('unreachable', `The issuer answered ${status}.`, { status })
}
