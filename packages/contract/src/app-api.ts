// What the web app and the server say to each other under /api/app.
//
// The rules for every endpoint:
// - The session travels in an httpOnly cookie that scripts never see. No other credential is taken.
// - POST, PUT, PATCH and DELETE need `Content-Type: application/json`, DELETE and bodiless ones too, and are answered only
//   to the app's own origin.
// - A failure has the HTTP status of its kind and an {@link AppFailure} as its body.
// - Moments are RFC 3339 in UTC ('2026-11-21T09:30:00.000Z'); durations end in their unit.
// - Amounts are US dollars as decimal texts ('0.0042'): exact, never a float.
// - Field names are snake_case. A field that the reader does not know is ignored.

import type {
  AddPasskeyRequest,
  EmailChange,
  EmailConfirmation,
  FactorConfirmation,
  FactorOffer,
  Identity,
  IdentityRequest,
  InvitationRequest,
  Invited,
  InviteRequest,
  LoginAnswer,
  LoginPasskeyRequest,
  LoginPasswordRequest,
  Me,
  MeChange,
  Passkey,
  PasskeyCreationOptions,
  PasskeyRequestOptions,
  PasswordChange,
  PasswordResetCheck,
  PasswordResetCheckRequest,
  PasswordResetComplete,
  PasswordResetRequest,
  Person,
  PersonChange,
  RecoveryCodes,
  SecondFactor,
  SecondStepRequest,
  Session,
  SetupCheck,
  SetupCheckRequest,
  SetupGone,
  SetupPasskeyOptionsRequest,
  SetupPasskeyVerifyRequest,
  SetupPasswordRequest,
  SetupThisMachineRequest,
  SignedIn,
  SignUpPasskeyOptionsRequest,
  SignUpPasskeyRequest,
  SignUpPasswordRequest,
  SsoRequest,
  SsoStart,
  VisitBegun,
} from './accounts-api.ts'
import type { Done, Listed, Moment, Usd } from './app-values.ts'

// Failures -----------------------------------------------------------------------------------------------------------

/**
 * The body of every failure.
 * @example { error: { code: 'sign_in_required', message: 'You are not signed in.', fix: 'Sign in.', docs_url: '...', request_id: '...' } }
 */
export type AppFailure = {
  error: {
    /** Stable; the heading of its section at `docs_url`. See {@link AppErrorCode} for those that the app acts upon. */
    code: AppErrorCode | (string & Record<never, never>)
    /** One sentence on what is wrong. Fit to be shown. */
    message: string
    /** One sentence on what to do about it. Fit to be shown. */
    fix: string
    docs_url: string
    /** For a report to the operator. */
    request_id: string
    /** The field of the request that was wrong, as in 'password'. */
    field?: string
    /** When to try again, in milliseconds, where the failure ends by itself. */
    retry_after_ms?: number
  }
}

/** The codes upon which the app does something else than showing message and fix. */
export type AppErrorCode =
  /** 401. There is no session, or it ended. Show the sign-in page and keep drafts. */
  | 'sign_in_required'
  /** 401. Wrong name, password or passkey: which of them is never told. */
  | 'sign_in_failed'
  /** 403. The act asks for a sign-in of the last five minutes: sign in again (same endpoints) and repeat it. */
  | 'sign_in_again'
  /** 403. The operator asks managers for an authenticator app or a passkey: lead them to their account. */
  | 'second_factor_required'
  /** 502. The operator's mail server did not take a mail; `message` holds its words. */
  | 'mail_failed'
  /** 403. The user's role does not include that. */
  | 'role_forbidden'
  /** 403. The request came from another page, or the address in the browser is not this server's. */
  | 'origin_forbidden'
  /** 404. Unknown, or another user's. For a setup token: unknown, used or expired. */
  | 'not_found'
  /** 400. `field` names what is wrong. */
  | 'invalid_request'
  /** 409. */
  | 'conflict'
  /** 429. `retry_after_ms` says when. */
  | 'rate_limited'
  /** 502. The provider refused the key; `message` holds its words. Nothing was stored. */
  | 'provider_credential_rejected'
  /** 403. A private or loopback address that the operator did not allow. */
  | 'address_forbidden'

// GET /api/app/state -------------------------------------------------------------------------------------------------

