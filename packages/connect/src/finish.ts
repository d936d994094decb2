import { readCallback } from './callback.ts'
import { ConnectError } from './connect-error.ts'
import { type ConnectedKey, type ExchangeOptions, exchangeCode } from './exchange.ts'

/** What {@link finishAuthorization} needs of the beginning, and of the way back. */
export type FinishOptions = ExchangeOptions & {
  /** The callback's address, or its query. */
  callback: string | URL | URLSearchParams
  /** The state that was kept since the beginning. */
  state: string
  /** When the authorization ends; a later callback is not exchanged. */
  expiresAt?: Date
}

/**
 * Checks the callback and exchanges its code, in this order and once. Forget verifier and state before calling it, so
 * that a second callback finds nothing.
 * @throws ConnectError every code
 */
export async function finishAuthorization(options: FinishOptions): Promise<ConnectedKey> {
  const { callback, state, issuer, expiresAt } = options
  const code = readCallback(callback, { state, issuer })
  if (expiresAt !== undefined && expiresAt.getTime() <= Date.now()) {
    throw new ConnectError('expired', 'The authorization took too long.')
  }
  return exchangeCode(code, options)
}
