import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { parseJson } from '../json-body.ts'

/**
 * Reads a request's body. Fields that the schema does not name are left out.
 * @param bytesMax where a form's worth is not enough; the route's own bodyLimit must allow it
 * @throws KeywayError `invalid_json`, `invalid_request` naming the field
 */
export function readBody<T>(request: FastifyRequest, schema: z.ZodType<T>, bytesMax?: number): T {
  const result = schema.safeParse(parseJson(request.body, bytesMax))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = String(issue?.path[0] ?? '')
  const message =
    field === '' ? 'The body is not one JSON object.' : `"${issue?.path.join('.')}" is invalid: ${issue?.message}.`
  throw new KeywayError('invalid_request', message, field === '' ? {} : { metadata: { field } })
}

/** Text of 1 to so many characters. */
export const text = (most: number) =>
  z
    .string({ error: 'expected text' })
    .min(1, { error: 'expected some text' })
    .max(most, { error: `expected at most ${most} characters` })
