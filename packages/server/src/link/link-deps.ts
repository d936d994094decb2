import type { Clock } from '../base/clock.ts'
import type { Dispatch } from '../net/request.ts'
import type { Actor } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../vault/credentials.ts'
import type { KeyRing } from '../vault/key-ring.ts'
import type { Issuer } from './issuer.ts'

/** What connecting needs of the house. */
export type LinkDeps = {
  store: Store
  vault: Pick<Vault, 'putConnected' | 'open'>
  ring: Pick<KeyRing, 'cookie'>
  clock: Clock
  dispatch: Dispatch
  issuer: Issuer
  /** The operator's switch. A connection that stands goes on when it is off. */
  enabled: boolean
  /** Where people reach this server, without a trailing slash. */
  publicUrl(): string
  /** How long a person may take, in milliseconds. */
  flowMs: number
  /** Reports a failure that is ours to mend. */
  report(error: unknown): void
}

/**
 * Who connects, and how audit rows name them.
 * @param arriving a visitor who signs in by connecting: who they are is known once the issuer said it
 */
export type LinkPerson = { userId: string; actor: Actor; arriving?: true }