/** What may be known before anyone has signed in, and who has. The first thing that the app asks for. */
export type AppState = {
  /** Keyway's version: '0.1.0'. */
  version: string
  /** null: nobody is signed in. */
  user: Me | null
  /** 'needed': nobody can sign in yet. The page says to open the one-time link that the terminal printed. */
  setup: 'needed' | 'done'
  /** The command that prints a fresh setup link, to be shown with `setup: 'needed'`. */
  setup_command: string
  sign_up: SignUpMode
  /** The operator has a mail server: addresses can be confirmed, invitations go by mail, and so does a forgotten password. */
  mail: boolean
  /** Answers are simulated: this is `keyway demo`. */
  demo: boolean
  /** Which ways of signing in lead anywhere. */
  sign_in: {
    passkey: boolean
    password: boolean
    /** This browser is on the server's machine and the owner chose "this machine only": sign in without asking. */
    this_machine: boolean
    /** Single sign-on, in the operator's order. */
    sso: SsoWay[]
  }
  connect: ConnectSwitch
  /** null: the operator provides no model. */
  house: House | null
  /** Who may read which apps use most, at /rankings. */
  rankings: 'public' | 'people'
  /** Where clients reach this server, without a trailing slash: 'https://keyway.example.com'. */
  public_url: string
}

/** One button of single sign-on. */
export type SsoWay = { id: string; name: string; kind: 'oidc' | 'google' | 'github' }

/** How new people come in: by an administrator's link, by themselves, or by Connect with OpenRouter. */
export type SignUpMode = 'invite' | 'open' | 'visitor'

/** The operator's switch for Connect with OpenRouter. Pasting a key always works. */
export type ConnectSwitch = {
  openrouter: boolean
  /** 'page': the provider comes back to us by itself. 'headless': the person copies a code and pastes it. */
  flow: 'page' | 'headless'
}

/** What people may use without a credential of their own, paid by the operator. */
export type House = {
  /** What chat falls back to: 'openai/gpt-4o-mini'. */
  model: string
  /** All that the operator provides; `model` is the first. */
  models: string[]
  /** Messages a user may send them in a day. */
  daily_messages: number
  /** What is left today; null while nobody is signed in. */
  remaining_today: number | null
  /** When the count begins anew: the next 00:00 UTC. */
  resets_at: Moment
}

// Keyway's own keys --------------------------------------------------------------------------------------------------

export type Reset = 'daily' | 'weekly' | 'monthly'
export type Reach = 'own' | 'shared' | 'house'
export type Environment = 'development' | 'staging' | 'production'

/**
 * GET /api/app/keys -> Listed<Key>: the person's own, newest first. `?scope=workspace` gives everyone's to an owner or
 * admin. GET /api/app/keys/:hash -> Key.
 */
export type Key = {
  /** Its public id. */
  hash: string
  name: string
  /** Masked: 'kwy_k1_Ab3...x9Yz'. */
  label: string
  kind: 'inference' | 'management'
  /** Whose it is. */
  user: { id: string; name: string }
  state: 'active' | 'disabled' | 'expired'
  environment: Environment
  /** null: no cap. */
  limit_usd: Usd | null
  limit_remaining_usd: Usd | null
  reset: Reset | null
  /** Model ids or `author/*` patterns; null: all. */
  models: string[] | null
  reaches: Reach[]
  /** Calls in any 60 seconds; null: no limit. */
  rpm: number | null
  no_browser: boolean
  /** Addresses and ranges that it answers; null: all. */
  ips: string[] | null
  /** What of the person's own it may read and write beside calling models. */
  scopes?: KeyScope[]
  created_at: Moment
  expires_at: Moment | null
  usage: KeyUsage
}
/** Days begin at 00:00 UTC, weeks on Monday. */
export type KeyUsage = { total_usd: Usd; today_usd: Usd; week_usd: Usd; month_usd: Usd }

/** 'chat': conversations and prompts, under /api/v1/chat. */
export type KeyScope = 'chat'

/** What can be said of a key; whatever is left out is as usual (new) or as it was (change). */
export type KeyTerms = {
  name?: string
  environment?: Environment
  limit_usd?: Usd | null
  reset?: Reset | null
  models?: string[] | null
  reaches?: Reach[]
  rpm?: number | null
  no_browser?: boolean
  /** IPv4 and IPv6 addresses, and ranges such as '10.0.0.0/8'. */
  ips?: string[] | null
  /** Only on keys of one's own. */
  scopes?: KeyScope[]
  expires_at?: Moment | null
}
/** POST /api/app/keys -> {@link IssuedKey} */
export type NewKeyRequest = KeyTerms & { name: string }
/** PATCH /api/app/keys/:hash -> Key */
export type KeyChange = KeyTerms & { disabled?: boolean }
/** POST /api/app/keys/:hash/rotate -> {@link IssuedKey}. The old key works on for the overlap (0 to 30 days). */
export type RotateRequest = { overlap_seconds?: number }
/** DELETE /api/app/keys/:hash -> Done: revoked for good. */

