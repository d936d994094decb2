import type { Nano } from '../base/money.ts'
import type { Reset } from './records.ts'

// The shapes of Sign in with Keyway that the store takes and gives. Times are milliseconds since the Unix epoch.

/** 'compatible': /auth and /api/v1/auth/keys, as OpenRouter's clients speak. 'standard': /oauth/authorize and /oauth/token. */
export type AuthFlow = 'compatible' | 'standard'
export type ChallengeMethod = 'S256' | 'plain'

/** What an app asked for, as it was checked on arrival. */
export type AuthRequest = {
  flow: AuthFlow
  /** Byte for byte as it came; null in the headless mode. */
  callbackUrl: string | null
  /** The callback's origin, which is who the app is; null in the headless mode. */
  origin: string | null
  /** The address of the app's own description, where it sent one. */
  clientId: string | null
  /** The name in that description, which its origin proves; null where there is none. */
  clientName: string | null
  challenge: string | null
  /** As it was sent; a challenge without one is plain. */
  method: ChallengeMethod | null
  keyLabel: string | null
  /** What the app asks for can only lower what the person gives. */
  limit: Nano | null
  reset: Reset | null
  expiresAt: number | null
  state: string | null
  /** The thumbprint of the key whose proof the exchange needs; null: none. */
  boundTo: string | null
}

/** A request under way: kept here from the app's redirect to the person's decision, bound to one browser. */
export type AuthTransactionRecord = {
  id: string
  /** SHA-256 in hex of what the browser's cookie holds. */
  browserHash: string
  request: AuthRequest
  /** The app's logo, as a PNG that we drew; gone once it is decided. */
  logo: Uint8Array | null
  createdAt: number
  expiresAt: number
  decidedAt: number | null
  decision: 'allowed' | 'denied' | null
}

/** What the person gave the app. */
export type AppKeyTerms = {
  name: string
  limit: Nano
  reset: Reset | null
  expiresAt: number
  models: string[] | null
  /** 'shared': the app may read who the person is. */
  identity: 'shared' | 'withheld'
}

/** A code that was given out. It is not kept itself, only its hash. */
export type AuthCodeRecord = {
  hash: string
  workspaceId: string
  userId: string
  appId: number
  flow: AuthFlow
  callbackUrl: string | null
  clientId: string | null
  /** What the app's own description called it when it asked. */
  clientName: string | null
  challenge: string | null
  method: ChallengeMethod | null
  terms: AppKeyTerms
  createdAt: number
  expiresAt: number
  /** Exchanged, or burned by too many wrong verifiers. */
  consumedAt: number | null
  failures: number
  /** The key that it was exchanged for. */
  keyHash: string | null
  /** When the answer with the key had left; null while it has not. */
  deliveredAt: number | null
  /** The thumbprint of the key whose proof the exchange needs; null: none. */
  boundTo: string | null
}

/** Why an app's key was made small: the flow did not prove who exchanged the code. */
export type WeakFlow = 'no_challenge' | 'plain' | 'short_verifier'

/** What stands behind an app's key. */
export type GrantRecord = {
  keyHash: string
  workspaceId: string
  userId: string
  appId: number
  flow: AuthFlow
  callbackUrl: string | null
  clientId: string | null
  clientName: string | null
  weak: WeakFlow | null
  identity: AppKeyTerms['identity']
  createdAt: number
}

/** One call of an app's key, as its person reads it. */
export type AppCallRow = {
  id: string
  at: number
  model: string
  provider: string
  tokensPrompt: number
  tokensCompletion: number
  amount: Nano
  status: number
  cancelled: boolean
}

/** What an app's key was used for. */
export type AppUse = {
  lastUsedAt: number | null
  /** Most used first. */
  models: { model: string; calls: number }[]
}

/** What the calls that name an app came to. */
export type RankedApp = { id: number; referer: string; title: string | null; calls: number; tokens: bigint }
