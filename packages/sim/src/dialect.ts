import type { IncomingHttpHeaders } from 'node:http'
import type { ApiError } from './api-error.ts'
import type { ChatRequest } from './chat-request.ts'
import { CREATED_UNIX_S, type Identifiers } from './identifiers.ts'
import type { Json, JsonObject } from './json.ts'
import type { MessagesDoor } from './messages/door.ts'
import type { SimulatedModel } from './models.ts'
import type { OpenRouterAccount } from './openrouter-account.ts'
import type { ResponsesDoor } from './responses/door.ts'
import type { TokenCounts } from './tokens.ts'
import type { Turn, TurnChoice } from './turn.ts'

/** The simulated providers. `sim` is the demo's own, whose models are troubles to try. */
export const PROVIDER_NAMES = [
  'openai',
  'anthropic',
  'google',
  'groq',
  'cerebras',
  'deepinfra',
  'mistral',
  'xai',
  'deepseek',
  'together',
  'fireworks',
  'perplexity',
  'openrouter',
  'ollama',
  'custom',
  'sim',
] as const

/** The name of a simulated provider. */
export type ProviderName = (typeof PROVIDER_NAMES)[number]

/** A reply that is one JSON value. */
export type JsonAnswer = { status: number; body: Json }

/**
 * How usage travels in a stream.
 * `requested`: a chunk of its own with `choices: []`, only if `stream_options.include_usage` asked for it.
 * `own-chunk`: that chunk, always.
 * `last-choice`: on the chunk that ends the last choice, always.
 * `requested-or-last-choice`: as `requested` when asked for, else as `last-choice`.
 * `every-chunk`: on every chunk, counted up to there, if asked for.
 */
export type StreamUsage = 'requested' | 'own-chunk' | 'last-choice' | 'requested-or-last-choice' | 'every-chunk'

/** Where in its stream a chunk stands, for the fields that only some chunks carry. */
export type ChunkPlace = 'first' | 'middle' | 'last-choice' | 'usage'

/**
 * What a simulated provider does its own way, with its documentation in `docs`. A source marked `read` was looked at on
 * that date, at least in the part that matters; one marked `page not opened` is where to check what is common knowledge.
 */
export type Dialect = {
  name: ProviderName
  /** What comes before `/chat/completions` in its path. */
  prefix: string
  /** Other paths at which the provider documents the same pages. */
  otherPrefixes: readonly string[]
  /** The sample key that it takes; undefined: it takes any call. */
  key: string | undefined
  /** Further keys that it takes, with other rights. */
  otherKeys: readonly string[]
  models: readonly SimulatedModel[]
  /** The provider's own pages about it. */
  docs: readonly string[]
  /** Finds a model by what the client wrote. */
  findModel(id: string): SimulatedModel | undefined
  /** The models that a request names, the wanted one first. */
  modelIds(request: ChatRequest): string[]
  /** The refusal of a model that it does not have. */
  refuseModel(id: string): ApiError
  /** The key that a request carries. */
  readKey(headers: IncomingHttpHeaders): string | undefined
  /** The refusal of a wrong key, or (undefined) of none. */
  refuseKey(key: string | undefined): ApiError
  /** An error in the provider's own shape. */
  errorBody(error: ApiError): Json
  /** An error as a stream's event carries it. */
  errorEvent(error: ApiError): Json
  /** What it refuses of a request that is otherwise in order. */
  refuse(request: ChatRequest, model: SimulatedModel): ApiError | undefined
  /** The answer's id. */
  answerId(ids: Identifiers): string
  /** `usage` as the provider counts. */
  usage(counts: TokenCounts, model: SimulatedModel): JsonObject
  /** The provider's own word for why an answer ended. */
  finishReason(finish: TurnChoice['finish'], model: SimulatedModel): string
  /** The message's field that carries the thinking, or undefined when the provider hides it. */
  reasoningField: 'reasoning' | 'reasoning_content' | undefined
  /** Further fields of a choice: OpenRouter's `native_finish_reason`. */
  choiceFields(finish: string | null, model: SimulatedModel): JsonObject
  /** Further top-level fields of a JSON reply. */
  replyFields(turn: Turn, context: FieldContext): JsonObject
  /** Further top-level fields of a chunk. */
  chunkFields(place: ChunkPlace, context: FieldContext): JsonObject
  streamUsage: StreamUsage
  /** How it speaks Anthropic's Messages under the same prefix; undefined when it does not. */
  messages: MessagesDoor | undefined
  /** How it speaks OpenAI's Responses under the same prefix; undefined when it does not. */
  responses: ResponsesDoor | undefined
  /** Its events carry their type as their name. */
  namedEvents: boolean
  /** Chunks without usage say `usage: null`: `always`, `never`, or only when usage was asked for. */
  nullUsage: 'always' | 'requested' | 'never'
  /** Comes before the first event of every stream, as bytes of SSE. */
  streamPreamble: string
  /** A tool call comes whole in one delta instead of in pieces. */
  wholeToolCalls: boolean
  /** Streamed tool calls have no `index`. */
  unnumberedToolCalls: boolean
  /** Chunks leave `finish_reason` out instead of null. */
  omitsNullFinish: boolean
  /** A GET path after the prefix, or undefined when there is no such page. */
  page(path: string, context: PageContext): JsonAnswer | undefined
}

