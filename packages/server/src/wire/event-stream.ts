import { KeywayError } from '../base/errors.ts'
import { JsonError } from '../base/json-reader.ts'
import { type SseEvent, SseParser } from '../base/sse.ts'
import type { ReplyContext, StreamEditor, StreamStep, UpstreamError, UsageReading } from './codec.ts'
import { asInvalidReply } from './invalid-reply.ts'
import { emptySummary } from './summary.ts'

/** Bytes of one event where the caller names no limit. An image as base64 arrives as one event of a few MB. */
const EVENT_BYTES_MAX = 16 * 1024 * 1024

const NOTHING = new Uint8Array(0)

/**
 * What the streams of all formats have in common: whole events in, one after the other, edited events out. Comments are
 * dropped. Nothing is given out before the answer has begun, so that a failure until then can be another provider's; nothing
 * is read behind the end or an error. What a fault follows is given out before it is thrown.
 *
 * Text has one character for each byte.
 */
export abstract class EventStream implements StreamEditor {
  readonly summary = emptySummary()
  protected readonly context: ReplyContext
  protected started = false
  protected ended = false
  protected error: UpstreamError | undefined
  readonly #eventBytesMax: number
  readonly #parser: SseParser
  /** Events before the first one of an answer. */
  #waiting = ''
  /** What ended the stream, when events before it were still to be given out. */
  #fault: unknown

  constructor(context: ReplyContext) {
    this.context = context
    this.#eventBytesMax = context.eventBytesMax ?? EVENT_BYTES_MAX
    this.#parser = new SseParser({ eventBytesMax: this.#eventBytesMax })
  }

  /** One event that has data, as it goes out. */
  protected abstract pass(event: SseEvent): string
  /** What is still to go out where the provider closed before the end: behind a whole event, or in the middle of one. */
  protected abstract close(where: 'behind' | 'amid'): string
  /** What the answer used, where the provider has not told by its end. */
  protected abstract usageSoFar(): UsageReading
  /** Writes into the summary what the answer has told so far. */
  protected summarise(): void {
    // A format that notes it with each event has nothing to add.
  }

  push(chunk: Uint8Array): StreamStep {
    if (this.#fault !== undefined) throw this.#fault
    if (this.ended || this.error) return this.#step('')
    let out = ''
    try {
      this.#parser.push(chunk)
      for (let event = this.#parser.next(); event !== undefined; event = this.#parser.next()) {
        if (event.start !== event.end) out += this.pass(event)
        if (this.ended || this.error) break
      }
    } catch (error) {
      const fault = asInvalidReply(error, 'event')
      if (out === '') throw fault
      this.#fault = fault
    }
    return this.#step(out)
  }

  end(): { step: StreamStep; complete: boolean } {
    if (this.#fault !== undefined) throw this.#fault
    let out = ''
    if (!this.ended && !this.error) {
      let where: 'behind' | 'amid' = 'behind'
      try {
        const event = this.#parser.end()
        if (event !== undefined && event.start !== event.end) out = this.pass(event)
      } catch (error) {
        // Half an event is what a broken connection leaves behind.
        if (!(error instanceof JsonError)) throw error
        where = 'amid'
      }
      if (!this.ended) out += this.close(where)
    }
    this.summary.usage ??= this.usageSoFar()
    return { step: this.#step(out), complete: this.ended }
  }

  /** Gives out what waited once an answer has begun. */
  protected release(text: string): string {
    if (this.started) return this.#waiting === '' ? text : this.releaseWaiting() + text
    this.#waiting += text
    this.bound(this.#waiting.length, 'before its answer')
    return ''
  }

  /** What waited, begun or not. */
  protected releaseWaiting(): string {
    const waiting = this.#waiting
    this.#waiting = ''
    return waiting
  }

  /** @throws KeywayError provider_invalid_reply where more is held than one event may have */
  protected bound(length: number, where: string): void {
    if (length <= this.#eventBytesMax) return
    throw new KeywayError(
      'provider_invalid_reply',
      `The provider sent more than ${this.#eventBytesMax} bytes ${where}.`,
    )
  }

  #step(out: string): StreamStep {
    this.summarise()
    const bytes = out === '' ? NOTHING : Buffer.from(out, 'latin1')
    return { bytes, started: this.started, ended: this.ended, error: this.error }
  }
}

/** OpenAI's end of a stream, which others send too. */
export function isDone({ bytes, start, end }: SseEvent): boolean {
  return bytes[start] === 0x5b && end - start < 16 && bytes.toString('latin1', start, end).trim() === '[DONE]'
}
