/** Who can mend it: the caller by another request, the operator by another setting, or nobody here (the provider). */
export type Family = 'caller' | 'operator' | 'upstream'

type Row = {
  status: number
  /** OpenRouter's canonical `error_type` for that status. @see https://openrouter.ai/docs/api_reference/errors-and-debugging */
  type: string
  family: Family
  /** What the reader should do. One sentence; may be replaced by a more exact one where the error is made. */
  fix: string
}

/** Every error that Keyway makes. The codes are API: they stay, and each has a section in docs/troubleshooting.md. */
export const ERRORS = {
  invalid_request: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Correct the named field and send the request again.',
  },
  invalid_json: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Send one JSON object, UTF-8, with "Content-Type: application/json".',
  },
  duplicate_field: { status: 400, type: 'invalid_request', family: 'caller', fix: 'Send each top-level field once.' },
  model_not_found: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'List the models this key can call with GET /api/v1/models.',
  },
  model_required: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Name a model in the field "model", as author/slug.',
  },
  context_length_exceeded: {
    status: 400,
    type: 'context_length_exceeded',
    family: 'caller',
    fix: 'Shorten the messages or choose a model with a longer context.',
  },
  model_not_callable: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Choose another model, or connect a provider that serves this one.',
  },
  provider_may_keep_data: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Choose a model at OpenRouter or on a server of your own, or allow all providers under Settings, Data.',
  },
  message_too_long: {
    status: 400,
    type: 'context_length_exceeded',
    family: 'caller',
    fix: 'Choose a model with a longer context, or shorten the message.',
  },
  context_too_long: {
    status: 400,
    type: 'context_length_exceeded',
    family: 'caller',
    fix: 'Trim the oldest messages, or choose a model with a longer context.',
  },
  host_invalid: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Send exactly one valid Host header and an origin-form path.',
  },
  credentials_conflict: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Send one credential only: either Authorization or x-api-key.',
  },
  key_missing: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Send "Authorization: Bearer kwy_k1_..."; make a key with: keyway keys create --name my-app',
  },
  key_malformed: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Check that the whole key was copied: it begins with kwy_ and ends with its checksum.',
  },
  key_scheme_wrong: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Send it as "Authorization: DPoP <key>" with a DPoP proof by the key that it is bound to.',
  },
  proof_invalid: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Make a new proof for each request, by the key that this one is bound to; see the sign-in guide.',
  },
  key_unknown: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'List the keys with: keyway keys list; make another with: keyway keys create',
  },
  key_disabled: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Enable it with: keyway keys enable <hash>',
  },
  key_revoked: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'A revoked key stays revoked; make another with: keyway keys create',
  },
  key_expired: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Make another with: keyway keys create, or extend it with: keyway keys update <hash> --expires <time>',
  },
  user_disabled: {
    status: 401,
    type: 'authentication',
    family: 'operator',
    fix: 'Ask the operator: the user that owns this key is disabled.',
  },
  key_limit_reached: {
    status: 402,
    type: 'payment_required',
    family: 'caller',
    fix: 'Raise the cap with: keyway keys update <hash> --limit <usd>, ask for fewer tokens, or wait for the reset.',
  },
  credit_exhausted: {
    status: 402,
    type: 'payment_required',
    family: 'operator',
    fix: 'Grant credit with: keyway credits grant <user> <usd>',
  },
  workspace_budget_reached: {
    status: 402,
    type: 'payment_required',
    family: 'operator',
    fix: 'Raise the workspace budget, or wait for its reset.',
  },
  management_key_required: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Use a management key (kwy_m1_...): keyway keys create --management',
  },
  inference_key_required: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Use an inference key (kwy_k1_...): keyway keys create',
  },
  model_not_allowed: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Allow the model with: keyway keys update <hash> --models <list>',
  },
  price_unknown: {
    status: 403,
    type: 'permission_denied',
    family: 'operator',
    fix: 'Set a price for the model in the configuration file (prices:), or mark the provider free.',
  },
  feature_price_unknown: {
    status: 403,
    type: 'permission_denied',
    family: 'operator',
    fix: 'Use a key without a cap for this feature, or set a flat hold for it in the configuration file.',
  },
  browser_forbidden: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Call from your own server instead of the page: see the proxy guide.',
  },
  address_not_allowed: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Call from an address of the key\u2019s list, or add this one to the list on the Keys page.',
  },
  app_forbidden: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'An app\u2019s key calls models and reads /key, /models and its own /generation; for the rest use a key of your own.',
  },
  code_refused: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Send the person to /auth again: a code is good once, for a short time, and with its own verifier.',
  },
  sign_in_required: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Sign in. Nobody can yet? Print a one-time link with: keyway users setup-link owner',
  },
  sign_in_failed: {
    status: 401,
    type: 'authentication',
    family: 'caller',
    fix: 'Try again, or ask the operator for a new link: keyway users reset <user>',
  },
  sign_in_again: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Sign in once more and repeat it: this needs a sign-in of the last five minutes.',
  },
  second_factor_required: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Add an authenticator app to your account, or sign in with a passkey.',
  },
  mail_failed: {
    status: 502,
    type: 'provider_unavailable',
    family: 'operator',
    fix: 'Look at mail.* in the configuration, and try again. A link can be copied and handed over meanwhile.',
  },
  scope_required: {
    status: 403,
    type: 'permission_denied',
    family: 'caller',
    fix: 'Give one of your own keys the scope: PATCH /api/app/keys/{hash} with {"scopes":["chat"]}, or make one with it.',
  },
  role_forbidden: {
    status: 403,
    type: 'permission_denied',
    family: 'operator',
    fix: 'Ask an owner or administrator of this Keyway.',
  },
  origin_forbidden: {
    status: 403,
    type: 'permission_denied',
    family: 'operator',
    fix: 'Open the app at its own address; behind a proxy, set it with --public-url.',
  },
  not_found: { status: 404, type: 'not_found', family: 'caller', fix: 'Check the path and the id.' },
  no_endpoints: {
    status: 404,
    type: 'not_found',
    family: 'operator',
    fix: 'Add a credential for a provider of this model: keyway providers add <provider> --key-stdin',
  },
  format_not_served: {
    status: 404,
    type: 'not_found',
    family: 'caller',
    fix: 'Ask for the model at /chat/completions, or for one whose provider speaks this format itself.',
  },
  method_not_allowed: {
    status: 405,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Use one of the methods in the Allow header.',
  },
  https_required: {
    status: 405,
    type: 'invalid_request',
    family: 'operator',
    fix: 'Exchange the code over https; behind a proxy, name it in trusted_proxies.',
  },
  conflict: {
    status: 409,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Another one by that name exists; choose another name.',
  },
  limit_reached: {
    status: 409,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Delete some that you no longer need, or ask the operator for a higher limit.',
  },
  body_too_large: {
    status: 413,
    type: 'payload_too_large',
    family: 'caller',
    fix: 'Send a smaller body, or raise limits.body_bytes in the configuration file.',
  },
  content_type_unsupported: {
    status: 415,
    type: 'invalid_request',
    family: 'caller',
    fix: 'Send "Content-Type: application/json" without a Content-Encoding.',
  },
  lossy_refused: {
    status: 422,
    type: 'unprocessable',
    family: 'caller',
    fix: 'Leave out the named fields, or allow losses on this key.',
  },
  rate_limited: {
    status: 429,
    type: 'rate_limit_exceeded',
    family: 'caller',
    fix: 'Wait for the time in Retry-After, or raise the key\u2019s --rpm.',
  },
  daily_limit_reached: {
    status: 429,
    type: 'rate_limit_exceeded',
    family: 'caller',
    fix: 'Connect OpenRouter or paste a key of your own: no limit applies to those. The count begins anew at 00:00 UTC.',
  },
  too_many_runs: {
    status: 429,
    type: 'rate_limit_exceeded',
    family: 'caller',
    fix: 'Wait until one of your answers is written, or stop one.',
  },
  provider_rate_limited: {
    status: 429,
    type: 'rate_limit_exceeded',
    family: 'upstream',
    fix: 'Wait for the time in Retry-After, or add another credential or provider for this model.',
  },
  internal: {
    status: 500,
    type: 'server',
    family: 'operator',
    fix: 'Look for this request id in Keyway\u2019s log and report it.',
  },
  provider_rejected: {
    status: 400,
    type: 'invalid_request',
    family: 'caller',
    fix: 'The provider refused the request; its own words are in metadata.raw.',
  },
  // Neither 5xx nor 401. Time mends no key, and OpenRouter's SDK repeats a 5xx for an hour; after a 401 a client asks its
  // user for another key, and the caller's own was right.
  provider_credential_rejected: {
    status: 403,
    type: 'permission_denied',
    family: 'operator',
    fix: 'Replace the provider\u2019s key: keyway providers replace <provider> --key-stdin',
  },
  credential_unreadable: {
    status: 403,
    type: 'permission_denied',
    family: 'operator',
    fix: 'Enter the provider\u2019s key again: keyway providers replace <provider> --key-stdin',
  },
  provider_unavailable: {
    status: 502,
    type: 'provider_unavailable',
    family: 'upstream',
    fix: 'Try again; add another provider for this model to fall back on.',
  },
  provider_invalid_reply: {
    status: 502,
    type: 'provider_unavailable',
    family: 'upstream',
    fix: 'Try again; the provider sent something that is not an answer.',
  },
  provider_overloaded: {
    status: 503,
    type: 'provider_overloaded',
    family: 'upstream',
    fix: 'Try again shortly; add another provider for this model to fall back on.',
  },
  provider_timeout: {
    status: 504,
    type: 'timeout',
    family: 'upstream',
    fix: 'Try again, or raise limits.first_event_ms in the configuration file.',
  },
  stream_broken: {
    status: 502,
    type: 'provider_unavailable',
    family: 'upstream',
    fix: 'The provider ended the stream before it was complete; ask again.',
  },
  address_forbidden: {
    status: 403,
    type: 'permission_denied',
    family: 'operator',
    fix: 'Private and loopback addresses need --allow-private from the operator.',
  },
  answer_interrupted: {
    status: 503,
    type: 'provider_unavailable',
    family: 'operator',
    fix: 'Ask again, or continue from what came.',
  },
  draining: {
    status: 503,
    type: 'provider_unavailable',
    family: 'operator',
    fix: 'Keyway is stopping; try again in a few seconds.',
  },
  overloaded: {
    status: 503,
    type: 'provider_overloaded',
    family: 'operator',
    fix: 'Keyway has more calls than it may hold; try again shortly.',
  },
} as const satisfies Record<string, Row>

