import { Cancellation } from '../base/cancellation.ts'
import { KeywayError } from '../base/errors.ts'
import type { Attempt } from './attempt.ts'
import { Opening, type OpenOptions } from './opening.ts'
import type { Opened, Send } from './sent.ts'

/**
 * The only retry and fallback loop: makes the planned attempts in turn until one has a first event. Bounded in attempts,
 * time and repetitions; nothing can be retried after the first byte, since it has returned by then.
 *
 * Another provider is always worth an attempt; asking one again that has just failed needs a permission of the budget,
 * so that an outage is not made worse.
 */
export async function open<T>(attempts: readonly Attempt[], send: Send<T>, options: OpenOptions): Promise<Opened<T>> {
  const { signal, totalMs, budget } = options
  if (signal.aborted) return { ok: false, cancelled: true, reason: signal.reason, tried: [] }
  const cancellation = new Cancellation()
  const onAbort = { handleEvent: () => cancellation.abort(signal.reason) }
  signal.addEventListener('abort', onAbort)
  const timer = setTimeout(() => cancellation.abort(tooLate(totalMs)), totalMs)
  const leave = budget.enter()
  const opening = new Opening(attempts, send, { signal: cancellation, options })
  let opened: Opened<T> | undefined
  try {
    opened = await opening.run()
    return opened
  } catch (error) {
    const { tried } = opening
    if (signal.aborted) return { ok: false, cancelled: true, reason: signal.reason, tried }
    if (cancellation.aborted) return { ok: false, cancelled: false, error: tooLate(totalMs), tried }
    throw error
  } finally {
    clearTimeout(timer)
    leave()
    // An answer that has begun still ends with the client's signal.
    if (opened?.ok !== true) signal.removeEventListener('abort', onAbort)
  }
}

/** Made only when it is needed: an error with its stack costs more than the rest of this function. */
function tooLate(totalMs: number): KeywayError {
  return new KeywayError('provider_timeout', `No answer began within ${totalMs} ms.`)
}
