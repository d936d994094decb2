import { type ApiError, invalidRequest } from './api-error.ts'
import { elementsOf, isObject, type Json, type JsonObject, parseJson } from './json.ts'

/** A message, reduced to what the simulation answers to. */
export type ChatMessage = { role: string; text: string; images: number }

/** A function that the model may call. */
export type Tool = { name: string; parameters: JsonObject }

/** The form that the answer must have. */
export type AnswerFormat = { kind: 'text' } | { kind: 'json-object' } | { kind: 'json-schema'; schema: JsonObject }

/** A chat completion request, read leniently: what a dialect refuses, the dialect says. */
export type ChatRequest = {
  body: JsonObject
  model: string
  stream: boolean
  /** `stream_options.include_usage` is true. */
  includeUsage: boolean
  messages: ChatMessage[]
  choices: number
  /** The smaller of the two limits that were given, in tokens. */
  outputTokensMax: number | undefined
  stops: string[]
  tools: Tool[]
  toolChoice: { kind: 'auto' | 'none' | 'required' } | { kind: 'function'; name: string }
  format: AnswerFormat
  logprobs: boolean
}

/** Most answers that one request may ask for. OpenAI's bound. */
const CHOICES_MAX = 128

/** Reads a request's body. An error is in no provider's shape yet. */
export function readChatRequest(bytes: Uint8Array): { request: ChatRequest } | { error: ApiError } {
  const body = parseJson(Buffer.from(bytes).toString('utf8'))
  if (!isObject(body)) return { error: invalidRequest('The request body is not a JSON object.', null) }
  if (typeof body['model'] !== 'string' || body['model'] === '') {
    return { error: invalidRequest('The field `model` must be a string that names a model.', 'model') }
  }
  const messages = elementsOf(body['messages'])
  if (messages.length === 0) {
    return { error: invalidRequest('The field `messages` must be an array with at least one message.', 'messages') }
  }
  const choices = body['n'] ?? 1
  if (typeof choices !== 'number' || !Number.isInteger(choices) || choices < 1 || choices > CHOICES_MAX) {
    return { error: invalidRequest(`The field \`n\` must be a whole number from 1 to ${CHOICES_MAX}.`, 'n') }
  }
  for (const name of ['max_tokens', 'max_completion_tokens']) {
    const limit = body[name] ?? 1
    if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) {
      return { error: invalidRequest(`The field \`${name}\` must be a whole number of at least 1.`, name) }
    }
  }
  const streamOptions = body['stream_options']
  return {
    request: {
      body,
      model: body['model'],
      stream: body['stream'] === true,
      includeUsage: isObject(streamOptions) && streamOptions['include_usage'] === true,
      messages: messages.filter(isObject).map(readMessage),
      choices,
      outputTokensMax: readLimit(body),
      stops: readStops(body['stop']),
      tools: elementsOf(body['tools']).flatMap(readTool),
      toolChoice: readToolChoice(body['tool_choice']),
      format: readFormat(body['response_format']),
      logprobs: body['logprobs'] === true,
    },
  }
}

/** What is to be answered: clients may put a reminder of the system's behind it. */
export function lastMessage(request: ChatRequest): ChatMessage | undefined {
  return request.messages.findLast((message) => message.role !== 'system' && message.role !== 'developer')
}

/** The text of the last message that the user wrote. */
export function lastUserText(request: ChatRequest): string {
  return request.messages.findLast((message) => message.role === 'user')?.text ?? ''
}

function readLimit(body: JsonObject): number | undefined {
  const limits = [body['max_tokens'], body['max_completion_tokens']].filter((limit) => typeof limit === 'number')
  return limits.length === 0 ? undefined : Math.min(...limits)
}

function readMessage(message: JsonObject): ChatMessage {
  const role = typeof message['role'] === 'string' ? message['role'] : 'user'
  const content = message['content']
  if (typeof content === 'string') return { role, text: content, images: 0 }
  const texts: string[] = []
  let images = 0
  for (const part of elementsOf(content)) {
    if (!isObject(part)) continue
    if (typeof part['text'] === 'string') texts.push(part['text'])
    if (part['type'] === 'image_url') images += 1
  }
  return { role, text: texts.join('\n'), images }
}

function readStops(stop: Json | undefined): string[] {
  return (Array.isArray(stop) ? stop : [stop]).filter((text): text is string => typeof text === 'string' && text !== '')
}

function readTool(tool: Json): Tool[] {
  if (!isObject(tool) || !isObject(tool['function'])) return []
  const { name, parameters } = tool['function']
  return typeof name === 'string' ? [{ name, parameters: isObject(parameters) ? parameters : {} }] : []
}

function readToolChoice(choice: Json | undefined): ChatRequest['toolChoice'] {
  if (choice === 'none') return { kind: 'none' }
  // Mistral's name for 'required' is 'any'.
  if (choice === 'required' || choice === 'any') return { kind: 'required' }
  if (isObject(choice) && isObject(choice['function']) && typeof choice['function']['name'] === 'string') {
    return { kind: 'function', name: choice['function']['name'] }
  }
  return { kind: 'auto' }
}

function readFormat(format: Json | undefined): AnswerFormat {
  if (!isObject(format)) return { kind: 'text' }
  if (format['type'] === 'json_object') return { kind: 'json-object' }
  if (format['type'] !== 'json_schema') return { kind: 'text' }
  const named = format['json_schema']
  const schema = isObject(named) ? named['schema'] : undefined
  return isObject(schema) ? { kind: 'json-schema', schema } : { kind: 'json-object' }
}
