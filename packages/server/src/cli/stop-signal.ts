const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** What happens at the first and the second request to stop. */
export type StopSteps = {
  /** @param signal its name */
  first(signal: string): void
  second(): void
}

/**
 * Waits until the process is asked to stop. The second request hurries, and the third ends the process at once, with the
 * exit code that shells know (128 + the signal's number).
 */
export function stopSignal(steps: StopSteps): Promise<void> {
  return new Promise((resolve) => {
    let requests = 0
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        requests += 1
        if (requests === 1) {
          steps.first(signal)
          resolve()
        } else if (requests === 2) {
          steps.second()
        } else {
          process.exit(signal === 'SIGINT' ? 130 : 143)
        }
      })
    }
  })
}

/**
 * Ends the process with 0, at once, when all is closed: while Node takes itself apart it no longer hears signals, and an
 * impatient second one would end it as if it had failed.
 */
export function endStopped(): never {
  process.exit(0)
}
