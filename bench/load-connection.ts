import { connect, type Socket } from 'node:net'
import { HttpReader } from './http-reader.ts'
import { type Expectation, ReplyCheck } from './reply-check.ts'

/** How one call went: `error` is undefined when status and body were right. */
export type CallEnd = { error: string | undefined; startedAt: number; endedAt: number }

/** Milliseconds of silence after which a call is given up and counted as an error. */
const SILENCE_MS = 20_000

/** One keep-alive connection: one call at a time, each checked. Opened again after a failure. */
export class LoadConnection {
  private readonly port: number
  private socket: Socket | undefined
  private reader: HttpReader
  private check = new ReplyCheck('json')
  private expected: Expectation = 'json'
  private startedAt = 0
  private done: ((end: CallEnd) => void) | undefined

  constructor(port: number) {
    this.port = port
    this.reader = this.newReader()
  }

  /** Sends the bytes of one request. `startedAt` (ms) is when it arrived at the load, should it have waited for us. */
  call(request: Buffer, expected: Expectation, given: { startedAt: number; done: (end: CallEnd) => void }): void {
    this.expected = expected
    this.startedAt = given.startedAt
    this.done = given.done
    this.check = new ReplyCheck(expected)
    this.socket ??= this.open()
    this.socket.write(request)
  }

  close(): void {
    this.done = undefined
    this.socket?.destroy()
    this.socket = undefined
  }

  private open(): Socket {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true })
    this.reader = this.newReader()
    socket.on('data', (chunk) => this.take(chunk))
    socket.on('error', (error) => this.fail(error.message))
    socket.on('close', () => this.fail('the connection was closed'))
    socket.setTimeout(SILENCE_MS, () => {
      if (this.expected !== 'first-event') this.fail(`silent for ${SILENCE_MS} ms`)
    })
    return socket
  }

  private newReader(): HttpReader {
    return new HttpReader((bytes) => this.check.push(bytes))
  }

  private take(chunk: Buffer): void {
    let complete: boolean
    try {
      complete = this.reader.push(chunk)
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error))
      return
    }
    if (complete) this.end(this.reader.status === 200 ? this.check.verdict() : `status ${this.reader.status}`)
    else if (this.expected === 'first-event' && this.check.started) this.end(undefined)
  }

  private fail(reason: string): void {
    const socket = this.socket
    this.socket = undefined
    socket?.destroy()
    this.end(reason)
  }

  private end(error: string | undefined): void {
    const done = this.done
    this.done = undefined
    done?.({ error, startedAt: this.startedAt, endedAt: performance.now() })
  }
}
