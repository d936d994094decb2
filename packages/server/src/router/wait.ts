import type { CancelSignal } from '../base/cancellation.ts'

/** Resolves after a time in milliseconds; rejects with the signal's reason when that comes first. */
export function wait(ms: number, signal: CancelSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const listener = {
      handleEvent: () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', listener)
      resolve()
    }, ms)
    signal.addEventListener('abort', listener)
  })
}
