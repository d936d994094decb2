import type { Catalogue, Endpoint, Model } from './model.ts'
import { filterModels, type ModelQuery, readPage } from './model-query.ts'
import { pricingView } from './price-view.ts'
import type { Provider } from './provider.ts'
import { PROVIDER_ROWS } from './rows.ts'

/**
 * The answer of `GET /models`: every member that the official SDK demands, none of them null where it forbids it.
 * @param base the address of the API, for links
 * @throws KeywayError invalid_request for a filter or page that is none
 * @see https://openrouter.ai/docs/api-reference/list-available-models
 */
export function modelsView(catalogue: Catalogue, query: ModelQuery, base: string) {
  const models = filterModels([...catalogue.models.values()], query)
  const page = readPage(query)
  const shown = page === undefined ? models : models.slice(page.offset, page.offset + page.limit)
  const more = page !== undefined && page.offset + page.limit < models.length
  return {
    data: shown.map((model) => modelView(model, base)),
    total_count: models.length,
    links: { next: more ? nextPage(query, base, { ...page, offset: page.offset + page.limit }) : null },
  }
}

/** One model, as in `GET /models` and `GET /model/{author}/{slug}`. Prices are of its cheapest endpoint. */
export function modelView(model: Model, base: string) {
  const top = cheapest(model.endpoints)
  return {
    id: model.id,
    canonical_slug: model.canonicalSlug,
    name: model.name,
    description: model.description,
    created: model.created,
    context_length: model.contextLength,
    architecture: architectureView(model),
    pricing: pricingView(top?.prices),
    top_provider: {
      context_length: top?.contextLength ?? null,
      max_completion_tokens: top?.maxOutputTokens ?? null,
      is_moderated: false,
    },
    per_request_limits: null,
    supported_parameters: model.supportedParameters,
    default_parameters: null,
    supported_voices: null,
    knowledge_cutoff: model.knowledgeCutoff,
    links: { details: `${base}/models/${model.id}/endpoints` },
  }
}

/** A model with its endpoints, as in `GET /models/{author}/{slug}/endpoints`. */
export function endpointsView(model: Model) {
  return {
    id: model.id,
    name: model.name,
    created: model.created,
    description: model.description,
    architecture: { ...architectureView(model), tokenizer: null, instruct_type: null },
    endpoints: model.endpoints.map((endpoint) => endpointView(endpoint, model)),
  }
}

function endpointView(endpoint: Endpoint, model: Model) {
  const provider = PROVIDER_NAMES.get(endpoint.provider) ?? endpoint.provider
  const tools = endpoint.supportedParameters.includes('tools')
  const choice = endpoint.supportedParameters.includes('tool_choice')
  return {
    name: `${provider} | ${endpoint.nativeId}`,
    model_id: model.id,
    model_name: model.name,
    provider_name: provider,
    tag: endpoint.provider,
    // The SDK wants an integer; 0 says that it is not known.
    context_length: endpoint.contextLength ?? model.contextLength ?? 0,
    max_completion_tokens: endpoint.maxOutputTokens,
    max_prompt_tokens: null,
    pricing: pricingView(endpoint.prices),
    quantization: null,
    status: 0,
    supported_parameters: endpoint.supportedParameters,
    supports_implicit_caching: endpoint.prices?.items['input.cache-read'] !== undefined,
    supports_tool_choice: { auto: tools, function: choice, none: choice, required: choice },
    supports_voice_cloning: false,
    uptime_last_5m: null,
    uptime_last_30m: null,
    uptime_last_1d: null,
    latency_last_30m: null,
    throughput_last_30m: null,
  }
}

/** The data of `GET /providers`. */
export function providersView(providers: readonly Provider[]) {
  return providers.map((provider) => ({
    name: provider.name,
    slug: provider.id,
    privacy_policy_url: provider.privacyPolicyUrl,
    terms_of_service_url: provider.termsOfServiceUrl,
    status_page_url: provider.statusPageUrl,
  }))
}

const PROVIDER_NAMES: ReadonlyMap<string, string> = new Map(PROVIDER_ROWS.map(({ id, name }) => [id, name]))

function architectureView(model: Model) {
  return {
    modality: `${model.inputModalities.join('+')}->${model.outputModalities.join('+')}`,
    input_modalities: model.inputModalities,
    output_modalities: model.outputModalities,
  }
}

/** By the sum of input and output prices; an endpoint without both is dearer than any with them. */
function cheapest(endpoints: readonly Endpoint[]): Endpoint | undefined {
  let best: Endpoint | undefined
  let least: bigint | undefined
  for (const endpoint of endpoints) {
    const input = endpoint.prices?.items.input
    const output = endpoint.prices?.items.output
    const sum = input === undefined || output === undefined ? undefined : input + output
    if (best === undefined || (sum !== undefined && (least === undefined || sum < least))) {
      best = endpoint
      least = sum
    }
  }
  return best
}

function nextPage(query: ModelQuery, base: string, page: { offset: number; limit: number }): string {
  const url = new URL(`${base}/models`)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value))
  }
  url.searchParams.set('offset', String(page.offset))
  url.searchParams.set('limit', String(page.limit))
  return url.href
}
