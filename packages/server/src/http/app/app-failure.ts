import type { AppFailure } from '@keyway/contract'
import type { KeywayError } from '../../base/errors.ts'

/** Where the web app's part of the API lies. */
export const APP_PREFIX = '/api/app'

/** Does a request target lie under the web app's API? */
export function isAppApi(url: string): boolean {
  return url === APP_PREFIX || url.startsWith(`${APP_PREFIX}/`) || url.startsWith(`${APP_PREFIX}?`)
}

/** An error as the web app reads it. @param docs the address of the troubleshooting page */
export function appFailure(error: KeywayError, requestId: string, docs: string): AppFailure {
  const field = fieldOf(error)
  return {
    error: {
      code: error.code,
      message: error.message,
      fix: error.fix,
      docs_url: `${docs}#${error.code}`,
      request_id: requestId,
      ...(field === undefined ? {} : { field }),
      ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: Math.ceil(error.retryAfterMs) }),
    },
  }
}

/** Messages about a field begin with its name in quotes: '"password" is not good enough' -> 'password'. */
function fieldOf(error: KeywayError): string | undefined {
  const told = error.metadata['field']
  if (typeof told === 'string') return told
  return /^"([a-z_]{1,40})" /.exec(error.message)?.[1]
}
