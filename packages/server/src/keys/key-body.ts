import { z } from 'zod'
import { KeywayError } from '../base/errors.ts'
import { type Nano, parseUsd } from '../base/money.ts'
import { type KeyTerms, parseExpiry, RESETS } from './terms.ts'

// Unknown fields are left alone: OpenRouter's clients send some that mean nothing here. Only the named ones are read.

const Changes = z.object({
  name: z.string().optional(),
  disabled: z.boolean().optional(),
  limit: z.number().nullable().optional(),
  limit_reset: z.enum(RESETS).nullable().optional(),
  expires_at: z.string().nullable().optional(),
  // Ours, where the answer has it too: sent back as it came, it changes nothing else.
  keyway: z
    .object({
      models: z.array(z.string()).nullable().optional(),
      ips: z.array(z.string()).nullable().optional(),
    })
    .optional(),
})
const Creation = Changes.extend({
  name: z.string(),
  workspace_id: z.string().optional(),
  creator_user_id: z.string().nullable().optional(),
})

/** What a body of `POST /keys` asks for. The owner's ids are for the caller to check. */
export type KeyCreation = {
  terms: Partial<KeyTerms> & { name: string }
  workspaceId: string | undefined
  userId: string | undefined
}

/**
 * Reads a body of `POST /keys`. { name: 'ci', limit: 5.1, limit_reset: 'daily' } -> limit 5_100_000_000n
 * @throws KeywayError `invalid_request`, naming the field
 */
export function parseKeyCreation(body: unknown): KeyCreation {
  const read = check(Creation, body)
  const terms = { ...termsOf(read), name: read.name }
  return { terms, workspaceId: read.workspace_id, userId: read.creator_user_id ?? undefined }
}

/** Reads a body of `PATCH /keys/{hash}`. @throws KeywayError `invalid_request`, naming the field */
export function parseKeyPatch(body: unknown): Partial<KeyTerms> & { disabled?: boolean } {
  const read = check(Changes, body)
  return read.disabled === undefined ? termsOf(read) : { ...termsOf(read), disabled: read.disabled }
}

function termsOf(read: z.infer<typeof Changes>): Partial<KeyTerms> {
  const terms: Partial<KeyTerms> = {}
  if (read.name !== undefined) terms.name = read.name
  if (read.limit !== undefined) terms.limit = read.limit === null ? null : amountOf(read.limit)
  if (read.limit_reset !== undefined) terms.reset = read.limit_reset
  if (read.expires_at !== undefined) terms.expiresAt = read.expires_at === null ? null : parseExpiry(read.expires_at)
  const { models, ips } = read.keyway ?? {}
  if (models !== undefined) terms.models = models
  if (ips !== undefined) terms.ips = ips
  return terms
}

/** The shortest decimal that reads as this number is what the client wrote, up to 15 digits. */
function amountOf(usd: number): Nano {
  try {
    return parseUsd(String(usd))
  } catch (error) {
    const message = '"limit" is invalid: expected dollars with at most 9 decimal places, or null.'
    throw new KeywayError('invalid_request', message, { cause: error })
  }
}

function check<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const field = issue?.path.join('.') || 'the body'
  throw new KeywayError('invalid_request', `"${field}" is invalid: ${issue?.message ?? 'not as expected'}.`)
}
