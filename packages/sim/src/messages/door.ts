import type { ApiError } from '../api-error.ts'
import type { Dialect } from '../dialect.ts'
import { CREATED_UNIX_S, type Identifiers } from '../identifiers.ts'
import type { JsonObject } from '../json.ts'
import type { SimulatedModel } from '../models.ts'
import type { TokenCounts } from '../tokens.ts'

/** How a provider speaks Anthropic's Messages. */
export type MessagesDoor = {
  /** It wants a version and a limit, refuses fields that it does not know, and counts tokens. */
  strict: boolean
  answerId(ids: Identifiers): string
  errorBody(error: ApiError): JsonObject
  /** Further fields of a message. */
  messageFields(model: SimulatedModel): JsonObject
  /** Further fields of the final usage. */
  usageFields(counts: TokenCounts, model: SimulatedModel): JsonObject
}

/**
 * Anthropic's words for a status.
 * @see https://platform.claude.com/docs/en/api/errors read 2026-11
 */
const TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

function errorOf({ status, message }: ApiError): JsonObject {
  return { type: TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error'), message }
}

/**
 * Anthropic itself.
 * @see https://platform.claude.com/docs/en/api/messages/create read 2026-11
 */
export const ANTHROPIC_DOOR: MessagesDoor = {
  strict: true,
  answerId: (ids) => `msg_01${ids.letters('answer', 22)}`,
  errorBody: (error) => ({
    type: 'error',
    error: { details: null, ...errorOf(error) },
    request_id: 'req_01Simulated000000000000',
  }),
  messageFields: () => ({}),
  usageFields: () => ({}),
}

/**
 * Others that take Anthropic's Messages beside their own API: lenient, and in Anthropic's words.
 * @see https://api-docs.deepseek.com/guides/anthropic_api https://docs.fireworks.ai/tools-sdks/anthropic-compatibility
 * @see https://docs.ollama.com/api/anthropic-compatibility all read 2026-11
 */
export const COMPATIBLE_MESSAGES: MessagesDoor = {
  ...ANTHROPIC_DOOR,
  strict: false,
  errorBody: (error) => ({ type: 'error', error: errorOf(error) }),
}

/**
 * OpenRouter's skin of it: lenient, with its own id, the provider that serves, and the cost.
 * @see https://openrouter.ai/docs/api/api-reference/anthropic-messages/create-messages read 2026-11
 */
export function openrouterDoor(own: {
  errorTypes: Readonly<Record<ApiError['reason'], string>>
  provider(model: SimulatedModel): string
  usage(counts: TokenCounts, model: SimulatedModel): JsonObject
}): MessagesDoor {
  return {
    strict: false,
    answerId: (ids) => `gen-${CREATED_UNIX_S}-${ids.letters('answer', 20)}`,
    errorBody: (error) => ({
      type: 'error',
      error: { ...errorOf(error), error_type: own.errorTypes[error.reason] },
      request_id: null,
    }),
    messageFields: (model) => ({ provider: own.provider(model) }),
    usageFields(counts, model) {
      const { cost, is_byok, cost_details } = own.usage(counts, model)
      return { cost, is_byok, cost_details }
    },
  }
}

/** The dialect as it is behind that door: its errors, and events that have names. */
export function behindDoor(dialect: Dialect, door: MessagesDoor): Dialect {
  return { ...dialect, errorBody: door.errorBody, errorEvent: door.errorBody, namedEvents: true }
}
