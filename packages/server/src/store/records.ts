import type { Nano } from '../base/money.ts'
import type { UsageLine } from '../base/usage-line.ts'

// The shapes that the store takes and gives. Times are milliseconds since the Unix epoch, UTC; amounts are Nano; ids are
// text. An absent value is null, as in the database.

export type Origin = 'pasted' | 'connected' | 'environment'
/** Who may use a credential: its one user, the whole workspace, or (paid by the operator) anyone within daily limits. */
export type Reach = 'own' | 'shared' | 'house'
export type Role = 'owner' | 'admin' | 'member'
export type Reset = 'daily' | 'weekly' | 'monthly'

export type Workspace = { id: string; name: string; createdAt: number }

export type User = {
  id: string
  workspaceId: string
  name: string
  email: string | null
  role: Role
  disabledAt: number | null
  createdAt: number
  /** They let themselves in: what the workspace shares is not theirs until an owner or admin says so. */
  guest?: true
}

/** What may be changed of one. */
export type UserPatch = Partial<Pick<User, 'name' | 'email' | 'role' | 'disabledAt'>> & { guest?: boolean }

/** What a key may do beyond its cap. Unknown members are kept. */
export type KeyPolicy = {
  /** Model ids or `author/*` patterns; null allows all. */
  models: string[] | null
  /** Which credentials it may use, in the order in which they are tried. */
  reaches: Reach[]
  /** Calls in any 60 seconds; null is no limit. */
  rpm: number | null
  /** true: calls that carry an Origin header are refused. */
  noBrowser: boolean
  /** Addresses and ranges that it answers; null or left out: all. */
  ips?: string[] | null
  /** What happens when a translation cannot carry a field. */
  losses: 'allow' | 'refuse'
  /** A flat hold for each billable feature without a price; null refuses the feature on a capped key. */
  flatHold: Nano | null
  /** What of the person's own it may read and write beside calling models; left out: nothing. */
  scopes?: KeyScope[]
  /** An owner or admin put `house` among the reaches; left out: `house` there counts for nothing but the web app's own key. */
  houseGranted?: true
}

/** 'chat': conversations and prompts. */
export type KeyScope = 'chat'

export type KeyRecord = {
  /** SHA-256 of the key in hex: its public id on the wire. */
  hash: string
  /** HMAC-SHA256 of the key under pepper `pepperVersion`, hex: the only verifier. */
  mac: string
  pepperVersion: number
  workspaceId: string
  userId: string
  kind: 'inference' | 'management'
  name: string
  /** Masked: the first and the last few characters. */
  label: string
  environment: string
  limit: Nano | null
  reset: Reset | null
  policy: KeyPolicy
  /** An app that got the key by OAuth. */
  appId: number | null
  /** The web chat's key: counted like any other, shown in no list. */
  hidden: boolean
  disabled: boolean
  createdAt: number
  updatedAt: number | null
  expiresAt: number | null
  revokedAt: number | null
  /** The hash of the key that this one replaced. */
  rotatedFrom: string | null
  /** The thumbprint of the app's own key, without whose proof this one is refused; null: whoever holds it may use it. */
  boundTo: string | null
}

export type KeyPatch = Partial<
  Pick<KeyRecord, 'name' | 'environment' | 'limit' | 'reset' | 'policy' | 'disabled' | 'expiresAt'>
>

/** What a scope has spent, by the windows that begin at 00:00 UTC (weeks on Monday). */
export type Spend = { total: Nano; day: Nano; week: Nano; month: Nano; held: Nano }

/** A provider's secret at rest. `sealed` is null where only a reference (`env:NAME`, `file:PATH`) is kept. */
export type CredentialRecord = {
  id: string
  workspaceId: string
  userId: string | null
  provider: string
  name: string
  origin: Origin
  reach: Reach
  /** The origin of the base URL that the secret may be sent to; part of the seal's AAD. */
  baseUrl: string
  sealed: Uint8Array | null
  reference: string | null
  /** The data key that seals it. */
  dekId: string | null
  /** For people: first and last characters. */
  hint: string
  /** Lower is tried first. */
  priority: number
  /** The operator allowed a private or loopback address. */
  allowPrivate: boolean
  disabledAt: number | null
  createdAt: number
  updatedAt: number | null
  lastUsedAt: number | null
  /** Safe words on the last refusal by the provider. */
  lastError: string | null
}

