import { deflateRawSync } from 'node:zlib'
import type { Plan } from '../router/attempt.ts'

/** Below this, deflating costs more time than the bytes are worth. */
const PLAIN_BYTES_MAX = 1024

/**
 * Why the call went where it went, as compressed JSON for the 14 days it is kept: the endpoints in the order they would
 * have been tried, the rule that removed each other one, and what put the first one first.
 */
export function explain(plan: Plan): Uint8Array {
  const json = Buffer.from(
    JSON.stringify({
      strategy: plan.strategy,
      order: plan.attempts.map((attempt) => ({
        endpoint: attempt.endpoint.id,
        credential: attempt.credential?.id ?? null,
      })),
      removed: plan.removed,
    }),
  )
  return json.length <= PLAIN_BYTES_MAX ? json : deflateRawSync(json)
}
