// The shapes of sign-in that the store takes and gives. As in records.ts: times are milliseconds since the Unix epoch.

/**
 * `visitor`: on the way to an account elsewhere, and nobody here yet; `connect`: by an account elsewhere that was connected
 * here; `sso`: by the operator's single sign-on.
 */
export type SessionMethod = 'passkey' | 'password' | 'this_machine' | 'visitor' | 'connect' | 'sso'

/** A signed-in browser. */
export type SessionRecord = {
  /** Its public id: in lists, never in a cookie. */
  id: string
  /** HMAC of the cookie's secret, hex. */
  mac: string
  workspaceId: string
  userId: string
  method: SessionMethod
  /** When the person last proved who they are. */
  authenticatedAt: number
  createdAt: number
  lastSeenAt: number
  /** It ends then, however much it is used. */
  expiresAt: number
  ip: string | null
  userAgent: string | null
}

/** A password as scrypt keeps it, with the parameters that it was made with. */
export type PasswordRecord = {
  userId: string
  workspaceId: string
  /** What the person types beside it: lower-case, unique in the installation. */
  login: string
  /** scrypt's N, r and p. */
  cost: number
  blockSize: number
  parallelism: number
  salt: Uint8Array
  hash: Uint8Array
  changedAt: number
}

/** A passkey's public half. */
export type PasskeyRecord = {
  /** The authenticator's id for it, base64url. */
  id: string
  workspaceId: string
  userId: string
  name: string
  /** The host name that it is bound to. */
  rpId: string
  /** COSE. */
  publicKey: Uint8Array
  /** How often the authenticator says it was used; 0 where it does not count. */
  counter: number
  transports: string[]
  synced: boolean
  createdAt: number
  lastUsedAt: number | null
}

/** An authenticator app: the secret that it shares with us. */
export type SecondFactorRecord = {
  userId: string
  workspaceId: string
  /** Sealed under the user's data key. */
  sealed: Uint8Array
  /** The step of the last code that was taken; null before the first. */
  lastStep: number | null
  createdAt: number
  /** null: it waits for its first code, and does not count yet. */
  confirmedAt: number | null
}

/** What a setup link leads to: exactly one of the ways to sign in. */
export type SetupChoice =
  | { method: 'passkey'; passkey: PasskeyRecord }
  | { method: 'password'; password: PasswordRecord }
  | { method: 'this_machine' }

/** Whom a setup link is for, and until when. */
export type SetupTokenRecord = { userId: string; workspaceId: string; expiresAt: number }
