import { spliceText } from '../../base/json-splice.ts'
import type { SseEvent } from '../../base/sse.ts'
import type { ReplyContext, UpstreamError, UsageReading } from '../codec.ts'
import { estimateUsage } from '../estimate-usage.ts'
import { EventStream, isDone } from '../event-stream.ts'
import { readUsage } from '../openai-usage.ts'
import { frame } from '../sse-frame.ts'
import { readErrorInside } from '../upstream-error.ts'
import { EventReader } from './event.ts'
import { readFinish } from './finish.ts'
import { failureOf, settle, summarise } from './reply.ts'
import { ResponseEditor } from './response.ts'
import { parseUsage } from './usage-fields.ts'

/**
 * Edits a stream as it passes (see {@link ResponseEditor}): whole events in, the same events out, each with its own
 * `event:` line. Comments and [DONE] are dropped. Most events need no edit and go out as they came.
 *
 * - Nothing is given out before the first event of an output item, so that a failure until then can be another
 *   provider's: `response.created` and `response.in_progress` say that a request was taken, not that it is answered. From
 *   the first item on, tokens are billed.
 * - The stream ends with `response.completed` or `response.incomplete`, whose usage is priced. What closes before them is
 *   not complete, and what follows them is not passed on.
 * - `error` and `response.failed` are the provider's failure, not events of an answer.
 */
export class ResponsesStreamEditor extends EventStream {
  /** As the provider numbers them: one more than the last that was given out. */
  sequenceNumber = 0
  readonly #response: ResponseEditor
  readonly #event: EventReader
  /** The last event's name, and what stands before its data. */
  #name = ''
  #head = 'data: '
  #calls = false

  constructor(context: ReplyContext) {
    super(context)
    this.#response = new ResponseEditor(context)
    this.#event = new EventReader(this.#response)
  }

  protected override close(): string {
    return ''
  }

  protected override usageSoFar(): UsageReading {
    return estimateUsage({ request: this.context.requestBytes ?? 0, answer: this.summary.answerBytes })
  }

  /** One event, as it goes out. */
  protected override pass(sse: SseEvent): string {
    const { bytes, start, end } = sse
    if (isDone(sse)) return ''
    const event = this.#event
    const isObject = event.read(bytes, start, end)
    if (sse.name === 'error' || event.type === 'error' || (event.type === '' && event.hasError)) {
      return this.#fail(readErrorInside(bytes.subarray(start, end)))
    }
    const data = bytes.toString('latin1', start, end)
    if (!isObject) return this.release(this.#frame(sse, data))
    this.#count(event)
    if (!event.hasResponse) return this.release(this.#frame(sse, data))
    const response = this.#response
    summarise(response, this.summary)
    if (event.type === 'response.failed') return this.#failed(bytes)
    if (event.type === 'response.completed' || event.type === 'response.incomplete') this.#finish()
    return this.release(frame(sse, spliceText(data, start, response.splices)))
  }

  #count(event: EventReader): void {
    if (event.ofOutput) this.started = true
    if (this.started && event.sequenceNumber !== undefined) this.sequenceNumber = event.sequenceNumber + 1
    if (event.item.calls) this.#calls = true
    // Sound and pictures are not text; encrypted reasoning comes whole, with its item.
    if (!event.type.startsWith('response.audio.')) this.summary.answerBytes += event.deltaBytes
    if (event.type !== 'response.output_item.done') return
    this.summary.answerBytes += event.item.sealedBytes
    this.summary.sealed = event.item.sealed ?? this.summary.sealed
  }

  #finish(): void {
    const response = this.#response
    const { output } = response
    this.started = true
    this.ended = true
    // Some servers send no deltas of what they have at once.
    this.summary.answerBytes = Math.max(this.summary.answerBytes, output?.bytes ?? 0)
    Object.assign(this.summary, readFinish({ ...response, calls: this.#calls || output?.calls === true }))
    settle(response, this.summary, this.context)
  }

  #failed(bytes: Buffer): string {
    const response = this.#response
    const error = failureOf({ ...response, status: 'failed' }, bytes)
    Object.assign(this.summary, readFinish({ status: 'failed', reason: undefined, calls: false }))
    this.summary.usage = readUsage(parseUsage(response.usage), this.context.dialect)
    return this.#fail(error)
  }

  #fail(error: UpstreamError | undefined): string {
    this.error = error
    this.summary.usage ??= this.usageSoFar()
    return ''
  }

  /** As {@link frame}. Most events are one line under the name of the one before. */
  #frame(sse: SseEvent, data: string): string {
    if (sse.id !== undefined || sse.lines !== 1) return frame(sse, data)
    if (sse.name !== this.#name) {
      this.#name = sse.name
      this.#head = sse.name === '' ? 'data: ' : `event: ${Buffer.from(sse.name).toString('latin1')}\ndata: `
    }
    return `${this.#head}${data}\n\n`
  }
}
