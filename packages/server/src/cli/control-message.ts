import { z } from 'zod'
import { ERRORS, type ErrorCode, KeywayError } from '../base/errors.ts'

// One connection carries one request and one answer, each a JSON document; closing a direction ends its document.

/** Bytes of a request or an answer: usage tables and key lists are the largest, with under a thousand rows of 500 bytes. */
export const CONTROL_BYTES_MAX = 8_388_608

/** What the CLI asks of the server that owns the home. */
export const controlRequest = z.strictObject({ act: z.string().max(60), args: z.unknown() })

const failure = z.object({ code: z.string(), message: z.string(), fix: z.string() })

/** What the server answers. */
export const controlAnswer = z.union([
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), error: failure }),
])

/** An error as the answer carries it. An unexpected one keeps its details in the server's log. */
export function failureOf(error: unknown): z.output<typeof failure> {
  if (error instanceof KeywayError) return { code: error.code, message: error.message, fix: error.fix }
  if (error instanceof Error && 'fix' in error && typeof error.fix === 'string')
    return { code: 'internal', message: error.message, fix: error.fix }
  return { code: 'internal', message: 'The server failed at this.', fix: 'Look into its log.' }
}

/** The error of an answer, to be thrown on this side. */
export function errorOf({ code, message, fix }: z.output<typeof failure>): KeywayError {
  return new KeywayError(isErrorCode(code) ? code : 'internal', message, { fix })
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}
