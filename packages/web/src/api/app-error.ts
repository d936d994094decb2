import type { AppErrorCode, AppFailure } from '@keyway/contract'

/** What the app does differently for, on top of the server's own codes: no answer at all, or one that is not ours. */
export type FailureCode = AppErrorCode | 'offline' | 'unintelligible' | (string & Record<never, never>)

/** A request that failed: what is wrong, what to do about it, and what to tell the operator. */
export class AppError extends Error {
  readonly code: FailureCode
  readonly fix: string
  readonly docsUrl: string | undefined
  readonly requestId: string | undefined
  readonly field: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(
    code: FailureCode,
    message: string,
    more: {
      fix?: string
      docsUrl?: string
      requestId?: string
      field?: string
      retryAfterMs?: number
      cause?: unknown
    },
  ) {
    super(message, { cause: more.cause })
    this.name = 'AppError'
    this.code = code
    this.fix = more.fix ?? ''
    this.docsUrl = more.docsUrl
    this.requestId = more.requestId
    this.field = more.field
    this.retryAfterMs = more.retryAfterMs
  }
}

/** Reads a failure's body. A body of another shape, as from a proxy in between, is 'unintelligible'. */
export function readFailure(status: number, body: unknown): AppError {
  if (!isFailure(body)) {
    return new AppError('unintelligible', `HTTP ${status}`, { cause: body })
  }
  const { code, message, fix, docs_url, request_id, field, retry_after_ms } = body.error
  return new AppError(code, message, {
    fix,
    docsUrl: docs_url,
    requestId: request_id,
    ...(field === undefined ? {} : { field }),
    ...(retry_after_ms === undefined ? {} : { retryAfterMs: retry_after_ms }),
  })
}

function isFailure(body: unknown): body is AppFailure {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
}
