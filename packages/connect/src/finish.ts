import type { PendingAuthorization } from './authorization.ts'
import { type AuthorizationCode, readCallback, readPastedCode } from './callback.ts'
import { ConnectError } from './connect-error.ts'
import { type ConnectedKey, type ExchangeOptions, exchangeCode } from './exchange.ts'

/** How the exchange is made. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 */
export type FinishOptions = Pick<ExchangeOptions, 'fetch' | 'timeoutMs'> & {
  /** Milliseconds since the epoch; the system's clock when not said. */
  now?: () => number
}

/**
 * Checks the callback and exchanges its code, in this order and once: the state (RFC 6749 section 10.12), the issuer where
 * the callback names it (RFC 9207 section 2.4), the time, one code; then RFC 7636 section 4.5. Forget what was kept before
 * calling it, so that a second callback finds nothing.
 * @param callback the callback's address, or its query
 * @throws ConnectError every code but `storage`
 */
export async function finishAuthorization(
  authorization: PendingAuthorization,
  callback: string | URL | URLSearchParams,
  options: FinishOptions = {},
): Promise<ConnectedKey> {
  const { state, issuer } = authorization
  if (state === undefined) throw new ConnectError('state_mismatch', 'A headless authorization has no callback.')
  return exchange(authorization, readCallback(callback, { state, issuer }), options)
}

/**
 * The same for a code that the person pasted: the code alone, or the whole address that their browser was sent to.
 * @throws ConnectError every code but `storage`; after `malformed` and `denied` nothing is used up, and they may paste again
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.5
 */
export async function finishPasted(
  authorization: PendingAuthorization,
  pasted: string,
  options: FinishOptions = {},
): Promise<ConnectedKey> {
  return exchange(
    authorization,
    readPastedCode(pasted, { state: authorization.state, issuer: authorization.issuer }),
    options,
  )
}

async function exchange(
  authorization: PendingAuthorization,
  code: AuthorizationCode,
  options: FinishOptions,
): Promise<ConnectedKey> {
  const { issuer, verifier, expiresAt } = authorization
  const { now = Date.now, ...how } = options
  if (expiresAt <= now()) throw new ConnectError('expired', 'The authorization took too long.')
  authorization.spend()
  return exchangeCode(code, { ...how, issuer, verifier })
}
