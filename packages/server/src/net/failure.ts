import { KeywayError } from '../base/errors.ts'

/** The stable code of an error of Node or undici, never its message: that may quote addresses or bytes. */
function codeOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string')
    return error.code
  return error instanceof Error ? error.name : 'unknown'
}

const NAME_CODES: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])

function isTlsCode(code: string): boolean {
  return /^ERR_TLS_|^ERR_SSL_|^CERT_|_CERT|SELF_SIGNED|UNABLE_TO_/.test(code)
}

/** Bytes that are not HTTP/1.1. Before the head is complete, undici reports some of them as a wrong length. */
function isProtocolCode(code: string): boolean {
  return code.startsWith('HPE_') || code === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW'
}

/**
 * What a failed connection or a missing response head means, in words that are safe to show.
 * @param where host and port
 */
export function headFailure(error: unknown, where: string): KeywayError {
  if (error instanceof KeywayError) return error
  const code = codeOf(error)
  const details = { cause: code }
  if (NAME_CODES.has(code))
    return new KeywayError('provider_unavailable', `The name of ${where} does not resolve (${code}).`, details)
  if (isTlsCode(code)) {
    const fix = 'Correct the provider\u2019s certificate, or name its authority in NODE_EXTRA_CA_CERTS.'
    return new KeywayError('provider_unavailable', `The TLS certificate of ${where} is not trusted (${code}).`, {
      ...details,
      fix,
    })
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new KeywayError('provider_timeout', `No connection to ${where} in time.`, details)
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new KeywayError(
      'provider_invalid_reply',
      `The response headers of ${where} are larger than allowed.`,
      details,
    )
  }
  if (isProtocolCode(code) || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return new KeywayError('provider_invalid_reply', `The response of ${where} is not HTTP/1.1 (${code}).`, details)
  }
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return new KeywayError('internal', `The request for ${where} is not valid HTTP.`, details)
  }
  return new KeywayError('provider_unavailable', `The connection to ${where} failed (${code}).`, details)
}

/** What a body that stopped before its end means. */
export function bodyFailure(error: unknown, where: string): KeywayError {
  if (error instanceof KeywayError) return error
  const code = codeOf(error)
  const details = { cause: code }
  if (code === 'UND_ERR_BODY_TIMEOUT') {
    return new KeywayError('provider_timeout', `${where} fell silent in the middle of its answer.`, details)
  }
  if (isProtocolCode(code)) {
    return new KeywayError('provider_invalid_reply', `The response of ${where} is not HTTP/1.1 (${code}).`, details)
  }
  return new KeywayError(
    'stream_broken',
    `The connection to ${where} broke in the middle of its answer (${code}).`,
    details,
  )
}
