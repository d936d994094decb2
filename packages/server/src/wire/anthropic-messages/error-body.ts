import type { WireError } from '../codec.ts'

/** Anthropic's words for a status. @see https://platform.claude.com/docs/en/api/errors (read 2026-11-29) */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

/**
 * What a provider says of itself rather than of us as its customer; clients act on it. Any other word of its (that our
 * key was refused, that our account is empty) would be read as if it were said of the client's own.
 */
const PROVIDER_TYPES: ReadonlySet<unknown> = new Set([
  'overloaded_error',
  'rate_limit_error',
  'timeout_error',
  'api_error',
])

/**
 * An error in Anthropic's form: `{"type":"error","error":{"type","message"},"request_id"}`, with OpenRouter's
 * `error_type` inside it and our way out beside it, in `metadata`.
 * @see https://openrouter.ai/docs/api_reference/errors-and-debugging (Anthropic Messages; read 2026-11-29)
 */
export function anthropicError(error: WireError, requestId: string): string {
  const { error_type, ...metadata } = error.metadata
  return JSON.stringify({
    type: 'error',
    error: { type: typeOf(error.code, error.metadata['provider_code']), message: error.message, error_type },
    request_id: requestId,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  })
}

/** A stream that broke has one status, whatever broke it: the provider's own word says more. */
function typeOf(status: number, word: unknown): string {
  const type = TYPES[status]
  if (type !== undefined) return type
  if (status < 500) return 'invalid_request_error'
  return typeof word === 'string' && PROVIDER_TYPES.has(word) ? word : 'api_error'
}
