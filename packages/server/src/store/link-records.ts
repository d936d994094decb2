import type { Nano } from '../base/money.ts'
import type { Reset } from './records.ts'

// The shapes of connections that the store takes and gives. As in records.ts: times are milliseconds since the Unix epoch.

/** An authorization under way: what one browser (or terminal) of one user began at an issuer. */
export type ConnectFlowRecord = {
  id: string
  workspaceId: string
  userId: string
  /** 'openrouter' */
  issuer: string
  /** Where the issuer was when it began: the exchange goes there or nowhere. */
  issuerUrl: string
  /** SHA-256 in hex of the state that the callback must bring; null in the headless flow. */
  stateHash: string | null
  /** SHA-256 in hex of what the browser's cookie holds; null in the headless flow. */
  cookieHash: string | null
  /** Sealed; null once the flow was used. */
  verifier: Uint8Array | null
  /** The page of ours that the person comes back to. */
  returnTo: string
  createdAt: number
  expiresAt: number
  /** From then on its code is spent. */
  consumedAt: number | null
  /** How it ended; null while it has not, and for ever when the process died in between. */
  outcome: string | null
  /** A key of another account, sealed, until the person says whether it shall replace theirs. */
  pending: Uint8Array | null
}

/** What an issuer says of a key. */
export type KeyFacts = {
  label: string | null
  limit: Nano | null
  remaining: Nano | null
  reset: Reset | null
  /** It calls free models only; null where the issuer does not say. */
  freeTier: boolean | null
  expiresAt: number | null
}

/** A link between a user and their account at an issuer. It outlives its key, so that the person can look after it there. */
export type ConnectionRecord = {
  /** The one credential that it keeps its key in. */
  credentialId: string
  workspaceId: string
  userId: string
  issuer: string
  issuerUrl: string
  state: 'connected' | 'disconnected' | 'revoked'
  /** The person's id at the issuer. */
  accountId: string | null
  email: string | null
  /** SHA-256 of the key in hex: by it the issuer's pages name the key. */
  keyHash: string
  /** The key that was connected before and was not revoked. */
  previousKeyHash: string | null
  facts: KeyFacts | null
  connectedAt: number
  /** When the issuer last knew the key. */
  checkedAt: number | null
  endedAt: number | null
  /** The issuer is known to honour the key no more. */
  keyEnded: boolean
}
