import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ZodError } from 'zod'
import { errorBody, KeywayError } from '../base/errors.ts'
import { CLIENT_GONE } from '../gateway/call.ts'
import { appFailure, isAppApi } from './app/app-failure.ts'
import { PROOF_CHALLENGE } from './bound-key.ts'
import { CORS_HEADERS, isOpenToPages, isStandardOauth } from './cors.ts'
import { codecAt, requestIdOf } from './formats.ts'
import { oauthFailure } from './oauth-failure.ts'

/** Turns whatever was thrown into one of our errors. What we did not foresee is `internal`, and is not shown. */
export function asKeywayError(error: unknown): KeywayError {
  if (error instanceof KeywayError) return error
  if (error instanceof ZodError) {
    const issue = error.issues[0]
    const field = issue?.path.join('.') || 'body'
    return new KeywayError('invalid_request', `${field}: ${issue?.message ?? 'is not valid'}`, { metadata: { field } })
  }
  switch ((error as Partial<FastifyError> | undefined)?.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new KeywayError('body_too_large', 'The body is larger than this server accepts.')
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new KeywayError('content_type_unsupported', 'The Content-Type is not application/json.')
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new KeywayError('invalid_json', 'The body is not JSON.')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new KeywayError('invalid_request', 'The body is not as long as Content-Length says.')
    case 'FST_ERR_MAX_PARAM_LENGTH':
    case 'FST_ERR_BAD_URL':
      return new KeywayError('invalid_request', 'The path is not a valid URL.')
    default:
      return new KeywayError('internal', 'Something went wrong in Keyway itself.', { cause: error })
  }
}

type HeadFault = { status: number; type: string; message: string; fix: string }

/** Requests that Node's parser gives up on, by its code. */
const HEAD_FAULTS: Readonly<Record<string, HeadFault>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    type: 'payload_too_large',
    message: 'The head of the request is longer than this server accepts.',
    fix: 'Send fewer or shorter headers, or raise limits.header_bytes in the configuration file.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    type: 'timeout',
    message: 'The request took longer to arrive than this server waits.',
    fix: 'Send it again on a better line, or raise limits.request_head_ms or limits.request_body_ms in the configuration file.',
  },
}
const NO_HTTP: HeadFault = {
  status: 400,
  type: 'invalid_request',
  message: 'The request is not HTTP as this server takes it.',
  fix: 'Send HTTP/1.1 as RFC 9112 has it; over TLS only where the address begins with https.',
}

/** Answers what never became a request (no HTTP, too long a head, too slow a body) in the same envelope, and hangs up. */
export function refuseHead(thrown: ConnectionError, socket: Socket, docsUrl: string): void {
  if (thrown.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { status, type, message, fix } = HEAD_FAULTS[thrown.code] ?? NO_HTTP
  const error = new KeywayError('invalid_request', message, { status, fix, metadata: { error_type: type } })
  const body = JSON.stringify(errorBody(error, docsUrl))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Sends an error in the client's own envelope, with the headers that clients act on. */
export function sendFailure(error: KeywayError, request: FastifyRequest, reply: FastifyReply, docsUrl: string): void {
  if (error.cause === CLIENT_GONE || reply.raw.destroyed) return
  if (error.retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
  if (error.code === 'rate_limited') {
    // Only on a 429 of our own, never on success. @see https://openrouter.ai/docs/api_reference/limits
    const headers = error.metadata['headers']
    if (typeof headers === 'object' && headers !== null) {
      for (const [name, value] of Object.entries(headers)) reply.header(name, String(value))
    }
  }
  if (request.headers.origin !== undefined && isOpenToPages(request.url)) reply.headers(CORS_HEADERS)
  if (isStandardOauth(request.url)) {
    sendOauthFailure(error, reply)
    return
  }
  const forApp = isAppApi(request.url)
  if (error.status === 401 && !forApp) reply.header('www-authenticate', challengeOf(error, request, docsUrl))
  reply
    .code(error.status)
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'private, no-store')
    .headers(requestIdOf(codecAt(request.url), request.id))
    .send(forApp ? JSON.stringify(appFailure(error, request.id, docsUrl)) : failureBody(error, request, docsUrl))
}

/** In the format that the client speaks, or else in OpenRouter's envelope. */
function failureBody(error: KeywayError, { url, id }: FastifyRequest, docsUrl: string): string {
  const body = errorBody(error, docsUrl)
  return codecAt(url)?.errorBody(body.error, { requestId: id }) ?? JSON.stringify(body)
}

/**
 * Tells a client that knows OAuth where to get a key, and one with a bound key what is wrong with it or its proof.
 * @see https://www.rfc-editor.org/rfc/rfc9728#section-5.1 https://www.rfc-editor.org/rfc/rfc9449#section-7.1
 */
function challengeOf({ code }: KeywayError, { url, head }: FastifyRequest, docsUrl: string): string {
  const proved = code === 'proof_invalid' || code === 'key_scheme_wrong' || head?.scheme === 'dpop'
  const word = code === 'proof_invalid' ? 'invalid_dpop_proof' : 'invalid_token'
  const scheme = proved ? `DPoP error="${word}", ${PROOF_CHALLENGE}` : 'Bearer realm="keyway"'
  if (!URL.canParse(docsUrl)) return scheme
  const path = /^\/(?:api\/)?v1(?=\/)/.exec(url)?.[0] ?? ''
  const metadata = `${new URL(docsUrl).origin}/.well-known/oauth-protected-resource${path}`
  return `${scheme}, resource_metadata="${metadata}"`
}

function sendOauthFailure(error: KeywayError, reply: FastifyReply): void {
  const { status, body } = oauthFailure(error)
  if (status === 401) reply.header('www-authenticate', 'Basic realm="keyway"')
  reply
    .code(status)
    .headers({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', pragma: 'no-cache' })
    .send(JSON.stringify(body))
}
