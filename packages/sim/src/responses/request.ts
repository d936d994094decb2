import { type ApiError, invalidRequest } from '../api-error.ts'
import type { ChatMessage, ChatRequest, Tool } from '../chat-request.ts'
import { elementsOf, isObject, type Json, type JsonObject, parseJson } from '../json.ts'
import type { ResponsesDoor } from './door.ts'

/** A request for a response, as the simulation answers it. */
export type ResponsesRequest = {
  /** The same as a chat completion would ask it. */
  chat: ChatRequest
  /** Names of the tools that take free text. */
  customTools: ReadonlySet<string>
  /** Reasoning is to come back encrypted. */
  sealsReasoning: boolean
  /** Reasoning is to be told in short. */
  summarises: boolean
  /** Reasoning that the client brings back. */
  sealed: string[]
  searches: boolean
}

/**
 * Every field of a request for a response, and one that Codex sends. Another one is refused.
 * @see https://github.com/openai/openai-node/blob/v6.49.0/src/resources/responses/responses.ts read 2026-11
 */
const FIELDS = new Set(
  (
    'background client_metadata context_management conversation include input instructions max_output_tokens ' +
    'max_tool_calls metadata model moderation parallel_tool_calls previous_response_id prompt prompt_cache_key ' +
    'prompt_cache_options prompt_cache_retention reasoning safety_identifier service_tier store stream stream_options ' +
    'temperature text tool_choice tools top_logprobs top_p truncation user'
  ).split(' '),
)

/** The fewest tokens of output that OpenAI takes as a limit. */
const OUTPUT_TOKENS_MIN = 16

/** Reads a request's body as the provider behind that door would. An error is in no provider's shape yet. */
export function readResponsesRequest(
  bytes: Uint8Array,
  door: ResponsesDoor,
): { request: ResponsesRequest } | { error: ApiError } {
  const body = parseJson(Buffer.from(bytes).toString('utf8'))
  if (!isObject(body)) return { error: invalidRequest('The request body is not a JSON object.', null) }
  const refusal = refuse(body, door)
  if (refusal !== undefined) return { error: refusal }
  const items = typeof body['input'] === 'string' ? [] : elementsOf(body['input']).filter(isObject)
  const include = elementsOf(body['include'])
  const reasoning = body['reasoning']
  const tools = elementsOf(body['tools']).filter(isObject)
  const limit = body['max_output_tokens']
  return {
    request: {
      chat: {
        body,
        model: String(body['model']),
        stream: body['stream'] === true,
        includeUsage: true,
        messages: readMessages(body, items),
        choices: 1,
        outputTokensMax: typeof limit === 'number' ? limit : undefined,
        stops: [],
        tools: tools.flatMap(readTool),
        toolChoice: readToolChoice(body['tool_choice']),
        format: readFormat(body['text']),
        logprobs: false,
      },
      customTools: new Set(tools.filter(({ type }) => type === 'custom').map(({ name }) => String(name))),
      sealsReasoning: include.includes('reasoning.encrypted_content'),
      summarises: isObject(reasoning) && typeof reasoning['summary'] === 'string',
      sealed: items.flatMap(({ encrypted_content: sealed }) => (typeof sealed === 'string' ? [sealed] : [])),
      searches: tools.some(({ type }) => String(type).startsWith('web_search')),
    },
  }
}

function refuse(body: JsonObject, door: ResponsesDoor): ApiError | undefined {
  if (typeof body['model'] !== 'string' || body['model'] === '') {
    return invalidRequest("Missing required parameter: 'model'.", 'model', 'missing_required_parameter')
  }
  const { input } = body
  if (typeof input !== 'string' && elementsOf(input).length === 0) {
    return invalidRequest("Missing required parameter: 'input'.", 'input', 'missing_required_parameter')
  }
  const limit = body['max_output_tokens'] ?? OUTPUT_TOKENS_MIN
  const least = door.strict ? OUTPUT_TOKENS_MIN : 1
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < least) {
    const message = `Invalid 'max_output_tokens': expected an integer of at least ${least}.`
    return invalidRequest(message, 'max_output_tokens', 'integer_below_min_value')
  }
  const unknown = door.strict ? Object.keys(body).find((name) => !FIELDS.has(name)) : undefined
  if (unknown !== undefined) return invalidRequest(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter')
  const before = body['previous_response_id'] ?? null
  if (before !== null) {
    const message = `Previous response with id '${String(before)}' not found.`
    return invalidRequest(message, 'previous_response_id', 'previous_response_not_found')
  }
  if (!door.keepsAnswers && body['store'] === true) return invalidRequest('store must be false.', 'store')
  return undefined
}

function readMessages(body: JsonObject, items: readonly JsonObject[]): ChatMessage[] {
  const messages: ChatMessage[] = []
  if (typeof body['instructions'] === 'string') messages.push(textMessage('system', body['instructions']))
  if (typeof body['input'] === 'string') messages.push(textMessage('user', body['input']))
  for (const item of items) {
    const { type, role, content, output } = item
    if (type === undefined || type === 'message') messages.push(readContent(String(role), content))
    else if (String(type).endsWith('_output')) messages.push(readContent('tool', output))
    else if (type === 'function_call') messages.push(textMessage('assistant', String(item['arguments'] ?? '')))
    else if (type === 'custom_tool_call') messages.push(textMessage('assistant', String(item['input'] ?? '')))
  }
  return messages
}

function textMessage(role: string, text: string): ChatMessage {
  return { role, text, images: 0 }
}

function readContent(role: string, content: Json | undefined): ChatMessage {
  if (typeof content === 'string') return textMessage(role, content)
  const parts = elementsOf(content).filter(isObject)
  const texts = parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
  return { role, text: texts.join('\n'), images: parts.filter(({ type }) => type === 'input_image').length }
}

/** Functions and custom tools; those of a namespace too. What OpenAI runs itself is no tool to call. */
function readTool(tool: JsonObject): Tool[] {
  const { type, name, parameters } = tool
  if (type === 'namespace') return elementsOf(tool['tools']).filter(isObject).flatMap(readTool)
  if (typeof name !== 'string' || (type !== 'function' && type !== 'custom')) return []
  return [{ name, parameters: isObject(parameters) ? parameters : {} }]
}

function readToolChoice(choice: Json | undefined): ChatRequest['toolChoice'] {
  if (choice === 'none' || choice === 'required') return { kind: choice }
  if (isObject(choice) && typeof choice['name'] === 'string') return { kind: 'function', name: choice['name'] }
  return { kind: 'auto' }
}

function readFormat(text: Json | undefined): ChatRequest['format'] {
  const format = isObject(text) ? text['format'] : undefined
  if (!isObject(format) || format['type'] === 'text') return { kind: 'text' }
  const { schema } = format
  return isObject(schema) ? { kind: 'json-schema', schema } : { kind: 'json-object' }
}
