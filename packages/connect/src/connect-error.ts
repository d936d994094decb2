/**
 * Why a connection did not come about. The codes are stable.
 *
 * | code | what happened | what the person can do |
 * |---|---|---|
 * | `denied` | they said no, or came back without a code | start again if they want to |
 * | `expired` | the callback came too late | start again |
 * | `state_mismatch` | the callback is not the answer to this authorization, or was used before | start again; it may be an attack |
 * | `refused` | the issuer refused the code (400 or 403: alike) or named an error | start again |
 * | `unreachable` | the issuer could not be asked, or had trouble of its own | start again later |
 * | `malformed` | what came back is not what the protocol says | tell whoever runs the issuer |
 * | `storage` | this browser or server cannot keep what it has to keep | allow storage; delete the new key at the issuer, if one was made |
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 */
export type ConnectErrorCode =
  | 'denied'
  | 'expired'
  | 'state_mismatch'
  | 'refused'
  | 'unreachable'
  | 'malformed'
  | 'storage'

/**
 * A connection that did not come about. The message is ours and holds no secret, nor any words of the issuer.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  readonly code: ConnectErrorCode
  /** The issuer's HTTP status, where one came. */
  readonly status: number | undefined

  constructor(code: ConnectErrorCode, message: string, details: { status?: number; cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.status = details.status
  }
}
