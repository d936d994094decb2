import { type ErrorCode, KeywayError } from '../base/errors.ts'
import { refusesKey } from '../providers/refuses-key.ts'
import type { UpstreamError } from '../wire/codec.ts'
import type { HealthReport } from './health.ts'
import { redactSecrets } from './redact.ts'

/** A failed attempt, read: what to do about it, whom it speaks against, and what the caller would be told. */
export type Verdict = {
  /**
   * 'retry-same': the connection failed, not the provider. 'next': another endpoint or credential. 'next-credential':
   * this credential is of no use. 'next-model': this model will refuse it everywhere. 'stop': nothing will help.
   */
  action: 'retry-same' | 'next' | 'next-credential' | 'next-model' | 'stop'
  /** Whether the same attempt may be made again when no other is left. */
  repeatable: boolean
  /** How long the provider asked us to wait. */
  retryAfterMs: number | undefined
  health: Exclude<HealthReport['outcome'], 'success'>
  error: KeywayError
}

// Long enough for any provider's sentence, short enough for a log line.
const MESSAGE_LENGTH_MAX = 500
// A day: whoever asks for more means "never".
const RETRY_AFTER_MS_MAX = 86_400_000

/**
 * Reads a Retry-After header: seconds, or a date. '7' -> 7000
 * @returns milliseconds from now, between 0 and a day; undefined when absent or neither
 */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  const ms = /^\d{1,9}(?:\.\d{1,9})?$/.test(text)
    ? Number(text) * 1000
    : /[a-z]/i.test(text)
      ? Date.parse(text) - nowMs
      : Number.NaN
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, Math.ceil(ms)), RETRY_AFTER_MS_MAX)
}

type Reading = Pick<Verdict, 'action' | 'repeatable' | 'health'> & {
  code: ErrorCode
  /** More exact than the code's own, in OpenRouter's vocabulary. */
  type?: string
  fix?: string
  /** What the caller sees in place of the code's own status; 'theirs' is the provider's. */
  status?: 'theirs' | number
  /** In place of the provider's words, which are not repeated where they are about a credential. */
  words?: string
}

const REQUEST_AT_FAULT: Reading = {
  action: 'next-model',
  repeatable: false,
  health: 'neutral',
  code: 'provider_rejected',
  status: 'theirs',
}
const CREDENTIAL_AT_FAULT: Reading = {
  action: 'next-credential',
  repeatable: false,
  health: 'credential',
  code: 'provider_credential_rejected',
}
const PROVIDER_AT_FAULT: Reading = { action: 'next', repeatable: true, health: 'failure', code: 'provider_unavailable' }

const OUT_OF_CREDIT: Reading = {
  ...CREDENTIAL_AT_FAULT,
  type: 'payment_required',
  status: 402,
  words: ': the account of its credential has no credit left.',
  fix: 'Add credit to the account at the provider, or add another credential.',
}
const CONTEXT_TOO_LONG =
  /context_length|context length|context window|maximum context|prompt is too long|too many tokens/i
const MODEL_MISSING =
  /model[ _-]?not[ _-]?found|model.{0,80}(?:does not exist|not found|not supported|decommissioned|deprecated)|no such model|unknown model|no endpoints found/i
const REFUSED_CONTENT = /moderat|content[ _-]?policy|flagged|safety|guardrail/i
const QUOTA_SPENT = /insufficient_quota|exceeded your current quota|billing|credit balance|payment/i

