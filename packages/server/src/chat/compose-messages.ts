import type { FilePart, ImagePart, Part, ToolCallPart, ToolResultPart } from '@keyway/contract'
import type { Branch } from './branch.ts'

/** An attachment's bytes, with what they are. */
export type Content = { mediaType: string; name: string; body: Uint8Array }

/** What decides how a branch is written out. */
export type Writing = {
  systemPrompt: string
  /** By id. One that is not in it was removed. */
  attachments: ReadonlyMap<string, Content>
  /** What the model can be shown. The rest is named in brackets. */
  takes: { images: boolean; files: boolean }
  /** Messages whose reasoning items go back: those that the same endpoint made. */
  reasoningOf: ReadonlySet<string>
  /** The last answer ended early, and is to be gone on with. */
  continues: boolean
}

/**
 * Asks for the rest of an answer. A last message of the assistant's would be a prefill; several providers refuse those or
 * begin anew.
 */
const CONTINUE = 'Continue your last message exactly where it ends. Repeat nothing of it and add no introduction.'

type WireMessage = Record<string, unknown>

/**
 * A branch as the messages of a chat request.
 * @see https://openrouter.ai/docs/api_reference/overview (messages, read 2026-11)
 */
export function composeMessages(branch: Branch, writing: Writing): WireMessage[] {
  const messages: WireMessage[] = []
  if (writing.systemPrompt.trim() !== '') messages.push({ role: 'system', content: writing.systemPrompt })
  const answered = answeredCalls(branch)
  for (const message of branch) {
    if (message.role === 'user') messages.push({ role: 'user', content: contentOf(message.parts, writing) })
    else if (message.role === 'assistant') messages.push(...assistantMessage(message, { writing, answered }))
    for (const result of message.parts) {
      if (result.kind === 'tool_result' && answered.has(result.call_id)) messages.push(toolMessage(result))
    }
  }
  if (writing.continues) messages.push({ role: 'user', content: CONTINUE })
  return messages
}

/** Calls that have a result: providers refuse one without the other. */
function answeredCalls(branch: Branch): ReadonlySet<string> {
  const called = new Set<string>()
  const answered = new Set<string>()
  for (const { parts } of branch) {
    for (const part of parts) {
      if (part.kind === 'tool_call' && part.id !== '') called.add(part.id)
      if (part.kind === 'tool_result' && called.has(part.call_id)) answered.add(part.call_id)
    }
  }
  return answered
}

/** An answer of before; none where nothing of it can be sent. */
function assistantMessage(
  message: Branch[number],
  { writing, answered }: { writing: Writing; answered: ReadonlySet<string> },
): WireMessage[] {
  const { parts } = message
  const text = parts.map((part) => assistantText(part)).join('')
  const calls = parts.filter((part) => part.kind === 'tool_call').filter((call) => answered.has(call.id))
  const items = writing.reasoningOf.has(message.id)
    ? parts.flatMap((part) => (part.kind === 'reasoning' ? (part.items ?? []) : []))
    : []
  if (text.trim() === '' && calls.length === 0) return []
  return [
    {
      role: 'assistant',
      content: text === '' ? null : text,
      ...(items.length === 0 ? {} : { reasoning_details: items }),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map(toolCall) }),
    },
  ]
}

/** A model is not shown its own pictures: the format has no place for them. */
function assistantText(part: Part): string {
  if (part.kind === 'text') return part.text
  return part.kind === 'image' ? '[image]' : ''
}

function toolCall({ id, name, arguments: given }: ToolCallPart) {
  return { id, type: 'function', function: { name, arguments: given } }
}

function toolMessage({ call_id, text }: ToolResultPart): WireMessage {
  return { role: 'tool', tool_call_id: call_id, content: text }
}

/** Plain text where it is nothing else: some servers take no lists. */
function contentOf(parts: readonly Part[], writing: Writing): string | WireMessage[] {
  const pieces = parts.flatMap((part) => pieceOf(part, writing))
  if (pieces.every((piece) => piece['type'] === 'text'))
    return pieces.map((piece) => String(piece['text'])).join('\n\n')
  return pieces
}

function pieceOf(part: Part, writing: Writing): WireMessage[] {
  switch (part.kind) {
    case 'text':
      return part.text === '' ? [] : [textPiece(part.text)]
    case 'image':
      return [imagePiece(part, writing)]
    case 'file':
      return [filePiece(part, writing)]
    default:
      return []
  }
}

function imagePiece(part: ImagePart, { attachments, takes }: Writing): WireMessage {
  const content = part.attachment === undefined ? undefined : attachments.get(part.attachment)
  // An address of elsewhere was never fetched, and is not handed on.
  if (content === undefined || !takes.images) return textPiece(`[image: ${part.name ?? 'not shown'}]`)
  return { type: 'image_url', image_url: { url: dataUrl(content) } }
}

function filePiece(part: FilePart, { attachments, takes }: Writing): WireMessage {
  const content = attachments.get(part.attachment)
  if (content === undefined) return textPiece(`[file: ${part.name}]`)
  if (content.mediaType.startsWith('text/')) {
    return textPiece(`[file: ${part.name}]\n${Buffer.from(content.body).toString('utf8')}\n[end of ${part.name}]`)
  }
  if (!takes.files) return textPiece(`[file: ${part.name}]`)
  return { type: 'file', file: { filename: part.name, file_data: dataUrl(content) } }
}

function textPiece(text: string): WireMessage {
  return { type: 'text', text }
}

function dataUrl({ mediaType, body }: Content): string {
  return `data:${mediaType};base64,${Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')}`
}
