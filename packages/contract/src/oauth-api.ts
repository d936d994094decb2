import type { Done, Listed, Moment, Usd } from './app-values.ts'

// What the consent page (/auth) and the Apps page exchange with the server, beside AppApi. Amounts are decimal text,
// moments ISO 8601 in UTC.

/** How often a cap begins anew; null: never. */
export type CapReset = 'daily' | 'weekly' | 'monthly' | null

/** Why an app's key is small: what it sent does not prove that it is the one who fetches the key. */
export type WeakReason = 'no_challenge' | 'plain' | 'short_verifier'

/** Who asks, as far as it is proved: by the address that the answer goes to, and by nothing that the app says of itself. */
export type AskingApp = {
  /** 'web': a site. 'this_computer': some program on the person's own computer. 'headless': the code is copied by hand. */
  kind: 'web' | 'this_computer' | 'headless'
  /** 'https://app.example'; null for 'headless'. */
  origin: string | null
  /** 'app.example', in ASCII; null for 'headless'. */
  host: string | null
  /** Only where the operator registered the app. */
  name: string | null
  /** What a description at its own address calls it: its own word, for beside the host and never in its place. */
  claimed: string | null
  /** 'other': the address holds letters beyond ASCII, written in punycode, which may look like another's. */
  script: 'ascii' | 'other'
}

/** What an app asks a person for, and what the person may give. */
export type AuthQuestion = {
  id: string
  /** Until when it can be decided. */
  expires_at: Moment
  state: 'open' | 'allowed' | 'denied'
  app: AskingApp
  /** GET /api/app/auth/:id/logo has a PNG of at most 96 x 96: what the app's description at its own address names, drawn anew. */
  logo: boolean
  /** The person has given this app a key before. false before anybody signed in. */
  known: boolean
  /** What the key will be called; the app may have proposed it. */
  key_name: string
  asked: { limit_usd: Usd | null; reset: CapReset; expires_at: Moment | null }
  bounds: {
    limit_usd_max: Usd
    /** From the strictest on. */
    resets: CapReset[]
    expires_at_max: Moment
  }
  proposed: { limit_usd: Usd; reset: CapReset; days: number }
  weak: WeakReason | null
  /** The challenge was used for an earlier code, which it should not be. */
  challenge_reused: boolean
  /** Above this cap the server asks for a sign-in of the last five minutes. */
  fresh_above_usd: Usd
  /** To be sent with the decision; null while nobody is signed in. */
  csrf: string | null
}

/** The person's own choice. What is above the bounds is lowered to them. */
export type AuthChoice = {
  csrf: string
  limit_usd: Usd
  reset: CapReset
  /** Days that the key lives. */
  days: number
  /** Model ids or `author/*`; null: all that the person can call. */
  models: string[] | null
  /** Whether the app may read the person's name and e-mail address. */
  share_identity: boolean
}

/** Where to go now, or the code to show; neither where the app is not told. */
export type AuthDecision = { redirect_url: string | null; code: string | null }

/** An app that holds a key of the person's. */
export type ConnectedApp = {
  /** The key's hash: the id of the connection. */
  hash: string
  app: AskingApp
  key_name: string
  /** The key as people see it: 'kwy_k1_...x7Qp'. */
  label: string
  state: 'active' | 'paused' | 'expired'
  weak: WeakReason | null
  /** It works only together with a secret that the app alone has. */
  bound: boolean
  identity_shared: boolean
  limit_usd: Usd
  limit_remaining_usd: Usd
  reset: CapReset
  /** What a cap can be raised to. */
  limit_usd_max: Usd
  models: string[] | null
  connected_at: Moment
  expires_at: Moment | null
  last_used_at: Moment | null
  usage: { total_usd: Usd; today_usd: Usd; month_usd: Usd }
  /** Of its latest calls, most used first. */
  models_used: { model: string; calls: number }[]
}

/** One call of an app. */
export type AppCall = {
  id: string
  at: Moment
  model: string
  provider: string
  tokens_prompt: number
  tokens_completion: number
  cost_usd: Usd
  state: 'done' | 'cancelled' | 'failed'
}

/** Some of an app's calls, the latest first. `next` is what to ask `?before=` for the ones before them; null at the end. */
export type AppCalls = { data: AppCall[]; next: string | null }

export type ConnectedAppChange = {
  limit_usd?: Usd
  reset?: CapReset
  models?: string[] | null
  /** Days from now. */
  days?: number
  paused?: boolean
}

/** Which apps used most. Loopback apps are not among them. */
export type AppRanking = {
  from: Moment
  to: Moment
  as_of: Moment
  /** Anybody may read it, by the operator's word. */
  public: boolean
  apps: {
    rank: number
    /** 'app.example': the one thing about it that calls and keys bear out. */
    host: string
    /** What the app calls itself. */
    title: string | null
    calls: number
    /** A whole number as text. */
    tokens: string
  }[]
}

/** Endpoints of the consent page and the Apps page. */
export type OauthApi = {
  'GET /api/app/auth/:id': { body: undefined; answer: AuthQuestion }
  'POST /api/app/auth/:id/allow': { body: AuthChoice; answer: AuthDecision }
  'POST /api/app/auth/:id/deny': { body: undefined; answer: AuthDecision }
  'GET /api/app/apps': { body: undefined; answer: Listed<ConnectedApp> }
  'PATCH /api/app/apps/:hash': { body: ConnectedAppChange; answer: ConnectedApp }
  'DELETE /api/app/apps/:hash': { body: undefined; answer: Done }
  'GET /api/app/apps/:hash/calls': { body: undefined; answer: AppCalls }
  /** `?period=day|week|month`. */
  'GET /api/app/rankings': { body: undefined; answer: AppRanking }
}
