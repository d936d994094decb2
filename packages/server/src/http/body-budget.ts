import type { IncomingMessage, ServerResponse } from 'node:http'
import { KeywayError } from '../base/errors.ts'

/** Bounds what all request bodies together may take of the memory. */
export type BodyBudget = {
  /**
   * Reserves room for one body until its response is closed: what its Content-Length says, or the most that a body may
   * have where it says nothing.
   * @throws KeywayError overloaded
   */
  take(request: IncomingMessage, response: ServerResponse): void
}

/** @param limits bytes: of one body, and of all bodies of calls in progress */
export function createBodyBudget(limits: { bodyBytes: number; bodiesBytes: number }): BodyBudget {
  let taken = 0
  return {
    take(request, response) {
      const stated = Number(request.headers['content-length'] ?? limits.bodyBytes)
      // A length beyond the limit of one body is refused by its own name, before anything is read.
      if (!Number.isSafeInteger(stated) || stated < 0 || stated > limits.bodyBytes) return
      if (taken + stated > limits.bodiesBytes) {
        throw new KeywayError('overloaded', 'The bodies of the calls in progress take all the memory that they may.', {
          retryAfterMs: 1_000,
        })
      }
      taken += stated
      response.once('close', () => {
        taken -= stated
      })
    },
  }
}
