import type { Clock } from '../base/clock.ts'
import type { ErrorBody, KeywayError } from '../base/errors.ts'
import type { Caller } from '../keys/caller.ts'
import type { Dispatch } from '../net/request.ts'
import type { Catalogue } from '../providers/model.ts'
import type { Provider } from '../providers/provider.ts'
import type { CredentialChoice } from '../router/attempt.ts'
import type { Store } from '../store/store.ts'
import type { Apps } from './apps.ts'
import type { CallRecord } from './call.ts'
import type { Ledger } from './ledger.ts'
import type { LiveCalls } from './live.ts'
import type { Routing } from './routing.ts'
import type { Seals } from './seals.ts'

/** What the story of a call needs from the rest of the house. Each member is a floor below. */
export type Gateway = {
  clock: Clock
  store: Pick<Store, 'reserve' | 'checkpoint'>
  ledger: Ledger
  dispatch: Dispatch
  catalogue(): Catalogue
  /** Providers' own lists that are being read now, if any are. */
  pendingCatalogue(): Promise<void> | undefined
  provider(id: string): Provider | undefined
  /** The credentials that this caller may use, whatever their reach; from memory. */
  credentials(caller: Caller): Promise<readonly CredentialChoice[]>
  /** Did the operator allow private and loopback addresses for this provider? */
  allowsPrivate(provider: string): boolean
  /** The secret, for one header of one attempt. */
  openCredential(id: string, baseUrl: string): string | Promise<string>
  /** Health, retries and randomness: the state that planning and opening share. */
  routing: Routing
  live: LiveCalls
  apps: Apps
  seals: Seals
  /** An upper bound of the tokens of a text, in any model's tokenizer. */
  countTokens(text: Uint8Array): Promise<number>
  /** About how many tokens a text is. */
  estimateTokens(text: string): Promise<number>
  /** One finished call, for log and counters. */
  observe(record: CallRecord): void
  /** Whether users need credit, which caps their keys too. */
  prepaid: boolean
  /** Something the operator must mend. */
  concern(message: string, callId: string): void
  limits: GatewayLimits
  /** An error as the envelope holds it, with the address of its explanation. */
  errorOf(error: KeywayError): ErrorBody['error']
}

/** Bounds of one call; milliseconds and bytes. */
export type GatewayLimits = {
  headersHoldMs: number
  firstEventMs: number
  idleMs: number
  totalMs: number
  attempts: number
  calls: number
  callsPerKey: number
  replyBytes: number
  eventBytes: number
  modelFallbacks: number
}
