import type { UpstreamError } from './codec.ts'

/** UTF-8 bytes of the provider's own words that are kept. */
export const RAW_BYTES_MAX = 4096
/** Characters of a message; longer ones are pages of HTML or stack traces. */
const MESSAGE_CHARACTERS_MAX = 1000

/**
 * What looks like a credential: providers quote the key that they refuse, some of them whole.
 * Known prefixes and long tails after "Bearer"; stars, as in OpenAI's masked quotes, count as part of it.
 */
const CREDENTIAL =
  /\b(?:sk|gsk|xai|pplx|csk|fw|tgp|hf|r8|kwy)[-_][\w*.-]{6,}|\bAIza[\w*-]{10,}|(?<=\bBearer\s+)[\w*.~+/-]{8,}=*/gi

/** Providers' types and codes that name a status, for errors that come inside a 200. */
const STATUS_BY_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['invalid_request', 400],
  ['bad_request', 400],
  ['context_length_exceeded', 400],
  // Of OpenAI's Responses: https://platform.openai.com/docs/api-reference/responses/object (error; read 2026-11-24)
  ['invalid_prompt', 400],
  ['bio_policy', 400],
  ['invalid_image', 400],
  ['invalid_image_format', 400],
  ['invalid_base64_image', 400],
  ['invalid_image_url', 400],
  ['invalid_image_mode', 400],
  ['image_too_large', 400],
  ['image_too_small', 400],
  ['image_parse_error', 400],
  ['image_content_policy_violation', 400],
  ['image_file_too_large', 400],
  ['image_file_not_found', 400],
  ['unsupported_image_media_type', 400],
  ['empty_image_file', 400],
  ['failed_to_download_image', 400],
  ['authentication_error', 401],
  ['invalid_api_key', 401],
  ['insufficient_quota', 402],
  ['billing_error', 402],
  ['permission_error', 403],
  ['permission_denied', 403],
  ['not_found_error', 404],
  ['model_not_found', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['rate_limit', 429],
  ['resource_exhausted', 429],
  ['too_many_requests', 429],
  ['server_error', 500],
  ['api_error', 500],
  ['internal_server_error', 500],
  ['overloaded_error', 503],
  ['overloaded', 503],
  ['server_is_overloaded', 503],
  ['slow_down', 503],
  ['unavailable', 503],
  ['service_unavailable', 503],
  ['engine_overloaded_error', 503],
  ['timeout', 504],
  ['timeout_error', 504],
  ['deadline_exceeded', 504],
])

/** An error without a status of its own is the provider's failure. */
const STATUS_UNKNOWN = 502

/**
 * Reads an error response of any shape: OpenAI's `{error: {message, type, code}}`, the same inside an array (Google),
 * `{message}` (Mistral, Cohere), `{detail}` (FastAPI servers), `{error: "..."}` (Ollama), plain text or a page of HTML.
 * What looks like a credential is masked, in the message and in the raw text.
 */
export function readError(status: number, body: Uint8Array): UpstreamError {
  const raw = clip(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  const parsed = parse(
    Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 64 * RAW_BYTES_MAX)).toString('utf8'),
  )
  const found = describe(parsed)
  const text = found.message ?? (/^\s*</.test(raw) ? undefined : raw.trim())
  return {
    status,
    message: mask(
      (text === undefined || text === '' ? `The provider answered with status ${status}.` : text).slice(
        0,
        MESSAGE_CHARACTERS_MAX,
      ),
    ),
    code: found.code,
    raw: mask(raw),
  }
}

/** An error that came inside a 200, as an event or a body; its status is what it says of itself, or else 502. */
export function readErrorInside(body: Uint8Array): UpstreamError {
  const error = readError(STATUS_UNKNOWN, body)
  const { status } = describe(parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')))
  const named = error.code === undefined ? undefined : STATUS_BY_TYPE.get(error.code.toLowerCase())
  return { ...error, status: status ?? named ?? STATUS_UNKNOWN }
}

type Description = { message: string | undefined; code: string | undefined; status: number | undefined }

function describe(value: unknown): Description {
  const outer = record(Array.isArray(value) ? value[0] : value)
  const error = outer['error'] ?? outer['detail'] ?? outer['errors']
  if (typeof error === 'string') return { message: error, code: code(outer), status: statusOf(outer) }
  const inner = record(Array.isArray(error) ? error[0] : error)
  const best = Object.keys(inner).length > 0 ? inner : outer
  return {
    message: text(best['message']) ?? text(best['msg']) ?? text(outer['message']),
    code: code(best),
    status: statusOf(best),
  }
}

/** Words before numbers: OpenAI's `code` is a word, OpenRouter's and Google's is the status, whose word stands beside it. */
function code(error: Record<string, unknown>): string | undefined {
  return text(error['code']) ?? text(error['type']) ?? text(error['status']) ?? integer(error['code'])?.toString()
}

function statusOf(error: Record<string, unknown>): number | undefined {
  for (const value of [error['code'], error['status'], error['status_code']]) {
    const status = integer(value)
    if (status !== undefined && status >= 400 && status <= 599) return status
  }
  return undefined
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    // No JSON, so the text is all there is to read.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

/** At most RAW_BYTES_MAX bytes, not cut inside a character. */
function clip(bytes: Buffer): string {
  let end = Math.min(bytes.length, RAW_BYTES_MAX)
  if (end < bytes.length) while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

function mask(words: string): string {
  return words.replace(CREDENTIAL, '[masked]')
}
