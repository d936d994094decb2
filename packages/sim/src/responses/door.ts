import type { ApiError } from '../api-error.ts'
import type { Dialect } from '../dialect.ts'
import { CREATED_UNIX_S, type Identifiers } from '../identifiers.ts'
import type { JsonObject } from '../json.ts'
import type { SimulatedModel } from '../models.ts'
import type { TokenCounts } from '../tokens.ts'

/** How a provider speaks OpenAI's Responses. */
export type ResponsesDoor = {
  /** It refuses fields that it does not know. */
  strict: boolean
  /** It keeps answers, and goes on from them. */
  keepsAnswers: boolean
  answerId(ids: Identifiers): string
  /** An error as a stream's event carries it. */
  errorEvent(error: ApiError, openaiBody: JsonObject): JsonObject
  /** Events have an `event:` line. */
  namedEvents: boolean
  /** What ends a stream behind its last event. */
  done: string
  /** Further fields of a response. */
  responseFields: JsonObject
  /** Further fields of its usage. */
  usageFields(counts: TokenCounts, model: SimulatedModel): JsonObject
}

/**
 * OpenAI itself.
 * @see https://github.com/openai/openai-node/blob/v6.49.0/src/resources/responses/responses.ts read 2026-11
 */
export const OPENAI_DOOR: ResponsesDoor = {
  strict: true,
  keepsAnswers: true,
  answerId: (ids) => `resp_${ids.letters('answer', 48)}`,
  errorEvent: (_error, body) => ({ type: 'error', sequence_number: 0, ...body }),
  namedEvents: true,
  done: '',
  responseFields: { background: false, billing: { payer: 'developer' } },
  usageFields: () => ({}),
}

/** Those who follow OpenAI, ignore what they do not know, and keep nothing. */
export const COMPATIBLE_DOOR: ResponsesDoor = {
  ...OPENAI_DOOR,
  strict: false,
  keepsAnswers: false,
  responseFields: {},
}

/** What OpenRouter's documentation calls the kinds of a failed response. */
function failureCode({ status }: ApiError): string {
  return status === 429 ? 'rate_limit_exceeded' : status < 500 ? 'invalid_prompt' : 'server_error'
}

/**
 * OpenRouter: stateless, with its own id and the cost; events without names, and [DONE] behind the last.
 * @see https://openrouter.ai/docs/api_reference/responses/overview (page not opened)
 */
export function openrouterDoor(own: {
  errorTypes: Readonly<Record<ApiError['reason'], string>>
  usage(counts: TokenCounts, model: SimulatedModel): JsonObject
  cost(counts: TokenCounts, model: SimulatedModel): { prompt: number; completion: number }
}): ResponsesDoor {
  return {
    ...COMPATIBLE_DOOR,
    answerId: (ids) => `gen-${CREATED_UNIX_S}-${ids.letters('answer', 20)}`,
    errorEvent: (error) => ({
      type: 'response.failed',
      sequence_number: 0,
      response: {
        id: 'gen-1767225600-SimulatedError000000',
        object: 'response',
        created_at: CREATED_UNIX_S,
        status: 'failed',
        model: 'unknown',
        output: [],
        error: { code: failureCode(error), message: error.message },
        error_type: own.errorTypes[error.reason],
      },
    }),
    namedEvents: false,
    done: 'data: [DONE]\n\n',
    responseFields: { presence_penalty: 0, frequency_penalty: 0 },
    usageFields(counts, model) {
      const { cost, is_byok } = own.usage(counts, model)
      const { prompt, completion } = own.cost(counts, model)
      return {
        cost,
        is_byok,
        cost_details: {
          upstream_inference_cost: null,
          upstream_inference_input_cost: prompt,
          upstream_inference_output_cost: completion,
        },
      }
    },
  }
}

/** The dialect as it is behind that door. */
export function behindDoor(dialect: Dialect, door: ResponsesDoor): Dialect {
  const bodyOf = (error: ApiError): JsonObject => {
    const body = dialect.errorBody(error)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}
  }
  return {
    ...dialect,
    errorEvent: (error) => door.errorEvent(error, bodyOf(error)),
    namedEvents: door.namedEvents,
  }
}
