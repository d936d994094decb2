import type { ErrorBody } from '../base/errors.ts'
import type { UsageLine } from '../base/usage-line.ts'

/**
 * What routing, caps and the ledger need to know of a request, read without interpreting the messages' meaning.
 * Spans and numbers only; never the prompt itself.
 */
export type Peek = {
  /** The requested model, or undefined when the body names none. */
  model: string | undefined
  /** OpenRouter's fallback list. */
  models: string[]
  stream: boolean
  /** The larger of `max_tokens` and `max_completion_tokens`; undefined when neither is given. */
  outputTokensMax: number | undefined
  /** How many answers (`n`); 1 when absent. */
  choices: number
  /** UTF-8 bytes that count as text: the body less the base64 of its images, files and audio. An upper bound of tokens. */
  textBytes: number
  images: number
  files: number
  audios: number
  /** Billable features beside tokens, by the name of the field that asks for them: 'web_search_options', 'plugins', ... */
  features: string[]
  tools: boolean
  /** OpenRouter's `provider` object, parsed, or undefined. Validated by the router. */
  routing: Record<string, unknown> | undefined
  user: string | undefined
  sessionId: string | undefined
  /** The end of the last encrypted reasoning that it brings back, which only its maker can read. */
  sealed: string | undefined
  metadata: Record<string, string> | undefined
  /** Names of the top-level fields, for `require_parameters`. */
  fields: ReadonlySet<string>
}

/** What a provider's row asks for beyond its format. See providers/. */
export type Dialect = {
  /** Which field carries the output limit; a limit under the other name is renamed. 'both' leaves it alone. */
  outputLimit: 'max_tokens' | 'max_completion_tokens' | 'both'
  /** 'request': usage in a stream needs stream_options.include_usage. 'always': it comes by itself and the field is refused. 'ignored': it comes by itself, the field does no harm. */
  streamUsage: 'request' | 'always' | 'ignored'
  /** Top-level fields that the provider refuses; removed. */
  drop: readonly string[]
  /** Does completion_tokens leave out the reasoning tokens (so that they must be added)? */
  reasoningOutside: boolean
  /** OpenRouter keeps the fields that are ours alone (provider, models, plugins, ...). */
  keepsRoutingFields: boolean
}

export type RequestEdits = {
  model: string
  dialect: Dialect
  /** Set the output limit to this (and add it when absent): a cap affords no more. */
  outputTokensMax: number | undefined
  /** Towards OpenRouter on a capped key: the dearest price it may use, as JSON for provider.max_price. */
  maxPrice: { prompt: string; completion: string; request: string } | undefined
}

/** What the reply must say of itself. */
export type ReplyContext = {
  /** Our generation id. */
  id: string
  /** Our slug of the model that serves. */
  model: string
  /** The provider's display name. */
  provider: string
  dialect: Dialect
  /** Peek.textBytes of the request: the basis of an estimate where the provider reports no usage. 0 when not given. */
  requestBytes?: number
  /** Bytes of one event of a stream; 16 MiB when not given. */
  eventBytesMax?: number
  /** Makes the usage object the client sees out of what was read; called once, when usage is complete. */
  price(reading: UsageReading): PricedUsage
}

/** Usage as the provider reported it, as disjoint lines, and the raw figures for the ledger. */
export type UsageReading = {
  basis: 'reported' | 'estimated'
  lines: UsageLine[]
  tokensPrompt: number
  tokensCompletion: number
  tokensReasoning: number
  tokensCached: number
  tokensCacheWrite: number
  /** How often the model read its prompt, where tools that ran at the provider made it go on; 1 when not given. */
  passes?: number
  /** The prompt was counted by the provider, though the answer is estimated. */
  promptTold?: true
  /** The cost the provider itself reports (OpenRouter's usage.cost), as its decimal text; undefined when none. */
  reportedCost: string | undefined
}

/** The charge as the wire wants it: `cost` in the JSON number's own decimal text, so that no float is involved. */
export type PricedUsage = { cost: string; promptCost: string; completionCost: string }

/** What the ledger and the log learn of an answer. Filled while it passes. */
export type ReplySummary = {
  /** The end of the last encrypted reasoning in it, which only the account that made it can read. */
  sealed?: string | undefined
  upstreamId: string | undefined
  upstreamModel: string | undefined
  finishReason: string | undefined
  nativeFinishReason: string | undefined
  usage: UsageReading | undefined
  /** What a stream told of its usage before its end: the prompt is known, the output is not. Undefined where it told nothing. */
  begun: UsageReading | undefined
  /** UTF-8 bytes of answer text, reasoning and tool arguments that passed: the basis of an estimate. */
  answerBytes: number
}