/** What a dialect may need for its own fields. */
export type FieldContext = { ids: Identifiers; usage: Json | undefined; model: SimulatedModel }

/** What a page may depend on. */
export type PageContext = {
  dialect: Dialect
  query: URLSearchParams
  key: string | undefined
  account: OpenRouterAccount
}

/** What a dialect must say of itself; the rest is as OpenAI documents its own API. */
export type DialectRow = Pick<Dialect, 'name' | 'prefix' | 'key' | 'models' | 'docs'> & Partial<Dialect>

/** A dialect out of what it does its own way. */
export function dialectOf(row: DialectRow): Dialect {
  return { ...PLAIN, findModel: (id) => row.models.find((model) => model.id === id), ...row }
}

/** The token after `Bearer `. */
export function readBearer(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer (.+)$/u.exec(headers.authorization ?? '')?.[1]
}

/** OpenAI's list of models. */
export function listModels(models: readonly SimulatedModel[], owner: string): JsonObject {
  return {
    object: 'list',
    data: models.map((model) => ({ id: model.id, object: 'model', created: CREATED_UNIX_S, owned_by: owner })),
  }
}

const ERROR_TYPES: Record<ApiError['reason'], string> = {
  authentication: 'invalid_request_error',
  permission: 'invalid_request_error',
  invalid: 'invalid_request_error',
  'forbidden-field': 'invalid_request_error',
  'unknown-model': 'invalid_request_error',
  'unknown-path': 'invalid_request_error',
  'too-large': 'invalid_request_error',
  'rate-limit': 'requests',
  overloaded: 'server_error',
  server: 'server_error',
}

const ERROR_CODES: Partial<Record<ApiError['reason'], string>> = {
  authentication: 'invalid_api_key',
  'unknown-model': 'model_not_found',
  'unknown-path': 'unknown_url',
  'rate-limit': 'rate_limit_exceeded',
}

/**
 * OpenAI's error object.
 * @see https://platform.openai.com/docs/guides/error-codes (page not opened)
 */
export function openaiError(error: ApiError): JsonObject {
  return {
    error: {
      message: error.message,
      type: ERROR_TYPES[error.reason],
      param: error.param,
      code: error.code ?? ERROR_CODES[error.reason] ?? null,
    },
  }
}

/**
 * OpenAI's usage, in which the thinking is part of the completion.
 * @see https://platform.openai.com/docs/api-reference/chat/object (page not opened)
 */
export function openaiUsage(counts: TokenCounts): JsonObject {
  const completion = counts.completion + counts.reasoning
  return {
    prompt_tokens: counts.prompt,
    completion_tokens: completion,
    total_tokens: counts.prompt + completion,
    prompt_tokens_details: { cached_tokens: counts.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: counts.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

/** Usage as three totals and no details, the thinking inside the completion. */
export function bareUsage(counts: TokenCounts): JsonObject {
  const completion = counts.completion + counts.reasoning
  return {
    prompt_tokens: counts.prompt,
    completion_tokens: completion,
    total_tokens: counts.prompt + completion,
  }
}

/** What most servers that call themselves OpenAI-compatible do. */
const PLAIN: Omit<Dialect, 'name' | 'prefix' | 'key' | 'models' | 'docs' | 'findModel'> = {
  otherPrefixes: [],
  otherKeys: [],
  modelIds: (request) => [request.model],
  refuseModel: (id) => ({
    status: 404,
    reason: 'unknown-model',
    param: 'model',
    message: `The model \`${id}\` does not exist or you do not have access to it.`,
  }),
  readKey: readBearer,
  refuseKey: (key) => ({
    status: 401,
    reason: 'authentication',
    param: null,
    message: key === undefined ? 'No API key was given.' : 'The API key is not one that this simulated provider knows.',
  }),
  errorBody: openaiError,
  errorEvent: openaiError,
  refuse: () => undefined,
  answerId: (ids) => `chatcmpl-${ids.letters('answer', 29)}`,
  usage: bareUsage,
  finishReason: (finish) => finish,
  reasoningField: undefined,
  choiceFields: () => ({}),
  replyFields: () => ({}),
  chunkFields: () => ({}),
  streamUsage: 'requested',
  messages: undefined,
  responses: undefined,
  namedEvents: false,
  nullUsage: 'never',
  streamPreamble: '',
  wholeToolCalls: false,
  unnumberedToolCalls: false,
  omitsNullFinish: false,
  page: modelPages,
}

/** OpenAI's pages of models: the list, and one. */
export function modelPages(path: string, { dialect }: PageContext): JsonAnswer | undefined {
  const list = listModels(dialect.models, dialect.name)
  if (path === '/models') return { status: 200, body: list }
  const id = path.startsWith('/models/') ? decodeURIComponent(path.slice('/models/'.length)) : undefined
  const model = id === undefined ? undefined : dialect.findModel(id)
  if (model === undefined) return undefined
  return { status: 200, body: { id: model.id, object: 'model', created: CREATED_UNIX_S, owned_by: dialect.name } }
}
