import { KeywayError } from '../base/errors.ts'
import { SseParser } from '../base/sse.ts'
import type { AnswerParts } from './answer-parts.ts'

/** The error that a stream ended with, as the gateway wrote it into its last event. */
export type StreamError = { code: number; message: string; metadata: Record<string, unknown> }

/** Reads a chat stream into an answer's parts, however its bytes are cut. */
export type StreamReader = {
  /**
   * @param atMs when they came, milliseconds
   * @throws KeywayError provider_invalid_reply when an event is no JSON object, or larger than the limit
   */
  push(bytes: Uint8Array, atMs: number): void
  /** What the stream said went wrong, if it did. */
  readonly error: StreamError | undefined
}

/** Members of a delta that are read, or say nothing of the answer. */
const READ = new Set([
  'role',
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'reasoning_details',
  'tool_calls',
  'images',
  'annotations',
  'logprobs',
])

type Fields = Record<string, unknown>

export function readStream(parts: AnswerParts, limits: { eventBytesMax: number }): StreamReader {
  const parser = new SseParser(limits)
  let error: StreamError | undefined
  return {
    push(bytes, atMs) {
      parser.push(bytes)
      for (let event = parser.next(); event !== undefined; event = parser.next()) {
        const data = event.bytes.toString('utf8', event.start, event.end)
        if (data === '[DONE]' || error !== undefined) continue
        const chunk = parse(data)
        error = errorOf(chunk['error'])
        if (error === undefined) readChunk(chunk, parts, atMs)
      }
    },
    get error() {
      return error
    },
  }
}

function parse(data: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(data)
  } catch (cause) {
    throw new KeywayError('provider_invalid_reply', 'The stream has an event that is no JSON.', { cause })
  }
  if (!isObject(value)) throw new KeywayError('provider_invalid_reply', 'The stream has an event that is no object.')
  return value
}

function errorOf(value: unknown): StreamError | undefined {
  if (!isObject(value)) return undefined
  const { code, message, metadata } = value
  return {
    code: typeof code === 'number' ? code : 502,
    message: textOf(message),
    metadata: isObject(metadata) ? metadata : {},
  }
}

function readChunk(chunk: Fields, parts: AnswerParts, atMs: number): void {
  for (const choice of listOf(chunk['choices'])) {
    // One answer is asked for; a second would be nobody's.
    if (!isObject(choice) || (choice['index'] ?? 0) !== 0) continue
    const delta = choice['delta']
    if (isObject(delta)) readDelta(delta, parts, atMs)
  }
  // Search models name their sources beside the choices, in every chunk.
  for (const url of listOf(chunk['citations'])) if (typeof url === 'string') parts.citation({ url })
}

function readDelta(delta: Fields, parts: AnswerParts, atMs: number): void {
  const details = listOf(delta['reasoning_details'])
  const thought = textOf(delta['reasoning']) || textOf(delta['reasoning_content'])
  parts.reasoning(thought === '' ? details.map(textOfDetail).join('') : thought, atMs)
  for (const piece of details) parts.reasoningItem(piece, atMs)
  readContent(delta['content'], parts, atMs)
  parts.text(textOf(delta['refusal']))
  for (const image of listOf(delta['images'])) readImage(image, parts)
  for (const [place, call] of listOf(delta['tool_calls']).entries()) readToolCall(call, place, parts)
  for (const annotation of listOf(delta['annotations'])) readAnnotation(annotation, parts)
  for (const [name, value] of Object.entries(delta)) {
    // Numbers and words beside an answer are its bookkeeping; what has a shape may be something to show one day.
    if (!READ.has(name) && typeof value === 'object' && value !== null) parts.unknown(`delta.${name}`, value)
  }
}

/** Text, or (Mistral's thinking models) a list of typed pieces. */
function readContent(content: unknown, parts: AnswerParts, atMs: number): void {
  if (typeof content === 'string') parts.text(content)
  for (const piece of listOf(content)) {
    const type = isObject(piece) ? piece['type'] : undefined
    if (!isObject(piece)) parts.unknown('content', piece)
    else if (type === 'text') parts.text(textOf(piece['text']))
    else if (type === 'thinking') parts.reasoning(thinkingOf(piece['thinking']), atMs)
    else if (type === 'image_url') readImage(piece, parts)
    else parts.unknown('content', piece)
  }
}

function thinkingOf(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking
  return listOf(thinking)
    .map((piece) => (isObject(piece) ? textOf(piece['text']) : ''))
    .join('')
}

function textOfDetail(detail: unknown): string {
  return isObject(detail) ? textOf(detail['text']) || textOf(detail['summary']) : ''
}

function readImage(image: unknown, parts: AnswerParts): void {
  const payload = isObject(image) ? image['image_url'] : undefined
  const url = isObject(payload) ? textOf(payload['url']) : textOf(payload)
  if (url === '') parts.unknown('images', image)
  else parts.image(url)
}

function readToolCall(call: unknown, place: number, parts: AnswerParts): void {
  const described = isObject(call) ? call['function'] : undefined
  if (!isObject(call) || !isObject(described)) {
    parts.unknown('tool_calls', call)
    return
  }
  const index = call['index']
  const given = described['arguments']
  // OpenAI-like servers give text; some give the object itself.
  const text = typeof given === 'object' && given !== null ? JSON.stringify(given) : textOf(given)
  parts.toolCall(typeof index === 'number' ? index : place, {
    id: textOf(call['id']),
    name: textOf(described['name']),
    arguments: text,
  })
}

function readAnnotation(annotation: unknown, parts: AnswerParts): void {
  const citation = isObject(annotation) ? annotation['url_citation'] : undefined
  const url = isObject(citation) ? textOf(citation['url']) : ''
  if (!isObject(citation) || url === '') {
    parts.unknown('annotations', annotation)
    return
  }
  const title = textOf(citation['title'])
  const text = textOf(citation['content'])
  parts.citation({ url, ...(title === '' ? {} : { title }), ...(text === '' ? {} : { text }) })
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
