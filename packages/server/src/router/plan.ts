import type { Model } from '../providers/model.ts'
import type { Provider } from '../providers/provider.ts'
import type { Format } from '../wire/codec.ts'
import type { Attempt, CredentialChoice, Plan, Removal, Stay } from './attempt.ts'
import { type Candidate, type Demands, type Rule, removeEndpoint } from './eligibility.ts'
import type { HealthView } from './health.ts'
import { readPreferences } from './preferences.ts'
import { rank } from './ranking.ts'
import { refusePlan } from './refusal.ts'
import { stayWith } from './stay.ts'

export type PlanInput = {
  /** The requested model, then its fallbacks, each once. At least one. */
  models: readonly Model[]
  /** What the caller may use, whatever its reach. */
  credentials: readonly CredentialChoice[]
  provider(id: string): Provider | undefined
  policy: {
    /** Model ids or `author/*` patterns; null allows all. */
    models: readonly string[] | null
    /** In the order in which they are tried. */
    reaches: readonly CredentialChoice['reach'][]
  }
  /** What the client speaks; endpoints whose provider does not are left out. */
  format: Format
  /** The request's `provider` object, as it was parsed. */
  routing: Record<string, unknown> | undefined
  /** Names of the request's top-level fields. */
  fields: ReadonlySet<string>
  health: HealthView
  /** Whether an endpoint without a price is refused. */
  prices: 'needed' | 'optional'
  /** No fewer tokens than this are in the prompt: too low is safe, too high refuses calls that would fit. 0: unknown. */
  promptTokensMin: number
  outputTokensMax: number | undefined
  /** At most so many attempts. */
  attemptsMax: number
  /** Law 9: where an earlier call of the same conversation was answered. */
  stay?: Stay | undefined
}

// More credentials of one provider than this, and a call would see no other provider at all.
const CREDENTIALS_PER_ENDPOINT_MAX = 3

/**
 * Decides where a call goes: the attempts in their order, and which rule removed each other endpoint. Pure.
 *
 * A call stays within one reach: that of the first credential found for the first model that has any (law 9), so a call
 * that begins with a person's own credential never ends with another's.
 * @throws KeywayError invalid_request (the provider object), model_not_allowed, price_unknown, context_length_exceeded,
 * no_endpoints, each with the rules in its metadata
 */
export function plan(input: PlanInput): Plan {
  const preferences = readPreferences(input.routing)
  const { policy, prices, promptTokensMin, fields, health, outputTokensMax } = input
  const demands: Demands = { preferences, allowedModels: policy.models, promptTokensMin, prices, fields }
  const removed: Removal[] = []
  const usable = findCandidates(input, demands, removed)
  const candidates = stayInReach(usable, policy.reaches, removed)
  if (candidates.length === 0) throw refusePlan(input.models, removed)
  const { ranked, strategy } = rank(candidates, { demands, health, outputTokensMax })
  const kept =
    preferences.fallbacks === 'forbidden' && preferences.order.length === 0 ? keepFirstOfEach(ranked, removed) : ranked
  const staying = input.stay === undefined ? undefined : stayWith(input.stay, kept, removed)
  if (staying?.length === 0) throw refusePlan(input.models, removed)
  const attempts = listAttempts(staying ?? kept, input, removed)
  return { attempts, removed, strategy: staying === undefined ? strategy : 'stay', notes: preferences.notes }
}

/** Every endpoint of every model that no rule keeps out, with all credentials that could serve it. */
function findCandidates(input: PlanInput, demands: Demands, removed: Removal[]): Candidate[] {
  const candidates: Candidate[] = []
  for (const model of input.models) {
    for (const endpoint of model.endpoints) {
      const provider = input.provider(endpoint.provider)
      if (provider === undefined) {
        removed.push(removal(endpoint.id, 'provider_unknown', `There is no provider ${endpoint.provider}.`))
        continue
      }
      const refused = removeEndpoint(model, endpoint, { provider, demands })
      if (refused !== undefined) {
        removed.push(refused)
        continue
      }
      const credentials = credentialsFor(provider, input)
      if (credentials.length === 0)
        removed.push(removal(endpoint.id, 'no_credential', `The key may use no credential for ${provider.name}.`))
      else if (provider.formats[input.format] === undefined)
        removed.push(removal(endpoint.id, 'format', `${provider.name} does not speak ${input.format}.`))
      else candidates.push({ model, endpoint, provider, credentials })
    }
  }
  return candidates
}

function removal(endpoint: string, rule: Rule, detail: string): Removal {
  return { endpoint, rule, detail }
}

function credentialsFor(provider: Provider, { credentials, policy, health }: PlanInput): Candidate['credentials'] {
  const own = credentials.filter((choice) => choice.provider === provider.id && policy.reaches.includes(choice.reach))
  if (own.length === 0) return provider.auth === undefined ? [undefined] : []
  // One that was refused a moment ago comes last, but comes: it may have been mended.
  const late = (choice: CredentialChoice) => (health.isTripped(choice.id) ? 1 : 0)
  return own.toSorted((a, b) => late(a) - late(b) || a.priority - b.priority)
}

/** Law 9. A server that needs no credential belongs to every reach. */
function stayInReach(
  candidates: readonly Candidate[],
  reaches: PlanInput['policy']['reaches'],
  removed: Removal[],
): Candidate[] {
  const first = candidates.find(({ credentials }) => credentials[0] !== undefined)
  if (first === undefined) return [...candidates]
  const sameModel = candidates.filter(({ model }) => model === first.model).flatMap(({ credentials }) => credentials)
  const reach = reaches.find((wanted) => sameModel.some((credential) => credential?.reach === wanted))
  return candidates.flatMap((candidate) => {
    const credentials = candidate.credentials.filter(
      (credential) => credential === undefined || credential.reach === reach,
    )
    if (credentials.length > 0) return [{ ...candidate, credentials }]
    removed.push(
      removal(candidate.endpoint.id, 'reach', `The call is made with ${reach} credentials, and stays with them.`),
    )
    return []
  })
}

/** Without fallbacks each model has one endpoint; the models themselves are still tried in turn. */
function keepFirstOfEach(ranked: readonly Candidate[], removed: Removal[]): Candidate[] {
  const seen = new Set<Model>()
  return ranked.filter(({ model, endpoint }) => {
    if (seen.has(model)) {
      removed.push(removal(endpoint.id, 'allow_fallbacks', 'The request allows no other provider than the first.'))
      return false
    }
    seen.add(model)
    return true
  })
}

function listAttempts(candidates: readonly Candidate[], { attemptsMax }: PlanInput, removed: Removal[]): Attempt[] {
  const perEndpoint = candidates.length === 1 ? attemptsMax : CREDENTIALS_PER_ENDPOINT_MAX
  const attempts: Attempt[] = []
  for (const { model, endpoint, provider, credentials } of candidates) {
    const room = Math.min(perEndpoint, attemptsMax - attempts.length)
    if (room <= 0) removed.push(removal(endpoint.id, 'attempt_limit', `A call makes at most ${attemptsMax} attempts.`))
    for (const credential of credentials.slice(0, Math.max(0, room)))
      attempts.push({ model, endpoint, provider, credential })
  }
  return attempts
}
