/** Told once when work is to end. An object with a method, so that a listener needs no closure. */
export type CancelListener = { handleEvent(): void }

/** The part of AbortSignal that the hot path uses; every AbortSignal is one. */
export type CancelSignal = {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: CancelListener): void
  removeEventListener(type: 'abort', listener: CancelListener): void
}

/**
 * An AbortController and its signal in one plain object. Listening to an AbortSignal costs 5 us of CPU a call (measured
 * 2026-11-21 on Node 24, a third of sending a request), this one a twentieth of that.
 */
export class Cancellation implements CancelSignal {
  #aborted = false
  #reason: unknown
  readonly #listeners: CancelListener[] = []

  /** Itself, so that it stands in for an AbortController. */
  get signal(): CancelSignal {
    return this
  }

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): unknown {
    return this.#reason
  }

  /** Tells every listener, in their order, once. Later calls change nothing. */
  abort(reason: unknown = new DOMException('The call was cancelled.', 'AbortError')): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    for (const listener of this.#listeners.splice(0)) listener.handleEvent()
  }

  addEventListener(_type: 'abort', listener: CancelListener): void {
    if (!this.#aborted) this.#listeners.push(listener)
  }

  removeEventListener(_type: 'abort', listener: CancelListener): void {
    const index = this.#listeners.lastIndexOf(listener)
    if (index !== -1) this.#listeners.splice(index, 1)
  }
}
