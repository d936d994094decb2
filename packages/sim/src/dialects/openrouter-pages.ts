import type { ApiError } from '../api-error.ts'
import type { JsonAnswer, PageContext } from '../dialect.ts'
import { CREATED_UNIX_S } from '../identifiers.ts'
import type { JsonObject } from '../json.ts'
import type { OpenRouterAccount } from '../openrouter-account.ts'
import { CATALOGUE, type CatalogueModel } from '../openrouter-catalogue.ts'

/** Reads what a management key may read: `GET /credits`. It answers no chat. */
export const OPENROUTER_MANAGEMENT_KEY = 'sk-or-v1-sim-management-not-a-real-key-00000000'

/** OpenRouter's `error_type` for each reason. */
export const ERROR_TYPES: Record<ApiError['reason'], string> = {
  authentication: 'authentication',
  permission: 'permission_denied',
  invalid: 'invalid_request',
  'forbidden-field': 'invalid_request',
  'unknown-model': 'not_found',
  'unknown-path': 'not_found',
  'too-large': 'payload_too_large',
  'rate-limit': 'rate_limit_exceeded',
  overloaded: 'provider_overloaded',
  server: 'server',
}

/** OpenRouter's envelope around an error. */
export function errorBody(error: ApiError): JsonObject {
  const body: JsonObject = { code: error.status, message: error.message }
  if (error.reason !== 'authentication') body['metadata'] = { error_type: ERROR_TYPES[error.reason] }
  return { error: body, user_id: null }
}

function modelEntry(model: CatalogueModel): JsonObject {
  return {
    id: model.id,
    canonical_slug: model.id,
    hugging_face_id: null,
    name: model.name,
    created: CREATED_UNIX_S,
    description: `A simulated stand-in for ${model.id}.`,
    context_length: model.contextLength,
    architecture: {
      modality: model.images ? 'text+image->text' : 'text->text',
      input_modalities: model.images ? ['text', 'image'] : ['text'],
      output_modalities: ['text'],
      tokenizer: 'Other',
      instruct_type: null,
    },
    pricing: pricingOf(model),
    top_provider: { context_length: model.contextLength, max_completion_tokens: 16_384, is_moderated: false },
    per_request_limits: null,
    supported_parameters: parametersOf(model),
    default_parameters: {},
    supported_voices: null,
    knowledge_cutoff: null,
    expiration_date: null,
    links: { details: `/api/v1/models/${model.id}/endpoints` },
  }
}

function pricingOf(model: CatalogueModel): JsonObject {
  const pricing: JsonObject = { prompt: model.promptPrice, completion: model.completionPrice, request: '0', image: '0' }
  if (model.cacheReadPrice !== undefined) pricing['input_cache_read'] = model.cacheReadPrice
  return pricing
}

function parametersOf(model: CatalogueModel): string[] {
  const parameters = [
    'max_tokens',
    'temperature',
    'top_p',
    'stop',
    'tools',
    'tool_choice',
    'response_format',
    'structured_outputs',
  ]
  return model.reasoning ? [...parameters, 'reasoning', 'include_reasoning'] : parameters
}

function endpointsEntry(model: CatalogueModel): JsonObject {
  const { architecture, created, description, id, name } = modelEntry(model)
  const endpoint: JsonObject = {
    name: `${model.provider} | ${model.id}`,
    model_id: model.id,
    model_name: model.name,
    provider_name: model.provider,
    tag: model.provider.toLowerCase().replaceAll(' ', '-'),
    context_length: model.contextLength,
    max_completion_tokens: 16_384,
    max_prompt_tokens: null,
    pricing: pricingOf(model),
    quantization: null,
    status: 0,
    supported_parameters: parametersOf(model),
    supports_implicit_caching: model.cacheReadPrice !== undefined,
    supports_tool_choice: { auto: true, function: true, none: true, required: true },
    uptime_last_5m: null,
    uptime_last_30m: 100,
    uptime_last_1d: null,
    latency_last_30m: null,
    throughput_last_30m: null,
  }
  return { id, name, created, description, architecture, endpoints: [endpoint] }
}

/**
 * `GET /key`: of the sample key no limit, nothing used; of an issued one what it was granted.
 * @see https://openrouter.ai/docs/api/api-reference/api-keys/get-current-key (page not opened)
 */
function keyEntry(key: string | undefined, account: OpenRouterAccount): JsonObject {
  const management = key === OPENROUTER_MANAGEMENT_KEY
  const issued = account.find(key)
  const granted: JsonObject =
    issued === undefined
      ? {}
      : {
          label: issued.label,
          limit: issued.limit,
          limit_remaining: issued.limit === null ? null : Math.max(0, issued.limit - issued.usage),
          limit_reset: issued.reset,
          usage: issued.usage,
          is_free_tier: account.freeTier,
          expires_at: issued.expiresAt,
          creator_user_id: account.userId,
        }
  return {
    label: 'sk-or-v1-sim...000',
    limit: null,
    limit_remaining: null,
    limit_reset: null,
    include_byok_in_limit: false,
    usage: 0,
    usage_daily: 0,
    usage_weekly: 0,
    usage_monthly: 0,
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    is_free_tier: false,
    is_management_key: management,
    is_provisioning_key: management,
    creator_user_id: 'user_simulated',
    organization_id: null,
    workspace_id: null,
    expires_at: null,
    free_model_daily_requests: { limit: 1000, used: 0, remaining: 1000 },
    allowed_data_regions: [],
    rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
    ...granted,
  }
}

/** OpenRouter's pages of models, keys and credits. */
export function openrouterPage(path: string, { key, query, account }: PageContext): JsonAnswer | undefined {
  const ok = (body: JsonObject): JsonAnswer => ({ status: 200, body })
  const refused = (status: number, reason: ApiError['reason'], message: string): JsonAnswer => ({
    status,
    body: errorBody({ status, reason, message, param: null }),
  })
  switch (path) {
    case '/key':
    case '/auth/key':
      return ok({ data: keyEntry(key, account) })
    case '/credits':
      if (key === OPENROUTER_MANAGEMENT_KEY) return ok({ data: { total_credits: 100, total_usage: 0 } })
      return refused(403, 'permission', 'Only management keys can perform this operation')
    case '/models':
    case '/models/user':
      return ok({ data: CATALOGUE.map(modelEntry), total_count: CATALOGUE.length, links: { next: null } })
    case '/models/count':
      return ok({ data: { count: CATALOGUE.length } })
    case '/generation':
      return refused(404, 'unknown-path', `Generation ${query.get('id') ?? ''} not found`)
  }
  const named = /^\/model\/(?<model>.+)$|^\/models\/(?<endpoints>.+)\/endpoints$/u.exec(path)?.groups
  const id = named?.['model'] ?? named?.['endpoints']
  if (id === undefined) return undefined
  const model = CATALOGUE.find((entry) => entry.id === decodeURIComponent(id))
  if (model === undefined) return refused(404, 'unknown-model', `Model ${id} not found`)
  return ok({ data: named?.['model'] === undefined ? endpointsEntry(model) : modelEntry(model) })
}
