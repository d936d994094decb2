// What a message is made of: the shape in which conversations are stored, and in which they travel. Versioned: a later
// version adds kinds of parts and fields; none is ever changed or taken away, so that nothing stored has to be migrated.

/** Stored with every message. */
export const MESSAGE_VERSION = 1

export type MessageRole = 'user' | 'assistant' | 'tool'

/** One piece of a message, in the order in which it came. */
export type Part =
  | TextPart
  | ReasoningPart
  | ImagePart
  | FilePart
  | ToolCallPart
  | ToolResultPart
  | CitationPart
  | UnknownPart

/** Markdown. */
export type TextPart = { kind: 'text'; text: string }

/**
 * What the model thought. `text` is for people; `items` are the provider's own (OpenRouter's `reasoning_details`, signed or
 * encrypted), kept verbatim and sent back in the next turn to the endpoint that made them.
 */
export type ReasoningPart = { kind: 'reasoning'; text: string; items?: unknown[]; ms?: number }

/** An image by the id of its attachment, or by an address that nobody fetches until the reader says so. */
export type ImagePart = {
  kind: 'image'
  attachment?: string
  url?: string
  media_type?: string
  name?: string
  bytes?: number
}

export type FilePart = { kind: 'file'; attachment: string; name: string; media_type: string; bytes: number }

/** `arguments` is the text that the model wrote: JSON, or the beginning of it. */
export type ToolCallPart = { kind: 'tool_call'; id: string; name: string; arguments: string }

export type ToolResultPart = { kind: 'tool_result'; call_id: string; text: string; failed?: boolean }

export type CitationPart = { kind: 'citation'; url: string; title?: string; text?: string }

/** Something of a provider's that this version does not know, verbatim. */
export type UnknownPart = { kind: 'unknown'; source: string; value: unknown }

/**
 * `streaming`: a run of the server is writing it. `stopped`: the person ended it; what came is kept and paid for.
 * `interrupted`: the server went down while it was written. `failed`: the call came to nothing, or broke.
 */
export type MessageStatus = 'streaming' | 'done' | 'stopped' | 'interrupted' | 'failed'
