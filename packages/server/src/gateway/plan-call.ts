import { KeywayError } from '../base/errors.ts'
import type { Model } from '../providers/model.ts'
import type { Plan } from '../router/attempt.ts'
import { plan } from '../router/plan.ts'
import type { Peek } from '../wire/codec.ts'
import type { Call } from './call.ts'
import { checkFallbacks } from './check-models.ts'
import { chooseModels } from './choose.ts'
import type { Gateway } from './house.ts'
import { within } from './within.ts'

/**
 * A prompt has about this many bytes for each token at the most, JSON around it included: too few tokens counted is
 * safe, since planning only leaves out endpoints whose context is surely too short.
 */
const BYTES_PER_TOKEN_MAX = 16

/** Where the call may go, in order. @throws KeywayError when nowhere, naming the rules */
export async function planCall(peek: Peek, call: Call, gateway: Gateway): Promise<Plan> {
  const { key } = call.caller
  const models = await modelsOf(peek, gateway)
  checkFallbacks(peek, call.caller, gateway.catalogue())
  const credentials = await gateway.credentials(call.caller)
  const { sealed } = peek
  const maker =
    sealed === undefined ? undefined : gateway.seals.stayFor(key.workspaceId, sealed, { models, credentials })
  return plan({
    models,
    format: call.codec.id,
    credentials,
    provider: gateway.provider,
    policy: { models: key.policy.models, reaches: key.policy.reaches },
    routing: peek.routing,
    fields: peek.fields,
    health: gateway.routing.health,
    prices: 'needed',
    promptTokensMin: Math.floor(peek.textBytes / BYTES_PER_TOKEN_MAX),
    outputTokensMax: peek.outputTokensMax,
    attemptsMax: gateway.limits.attempts,
    stay: call.stay ?? maker,
  })
}

/** How long a call waits for lists of models that are just being read. A list takes well under a second. Milliseconds. */
const LIST_WAIT_MS = 3_000

async function modelsOf(peek: Peek, gateway: Gateway): Promise<Model[]> {
  const { modelFallbacks } = gateway.limits
  const pending = gateway.pendingCatalogue()
  if (pending === undefined) return chooseModels(peek, gateway.catalogue(), modelFallbacks)
  try {
    return chooseModels(peek, gateway.catalogue(), modelFallbacks)
  } catch (error) {
    if (!(error instanceof KeywayError) || error.code !== 'model_not_found') throw error
  }
  await within(pending, LIST_WAIT_MS)
  return chooseModels(peek, gateway.catalogue(), modelFallbacks)
}
