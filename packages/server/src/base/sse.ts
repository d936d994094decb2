import { KeywayError } from './errors.ts'
import { asBuffer } from './json-reader.ts'

const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const COLON = 0x3a

/** Bytes that the store of unfinished events begins with: more than most events have. */
const STORE_BYTES = 4096
/** A larger store is given up once it is empty: a stream may idle for minutes after one large event. */
const STORE_KEEP_BYTES = 65_536
const NOTHING: Buffer = Buffer.alloc(0)

/** One event. Its data stands in `bytes` from `start` to `end`, and only until the parser is given more. */
export type SseEvent = {
  /** Of its `event:` field; '' when it has none. */
  name: string
  /** Of its `id:` field; undefined when it has none. */
  id: string | undefined
  bytes: Buffer
  start: number
  end: number
  /** How many `data:` lines it had; their values are joined by LF. */
  lines: number
}

/**
 * An incremental parser of server-sent events: bytes in, events out, the same events however the bytes are cut.
 * Takes LF, CR and CRLF, comments, data over several lines, a byte order mark, and an end without a blank line.
 * Comments are dropped; an event without data is none.
 *
 *     parser.push(chunk)
 *     for (let event = parser.next(); event !== undefined; event = parser.next()) ...
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation (read 2026-11-21)
 */
export class SseParser {
  /** Of the last `retry:` field, in milliseconds. */
  retryMs: number | undefined
  readonly #eventBytesMax: number
  /** What is being parsed: the caller's chunk, or the filled part of the store. */
  #bytes: Buffer = NOTHING
  /** Ours, for an event that more than one chunk brings. Empty until one does. */
  #store: Buffer = NOTHING
  /** Where the unfinished event begins. */
  #blockStart = 0
  #lineStart = 0
  /** How far the search for the line's end has come. */
  #searched = 0
  /** The next CR at or after the line's start; -1 when these bytes hold none, which is the rule. */
  #carriage = -1
  /** The last line ended with CR: a LF that follows belongs to it. */
  #skipLineFeed = false
  #firstLine = true
  #name = ''
  #id: string | undefined
  /** Start and end of each data line's value. */
  #spans: number[] = []

  /** @param limits eventBytesMax: bytes from an event's first line to its blank line */
  constructor(limits: { eventBytesMax: number }) {
    this.#eventBytesMax = limits.eventBytesMax
  }

