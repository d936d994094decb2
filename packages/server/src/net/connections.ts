import type { Client } from 'undici'
import { KeywayError } from '../base/errors.ts'

/** One keep-alive connection: an undici client that serves one call at a time, and reconnects by itself. */
export type Connection = {
  readonly client: Client
  /** Ends a connection that is still being opened. */
  readonly abandon: () => void
}

/** Someone who waits for a connection. */
export type Taker = { take(connection: Connection): void }

/** Counts connections over all origins. */
export type Allowance = { used: number; readonly max: number }

export type OriginOptions = {
  where: string
  /** @param onIdleEnd to be called when the connection's socket has closed */
  open: (onDisconnect: (connection: Connection) => void) => Connection
  allowance: Allowance
  max: number
  waitingMax: number
  /** Called when the last connection is gone and nobody waits: the origin can be forgotten. */
  onEmpty: () => void
}

/**
 * The connections to one origin under one address policy. The most recently used idle one is taken first, so that the
 * others may time out; taking and giving back cost the same however many there are.
 */
export class OriginConnections {
  readonly #options: OriginOptions
  readonly #idle: Connection[] = []
  readonly #busy = new Set<Connection>()
  readonly #waiting: Taker[] = []

  constructor(options: OriginOptions) {
    this.#options = options
  }

  /**
   * Gives the taker a connection, now or when one is free.
   * @throws KeywayError overloaded when all are taken and too many wait already
   */
  acquire(taker: Taker): void {
    const connection = this.#idle.pop() ?? this.#openOne()
    if (connection !== undefined) {
      this.#busy.add(connection)
      taker.take(connection)
      return
    }
    const { where, max, waitingMax } = this.#options
    // With no connection of its own, nothing would ever wake the one who waits.
    if (this.#busy.size === 0 || this.#waiting.length >= waitingMax) {
      throw new KeywayError('overloaded', `All ${max} connections to ${where} are taken and no more may wait.`)
    }
    this.#waiting.push(taker)
  }

  /** Stops waiting. */
  leave(taker: Taker): void {
    const index = this.#waiting.indexOf(taker)
    if (index !== -1) this.#waiting.splice(index, 1)
  }

  /** Gives a connection back: to be used again, or because it is broken or busy with an abandoned answer. */
  release(connection: Connection, state: 'clean' | 'spoilt'): void {
    if (!this.#busy.delete(connection)) return
    if (state === 'clean') this.#idle.push(connection)
    else this.#close(connection)
    const next = this.#waiting.shift()
    if (next !== undefined) this.acquire(next)
    else this.#forgetIfEmpty()
  }

  /** Closes everything at once. */
  closeAll(error: Error): Promise<unknown> {
    const all = [...this.#idle, ...this.#busy]
    this.#idle.length = 0
    this.#busy.clear()
    this.#options.allowance.used -= all.length
    return Promise.all(
      all.map((connection) => {
        connection.abandon()
        return connection.client.destroy(error)
      }),
    )
  }

  #openOne(): Connection | undefined {
    const { allowance, max, open } = this.#options
    if (this.#idle.length + this.#busy.size >= max || allowance.used >= allowance.max) return undefined
    allowance.used++
    return open((connection) => this.#onDisconnect(connection))
  }

  /** The other side closed an idle connection, or it was idle for too long. */
  #onDisconnect(connection: Connection): void {
    const index = this.#idle.lastIndexOf(connection)
    if (index === -1) return
    this.#idle.splice(index, 1)
    this.#close(connection)
    this.#forgetIfEmpty()
  }

  #close(connection: Connection): void {
    this.#options.allowance.used--
    connection.abandon()
    void connection.client.destroy()
  }

  #forgetIfEmpty(): void {
    if (this.#idle.length + this.#busy.size + this.#waiting.length === 0) this.#options.onEmpty()
  }
}
