import { formatUsd, formatUsdPerUnit } from '../base/money.ts'
import type { Attempt, Plan } from '../router/attempt.ts'
import type { Dialect, Peek, RequestEdits } from '../wire/codec.ts'
import type { Admission } from './admit.ts'
import type { Call } from './call.ts'
import { dialectOf } from './door.ts'
import type { Gateway } from './house.ts'
import type { Outgoing } from './send.ts'

/** What every attempt sends: the client's bytes with the edits that its endpoint needs, made once for each endpoint. */
export function prepare(call: Call, of: { peek: Peek; plan: Plan; admission: Admission }, gateway: Gateway): Outgoing {
  const { peek, admission } = of
  let last: { endpoint: string; body: Uint8Array } | undefined
  return {
    call,
    stream: peek.stream,
    facts: {
      held: admission.held,
      choices: peek.choices,
      contextAsked: call.codec.contextAsked(call.headers),
      asked: peek,
      eventBytesMax: gateway.limits.eventBytes,
    },
    bodyFor(attempt) {
      // The next attempt is often the same endpoint with another credential.
      if (last?.endpoint === attempt.endpoint.id) return last.body
      const body = call.codec.patch(call.body, editsFor(attempt, dialectOf(attempt, call.codec.id), admission))
      last = { endpoint: attempt.endpoint.id, body }
      return body
    },
  }
}

function editsFor(attempt: Attempt, dialect: Dialect, { outputTokensMax, capped }: Admission): RequestEdits {
  const { prices } = attempt.endpoint
  const prompt = prices?.items.input
  const completion = prices?.items.output
  const limited = capped && dialect.keepsRoutingFields && prompt !== undefined && completion !== undefined
  return {
    model: attempt.endpoint.nativeId,
    dialect,
    outputTokensMax,
    // OpenRouter chooses the endpoint itself, so it must be told what the hold was made for: dollars per million tokens,
    // and per request.
    maxPrice: limited
      ? {
          prompt: formatUsd(prompt),
          completion: formatUsd(completion),
          request: formatUsdPerUnit(prices?.items.call ?? 0n),
        }
      : undefined,
  }
}
