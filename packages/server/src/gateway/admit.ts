import { KeywayError } from '../base/errors.ts'
import { formatUsd, type Nano, toUsdNumber } from '../base/money.ts'
import { affordableOutput, type Ceiling, type CeilingAttempt, type CeilingFacts, ceiling } from '../meter/ceiling.ts'
import type { Attempt } from '../router/attempt.ts'
import type { Admitted, GenerationDraft, Refused } from '../store/records.ts'
import type { Peek } from '../wire/codec.ts'
import type { Call } from './call.ts'
import { featuresOf } from './features.ts'
import type { Gateway } from './house.ts'
import type { Held } from './price.ts'

/** A call that may go out, and how long its answer may be. */
export type Admission = {
  hold: Admitted
  held: Held
  /** Set on the request when the worst case did not fit, or nothing else bounds it; undefined: nothing is injected. */
  outputTokensMax: number | undefined
  clamped: boolean
  /** Some cap bounds the call, so what is sent must not cost more than what was held. */
  capped: boolean
}

/**
 * Holds the worst case under every cap. Where that does not fit, first the prompt is counted rather than guessed, then
 * the answer is shortened to what is left.
 * @throws KeywayError key_limit_reached, credit_exhausted, workspace_budget_reached, price_unknown, feature_price_unknown
 */
export async function admit(
  call: Call,
  request: { peek: Peek; attempts: readonly Attempt[]; draft: GenerationDraft },
  gateway: Gateway,
): Promise<Admission> {
  const { peek } = request
  const context = call.codec.contextAsked(call.headers)
  const attempts = request.attempts.map((attempt) => boundsOf(attempt, context))
  const capped = call.caller.key.limit !== null || gateway.prepaid
  const flat = capped ? flatHold(call, request, gateway) : 0n
  let facts: CeilingFacts = peek
  let worst = withFlat(ceiling(facts, attempts), flat)
  let answer = await reserve(call, request.draft, worst, gateway)
  if (answer.admitted) {
    return {
      hold: answer,
      held: { ...worst, flat },
      outputTokensMax: capped && worst.assumed ? worst.outputTokensMax : undefined,
      clamped: false,
      capped,
    }
  }

  facts = { ...peek, textTokens: await gateway.countTokens(call.body) }
  worst = withFlat(ceiling(facts, attempts), flat)
  answer = await reserve(call, request.draft, worst, gateway)
  if (answer.admitted) {
    return {
      hold: answer,
      held: { ...worst, flat },
      outputTokensMax: worst.assumed ? worst.outputTokensMax : undefined,
      clamped: false,
      capped,
    }
  }

  const affordable = affordableOutput(answer.available - flat, facts, attempts)
  if (affordable.kind === 'refused') throw refusal(answer, affordable.message)
  const clampedFacts = { ...facts, outputTokensMax: affordable.outputTokensMax }
  const fitting = withFlat(ceiling(clampedFacts, attempts), flat)
  // What was left a moment ago may have gone to another call meanwhile: one try, then the refusal.
  const last = await reserve(call, request.draft, fitting, gateway)
  if (!last.admitted)
    throw refusal(last, affordable.outputTokensMax < worst.outputTokensMax ? '' : 'Other calls hold what is left.')
  return { hold: last, held: { ...fitting, flat }, outputTokensMax: affordable.outputTokensMax, clamped: true, capped }
}

/**
 * What a capped key holds for features that are billed beside tokens and have no price: the operator's flat amount each.
 * @throws KeywayError feature_price_unknown when the operator set none
 */
function flatHold(call: Call, request: { peek: Peek; attempts: readonly Attempt[] }, gateway: Gateway): Nano {
  const { policy } = call.caller.key
  const features = featuresOf(call, request, gateway)
  if (features.length === 0) return 0n
  if (policy.flatHold === null) {
    throw new KeywayError('feature_price_unknown', `${features.join(', ')}: billed beside tokens, at no known price.`, {
      metadata: { features },
    })
  }
  return policy.flatHold * BigInt(features.length)
}

function withFlat(worst: Ceiling, flat: Nano): Ceiling {
  return flat === 0n ? worst : { ...worst, input: worst.input + flat }
}

function reserve(call: Call, draft: GenerationDraft, amounts: Ceiling, gateway: Gateway): Promise<Admitted | Refused> {
  const { key } = call.caller
  return gateway.store.reserve({
    callId: call.id,
    keyHash: key.hash,
    userId: key.userId,
    workspaceId: key.workspaceId,
    at: call.at,
    input: amounts.input,
    output: amounts.output,
    draft,
  })
}

/** @param context tokens that the call asks for; 0 where it asks for the endpoint's own */
function boundsOf(attempt: Attempt, context: number): CeilingAttempt {
  const { prices, contextLength, maxOutputTokens, partTokensMax: part } = attempt.endpoint
  if (contextLength === null || contextLength >= context)
    return { prices, contextLength, maxOutputTokens, partTokensMax: part }
  const partTokensMax = { ...part, file: Math.max(part.file, context), audio: Math.max(part.audio, context) }
  return { prices, contextLength: context, maxOutputTokens, partTokensMax }
}

const REFUSALS = {
  key: { code: 'key_limit_reached', name: 'Key limit exceeded' },
  user: { code: 'credit_exhausted', name: 'Insufficient credits' },
  workspace: { code: 'workspace_budget_reached', name: 'Workspace budget exceeded' },
} as const

function refusal(refused: Refused, detail: string): KeywayError {
  const { code, name } = REFUSALS[refused.scope]
  const left = `$${formatUsd(refused.available)} of $${formatUsd(refused.limit)} is left.`
  return new KeywayError(
    code,
    `${name}: this request requires more credits, or fewer max_tokens. ${detail === '' ? '' : `${detail} `}${left}`,
    {
      metadata: {
        scope: refused.scope,
        limit: toUsdNumber(refused.limit),
        limit_remaining: toUsdNumber(refused.available),
        resets_at: refused.resetsAt === null ? null : new Date(refused.resetsAt).toISOString(),
      },
    },
  )
}

/** Whether the hold is on disk, once that is known. No byte of an answer leaves before it is (law 2). */
export async function holdsOnDisk(admission: Admission): Promise<{ ok: true } | { ok: false; error: KeywayError }> {
  try {
    await admission.hold.durable
    return { ok: true }
  } catch (cause) {
    return { ok: false, error: new KeywayError('internal', 'The hold for this call could not be written.', { cause }) }
  }
}
