import type { Cancellation } from '../base/cancellation.ts'
import type { KeywayError } from '../base/errors.ts'

/** A call in progress, by everything it can be ended by. */
export type LiveCall = {
  id: string
  keyHash: string
  userId: string
  /** Whose answer it carries, once one has begun. */
  credentialId: string | undefined
  cancellation: Cancellation
}

/**
 * The calls in progress. Revoking a key, disabling a user, removing a credential and stopping the server end their calls
 * through this, each with an error event and a settled charge.
 */
export class LiveCalls {
  readonly #calls = new Map<string, LiveCall>()
  readonly #byKey = new Map<string, number>()
  #idle: (() => void)[] = []

  get size(): number {
    return this.#calls.size
  }

  /** How many calls of that key are in progress. */
  ofKey(keyHash: string): number {
    return this.#byKey.get(keyHash) ?? 0
  }

  add(call: LiveCall): void {
    this.#calls.set(call.id, call)
    this.#byKey.set(call.keyHash, this.ofKey(call.keyHash) + 1)
  }

  /** Notes whose credential serves the call, so that removing it ends the call. */
  serve(id: string, credentialId: string | undefined): void {
    const call = this.#calls.get(id)
    if (call) call.credentialId = credentialId
  }

  remove(id: string): void {
    const call = this.#calls.get(id)
    if (!call) return
    this.#calls.delete(id)
    const left = this.ofKey(call.keyHash) - 1
    if (left > 0) this.#byKey.set(call.keyHash, left)
    else this.#byKey.delete(call.keyHash)
    if (this.#calls.size > 0) return
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }

  /** Ends the calls that match. @returns how many */
  end(match: (call: LiveCall) => boolean, reason: KeywayError): number {
    let ended = 0
    for (const call of this.#calls.values()) {
      if (!match(call)) continue
      call.cancellation.abort(reason)
      ended++
    }
    return ended
  }

  /** Resolves when no call is in progress. */
  idle(): Promise<void> {
    if (this.#calls.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idle.push(resolve))
  }
}
