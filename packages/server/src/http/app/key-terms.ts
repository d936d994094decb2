import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { type Nano, parseUsd } from '../../base/money.ts'
import { type KeyTerms, parseExpiry, SCOPES } from '../../keys/terms.ts'

const shape = {
  name: z.string().max(200).optional(),
  environment: z.enum(['development', 'staging', 'production']).optional(),
  limit_usd: z.string().max(40).nullable().optional(),
  reset: z.enum(['daily', 'weekly', 'monthly']).nullable().optional(),
  models: z.array(z.string().max(256)).max(200).nullable().optional(),
  reaches: z
    .array(z.enum(['own', 'shared', 'house']))
    .min(1)
    .max(3)
    .optional(),
  rpm: z.int().nullable().optional(),
  no_browser: z.boolean().optional(),
  ips: z.array(z.string().max(100)).max(200).nullable().optional(),
  scopes: z.array(z.enum(SCOPES)).max(10).optional(),
  expires_at: z.string().max(40).nullable().optional(),
}

/** A new key. */
export const newKeyBody = z.object({ ...shape, name: z.string({ error: 'expected a name' }).max(200) })
/** A change of one. */
export const keyChangeBody = z.object({ ...shape, disabled: z.boolean().optional() })

/**
 * The terms as the keys' room takes them; what was not given is left out. { limit_usd: '5.10' } -> { limit: 5_100_000_000n }
 * @throws KeywayError `invalid_request`, naming the field
 */
export function termsOf(given: z.output<typeof keyChangeBody>): Partial<KeyTerms> {
  const terms: Partial<KeyTerms> = {}
  if (given.name !== undefined) terms.name = given.name
  if (given.environment !== undefined) terms.environment = given.environment
  if (given.limit_usd !== undefined) terms.limit = given.limit_usd === null ? null : amountOf(given.limit_usd)
  if (given.reset !== undefined) terms.reset = given.reset
  if (given.models !== undefined) terms.models = given.models
  if (given.reaches !== undefined) terms.reaches = given.reaches
  if (given.rpm !== undefined) terms.rpm = given.rpm
  if (given.no_browser !== undefined) terms.noBrowser = given.no_browser
  if (given.ips !== undefined) terms.ips = given.ips
  if (given.scopes !== undefined) terms.scopes = given.scopes
  if (given.expires_at !== undefined) terms.expiresAt = given.expires_at === null ? null : parseExpiry(given.expires_at)
  return terms
}

function amountOf(text: string): Nano {
  try {
    return parseUsd(text)
  } catch (cause) {
    const message = '"limit_usd" is invalid: expected dollars such as 5.00, with at most 9 decimal places.'
    throw new KeywayError('invalid_request', message, { cause })
  }
}
