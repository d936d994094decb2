import { asciiJson, spliceText } from '../../base/json-splice.ts'
import type { SseEvent } from '../../base/sse.ts'
import type { ReplyContext, UsageReading } from '../codec.ts'
import { estimateUsage } from '../estimate-usage.ts'
import { EventStream, isDone } from '../event-stream.ts'
import { ChunkTemplate } from '../event-template.ts'
import { readUsage } from '../openai-usage.ts'
import { frame } from '../sse-frame.ts'
import { readErrorInside } from '../upstream-error.ts'
import { AnswerEditor } from './answer.ts'
import { summarise } from './reply.ts'
import { parseUsage } from './usage-fields.ts'
import { writeUsage } from './write-usage.ts'

/** Chunks in a row that no template fitted, after which a stream is taken to have none. */
const MISSES_MAX = 8

/**
 * Edits a stream as it passes (see {@link AnswerEditor}): whole events in, the same events out, framed as
 * `data: {...}` LF LF. Comments are dropped. Data that is JSON but no chunk passes unchanged.
 *
 * - Nothing is given out before the first chunk with a choice, so that a failure until then can be another provider's.
 * - Usage is held back. A chunk that brings it with no choices is kept as the usage chunk, with everything else in it
 *   (a later one replaces it); otherwise one is made. It goes out once, before [DONE].
 * - A stream that closes without [DONE] after every choice has finished is complete.
 */
export class OpenAiStreamEditor extends EventStream {
  readonly #editor: AnswerEditor
  #usage: string | undefined
  #template: ChunkTemplate | undefined
  #misses = 0
  /** The provider's usage chunk, before and behind its usage. */
  #carrier: { head: string; tail: string } | undefined

  constructor(context: ReplyContext) {
    super(context)
    this.#editor = new AnswerEditor(context)
  }

  protected override close(where: 'behind' | 'amid'): string {
    const { finishReason, open } = this.#editor.account
    const finished = finishReason !== undefined && open.size === 0
    return finished && where === 'behind' && this.error === undefined ? this.#finish() : ''
  }

  protected override usageSoFar(): UsageReading {
    return this.#readUsage()
  }

  protected override summarise(): void {
    summarise(this.#editor, this.summary)
  }

  /** One event, as it goes out. */
  protected override pass(event: SseEvent): string {
    const { bytes, start, end } = event
    if (isDone(event)) return this.#finish()
    const editor = this.#editor
    const data = bytes.toString('latin1', start, end)
    const plain = event.name === '' && event.id === undefined && event.lines === 1
    if (plain) {
      const filled = this.#template?.fill(editor.reader, data, { bytes, at: start })
      if (filled !== undefined) {
        this.#misses = 0
        editor.account.answerBytes += filled.answerBytes
        return this.release(`data: ${filled.edited}\n\n`)
      }
    }
    const isObject = event.name !== 'error' && editor.read(bytes, { start, end, whole: false, usage: 'remove' })
    if (!isObject || editor.error !== undefined) {
      if (event.name === 'error' || editor.error !== undefined || holdsError(bytes.subarray(start, end))) {
        this.error = readErrorInside(bytes.subarray(start, end))
        this.summary.usage = this.#readUsage()
        return ''
      }
      return this.release(frame(event, data))
    }
    if (editor.usage !== undefined) {
      this.#usage = editor.usage
      if (editor.choices === undefined || editor.choices === 0) {
        this.#keepCarrier(event)
        return ''
      }
    }
    if (editor.choices === undefined) return this.release(frame(event, data))
    if (editor.choices > 0) this.started = true
    if (plain && editor.holes !== undefined && this.#misses < MISSES_MAX) {
      this.#misses++
      this.#template = ChunkTemplate.learn(data, start, { splices: editor.splices, holes: editor.holes })
    }
    return this.release(frame(event, spliceText(data, start, editor.splices)))
  }

  #keepCarrier(event: SseEvent): void {
    const editor = this.#editor
    editor.read(event.bytes, { start: event.start, end: event.end, whole: false, usage: 'place' })
    const place = editor.usagePlace
    if (place === undefined) return
    const { bytes, start, end } = event
    const at = editor.splices.indexOf(place)
    this.#carrier = {
      head: spliceText(bytes.toString('latin1', start, place.start), start, editor.splices.slice(0, at)),
      tail: spliceText(bytes.toString('latin1', place.end, end), place.end, editor.splices.slice(at + 1)),
    }
  }

  /** The usage chunk and [DONE]. */
  #finish(): string {
    this.ended = true
    const reported = parseUsage(this.#usage)
    const reading = this.#readUsage(reported)
    summarise(this.#editor, this.summary)
    this.summary.usage = reading
    const usage = writeUsage(reported, reading, this.context.price(reading))
    const chunk = this.#carrier ? `${this.#carrier.head}${usage}${this.#carrier.tail}` : this.#makeCarrier(usage)
    return `${this.releaseWaiting()}data: ${chunk.replaceAll('\n', '\ndata: ')}\n\ndata: [DONE]\n\n`
  }

  #makeCarrier(usage: string): string {
    const { id, model } = this.context
    const provider = this.#editor.upstreamProvider ?? this.context.provider
    // A provider that names no time: our id holds the second in which the call began.
    const created = this.#editor.created ?? /^gen-(\d+)-/.exec(id)?.[1] ?? '0'
    return `{"id":${asciiJson(id)},"object":"chat.completion.chunk","created":${created},"model":${asciiJson(model)},"provider":${asciiJson(provider)},"choices":[],"usage":${usage}}`
  }

  #readUsage(usage = parseUsage(this.#usage)): UsageReading {
    return (
      readUsage(usage, this.context.dialect) ??
      estimateUsage({ request: this.context.requestBytes ?? 0, answer: this.#editor.account.answerBytes })
    )
  }
}

/** Google wraps an error in an array. @see https://ai.google.dev/gemini-api/docs/openai (read 2026-11-21) */
function holdsError(data: Buffer): boolean {
  if (data[0] !== 0x5b) return false
  const value: unknown = JSON.parse(data.toString('utf8'))
  const first: unknown = Array.isArray(value) ? value[0] : undefined
  return typeof first === 'object' && first !== null && 'error' in first
}