/** A data key, wrapped by a key-encryption key. */
export type DekRecord = {
  id: string
  workspaceId: string
  /** null: the workspace's own. */
  userId: string | null
  wrapped: Uint8Array
  kekVersion: number
  createdAt: number
}

/** A provider that the operator added by name and base URL. */
export type CustomProviderRecord = {
  /** The name, which is the prefix of its models' ids. */
  id: string
  workspaceId: string
  baseUrl: string
  allowPrivate: boolean
  /** true: its models cost nothing (a local server). */
  free: boolean
  createdAt: number
}

export type HoldRequest = {
  /** The generation's id. */
  callId: string
  keyHash: string
  userId: string
  workspaceId: string
  /** The moment that decides the window a charge falls in. */
  at: number
  /** Upper bound for the input. */
  input: Nano
  /** Upper bound for the output. */
  output: Nano
  /** Enough to write the generation's row should the process die: everything known before the call goes out. */
  draft: GenerationDraft
}

/** A cap that does not hold the request. Amounts are for the message and for clamping the output. */
export type Refused = {
  admitted: false
  scope: 'key' | 'user' | 'workspace'
  limit: Nano
  /** What is left under the cap now, holds subtracted; never negative. */
  available: Nano
  /** When the window begins anew; null: never. */
  resetsAt: number | null
}

export type Admitted = {
  admitted: true
  callId: string
  /** Resolves when the hold is on disk. Answer bytes wait for it. Rejects when it cannot be written. */
  durable: Promise<void>
}

export type GenerationDraft = {
  model: string
  provider: string
  /** The operation, by the last part of its path's name. */
  api: 'chat' | 'messages' | 'responses'
  streamed: boolean
  appId: number | null
  origin: string | null
  referer: string | null
  userAgent: string | null
  requestId: string
  sessionId: string | null
  externalUser: string | null
  metadata: Record<string, string> | null
  tags: Record<string, string>
}

export type AttemptRecord = {
  endpoint: string
  provider: string
  credentialId: string | null
  reach: Reach
  /** The provider's HTTP status; null when none came. */
  status: number | null
  outcome: 'served' | 'failed' | 'cancelled' | 'broken'
  /** Safe words; null when it served. */
  error: string | null
  latencyMs: number
}

export type ChargeLine = UsageLine & { price: string; amount: Nano }

/** Everything a finished call leaves behind. Amounts are what the key pays. */
export type Settlement = {
  callId: string
  keyHash: string
  userId: string
  workspaceId: string
  /** The moment of the hold: the window the charge falls in. */
  at: number
  amount: Nano
  lines: ChargeLine[]
  /** 'reported' by the provider, or 'estimated' by us. */
  basis: 'reported' | 'estimated'
  /** The provider's own figure where it differs from the charge, and ours where the provider's is the charge. */
  checkAmount: Nano | null
  /** The version of the price that was used. */
  priceVersion: string
  reach: Reach
  generation: GenerationDraft & {
    upstreamId: string | null
    finishReason: string | null
    nativeFinishReason: string | null
    cancelled: boolean
    status: number
    latencyMs: number
    firstEventMs: number | null
    generationMs: number
    tokensPrompt: number
    tokensCompletion: number
    tokensReasoning: number
    tokensCached: number
    imagesCompletion: number
    error: string | null
  }
  attempts: AttemptRecord[]
  /** Compressed JSON on why this endpoint: kept 14 days. */
  explanation: Uint8Array | null
}

/** `explanation` is null here: it is read by an act of its own. */
export type GenerationRecord = Settlement & {
  settledAt: number
  /** By how much the charge exceeds what was held for it; absent when it does not. */
  overage?: Nano
}

export type UsageGroup = 'environment' | 'key' | 'model' | 'provider' | 'app' | 'day' | { tag: string }
export type UsageRow = {
  group: string
  calls: number
  tokensPrompt: number
  tokensCompletion: number
  amount: Nano
}

export type App = { id: number; workspaceId: string; referer: string; title: string | null }

export type AuditRow = {
  seq: number
  at: number
  actor: string
  action: string
  object: string
  outcome: string
  details: Record<string, unknown>
}

/** Who does it, for the audit row that is written in the same transaction. */
export type Actor = { id: string; workspaceId: string; ip?: string }
