import { TEXT_EVENTS } from './mock-replies.ts'

/** What a right answer is: a whole JSON reply, a whole stream, or the first event of a stream that stays open. */
export type Expectation = 'json' | 'stream' | 'first-event'

// Serialisers differ in where they put fields, not in how they write this one.
const TEXT_MARK = Buffer.from('"content":"')
const JSON_MARK = '"finish_reason":"stop"'
const STREAM_END = 'data: [DONE]\n\n'

/** Looks at a reply's payload as it passes, whatever way it is cut, and says in the end whether it was complete. */
export class ReplyCheck {
  private readonly expected: Expectation
  private texts = 0
  /** The end of what was seen, one byte shorter than the mark, so that a mark across a cut is found and none twice. */
  private tail: Buffer = Buffer.alloc(0)
  private ending = ''

  constructor(expected: Expectation) {
    this.expected = expected
  }

  push(bytes: Buffer): void {
    const joined = this.tail.length === 0 ? bytes : Buffer.concat([this.tail, bytes])
    for (let at = joined.indexOf(TEXT_MARK); at >= 0; at = joined.indexOf(TEXT_MARK, at + TEXT_MARK.length))
      this.texts++
    this.tail = joined.subarray(Math.max(0, joined.length - TEXT_MARK.length + 1))
    // A JSON answer is small enough to be kept whole; of a stream only the end matters.
    const kept = this.expected === 'json' ? 4096 : STREAM_END.length
    this.ending = (this.ending + bytes.toString('latin1', Math.max(0, bytes.length - kept))).slice(-kept)
  }

  /** true as soon as an event with text has been seen. */
  get started(): boolean {
    return this.texts > 0
  }

  /** @returns what is wrong with the whole reply, or undefined */
  verdict(): string | undefined {
    if (this.expected === 'json') {
      return this.texts === 1 && this.ending.includes(JSON_MARK)
        ? undefined
        : `no complete answer: ${this.ending.slice(0, 300)}`
    }
    if (this.expected === 'first-event') return this.started ? 'the stream ended' : 'no event came'
    if (this.texts !== TEXT_EVENTS) return `${this.texts} text events instead of ${TEXT_EVENTS}: ${this.ending}`
    return this.ending === STREAM_END ? undefined : 'a stream without [DONE] at its end'
  }
}