/** What a provider's status means, with a look at its words where one status means several things. */
function read({ status, message, code }: UpstreamError): Reading {
  const words = `${code ?? ''} ${message}`
  if (refusesKey(status, words)) return CREDENTIAL_AT_FAULT
  switch (status) {
    case 402:
      return OUT_OF_CREDIT
    case 403:
      return REFUSED_CONTENT.test(words)
        ? { ...REQUEST_AT_FAULT, type: 'content_policy_violation' }
        : CREDENTIAL_AT_FAULT
    case 404:
    case 410:
      if (MODEL_MISSING.test(words)) return { ...REQUEST_AT_FAULT, action: 'next', type: 'not_found' }
      return { ...REQUEST_AT_FAULT, type: 'not_found' }
    case 408:
    case 504:
    case 524:
      return { ...PROVIDER_AT_FAULT, code: 'provider_timeout' }
    case 409:
    case 425:
      return { ...PROVIDER_AT_FAULT, health: 'neutral' }
    case 413:
      return { ...REQUEST_AT_FAULT, type: 'payload_too_large' }
    case 422:
      return { ...REQUEST_AT_FAULT, type: 'unprocessable' }
    case 429:
      if (QUOTA_SPENT.test(words)) return OUT_OF_CREDIT
      return { action: 'next', repeatable: true, health: 'limited', code: 'provider_rate_limited' }
    case 503:
    case 529:
      return { ...PROVIDER_AT_FAULT, code: 'provider_overloaded' }
  }
  if (status >= 500) return PROVIDER_AT_FAULT
  if (status >= 400) {
    return { ...REQUEST_AT_FAULT, ...(CONTEXT_TOO_LONG.test(words) ? { type: 'context_length_exceeded' } : {}) }
  }
  return { ...PROVIDER_AT_FAULT, repeatable: false, code: 'provider_invalid_reply' }
}

/**
 * Reads an error that the provider reported, by its status or as the first event of a 200.
 * @param providerName as it is shown to the caller
 */
export function classifyReply(error: UpstreamError, retryAfterMs: number | undefined, providerName: string): Verdict {
  const reading = read(error)
  const { action, repeatable, health, code, type, fix } = reading
  // About a credential, a provider's words may quote the credential.
  const quotable = health !== 'credential'
  const words = quotable
    ? `: ${redactSecrets(error.message).slice(0, MESSAGE_LENGTH_MAX)}`
    : (reading.words ?? ' about its credential.')
  const status = reading.status === 'theirs' ? error.status : reading.status
  const metadata = {
    provider_name: providerName,
    ...(quotable && error.raw !== '' ? { raw: redactSecrets(error.raw) } : {}),
    ...(type === undefined ? {} : { error_type: type }),
    ...(error.code === undefined ? {} : { provider_code: redactSecrets(error.code).slice(0, MESSAGE_LENGTH_MAX) }),
  }
  return {
    action,
    repeatable,
    retryAfterMs,
    health,
    error: new KeywayError(code, `${providerName} answered ${error.status}${words}`, {
      metadata,
      ...(fix === undefined ? {} : { fix }),
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    }),
  }
}

const THROWN: Readonly<Partial<Record<ErrorCode, Pick<Verdict, 'action' | 'repeatable' | 'health'>>>> = {
  provider_unavailable: { action: 'next', repeatable: true, health: 'failure' },
  provider_overloaded: { action: 'next', repeatable: true, health: 'failure' },
  // Waiting as long again would double the wait.
  provider_timeout: { action: 'next', repeatable: false, health: 'failure' },
  provider_invalid_reply: { action: 'next', repeatable: false, health: 'failure' },
  stream_broken: { action: 'next', repeatable: true, health: 'failure' },
  provider_credential_rejected: { action: 'next-credential', repeatable: false, health: 'credential' },
  // Its variable or file is gone, or its row was tampered with: its sisters are sound.
  credential_unreadable: { action: 'next-credential', repeatable: false, health: 'credential' },
  // A setting of one endpoint; others may be right.
  address_forbidden: { action: 'next', repeatable: false, health: 'neutral' },
  overloaded: { action: 'next', repeatable: false, health: 'neutral' },
}

// A kept connection that the provider closed at the moment of use: nothing is wrong with either side.
const STALE: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/** Reads what `send` threw: a failure of the network, or one of our own. */
export function classifyThrown(error: KeywayError, providerName: string): Verdict {
  const stale = error.code === 'provider_unavailable' && STALE.has(error.cause)
  const reading = THROWN[error.code] ?? { action: 'stop', repeatable: false, health: 'neutral' }
  const shown = new KeywayError(error.code, error.message, {
    status: error.status,
    fix: error.fix,
    cause: error.cause,
    metadata: { ...error.metadata, provider_name: providerName },
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  })
  return { ...reading, ...(stale ? { action: 'retry-same' } : {}), retryAfterMs: error.retryAfterMs, error: shown }
}
