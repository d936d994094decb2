/** What a body needs of the exchange that fills it. */
export type BodySource = {
  pause(): void
  resume(): void
  /** Ends the connection; the body has told its reader already. */
  abort(error: Error | undefined): void
}

const EMPTY = new Uint8Array()
const DONE: IteratorResult<Uint8Array> = Object.freeze({ value: undefined, done: true })

/**
 * A response's bytes as they arrive, for one reader: `for await (const chunk of body)`. It is its own iterator, without a
 * stream or a generator in between, because it runs once per event of every answer. Leaving the loop, or `destroy`, ends
 * the connection at once, even while a read is waiting.
 */
export class ResponseBody implements AsyncIterableIterator<Uint8Array> {
  readonly #source: BodySource
  readonly #bufferedBytesMax: number
  readonly #chunks: Uint8Array[] = []
  #buffered = 0
  #paused = false
  #ended = false
  #failure: Error | undefined
  #resolve: ((result: IteratorResult<Uint8Array>) => void) | undefined
  #reject: ((error: Error) => void) | undefined

  /** @param bufferedBytesMax how much may wait for a slow reader before the socket is paused */
  constructor(source: BodySource, bufferedBytesMax: number) {
    this.#source = source
    this.#bufferedBytesMax = bufferedBytesMax
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** @throws Error when the body broke off: after the chunks that came before, once */
  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#chunks.length > 0) return Promise.resolve({ value: this.#takeAll(), done: false })
    if (this.#failure !== undefined) {
      const failure = this.#failure
      this.#failure = undefined
      return Promise.reject(failure)
    }
    if (this.#ended) return Promise.resolve(DONE)
    if (this.#resolve !== undefined)
      return Promise.reject(new Error('a body has one reader, which reads one chunk at a time'))
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /**
   * Whoever is behind gets all that waits in one piece: fewer turns and fewer writes than one for each event, and none of
   * the small objects that a queue of events would keep for as long as the client does not read.
   */
  #takeAll(): Uint8Array {
    const [first = EMPTY] = this.#chunks
    const all = this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks, this.#buffered)
    this.#chunks.length = 0
    this.#buffered = 0
    if (this.#paused) {
      this.#paused = false
      this.#source.resume()
    }
    return all
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.destroy()
    return Promise.resolve(DONE)
  }

  /** Ends the connection unless the body has ended; a waiting read rejects with the error, or is done without one. */
  destroy(error?: Error): void {
    const ended = this.#ended
    this.#chunks.length = 0
    this.#buffered = 0
    if (error === undefined || ended) this.end()
    else this.fail(error)
    if (!ended) this.#source.abort(error)
  }

  /** Takes a chunk from the socket. The exchange calls it. */
  push(chunk: Uint8Array): void {
    const resolve = this.#resolve
    if (resolve !== undefined) {
      this.#resolve = undefined
      this.#reject = undefined
      resolve({ value: chunk, done: false })
      return
    }
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    if (this.#buffered >= this.#bufferedBytesMax && !this.#paused) {
      this.#paused = true
      this.#source.pause()
    }
  }

  /** The last byte has come. */
  end(): void {
    this.#ended = true
    const resolve = this.#resolve
    this.#resolve = undefined
    this.#reject = undefined
    resolve?.(DONE)
  }

  /** No more will come, though more was promised. */
  fail(error: Error): void {
    if (this.#ended) return
    this.#ended = true
    const reject = this.#reject
    this.#resolve = undefined
    this.#reject = undefined
    if (reject === undefined) this.#failure = error
    else reject(error)
  }
}
