import { spliceText } from '../../base/json-splice.ts'
import type { SseEvent } from '../../base/sse.ts'
import type { ReplyContext, UsageReading } from '../codec.ts'
import { completeUsage, estimateUsage } from '../estimate-usage.ts'
import { EventStream, isDone } from '../event-stream.ts'
import { ChunkTemplate } from '../event-template.ts'
import { normaliseFinishReason } from '../finish-reason.ts'
import { frame } from '../sse-frame.ts'
import { readErrorInside } from '../upstream-error.ts'
import { EventEditor } from './event.ts'
import { asItCame, type HeldDelta, holdDelta, withUsage } from './held-delta.ts'
import { mergeUsage, readUsage } from './usage.ts'
import { writeUsage } from './write-usage.ts'

/** Deltas in a row that no template fitted, after which a stream is taken to have none. */
const MISSES_MAX = 8

/** Events of an answer. The one that begins a message and pings say only that the provider is at work. */
const ANSWER_EVENTS: ReadonlySet<string> = new Set([
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
])

/** What may stand in an `event:` line that we add. */
const EVENT_NAME = /^[a-z_]{1,64}$/

/**
 * Edits a stream as it passes: whole events in, the same events out, framed as `event: ...` LF `data: {...}` LF LF.
 * Comments and `[DONE]` are dropped; an event without a name gets its type for one, without which Anthropic's SDK
 * drops it.
 *
 * - `message_start` is edited (see `MessageEditor`); `message_delta` gets the charge into its usage; every other event
 *   passes as it is.
 * - Nothing is given out before the first event of an answer, so that a failure until then, be it behind a
 *   `message_start`, can be another provider's.
 * - A `message_delta` waits for the next one or for `message_stop`, since only the last has the whole usage.
 * - Only `message_stop` completes a stream.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/streaming (read 2026-11-29)
 */
export class AnthropicStreamEditor extends EventStream {
  readonly #editor: EventEditor
  #held: HeldDelta | undefined
  #usageFirst: string | undefined
  #usageLast: string | undefined
  #template: ChunkTemplate | undefined
  #misses = 0
  /** Bytes of answer before the block that is coming. */
  #shownBefore = 0

  constructor(context: ReplyContext) {
    super(context)
    this.#editor = new EventEditor(context)
  }

  protected override close(): string {
    return this.#releaseHeld()
  }

  protected override usageSoFar(): UsageReading {
    return this.#readUsage('begun')
  }

  protected override summarise(): void {
    const { message } = this.#editor
    this.summary.upstreamId = message.upstreamId
    this.summary.upstreamModel = message.upstreamModel
  }

  /** One event, as it goes out. */
  protected override pass(event: SseEvent): string {
    const { bytes, start, end } = event
    if (isDone(event)) return ''
    const editor = this.#editor
    const data = bytes.toString('latin1', start, end)
    const plain = event.lines === 1 && event.id === undefined && event.name === 'content_block_delta'
    if (plain) {
      const filled = this.#template?.fill(editor.reader, data, { bytes, at: start })
      if (filled !== undefined) {
        this.#misses = 0
        this.summary.answerBytes += filled.answerBytes
        return this.release(`event: content_block_delta\ndata: ${filled.edited}\n\n`)
      }
    }
    const isObject = editor.read(bytes, start, end)
    const type = isObject ? editor.type : undefined
    if (event.name === 'error' || type === 'error' || (editor.hasError && type === undefined)) {
      const out = this.started ? this.#releaseHeld() : ''
      this.error = readErrorInside(bytes.subarray(start, end))
      this.summary.usage = this.#readUsage('begun')
      return out
    }
    if (event.name === '' && type !== undefined && EVENT_NAME.test(type)) event.name = type
    if (type === undefined || event.name === 'ping') return this.release(frame(event, data))
    this.#count(type)
    if (ANSWER_EVENTS.has(type)) this.started = true
    switch (type) {
      case 'message_start':
        this.#usageFirst = editor.usage ?? this.#usageFirst
        this.#noteUsage()
        return this.release(frame(event, spliceText(data, start, editor.splices)))
      case 'message_delta':
        return this.#hold(event, data)
      case 'message_stop':
        return this.#finish(frame(event, data))
      default:
        if (plain && editor.holes !== undefined && this.#misses < MISSES_MAX) {
          this.#misses++
          this.#template = ChunkTemplate.learn(data, start, { splices: editor.splices, holes: editor.holes })
        }
        return this.release(frame(event, data))
    }
  }

  /**
   * A block of sealed thoughts counts as long as these are where they are longer than what was shown: the thoughts are
   * billed, and whoever leaves before the usage comes would have them for nothing.
   */
  #count(type: string): void {
    const { answerBytes, sealedBytes } = this.#editor
    if (type === 'content_block_start') this.#shownBefore = this.summary.answerBytes
    this.summary.answerBytes += answerBytes
    const shown = this.summary.answerBytes - this.#shownBefore
    if (sealedBytes > shown) this.summary.answerBytes += sealedBytes - shown
  }

  protected override release(text: string): string {
    if (this.#held === undefined) return super.release(text)
    this.#held.after += text
    this.bound(this.#held.after.length, 'behind its last word')
    return ''
  }

  #hold(event: SseEvent, data: string): string {
    const out = this.#releaseHeld()
    const { usage, stopReason } = this.#editor
    this.#held = holdDelta(event, data, this.#editor)
    this.#usageLast = usage ?? this.#usageLast
    this.#noteUsage()
    if (stopReason !== undefined) {
      this.summary.finishReason = normaliseFinishReason(stopReason)
      this.summary.nativeFinishReason = stopReason
    }
    return out
  }

  /** Gives out what is held without a charge, since it was not the end. */
  #releaseHeld(): string {
    const held = this.#held
    if (held === undefined) return ''
    this.#held = undefined
    return this.release(asItCame(held))
  }

  /** The last `message_delta` with the charge, and the end. */
  #finish(stop: string): string {
    this.ended = true
    const reading = this.#readUsage('whole')
    this.summary.usage = reading
    const priced = this.context.price(reading)
    const held = this.#held
    this.#held = undefined
    if (held === undefined) return this.release(stop)
    return this.release(withUsage(held, writeUsage(held.usage, reading, priced)) + stop)
  }

  #readUsage(answer: 'whole' | 'begun'): UsageReading {
    const read = answer === 'whole' && this.#usageLast !== undefined ? this.#usageNow() : undefined
    if (read !== undefined) return read
    const { begun, answerBytes } = this.summary
    if (begun !== undefined) return completeUsage(begun, answerBytes)
    return estimateUsage({ request: this.context.requestBytes ?? 0, answer: answerBytes })
  }

  #usageNow(): UsageReading | undefined {
    return readUsage(mergeUsage(this.#usageFirst, this.#usageLast))
  }

  /** A prompt of no tokens is one that nobody has counted yet. */
  #noteUsage(): void {
    const read = this.#usageNow()
    if (read !== undefined && read.tokensPrompt > 0) this.summary.begun = read
  }
}
