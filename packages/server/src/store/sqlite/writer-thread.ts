import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../base/clock.ts'
import type { ActArguments, ActName, ActResult } from '../acts/all.ts'
import type { SqlValue } from '../ledger-rows.ts'
import type { Change } from '../store.ts'
import type { BatchErrors } from './ledger-writer.ts'
import { type Answer, fromFailure, type Request, type WriterOptions } from './messages.ts'

/** Memory for a thread's new objects, MB: a batch is garbage once it is written, and V8 keeps all of what it may take. */
const YOUNG_GENERATION_MB = 3

type Waiting = { answered: (answer: Answer) => void; failed: (error: Error) => void }

/** The main thread's end of the writer: requests go out in order, and answers come back in the same order. */
export class WriterThread {
  readonly #worker: Worker
  readonly #clock: Clock
  readonly #onChange: (change: Change) => void
  readonly #waiting: (Waiting | undefined)[] = []
  #next = 0
  #ended: Error | undefined

  /** @param onChange hears of changes after they were committed and before the act resolves */
  constructor(url: URL, options: { home: string; clock: Clock; onChange: (change: Change) => void }) {
    this.#clock = options.clock
    this.#onChange = options.onChange
    const workerData: WriterOptions = { home: options.home, now: options.clock.now() }
    // A flag of the whole process, as the launcher gives, would win over the thread's own limit.
    setFlagsFromString('--max-semi-space-size=0')
    this.#worker = new Worker(url, {
      workerData,
      env: threadEnvironment(),
      name: 'store-writer',
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    })
    this.#worker.on('message', (answer: Answer) => this.#take().answered(answer))
    this.#worker.on('error', (cause) => this.#end(new Error('the database thread failed', { cause })))
    this.#worker.on('exit', () => this.#end(new Error('the store is closed')))
  }

  /** Resolves with what bootstrap gave, once the home is locked, migrated and recovered. @throws why it cannot be */
  opened(): Promise<ActResult<'bootstrap'>> {
    return this.#result((answer) => resultOf<'bootstrap'>(answer))
  }

  /** Sends a batch. `written` is called when it is on disk, with the acts that failed, or `failed` when none can be. */
  write(
    values: SqlValue[],
    heard: { written: (errors: BatchErrors | undefined) => void; failed: (error: Error) => void },
  ): void {
    const answered = (answer: Answer) => {
      if (answer.kind === 'written') heard.written(answer.errors)
      else heard.failed(new Error(`the writer answered a batch with ${answer.kind}`))
    }
    this.#send({ kind: 'batch', values }, { answered, failed: heard.failed })
  }

  /**
   * Runs an act in the writer.
   * @param apply is called with the result when the answer arrives, before anything that the answer after it brings
   */
  act<N extends ActName>(
    name: N,
    rest: ActArguments<N>,
    apply?: (result: ActResult<N>) => void,
  ): Promise<ActResult<N>> {
    return this.#result(
      (answer) => {
        const value = resultOf<N>(answer)
        apply?.(value)
        if (answer.kind === 'done') for (const change of answer.changes) this.#onChange(change)
        return value
      },
      { kind: 'act', name, rest, now: this.#clock.now() },
    )
  }

  backup(path: string): Promise<void> {
    return this.#result((answer) => void resultOf<'ping'>(answer), { kind: 'backup', path })
  }

  /** Settles open holds by their estimates, closes the database, gives the home back and ends the thread. */
  async close(): Promise<void> {
    await this.#result((answer) => void resultOf<'ping'>(answer), { kind: 'close', now: this.#clock.now() })
    await this.#worker.terminate()
  }

  /** Ends the thread at once. */
  async terminate(): Promise<void> {
    await this.#worker.terminate()
  }

  #result<T>(read: (answer: Answer) => T, request?: Request): Promise<T> {
    return new Promise((resolve, reject) => {
      const answered = (answer: Answer) => {
        try {
          resolve(read(answer))
        } catch (error) {
          reject(error)
        }
      }
      this.#send(request, { answered, failed: reject })
    })
  }

  #send(request: Request | undefined, waiting: Waiting): void {
    if (this.#ended) {
      waiting.failed(this.#ended)
      return
    }
    this.#waiting.push(waiting)
    if (request) this.#worker.postMessage(request)
  }

  #take(): Waiting {
    const waiting = this.#waiting[this.#next]
    if (!waiting) throw new Error('the writer answered what nobody asked')
    // What was answered is let go of at once: kept until the cut, it would outlive the collector's young generation.
    this.#waiting[this.#next++] = undefined
    // Shifting every time would move the whole queue; it is cut when half of it is past.
    if (this.#next > 64 && this.#next * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#next)
      this.#next = 0
    }
    return waiting
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = error
    for (const waiting of this.#waiting.splice(0).slice(this.#next)) waiting?.failed(error)
    this.#next = 0
  }
}

/** Nothing of this process's own but where compiled sources are kept: a start of the thread takes a third of a second less. */
function threadEnvironment(): Record<string, string> {
  const compiled = getCompileCacheDir()
  return compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) }
}

/** The value of an answer. Its type is the act's: the writer ran that act with arguments of the act's own types. */
function resultOf<N extends ActName>(answer: Answer): ActResult<N> {
  if (answer.kind === 'failed') throw fromFailure(answer.failure)
  if (answer.kind === 'written') throw new Error('the writer answered an act with a batch')
  return answer.value as ActResult<N>
}
