import type { CitationPart, ImagePart, Part, ReasoningPart, ToolCallPart } from '@keyway/contract'
import { addReasoningItem } from './reasoning-items.ts'

/** What changed of an answer, as watchers are told it. */
export type PartChange =
  /** A part begins, or another stands in its place. */
  | { type: 'part'; index: number; part: Part }
  /** More text of a text or reasoning part, or of a tool call's arguments. */
  | { type: 'delta'; index: number; text: string }

/** Kinds that nobody asked for are kept as evidence, not as a collection. */
const UNKNOWN_MAX = 100
/** Sources of one answer. Search models name some twenty. */
const CITATIONS_MAX = 500
/** Calls that a model makes at once. */
const TOOL_CALLS_MAX = 128

/**
 * An answer as it grows: pieces in, parts out, and what changed since somebody last asked. Holds no clock and no I/O.
 */
export class AnswerParts {
  readonly #parts: Part[]
  /** Of each part that changed, the text that was added. */
  #changes = new Map<number, string>()
  /** Parts that watchers do not know as they are. */
  readonly #added = new Set<number>()
  /** Of each tool call's number in the stream, its part. */
  readonly #calls = new Map<number, number>()
  #thinkingSince = 0
  /** Images that came as data URLs: their parts, and the URLs. */
  #pictures: { index: number; url: string }[] = []
  #unknown = 0
  #citations = 0
  #bytes = 0

  /** @param begun the parts that it goes on from */
  constructor(begun: readonly Part[] = []) {
    this.#parts = begun.map((part) => ({ ...part }))
  }

  /** UTF-8 bytes that were added. */
  get bytes(): number {
    return this.#bytes
  }

  /** The parts as they are now. Later growth does not show in them. */
  copy(): Part[] {
    return this.#parts.map((part) =>
      part.kind === 'reasoning' && part.items ? { ...part, items: [...part.items] } : { ...part },
    )
  }

  /** What changed since the last call, at most one change for each part. */
  takeChanges(): PartChange[] {
    const changes: PartChange[] = []
    for (const [index, change] of this.#changes) {
      const part = this.#parts[index]
      if (part === undefined) continue
      if (this.#added.has(index)) changes.push({ type: 'part', index, part: shown(part) })
      else changes.push({ type: 'delta', index, text: change })
    }
    this.#changes = new Map()
    this.#added.clear()
    return changes
  }

  get hasChanges(): boolean {
    return this.#changes.size > 0
  }

  text(text: string): void {
    if (text === '') return
    const last = this.#parts.at(-1)
    if (last?.kind === 'text') {
      last.text += text
      this.#grew(this.#parts.length - 1, text)
    } else {
      this.#add({ kind: 'text', text }, text)
    }
  }

  /** @param atMs when it came, milliseconds */
  reasoning(text: string, atMs: number): void {
    if (text === '') return
    const part = this.#reasoningPart(atMs)
    part.text += text
    part.ms = Math.max(0, Math.round(atMs - this.#thinkingSince))
    this.#grew(this.#parts.indexOf(part), text)
  }

  /** A piece of the provider's own reasoning items. They come with the end of the answer, not with its deltas. */
  reasoningItem(piece: unknown, atMs: number): void {
    // A signature may come after the answer's text has begun.
    const part = this.#parts.findLast((one) => one.kind === 'reasoning') ?? this.#reasoningPart(atMs)
    part.items ??= []
    addReasoningItem(part.items, piece)
    this.#bytes += sizeOf(piece)
  }

  /** A piece of a tool call. @param number the call's place in the stream */
  toolCall(number: number, piece: { id: string; name: string; arguments: string }): void {
    const known = this.#calls.get(number)
    const part = known === undefined ? undefined : this.#parts[known]
    // Some providers give every call the number 0.
    const another = part?.kind === 'tool_call' && piece.id !== '' && part.id !== '' && piece.id !== part.id
    if (part?.kind !== 'tool_call' || known === undefined || another) {
      if (this.#calls.size >= TOOL_CALLS_MAX && !another) return
      this.#calls.set(number, this.#parts.length)
      const call: ToolCallPart = { kind: 'tool_call', ...piece }
      this.#add(call, piece.id + piece.name + piece.arguments)
      return
    }
    if (part.id === '' && piece.id !== '') part.id = piece.id
    if (part.name === '' && piece.name !== '') {
      part.name = piece.name
      this.#bytes += Buffer.byteLength(piece.name)
      this.#anew(known)
    }
    part.arguments += piece.arguments
    this.#grew(known, piece.arguments)
  }

  /** A picture. One that came whole stands empty until it is kept: see {@link takePictures} and {@link replace}. */
  image(url: string): void {
    const whole = url.startsWith('data:')
    const part: ImagePart = whole ? { kind: 'image' } : { kind: 'image', url }
    if (whole) this.#pictures.push({ index: this.#parts.length, url })
    this.#add(part, whole ? '' : url)
  }

  /** The pictures that came whole since the last call, as data URLs. */
  takePictures(): { index: number; url: string }[] {
    return this.#pictures.splice(0)
  }

  /** Puts another part in the place of one. */
  replace(index: number, part: Part): void {
    if (index >= this.#parts.length) return
    this.#parts[index] = part
    this.#anew(index)
  }

  /** A source, once. */
  citation(citation: Omit<CitationPart, 'kind'>): void {
    const known = this.#parts.some((part) => part.kind === 'citation' && part.url === citation.url)
    if (known || this.#citations >= CITATIONS_MAX) return
    this.#citations++
    this.#add({ kind: 'citation', ...citation }, citation.url + (citation.title ?? '') + (citation.text ?? ''))
  }

  unknown(source: string, value: unknown): void {
    if (this.#unknown >= UNKNOWN_MAX) return
    this.#unknown++
    this.#bytes += sizeOf(value)
    this.#add({ kind: 'unknown', source, value }, '')
  }

  #reasoningPart(atMs: number): ReasoningPart {
    const last = this.#parts.at(-1)
    if (last?.kind === 'reasoning') return last
    this.#thinkingSince = atMs
    const part: ReasoningPart = { kind: 'reasoning', text: '' }
    this.#add(part, '')
    return part
  }

  #add(part: Part, text: string): void {
    this.#parts.push(part)
    this.#bytes += Buffer.byteLength(text)
    this.#anew(this.#parts.length - 1)
  }

  #anew(index: number): void {
    this.#added.add(index)
    this.#changes.set(index, '')
  }

  #grew(index: number, text: string): void {
    this.#bytes += Buffer.byteLength(text)
    if (text !== '') this.#changes.set(index, (this.#changes.get(index) ?? '') + text)
  }
}

/** A part as watchers see it while it grows: what only the next request needs stays here. */
function shown(part: Part): Part {
  if (part.kind !== 'reasoning') return { ...part }
  const { items: _items, ...rest } = part
  return rest
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}