/** An error that the provider reported, in a body or as an event. */
export type UpstreamError = {
  status: number
  message: string
  /** The provider's own code or type. */
  code: string | undefined
  /** Its body, at most 4 KiB of it, for metadata.raw. Holds no request header. */
  raw: string
}

export type StreamStep = {
  /** Bytes for the client, already edited; whole events only. Empty when nothing is complete yet. */
  bytes: Uint8Array
  /** true once an event of the answer (not a comment, not an empty role preamble's absence) has been seen. */
  started: boolean
  /** The stream's own end ([DONE]) has been seen. */
  ended: boolean
  /** An error that came as an event. Nothing after it counts. */
  error: UpstreamError | undefined
}

/**
 * A synchronous state machine over one upstream stream: bytes in, edited bytes out. Every cut of the same bytes gives
 * the same result. It holds the usage back and sends it once, before [DONE].
 */
export type StreamEditor = {
  /** @throws KeywayError provider_invalid_reply when an event is larger than the bound, or is no JSON */
  push(chunk: Uint8Array): StreamStep
  /** The upstream closed. `complete` is false when it did so before the stream's end: the caller sends an error event. */
  end(): { step: StreamStep; complete: boolean }
  readonly summary: ReplySummary
  /** Of the event that would follow what was given out, in a format that numbers its events. */
  readonly sequenceNumber?: number
}

/** The wire formats that clients and providers speak. */
export type Format = 'openai-chat' | 'anthropic-messages' | 'openai-responses'

/** An error as Keyway's own envelope holds it: the status as a number, words for people, details under `metadata`. */
export type WireError = ErrorBody['error']

/** What an error event says beside the error. */
export type ErrorContext = {
  id: string
  model: string
  provider: string
  /** Unix seconds. */
  created: number
  /** Of the event, in a format that numbers them; 0 when not given. */
  sequenceNumber?: number | undefined
}

/** What a tokenizer would read of a request. */
export type PromptText = {
  text: string
  /** UTF-8 bytes of text beyond what is given out. */
  moreBytes: number
  /** Tokens that stand around messages and tools. */
  frameTokens: number
}

/** How a request's tokens are counted without answering it. */
export type Counting = {
  /** @param body has passed `peek` */
  promptText(body: Uint8Array): PromptText
  /** The count in a provider's answer; undefined where there is none. */
  readCount(body: Uint8Array): number | undefined
  /** The answer, in JSON. */
  answer(tokens: number): string
}

/** One wire format. Pure: no I/O, no clock, no prices. */
export type Codec = {
  readonly id: Format
  /** What people call it. */
  readonly name: string
  /** The client's request headers that belong to the format, in lower case: providers that speak it get them as they came. */
  readonly headers: readonly string[]
  /** Headers in which the format's clients look for the id of a request, beside `x-request-id`. */
  readonly requestIdHeaders: readonly string[]
  /** Undefined where the format has no call that counts. */
  readonly counting: Counting | undefined
  /**
   * The context that a call's headers ask for beyond the model's own, in tokens; 0 where they ask for none. What bounds a
   * prompt is then this, where it is more.
   */
  contextAsked(headers: Readonly<Record<string, string>>): number
  /** @throws KeywayError invalid_json, duplicate_field, invalid_request */
  peek(body: Uint8Array): Peek
  /** The body for the provider: the client's bytes with exactly the edits of DESIGN part 3 spliced in. */
  patch(body: Uint8Array, edits: RequestEdits): Uint8Array
  /**
   * A whole JSON reply: the provider's bytes with exactly the reply edits spliced in.
   * @throws KeywayError provider_invalid_reply when it is no JSON object
   */
  reply(
    body: Uint8Array,
    context: ReplyContext,
  ): { bytes: Uint8Array; summary: ReplySummary; error: UpstreamError | undefined }
  stream(context: ReplyContext): StreamEditor
  /** An error response of the provider, whatever its body is. */
  readError(status: number, body: Uint8Array): UpstreamError
  /** The JSON body of a refusal, as the format's clients read it. */
  errorBody(error: WireError, context: { requestId: string }): string
  /** The event that tells a client that its stream failed, followed by nothing. */
  errorEvent(error: WireError, context: ErrorContext): Uint8Array
}
