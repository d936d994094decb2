import type { ChatSettings, Preferences } from '@keyway/contract'
import { KeywayError } from '../base/errors.ts'
import type { Gateway } from '../gateway/house.ts'
import { within } from '../gateway/within.ts'
import type { Caller } from '../keys/caller.ts'
import type { Model } from '../providers/model.ts'
import type { Plan, Stay } from '../router/attempt.ts'
import { isAggregator } from '../router/eligibility.ts'
import { plan } from '../router/plan.ts'
import { type EffortField, routingOf } from './compose.ts'

/** Where an answer would come from, found out before anything is stored, sent or taken from a daily limit. */
export type AnswerPlan = {
  /** As the person wrote it, variant included. */
  asked: string
  model: Model
  /** The caller, narrowed to the one reach that the answer is made with: the call goes there or nowhere (law 9). */
  caller: Caller
  /** The operator pays for it. */
  house: boolean
  /** Where the conversation was answered before, if it still can be there. */
  stay: Stay | undefined
  /** Tokens; null: not known, and nothing is trimmed or refused. */
  contextLength: number | null
  maxOutputTokens: number | null
  effort: EffortField
  takes: { images: boolean; files: boolean }
}

export type Planning = {
  asked: string
  caller: Caller
  settings: ChatSettings
  dataCollection: Preferences['data_collection']
  stay: Omit<Stay, 'how'> | undefined
  /** The models that the operator pays for. */
  houseModels: readonly string[]
}

/** How long a request waits for lists of models that are just being read. Milliseconds. */
const LIST_WAIT_MS = 3_000

/** @throws KeywayError provider_may_keep_data, model_not_callable in the words of whatever rule stands in the way */
export async function planAnswer(of: Planning, gateway: Gateway): Promise<AnswerPlan> {
  const model = await findModel(of.asked, gateway)
  const caller = withReaches(of.caller, (reach) => reach !== 'house' || of.houseModels.includes(model.id))
  const { names, effort } = namesOf(of.settings)
  const planned = await planFor(model, { ...of, caller, fields: new Set(['model', 'messages', ...names]) }, gateway)
  const [first] = planned.attempts
  if (first === undefined) throw notCallable(of.asked, 'No endpoint is left for it.')
  const reaches = new Set(planned.attempts.flatMap(({ credential }) => credential?.reach ?? []))
  const kept = of.stay
  const stays =
    kept !== undefined && first.endpoint.id === kept.endpoint && (first.credential?.id ?? null) === kept.credentialId
  const { endpoint, provider } = first
  const files = model.inputModalities.includes('file') || isAggregator(provider)
  return {
    asked: of.asked,
    model,
    caller: withReaches(caller, (reach) => reaches.has(reach)),
    house: reaches.has('house'),
    stay: stays ? { ...kept, how: 'first' } : undefined,
    contextLength: endpoint.contextLength ?? model.contextLength,
    maxOutputTokens: endpoint.maxOutputTokens,
    effort: effort ? effortField(planned, endpoint.supportedParameters) : undefined,
    // Of a server of one's own nothing is known, and it says so itself.
    takes: { images: provider.free || model.inputModalities.includes('image'), files: provider.free || files },
  }
}

async function findModel(asked: string, gateway: Gateway): Promise<Model> {
  const found = gateway.catalogue().resolve(asked)
  if (found.kind === 'model') return found.model
  const pending = gateway.pendingCatalogue()
  if (pending !== undefined) await within(pending, LIST_WAIT_MS)
  const again = gateway.catalogue().resolve(asked)
  if (again.kind === 'model') return again.model
  throw notCallable(asked, 'It is not a model that Keyway knows.')
}

async function planFor(model: Model, of: Planning & { fields: ReadonlySet<string> }, gateway: Gateway): Promise<Plan> {
  const { policy } = of.caller.key
  try {
    return plan({
      models: [model],
      format: 'openai-chat',
      credentials: await gateway.credentials(of.caller),
      provider: gateway.provider,
      policy: { models: policy.models, reaches: policy.reaches },
      routing: routingOf(of.dataCollection).provider,
      fields: of.fields,
      health: gateway.routing.health,
      prices: 'needed',
      promptTokensMin: 0,
      outputTokensMax: of.settings.parameters.max_tokens,
      attemptsMax: gateway.limits.attempts,
      stay: of.stay === undefined ? undefined : { ...of.stay, how: 'first' },
    })
  } catch (cause) {
    if (!(cause instanceof KeywayError)) throw cause
    const minds = of.dataCollection === 'deny' && (await wouldBePlanned(model, of, gateway))
    throw minds ? mayKeepData(of.asked, cause) : notCallable(of.asked, cause.message, cause)
  }
}

function notCallable(asked: string, why: string, cause?: KeywayError): KeywayError {
  return new KeywayError('model_not_callable', `${JSON.stringify(asked.slice(0, 100))} cannot answer now: ${why}`, {
    metadata: { field: 'models', model: asked.slice(0, 300) },
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Would there be somebody if the person did not mind who keeps what is sent? */
async function wouldBePlanned(
  model: Model,
  of: Planning & { fields: ReadonlySet<string> },
  gateway: Gateway,
): Promise<boolean> {
  try {
    await planFor(model, { ...of, dataCollection: 'allow' }, gateway)
    return true
  } catch (error) {
    if (error instanceof KeywayError) return false
    throw error
  }
}

function mayKeepData(asked: string, cause: KeywayError): KeywayError {
  return new KeywayError(
    'provider_may_keep_data',
    `Whoever serves ${JSON.stringify(asked.slice(0, 100))} may keep or train on what is sent, and you asked for providers that do not.`,
    { metadata: { field: 'models', model: asked.slice(0, 300) }, cause },
  )
}

/** A caller of the same key that may use fewer reaches. */
function withReaches(caller: Caller, keep: (reach: 'own' | 'shared' | 'house') => boolean): Caller {
  const { key } = caller
  return { ...caller, key: { ...key, policy: { ...key.policy, reaches: key.policy.reaches.filter(keep) } } }
}

/** The request's fields, as the plan looks at them. */
function namesOf({ parameters }: ChatSettings): { names: string[]; effort: boolean } {
  const { reasoning_effort: effort, ...plain } = parameters
  return { names: Object.keys(plain), effort: effort !== undefined }
}

/** OpenRouter's object where all that may answer understand it; OpenAI's field, which OpenRouter takes too, elsewhere. */
function effortField({ attempts }: Plan, supported: readonly string[]): EffortField {
  const known = supported.includes('reasoning') || supported.includes('reasoning_effort')
  if (supported.length > 0 && !known) return undefined
  return attempts.every(({ provider }) => isAggregator(provider)) ? 'reasoning' : 'reasoning_effort'
}
