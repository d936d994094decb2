export type RootKeyFault = 'missing' | 'malformed' | 'weak' | 'exposed' | 'wrong' | 'unwritable'

/**
 * Why the server does not start, or a rotation does not begin: the root key is not usable as it is. Nothing has been
 * changed. The message names the file or the expected key, never a key's bytes.
 */
export class RootKeyError extends Error {
  override readonly name = 'RootKeyError'
  readonly fault: RootKeyFault
  /** What the operator should do, in one sentence. */
  readonly fix: string

  constructor(fault: RootKeyFault, message: string, fix: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.fault = fault
    this.fix = fix
  }
}