/** A key at the one moment when it can be read. Show it, and keep it nowhere. */
export type IssuedKey = {
  plaintext: string
  key: Key
  /** Ready to paste into a shell or .env, in order: { name: 'OPENAI_API_KEY', value: 'kwy_k1_...' }. */
  env: { name: string; value: string }[]
  /** What clients of the OpenAI kind take as their base URL. */
  base_url: string
}

// The vault: providers' keys -----------------------------------------------------------------------------------------

/** GET /api/app/providers -> Listed<ProviderInfo>: those that a key can be pasted for, built-in ones and the operator's. */
export type ProviderInfo = {
  id: string
  name: string
  /** How its keys begin. The longest match among all providers tells whose a pasted key is. */
  key_prefixes: string[]
  /** What the form's Endpoint is prefilled with. */
  base_url: string
  /** false: a local server that asks for none. */
  needs_key: boolean
  /** The provider's own pages, where a key is made or explained. */
  docs_url: string | null
  privacy_policy_url: string | null
}

/**
 * GET /api/app/credentials -> Listed<Credential>: the person's own, then shared ones (and the house's, for an owner or
 * admin), in the order in which they are tried. Never the secret, not even sealed.
 */
export type Credential = {
  id: string
  provider: { id: string; name: string }
  name: string
  /** 'environment': it belongs to whoever starts Keyway and cannot be changed here. */
  origin: 'pasted' | 'connected' | 'environment'
  reach: Reach
  /** May the person who asks replace and remove it? */
  mine: boolean
  /** Masked: 'sk-proj-…wXyZ', or the reference 'env:OPENAI_API_KEY'. */
  hint: string
  /** The origin that the secret may be sent to. */
  base_url: string
  disabled: boolean
  created_at: Moment
  updated_at: Moment | null
  last_used_at: Moment | null
  /** The provider's last refusal, in its words. */
  last_error: string | null
}

/** POST /api/app/credentials -> {@link StoredCredential} */
export type PasteRequest = {
  /** As pasted: spaces, quotes and 'Bearer ' around it are taken off. */
  secret: string
  /** Left out: recognised by how the key begins. For a server of one's own: a new name, with `base_url`. */
  provider?: string
  /** Another endpoint than the provider's usual one. Owner and admin only. */
  base_url?: string
  name?: string
  /** 'own' unless an owner or admin says otherwise. */
  reach?: Reach
  /** A server on this machine or network. Owner only. */
  allow_private?: boolean
  /** Store it without asking the provider. */
  unchecked?: boolean
}
/** PUT /api/app/credentials/:id -> {@link StoredCredential}: another secret in its place. */
export type ReplaceRequest = { secret: string; unchecked?: boolean }
/** DELETE /api/app/credentials/:id -> Done; one that is not one's own alone, with a fresh sign-in. POST /api/app/credentials/:id/test, without a body -> {@link CredentialCheck}. */

/** A rejected key is not stored: it is the failure 'provider_credential_rejected'. */
export type StoredCredential = { credential: Credential; check: CredentialCheck }

/** What the provider says to a key. */
export type CredentialCheck = {
  /** 'unverified': it could not be asked (offline, or its own failure); the key is saved all the same. */
  outcome: 'valid' | 'rejected' | 'unverified'
  /** The provider's own words where it rejects; ours where it could not be asked. */
  detail: string
  latency_ms: number | null
}

/**
 * GET /api/app/local-servers -> Listed<LocalServer>: servers of models on the machine that Keyway runs on, which are not used
 * yet. For the owner, and only where nobody else can reach Keyway. POST /api/app/local-servers/ollama puts it to use.
 */
export type LocalServer = { id: 'ollama'; name: string; base_url: string; models: string[] }

// Connect with OpenRouter --------------------------------------------------------------------------------------------

