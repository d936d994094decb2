import { z } from 'zod'
import { KeywayError } from '../../base/errors.ts'
import { parseUsd } from '../../base/money.ts'
import type { KeyPolicySetting } from '../../config/key-policy.ts'
import type { Config } from '../../config/schema.ts'
import type { KeyTerms } from '../../keys/terms.ts'
import { moment, usd } from './amount.ts'

const none = z.literal('none').transform(() => null)

/** What may be said of a key on the command line; `none` takes a limit away. */
export const termsShape = {
  name: z.string().optional(),
  env: z
    .enum(['development', 'staging', 'production'], { error: 'expected development, staging or production' })
    .optional(),
  limit: z.union([none, usd], { error: 'expected US dollars such as 5.00, or none' }).optional(),
  reset: z
    .union([none, z.enum(['daily', 'weekly', 'monthly'])], { error: 'expected daily, weekly, monthly or none' })
    .optional(),
  expires: z
    .union([none, moment], { error: 'expected a time in UTC such as 2027-01-01T00:00:00Z, or none' })
    .optional(),
  models: z
    .union([none, z.array(z.string().min(1)).min(1)], { error: 'expected model ids with commas between them, or none' })
    .optional(),
  reaches: z
    .array(z.enum(['own', 'shared', 'house'], { error: 'expected own, shared or house' }))
    .min(1)
    .optional(),
  rpm: z
    .union(
      [
        none,
        z
          .string()
          .regex(/^[1-9]\d{0,5}$/)
          .transform(Number),
      ],
      { error: 'expected a whole number of calls a minute, or none' },
    )
    .optional(),
  no_browser: z.boolean().optional(),
  ips: z
    .union([none, z.array(z.string().min(1)).min(1)], { error: 'expected addresses or ranges with commas, or none' })
    .optional(),
}

type GivenTerms = z.output<z.ZodObject<typeof termsShape>>

/** The terms as the keys' room takes them; what was not given is left out. */
export function termsOf(given: GivenTerms): Partial<KeyTerms> {
  const terms: Partial<KeyTerms> = {}
  if (given.name !== undefined) terms.name = given.name
  if (given.env !== undefined) terms.environment = given.env
  if (given.limit !== undefined) terms.limit = given.limit
  if (given.reset !== undefined) terms.reset = given.reset
  if (given.expires !== undefined) terms.expiresAt = given.expires
  if (given.models !== undefined) terms.models = given.models
  if (given.reaches !== undefined) terms.reaches = given.reaches
  if (given.rpm !== undefined) terms.rpm = given.rpm
  if (given.no_browser !== undefined) terms.noBrowser = given.no_browser
  if (given.ips !== undefined) terms.ips = given.ips
  return terms
}

/** Milliseconds in a day. */
const DAY_MS = 86_400_000

/**
 * What the configuration says of new keys, under the name of a policy.
 * @param name undefined: the policy called 'default', if there is one
 * @throws KeywayError `invalid_request` when there is none of that name
 */
export function policyTerms(config: Config, name: string | undefined, now: number): Partial<KeyTerms> {
  const policies: ReadonlyMap<string, Config['keys']['policies'][string]> = new Map(
    Object.entries(config.keys.policies),
  )
  const policy = policies.get(name ?? 'default')
  if (policy === undefined) {
    if (name === undefined) return {}
    const known = [...policies.keys()].join(', ') || 'none'
    throw new KeywayError('invalid_request', `There is no key policy "${name}".`, {
      fix: `The configuration file has: ${known}.`,
    })
  }
  return termsOfPolicy(policy, now)
}

function termsOfPolicy(policy: KeyPolicySetting, now: number): Partial<KeyTerms> {
  const terms: Partial<KeyTerms> = {}
  if (policy.limit !== undefined) terms.limit = parseUsd(policy.limit)
  if (policy.reset !== undefined) terms.reset = policy.reset
  if (policy.expires_days !== undefined) terms.expiresAt = now + policy.expires_days * DAY_MS
  if (policy.models !== undefined) terms.models = [...policy.models]
  if (policy.ips !== undefined) terms.ips = [...policy.ips]
  if (policy.reaches !== undefined) terms.reaches = [...policy.reaches]
  if (policy.rpm !== undefined) terms.rpm = policy.rpm
  if (policy.no_browser !== undefined) terms.noBrowser = policy.no_browser
  if (policy.losses !== undefined) terms.losses = policy.losses
  if (policy.flat_hold !== undefined) terms.flatHold = parseUsd(policy.flat_hold)
  return terms
}
