import type { DestinationStream } from 'pino'

/** Where the gathered lines go: a pino destination that writes at once. */
export type LineWriter = {
  write(text: string): unknown
  flush(done?: (error?: Error) => unknown): void
  flushSync(): void
}

/**
 * Lines of a log on their way to a file, handed over many at a time. pino's own gathering measures all that it has at
 * each line, which at a hundred lines costs more than the lines.
 */
export class GatheredLines implements DestinationStream {
  readonly #writer: LineWriter
  readonly #charactersMax: number
  readonly #waitMs: number
  #lines: string[] = []
  #characters = 0
  #timer: NodeJS.Timeout | undefined
  readonly #onTimer = () => this.#handOver()
  readonly #onExit = () => {
    this.#handOver()
    this.#writer.flushSync()
  }

  /** @param limits a line waits until there are so many characters, or for so long */
  constructor(writer: LineWriter, limits: { charactersMax: number; waitMs: number }) {
    this.#writer = writer
    this.#charactersMax = limits.charactersMax
    this.#waitMs = limits.waitMs
  }

  write(line: string): void {
    if (this.#lines.length === 0) this.#begin()
    this.#lines.push(line)
    this.#characters += line.length
    if (this.#characters >= this.#charactersMax) this.#handOver()
  }

  /** pino's `flush`. @param done is called when all is written */
  flush(done?: (error?: Error) => unknown): void {
    this.#handOver()
    this.#writer.flush(done)
  }

  #begin(): void {
    this.#timer = setTimeout(this.#onTimer, this.#waitMs)
    this.#timer.unref()
    // The last lines before an end are the ones that tell why.
    process.once('exit', this.#onExit)
  }

  #handOver(): void {
    if (this.#lines.length === 0) return
    const text = this.#lines.join('')
    this.#lines = []
    this.#characters = 0
    clearTimeout(this.#timer)
    process.off('exit', this.#onExit)
    this.#writer.write(text)
  }
}