/** GET /api/app/connections/openrouter. DELETE -> Done: deletes the sealed key; what to do next is in `revoke_url`. */
export type Connection = {
  /** The operator's switch. A present connection goes on when it is off. */
  enabled: boolean
  issuer: { id: 'openrouter'; name: string; origin: string }
  status: 'connected' | 'disconnected'
  /** A plain link: leads to the issuer and comes back. See {@link ConnectQuery}. */
  start_url: string
  flow: ConnectSwitch['flow']
  /** null unless connected. */
  connected: ConnectedKey | null
  /** The connection that ended last, while none stands: its key may live on at the issuer. null where there was none. */
  ended: EndedConnection | null
  /** The last attempt was cut off after the issuer may have made a key: the person should look for it there. */
  interrupted: boolean
}
/** Why a connection does not stand any more. `changed`: the operator put another issuer in its place. */
export type EndedConnection = {
  reason: 'disconnected' | 'revoked' | 'changed'
  at: Moment
  /** The key's page at the issuer, where it may live on; null where it does not. */
  revoke_url: string | null
}
/** POST /api/app/connections/openrouter/headless -> HeadlessStart. All optional, as in {@link ConnectQuery}. */
export type HeadlessStartRequest = Omit<ConnectQuery, 'return_to'>
/** Open `url` in any browser, approve, and copy the code that it shows. */
export type HeadlessStart = { flow: string; url: string; expires_at: Moment }
/** POST /api/app/connections/openrouter/headless/finish -> ConnectEnd. A whole address with the code in it will do. */
export type HeadlessFinishRequest = { flow: string; code: string }
/** POST /api/app/connections/openrouter/confirm -> ConnectEnd. The person's word on `?connect=confirm&flow=...`. */
export type ConfirmRequest = { flow: string; replace: boolean }
export type ConnectEnd = {
  outcome: ConnectOutcome | 'confirm' | 'discarded'
  /** The exact reason, where several share an outcome. See {@link ConnectDetail}. */
  detail: ConnectDetail | null
  /** With 'confirm'. */
  flow: string | null
}
/** The query of `start_url`: '/connect/openrouter/start?limit_usd=5&reset=monthly&return_to=/settings/models'. All optional. */
export type ConnectQuery = {
  limit_usd?: Usd
  reset?: Reset
  expires_at?: Moment
  /**
   * A path of the app to come back to; it gets `?connect=done` or `?connect=<reason>`, with `&detail=` where that says more.
   * `?connect=confirm&flow=...`: the account is another one than before; ask, then POST confirm within five minutes.
   * Whoever is not signed in any more comes to /sign-in; so does a visitor who is not let in, with `?connect=<reason>`.
   */
  return_to?: string
}
/** `?connect=` on the way back. 'done' is the good one; each other has its own plain message. */
export type ConnectOutcome =
  | 'done'
  | 'denied'
  | 'expired'
  | 'replayed'
  | 'wrong_user'
  | 'wrong_browser'
  | 'unavailable'
  | 'rejected'
/** `&detail=` on the way back: more exact than the outcome, where there is something more exact to say. */
export type ConnectDetail =
  /** wrong_browser: the answer is not of the issuer that was asked. */
  | 'wrong_issuer'
  /** expired: the operator changed the issuer meanwhile. */
  | 'changed'
  /** rejected: the answer held no single code. */
  | 'malformed'
  /** unavailable: the issuer's reply was not what the protocol says. */
  | 'bad_reply'
  /** unavailable: a key was made at the issuer and could not be stored; it should be deleted there. */
  | 'unknown'
  /** rejected: who signs in by Connect has an account here that is opened by its own passkey or password. */
  | 'own_login'
  /** rejected: the account here is disabled. */
  | 'disabled'
  /** rejected: the issuer did not say who the person is. */
  | 'unidentified'
/** What the issuer granted, for the card. */
export type ConnectedKey = {
  credential_id: string
  /** An e-mail address where the issuer tells it, else the key's label there. */
  connected_as: string
  hint: string
  /** What the issuer says the key may do; null where it did not say. */
  granted: {
    label: string | null
    limit_usd: Usd | null
    limit_remaining_usd: Usd | null
    reset: Reset | null
    expires_at: Moment | null
    free_tier: boolean | null
  } | null
  connected_at: Moment
  last_used_at: Moment | null
  last_error: string | null
  /** Pages at the issuer, by the key's hash; null where the hash is not known. */
  usage_url: string | null
  revoke_url: string | null
  /** The page of the key before this one, which lives on there; null where there was none. */
  previous_key_url: string | null
  /** The version of the root key that seals it now; rises with a rotation. null where nothing is sealed. */
  root_key_version: number | null
  /** When the issuer last knew the key; null while it was not asked. */
  checked_at: Moment | null
}

