import type { CancelSignal } from '../base/cancellation.ts'
import type { KeywayError } from '../base/errors.ts'
import type { UpstreamError } from '../wire/codec.ts'
import type { Attempt } from './attempt.ts'

/** What one attempt came to: an answer that has begun, or a refusal before a byte of one. */
export type Sent<T> =
  | { kind: 'begun'; value: T }
  /** `retryAfter` is the header as it came. */
  | { kind: 'refused'; error: UpstreamError; retryAfter: string | undefined }

/**
 * Makes one attempt and waits for the first event. What it throws beside a KeywayError is a bug, and ends the call.
 * The signal stays the answer's after `open` has returned.
 */
export type Send<T> = (attempt: Attempt, signal: CancelSignal) => Promise<Sent<T>>

/** One attempt that was made, as the ledger keeps it. */
export type Tried = {
  endpoint: string
  provider: string
  credentialId: string | null
  /** 'shared' for a server that needs no credential: it is the workspace's. */
  reach: 'own' | 'shared' | 'house'
  /** null when no status came. */
  status: number | null
  outcome: 'served' | 'failed' | 'cancelled'
  /** Safe words; null when it served. */
  error: string | null
  latencyMs: number
}

export type Opened<T> = { tried: Tried[] } & (
  | { ok: true; attempt: Attempt; value: T }
  | { ok: false; cancelled: false; error: KeywayError }
  /** The caller's signal was aborted; the reason is the signal's. */
  | { ok: false; cancelled: true; reason: unknown }
)
