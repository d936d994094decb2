import { priceOf } from '../meter/price-book.ts'
import type { Endpoint, Model } from '../providers/model.ts'
import type { Provider } from '../providers/provider.ts'
import type { CredentialChoice, Removal } from './attempt.ts'
import type { Preferences } from './preferences.ts'

/** What a request demands of an endpoint. */
export type Demands = {
  preferences: Preferences
  /** Model ids or `author/*` patterns that the key may use; null allows all. */
  allowedModels: readonly string[] | null
  /** No fewer tokens than this are in the prompt; 0 when nothing is known. */
  promptTokensMin: number
  /** An endpoint without a price is refused. */
  prices: 'needed' | 'optional'
  /** Names of the request's top-level fields. */
  fields: ReadonlySet<string>
}

/** An endpoint with all that is needed to try it. */
export type Candidate = {
  model: Model
  endpoint: Endpoint
  provider: Provider
  /** In the order in which they are tried; [undefined] where the provider needs none. */
  credentials: readonly (CredentialChoice | undefined)[]
}

/** Why an endpoint is out: the rule's name and a sentence. The names are OpenRouter's `excluded_by` where it has one. */
export type Rule =
  | 'model_not_allowed'
  | 'provider_unknown'
  | 'allowed_providers'
  | 'ignored_providers'
  | 'order_only'
  | 'data_policy:zdr'
  | 'data_policy:training'
  | 'data_policy:distillable'
  | 'require_parameters'
  | 'context_length'
  | 'max_price'
  | 'price_unknown'
  | 'no_credential'
  | 'format'
  | 'reach'
  | 'attempt_limit'
  | 'allow_fallbacks'
  | 'stay'

/** Does a list of allowed models name this one? 'openai/*' names all of an author. */
export function allowsModel(allowed: readonly string[] | null, modelId: string): boolean {
  if (allowed === null) return true
  return allowed.some(
    (pattern) => pattern === modelId || (pattern.endsWith('/*') && modelId.startsWith(pattern.slice(0, -1))),
  )
}

/** Does a name from a request mean this provider? Ids and display names do, in any case. */
export function isNamed(names: readonly string[], provider: Provider): boolean {
  return names.includes(provider.id.toLowerCase()) || names.includes(provider.name.toLowerCase())
}

/** OpenRouter and its like choose among providers themselves: they get the request's preferences and apply them. */
export function isAggregator(provider: Provider): boolean {
  return provider.dialect.keepsRoutingFields
}

/**
 * Can a request's data policies be kept there? By whoever applies them itself, and by a server of one's own. Of the others
 * nothing is known that would let us promise anything.
 */
export function keepsDataPolicies(provider: Provider): boolean {
  return isAggregator(provider) || provider.auth === undefined
}

// Fields that every endpoint takes, or that are ours or OpenRouter's alone. The rest are parameters of the model.
const COMMON_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'models',
  'messages',
  'prompt',
  'input',
  'stream',
  'stream_options',
  'provider',
  'plugins',
  'route',
  'transforms',
  'usage',
  'user',
  'metadata',
  'session_id',
  'store',
  'debug',
  'trace',
  'preset',
  'n',
  'safety_identifier',
  'service_tier',
  'prompt_cache_key',
  'cache_control',
  // Of every Responses endpoint: what the conversation is, and what is done with it.
  'instructions',
  'include',
  'text',
  'truncation',
  'max_tool_calls',
  'background',
  'previous_response_id',
  'conversation',
  'context_management',
  'prompt_cache_options',
  'prompt_cache_retention',
  'moderation',
  'client_metadata',
])
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['max_tokens', 'max_completion_tokens'],
  ['max_completion_tokens', 'max_tokens'],
  ['max_output_tokens', 'max_tokens'],
])

/** The request's parameters that an endpoint is not known to take. */
export function unsupportedFields(fields: ReadonlySet<string>, endpoint: Endpoint): string[] {
  const supported = endpoint.supportedParameters
  return [...fields].filter((field) => {
    if (COMMON_FIELDS.has(field) || supported.includes(field)) return false
    const synonym = SYNONYMS.get(field)
    return synonym === undefined || !supported.includes(synonym)
  })
}

/** The first item that is dearer than the request allows. */
function overPrice(endpoint: Endpoint, { preferences, promptTokensMin }: Demands): string | undefined {
  for (const [item, limit] of preferences.maxPrice) {
    const price = endpoint.prices === undefined ? undefined : priceOf(endpoint.prices, item, promptTokensMin)
    // Without a price for tokens nobody can promise to stay below one; other items may just not occur.
    if (price === undefined ? item === 'input' || item === 'output' : price > limit) return item
  }
  return undefined
}

/** The first rule that keeps the endpoint of a known provider out, credentials aside. */
export function removeEndpoint(
  model: Model,
  endpoint: Endpoint,
  of: { provider: Provider; demands: Demands },
): Removal | undefined {
  const { provider, demands } = of
  const { preferences } = demands
  const remove = (rule: Rule, detail: string): Removal => ({ endpoint: endpoint.id, rule, detail })
  if (!allowsModel(demands.allowedModels, model.id))
    return remove('model_not_allowed', `The key may not use ${model.id}.`)
  if (isNamed(preferences.ignore, provider)) return remove('ignored_providers', 'The request ignores this provider.')
  const tokens = demands.promptTokensMin
  if (endpoint.contextLength !== null && tokens > endpoint.contextLength) {
    return remove('context_length', `The prompt has at least ${tokens} tokens, the context ${endpoint.contextLength}.`)
  }
  if (demands.prices === 'needed' && endpoint.prices === undefined && !provider.free) {
    return remove('price_unknown', 'The endpoint has no price, and calls must have one.')
  }
  // What follows an aggregator applies by itself, among providers that we cannot see.
  if (isAggregator(provider)) return undefined
  if (preferences.only !== undefined && !isNamed(preferences.only, provider)) {
    return remove('allowed_providers', 'The request names other providers only.')
  }
  if (preferences.fallbacks === 'forbidden' && preferences.order.length > 0 && !isNamed(preferences.order, provider)) {
    return remove('order_only', 'The request allows no provider beside those in its order.')
  }
  const [policy] = preferences.dataPolicies
  if (policy !== undefined && !keepsDataPolicies(provider)) {
    return remove(`data_policy:${policy}`, 'Nothing is known that would let Keyway promise this for the provider.')
  }
  if (preferences.parameters === 'required') {
    const missing = unsupportedFields(demands.fields, endpoint)
    if (missing.length > 0) return remove('require_parameters', `Not known to take ${missing.slice(0, 5).join(', ')}.`)
  }
  const item = provider.free ? undefined : overPrice(endpoint, demands)
  if (item !== undefined) return remove('max_price', `Dearer than the request allows: ${item}.`)
  return undefined
}