// The picker ---------------------------------------------------------------------------------------------------------

/** GET /api/app/models -> ModelList. */
export type ModelList = {
  data: ModelItem[]
  /** What chat begins with: a model that the person can call now; null where there is none. */
  preselected: string | null
}
export type ModelFormat = 'openai-chat' | 'openai-responses' | 'anthropic-messages'

export type ModelItem = {
  /** 'openai/gpt-4o' */
  id: string
  name: string
  /** Who serves it, the cheapest first. */
  providers: { id: string; name: string }[]
  /** The protocols that a program can call it in: those that who serves it speaks. */
  formats: ModelFormat[]
  context_length: number | null
  max_output_tokens: number | null
  /** For a million tokens, of the cheapest provider; null where unknown. '0' is free. */
  price_input_usd_per_mtok: Usd | null
  price_output_usd_per_mtok: Usd | null
  input_modalities: string[]
  output_modalities: string[]
  tools: boolean
  reasoning: boolean
  free: boolean
  /** The operator pays, within the daily limit. */
  house: boolean
  /** Can the person who asks call it now? */
  callable: boolean
  /** They could, but asked for providers that keep nothing (`data_collection` of their preferences), and of those who serve it none is known to. */
  withheld: boolean
  /** When the model came out; null where unknown. */
  created_at: Moment | null
}

// Usage --------------------------------------------------------------------------------------------------------------

/**
 * GET /api/app/usage?days=30 (1 to 366, 30 unless said) -> the person's own; `&scope=workspace` everyone's, for an owner or
 * admin.
 */
export type UsageSummary = {
  from: Moment
  to: Moment
  total: UsageFigures
  /** One for each day (UTC) with a call, oldest first; `group` is '2026-11-21'. */
  by_day: UsageGroup[]
  /** Dearest first. */
  by_model: UsageGroup[]
  by_provider: UsageGroup[]
  /** `group` is the key's name. */
  by_key: UsageGroup[]
}
export type UsageFigures = { calls: number; tokens_prompt: number; tokens_completion: number; cost_usd: Usd }
export type UsageGroup = UsageFigures & { group: string }

// Where everything is ------------------------------------------------------------------------------------------------

