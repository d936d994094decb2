import { type ApiError, invalidRequest } from '../api-error.ts'
import type { AnswerFormat, ChatMessage, ChatRequest, Tool } from '../chat-request.ts'
import { elementsOf, isObject, type Json, type JsonObject, parseJson } from '../json.ts'

/** A request for a message: as a turn is taken from it, and what Anthropic's form adds. */
export type MessagesRequest = {
  chat: ChatRequest
  /** Thoughts are shown, and counted. */
  thinks: boolean
  /** How long the prompt is kept in the cache; undefined when nothing marks it. */
  caches: '5m' | '1h' | undefined
  /** May the model search the web? */
  searches: boolean
}

/**
 * The fields of a request, of the betas too.
 * @see https://platform.claude.com/docs/en/api/messages/create read 2026-11
 */
const FIELDS: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking', 'cache_control', 'context_management'],
  ...['output_config', 'output_format', 'mcp_servers', 'container', 'diagnostics', 'speed', 'inference_geo'],
])
const ANSWER_FIELDS: ReadonlySet<string> = new Set([
  ...['max_tokens', 'stream', 'metadata', 'service_tier', 'stop_sequences', 'temperature', 'top_k', 'top_p'],
  ...['fallbacks', 'fallback_credit_token', 'billing_policy', 'compaction', 'thread'],
])

/** Whether a request is for a message, or only for how many tokens one would read. */
export type Purpose = 'answer' | 'count'

/** Reads a request's body. @param strict as Anthropic does: it names each field that it does not know */
export function readMessagesRequest(
  bytes: Uint8Array,
  { purpose, strict }: { purpose: Purpose; strict: boolean },
): { request: MessagesRequest } | { error: ApiError } {
  const body = parseJson(Buffer.from(bytes).toString('utf8'))
  if (!isObject(body)) return { error: invalidRequest('The request body is not valid JSON: expected an object', null) }
  const refusal = strict ? refuseFields(body, purpose) : undefined
  if (refusal !== undefined) return { error: invalidRequest(refusal, null) }
  const model = body['model']
  if (typeof model !== 'string' || model === '') return { error: invalidRequest('model: Field required', 'model') }
  const messages = elementsOf(body['messages']).filter(isObject)
  if (messages.length === 0) return { error: invalidRequest('messages: at least one message is required', 'messages') }
  const choice = body['tool_choice']
  const serial = isObject(choice) && choice['disable_parallel_tool_use'] === true
  const chat: ChatRequest = {
    body: serial ? { ...body, parallel_tool_calls: false } : body,
    model,
    stream: body['stream'] === true,
    includeUsage: false,
    messages: [...systemMessages(body['system']), ...messages.map(readMessage)],
    choices: 1,
    outputTokensMax: typeof body['max_tokens'] === 'number' ? body['max_tokens'] : undefined,
    stops: elementsOf(body['stop_sequences']).filter((stop): stop is string => typeof stop === 'string' && stop !== ''),
    tools: elementsOf(body['tools']).flatMap(readTool),
    toolChoice: readToolChoice(choice),
    format: readFormat(body['output_config']),
    logprobs: false,
  }
  const thinking = body['thinking']
  const thinks = isObject(thinking) && (thinking['type'] === 'enabled' || thinking['type'] === 'adaptive')
  const searches = elementsOf(body['tools']).some(
    (tool) => isObject(tool) && /^web_search_/u.test(String(tool['type'])),
  )
  return { request: { chat, thinks, caches: readCaching(bytes), searches } }
}

function refuseFields(body: JsonObject, purpose: Purpose): string | undefined {
  const unknown = Object.keys(body).find(
    (name) => !FIELDS.has(name) && !(purpose === 'answer' && ANSWER_FIELDS.has(name)),
  )
  if (unknown !== undefined) return `${unknown}: Extra inputs are not permitted`
  if (purpose === 'count') return undefined
  const limit = body['max_tokens']
  if (limit === undefined) return 'max_tokens: Field required'
  if (typeof limit !== 'number' || !Number.isInteger(limit)) return 'max_tokens: Input should be a valid integer'
  if (limit < 0) return 'max_tokens: Input should be greater than or equal to 0'
  const thinking = body['thinking']
  if (!isObject(thinking) || thinking['type'] !== 'enabled') return undefined
  const budget = thinking['budget_tokens']
  if (typeof budget !== 'number' || budget < 1024)
    return 'thinking.enabled.budget_tokens: Input should be at least 1024'
  return budget >= limit ? '`max_tokens` must be greater than `thinking.budget_tokens`' : undefined
}

function systemMessages(system: Json | undefined): ChatMessage[] {
  if (typeof system === 'string') return [{ role: 'system', text: system, images: 0 }]
  return Array.isArray(system) ? [readMessage({ role: 'system', content: system })] : []
}

/** The results of tools come as blocks of a user's message. */
function readMessage(message: JsonObject): ChatMessage {
  const role = typeof message['role'] === 'string' ? message['role'] : 'user'
  const { texts, images, results } = readBlocks(message['content'])
  return { role: results > 0 ? 'tool' : role, text: texts.join('\n'), images }
}

function readBlocks(content: Json | undefined): { texts: string[]; images: number; results: number } {
  const read = { texts: typeof content === 'string' ? [content] : [], images: 0, results: 0 }
  for (const block of elementsOf(content)) {
    if (!isObject(block)) continue
    if (typeof block['text'] === 'string') read.texts.push(block['text'])
    if (block['type'] === 'image') read.images += 1
    if (block['type'] !== 'tool_result') continue
    const inner = readBlocks(block['content'])
    read.texts.push(...inner.texts)
    read.images += inner.images
    read.results += 1
  }
  return read
}

function readTool(tool: Json): Tool[] {
  if (!isObject(tool) || typeof tool['name'] !== 'string' || !isObject(tool['input_schema'])) return []
  return [{ name: tool['name'], parameters: tool['input_schema'] }]
}

function readToolChoice(choice: Json | undefined): ChatRequest['toolChoice'] {
  if (!isObject(choice)) return { kind: 'auto' }
  if (choice['type'] === 'none') return { kind: 'none' }
  if (choice['type'] === 'any') return { kind: 'required' }
  if (choice['type'] === 'tool' && typeof choice['name'] === 'string') return { kind: 'function', name: choice['name'] }
  return { kind: 'auto' }
}

function readFormat(config: Json | undefined): AnswerFormat {
  const format = isObject(config) ? config['format'] : undefined
  const schema = isObject(format) && format['type'] === 'json_schema' ? format['schema'] : undefined
  return isObject(schema) ? { kind: 'json-schema', schema } : { kind: 'text' }
}

/** A mark anywhere in the request: the longest time of all. */
function readCaching(bytes: Uint8Array): '5m' | '1h' | undefined {
  const text = Buffer.from(bytes).toString('latin1')
  if (!text.includes('"cache_control"')) return undefined
  return /"ttl"\s*:\s*"1h"/u.test(text) ? '1h' : '5m'
}
