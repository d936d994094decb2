import { z } from 'zod'
import { usdSchema } from './amount.ts'
import type { DeepReadonly } from './deep-readonly.ts'
import { reachSchema } from './providers.ts'

/** What new keys get unless their maker says otherwise. Choosing one: `keyway keys create --policy <name>`. */
export const keyPolicySchema = z.strictObject({
  limit: usdSchema.optional().describe('Cap in US dollars. None: no cap.'),
  reset: z
    .enum(['daily', 'weekly', 'monthly'])
    .optional()
    .describe('When the cap begins anew, at 00:00 UTC. None: never.'),
  expires_days: z.int().min(1).max(3650).optional().describe('Days until the key expires. None: never.'),
  models: z.array(z.string().min(1)).optional().describe('Model ids or author/* patterns. None: all.'),
  ips: z
    .array(z.string().min(1))
    .min(1)
    .max(100)
    .optional()
    .describe('Addresses or ranges that it may be called from, such as 203.0.113.7 or 10.0.0.0/8. None: all.'),
  reaches: z
    .array(reachSchema)
    .min(1)
    .optional()
    .describe(
      'Which credentials it may use, in this order. None: own, shared. House is yours to pay, without a daily limit.',
    ),
  rpm: z.int().min(1).max(1_000_000).optional().describe('Most calls in any 60 seconds. None: no limit.'),
  no_browser: z.boolean().optional().describe('Refuse calls that come from a web page.'),
  losses: z.enum(['allow', 'refuse']).optional().describe('What happens when a translation cannot carry a field.'),
  flat_hold: usdSchema
    .optional()
    .describe(
      'US dollars held, and charged where the provider reports no cost, for each billable feature without a price. None: refuse it on a capped key.',
    ),
})

/** @see {@link keyPolicySchema} */
export type KeyPolicySetting = DeepReadonly<z.output<typeof keyPolicySchema>>