/** Every endpoint of /api/app: what goes in and what comes out. `body: undefined` is none. */
export type AppApi = {
  'GET /api/app/state': { body: undefined; answer: AppState }
  'POST /api/app/setup/check': { body: SetupCheckRequest; answer: SetupCheck | SetupGone }
  'POST /api/app/setup/passkey/options': { body: SetupPasskeyOptionsRequest; answer: PasskeyCreationOptions }
  'POST /api/app/setup/passkey/verify': { body: SetupPasskeyVerifyRequest; answer: LoginAnswer }
  'POST /api/app/setup/password': { body: SetupPasswordRequest; answer: LoginAnswer }
  'POST /api/app/setup/this-machine': { body: SetupThisMachineRequest; answer: LoginAnswer }
  'POST /api/app/sign-up/passkey/options': { body: SignUpPasskeyOptionsRequest; answer: PasskeyCreationOptions }
  'POST /api/app/sign-up/passkey/verify': { body: SignUpPasskeyRequest; answer: SignedIn }
  'POST /api/app/sign-up/password': { body: SignUpPasswordRequest; answer: SignedIn }
  'POST /api/app/visit': { body: undefined; answer: VisitBegun }
  'POST /api/app/login/passkey/options': { body: undefined; answer: PasskeyRequestOptions }
  'POST /api/app/login/passkey/verify': { body: LoginPasskeyRequest; answer: SignedIn }
  'POST /api/app/login/password': { body: LoginPasswordRequest; answer: LoginAnswer }
  'POST /api/app/login/second-step': { body: SecondStepRequest; answer: SignedIn }
  'POST /api/app/login/sso': { body: SsoRequest; answer: SsoStart }
  'POST /api/app/login/this-machine': { body: undefined; answer: SignedIn }
  'POST /api/app/logout': { body: undefined; answer: Done }
  'GET /api/app/me': { body: undefined; answer: Me }
  'PATCH /api/app/me': { body: MeChange; answer: Me }
  'DELETE /api/app/me': { body: undefined; answer: Done }
  'PUT /api/app/email': { body: EmailChange; answer: Me }
  'POST /api/app/email/confirm': { body: EmailConfirmation; answer: Done }
  'POST /api/app/password-reset': { body: PasswordResetRequest; answer: Done }
  'POST /api/app/password-reset/check': { body: PasswordResetCheckRequest; answer: PasswordResetCheck }
  'POST /api/app/password-reset/complete': { body: PasswordResetComplete; answer: LoginAnswer }
  'GET /api/app/passkeys': { body: undefined; answer: Listed<Passkey> }
  'POST /api/app/passkeys/options': { body: undefined; answer: PasskeyCreationOptions }
  'POST /api/app/passkeys/verify': { body: AddPasskeyRequest; answer: Passkey }
  'DELETE /api/app/passkeys/:id': { body: undefined; answer: Done }
  'GET /api/app/identities': { body: undefined; answer: Listed<Identity> }
  'POST /api/app/identities': { body: IdentityRequest; answer: SsoStart }
  'DELETE /api/app/identities/:id': { body: undefined; answer: Done }
  'GET /api/app/second-factor': { body: undefined; answer: SecondFactor }
  'POST /api/app/second-factor': { body: undefined; answer: FactorOffer }
  'POST /api/app/second-factor/confirm': { body: FactorConfirmation; answer: RecoveryCodes }
  'POST /api/app/second-factor/recovery-codes': { body: undefined; answer: RecoveryCodes }
  'DELETE /api/app/second-factor': { body: undefined; answer: Done }
  'PUT /api/app/password': { body: PasswordChange; answer: Done }
  'GET /api/app/sessions': { body: undefined; answer: Listed<Session> }
  'DELETE /api/app/sessions': { body: undefined; answer: Done }
  'DELETE /api/app/sessions/:id': { body: undefined; answer: Done }
  'GET /api/app/users': { body: undefined; answer: Listed<Person> }
  'POST /api/app/users': { body: InviteRequest; answer: Invited }
  'PATCH /api/app/users/:id': { body: PersonChange; answer: Person }
  'POST /api/app/users/:id/setup-link': { body: undefined; answer: Invited }
  'POST /api/app/users/:id/invitation': { body: InvitationRequest; answer: Invited }
  'DELETE /api/app/users/:id/invitation': { body: undefined; answer: Done }
  'GET /api/app/keys': { body: undefined; answer: Listed<Key> }
  'POST /api/app/keys': { body: NewKeyRequest; answer: IssuedKey }
  'GET /api/app/keys/:hash': { body: undefined; answer: Key }
  'PATCH /api/app/keys/:hash': { body: KeyChange; answer: Key }
  'DELETE /api/app/keys/:hash': { body: undefined; answer: Done }
  'POST /api/app/keys/:hash/rotate': { body: RotateRequest; answer: IssuedKey }
  'GET /api/app/providers': { body: undefined; answer: Listed<ProviderInfo> }
  'GET /api/app/credentials': { body: undefined; answer: Listed<Credential> }
  'POST /api/app/credentials': { body: PasteRequest; answer: StoredCredential }
  'PUT /api/app/credentials/:id': { body: ReplaceRequest; answer: StoredCredential }
  'DELETE /api/app/credentials/:id': { body: undefined; answer: Done }
  'POST /api/app/credentials/:id/test': { body: undefined; answer: CredentialCheck }
  'GET /api/app/local-servers': { body: undefined; answer: Listed<LocalServer> }
  'POST /api/app/local-servers/ollama': { body: undefined; answer: LocalServer }
  'GET /api/app/connections/openrouter': { body: undefined; answer: Connection }
  'DELETE /api/app/connections/openrouter': { body: undefined; answer: Done }
  'POST /api/app/connections/openrouter/headless': { body: HeadlessStartRequest; answer: HeadlessStart }
  'POST /api/app/connections/openrouter/headless/finish': { body: HeadlessFinishRequest; answer: ConnectEnd }
  'POST /api/app/connections/openrouter/confirm': { body: ConfirmRequest; answer: ConnectEnd }
  'GET /api/app/models': { body: undefined; answer: ModelList }
  'GET /api/app/usage': { body: undefined; answer: UsageSummary }
}
export type AppEndpoint = keyof AppApi