  /** Gives the parser more bytes; call it when `next` has nothing left. */
  push(chunk: Uint8Array): void {
    if (this.#bytes.length === 0) this.#bytes = asBuffer(chunk)
    else this.#append(chunk)
    this.#carriage = this.#bytes.indexOf(CR, this.#searched)
  }

  /**
   * The next complete event, or undefined when the bytes so far hold none.
   * @throws KeywayError provider_invalid_reply when an event is larger than the limit
   */
  next(): SseEvent | undefined {
    for (;;) {
      const lineEnd = this.#findLineEnd()
      if (lineEnd < 0) break
      this.#checkSize(lineEnd)
      const event = this.#takeLine(lineEnd)
      if (event !== undefined) return event
    }
    this.#checkSize(this.#bytes.length)
    // The chunk is the caller's, who may use its memory again; what is unfinished is copied.
    if (this.#blockStart < this.#bytes.length) {
      if (this.#bytes.buffer !== this.#store.buffer) this.#append(NOTHING)
    } else {
      this.#moveBy(-this.#bytes.length)
      this.#bytes = NOTHING
      if (this.#store.length > STORE_KEEP_BYTES) this.#store = NOTHING
    }
    return undefined
  }

  /** The event that the end of the bytes completes, though no blank line followed it. */
  end(): SseEvent | undefined {
    if (this.#lineStart < this.#bytes.length) {
      const event = this.#takeLine(this.#bytes.length)
      if (event !== undefined) return event
    }
    return this.#dispatch(this.#bytes.length)
  }

  #findLineEnd(): number {
    const bytes = this.#bytes
    if (this.#skipLineFeed && this.#lineStart < bytes.length) {
      if (bytes[this.#lineStart] === LF) {
        if (this.#blockStart === this.#lineStart) this.#blockStart++
        this.#lineStart++
        this.#searched = this.#lineStart
      }
      this.#skipLineFeed = false
    }
    if (this.#carriage >= 0 && this.#carriage < this.#lineStart) this.#carriage = bytes.indexOf(CR, this.#lineStart)
    const feed = this.#searched < bytes.length ? bytes.indexOf(LF, this.#searched) : -1
    if (this.#carriage >= 0 && (feed < 0 || this.#carriage < feed)) return this.#carriage
    if (feed < 0) this.#searched = bytes.length
    return feed
  }

  /** Takes the line up to `lineEnd`, and moves past its end. */
  #takeLine(lineEnd: number): SseEvent | undefined {
    const bytes = this.#bytes
    let start = this.#lineStart
    if (this.#firstLine) {
      this.#firstLine = false
      if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3
    }
    this.#skipLineFeed = bytes[lineEnd] === CR
    this.#lineStart = Math.min(lineEnd + 1, bytes.length)
    this.#searched = this.#lineStart
    if (start >= lineEnd) return this.#dispatch(this.#lineStart)
    if (bytes[start] === COLON) {
      // Pings may come without a blank line; they must not pile up as one event.
      if (this.#spans.length === 0 && this.#name === '' && this.#id === undefined) this.#blockStart = this.#lineStart
    } else if (isData(bytes, start, lineEnd)) {
      this.#spans.push(valueStart(bytes, Math.min(start + 5, lineEnd), lineEnd), lineEnd)
    } else {
      this.#takeField(start, lineEnd)
    }
    return undefined
  }

  /** `event:`, `id:` or `retry:`; any other field is ignored, as the standard says. */
  #takeField(start: number, lineEnd: number): void {
    const line = this.#bytes.toString('utf8', start, lineEnd)
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    if (field === 'event') this.#name = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value)
  }

  #dispatch(blockEnd: number): SseEvent | undefined {
    const spans = this.#spans
    const name = this.#name
    const id = this.#id
    this.#blockStart = blockEnd
    if (name !== '') this.#name = ''
    if (id !== undefined) this.#id = undefined
    if (spans.length === 0) return undefined
    const start = spans[0] ?? 0
    const end = spans[1] ?? 0
    if (spans.length === 2) {
      spans.length = 0
      return { name, id, bytes: this.#bytes, start, end, lines: 1 }
    }
    this.#spans = []
    return joinLines(this.#bytes, spans, { name, id })
  }

  #checkSize(upTo: number): void {
    if (upTo - this.#blockStart <= this.#eventBytesMax) return
    throw new KeywayError(
      'provider_invalid_reply',
      `The provider sent an event of more than ${this.#eventBytesMax} bytes.`,
    )
  }

  /** Puts the unfinished event and the chunk side by side in the store, which grows by doubling. */
  #append(chunk: Uint8Array): void {
    const rest = this.#bytes.length - this.#blockStart
    const stored = this.#bytes.buffer === this.#store.buffer
    if (stored && this.#bytes.length + chunk.length <= this.#store.length) {
      this.#store.set(chunk, this.#bytes.length)
      this.#bytes = this.#store.subarray(0, this.#bytes.length + chunk.length)
      return
    }
    const needed = rest + chunk.length
    // Not from Node's shared pool: the store is recognised by its memory.
    const store =
      needed * 2 <= this.#store.length ? this.#store : Buffer.allocUnsafeSlow(Math.max(STORE_BYTES, needed * 2))
    this.#bytes.copy(store, 0, this.#blockStart)
    store.set(chunk, rest)
    this.#store = store
    this.#bytes = store.subarray(0, needed)
    this.#moveBy(-this.#blockStart)
  }

  #moveBy(offset: number): void {
    this.#blockStart += offset
    this.#lineStart += offset
    this.#searched += offset
    for (let index = 0; index < this.#spans.length; index++) this.#spans[index] = (this.#spans[index] ?? 0) + offset
  }
}

/** `data:` or `data` alone. */
function isData(bytes: Buffer, start: number, end: number): boolean {
  return (
    bytes[start] === 0x64 &&
    bytes[start + 1] === 0x61 &&
    bytes[start + 2] === 0x74 &&
    bytes[start + 3] === 0x61 &&
    end - start >= 4 &&
    (end - start === 4 || bytes[start + 4] === COLON)
  )
}

function valueStart(bytes: Buffer, afterColon: number, end: number): number {
  return afterColon < end && bytes[afterColon] === SPACE ? afterColon + 1 : afterColon
}

function joinLines(
  bytes: Buffer,
  spans: readonly number[],
  { name, id }: { name: string; id: string | undefined },
): SseEvent {
  const pieces: Buffer[] = []
  for (let index = 0; index < spans.length; index += 2) {
    if (index > 0) pieces.push(Buffer.of(LF))
    pieces.push(bytes.subarray(spans[index], spans[index + 1]))
  }
  const joined = Buffer.concat(pieces)
  return { name, id, bytes: joined, start: 0, end: joined.length, lines: spans.length / 2 }
}