export type ErrorCode = keyof typeof ERRORS

export type ErrorDetails = {
  /** A more exact way out than the table's. */
  fix?: string
  /** Seconds are for the wire; this is milliseconds. */
  retryAfterMs?: number
  /** Shown to the caller in `error.metadata`; must hold no secret. */
  metadata?: Record<string, unknown>
  /** Overrides the table's status where the provider's own one is to be passed on. */
  status?: number
  cause?: unknown
}

/**
 * A refusal or failure with a stable code. The message quotes the field and says what was expected; it may be shown to
 * the caller, so it holds no secret, not even a part of one. Evidence goes into `cause`, which is never shown.
 */
export class KeywayError extends Error {
  override readonly name = 'KeywayError'
  readonly code: ErrorCode
  readonly status: number
  readonly fix: string
  readonly retryAfterMs: number | undefined
  readonly metadata: Record<string, unknown>

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    const row: Row = ERRORS[code]
    this.code = code
    this.status = details.status ?? row.status
    this.fix = details.fix ?? row.fix
    this.retryAfterMs = details.retryAfterMs
    this.metadata = details.metadata ?? {}
  }
}

export type ErrorBody = {
  error: { code: number; message: string; metadata: { error_type: string } & Record<string, unknown> }
}

/**
 * OpenRouter's envelope. `error.code` is an integer, and `metadata` always holds `error_type`: the official SDK refuses
 * a stream's error chunk without them.
 * @param docs the address of the troubleshooting page, whose headings are the codes
 */
export function errorBody(error: KeywayError, docs: string): ErrorBody {
  return {
    error: {
      code: error.status,
      message: error.message,
      metadata: {
        error_type: ERRORS[error.code].type,
        reason: error.code,
        fix: error.fix,
        docs_url: `${docs}#${error.code}`,
        ...error.metadata,
      },
    },
  }
}
