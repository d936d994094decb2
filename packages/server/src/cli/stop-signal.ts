import type { Environment } from '../config/environment.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** How often it is looked whether the shell that npm started us by is still there. Milliseconds. */
const LOOK_MS = 500

/** What happens at the first and the second request to stop. */
export type StopSteps = {
  /** @param why the signal's name, or what else asks for it */
  first(why: string): void
  second(): void
}

/**
 * Waits until the process is asked to stop. The second request hurries, and the third ends the process at once, with the
 * exit code that shells know (128 + the signal's number).
 */
export function stopSignal(steps: StopSteps, env: Environment): Promise<void> {
  return new Promise((resolve) => {
    let requests = 0
    const stop = (why: string) => {
      requests += 1
      if (requests === 1) {
        steps.first(why)
        resolve()
      } else if (requests === 2) {
        steps.second()
      } else {
        process.exit(why === 'SIGINT' ? 130 : 143)
      }
    }
    for (const signal of SIGNALS) process.on(signal, stop)
    if (env['npm_lifecycle_event'] !== undefined && process.platform !== 'win32')
      whenOrphaned(() => {
        if (requests === 0) stop('npm ended')
      })
  })
}

/**
 * npm runs us by a shell, and hands a SIGTERM to that shell alone, which dies of it: we would go on with nobody to stop us.
 */
function whenOrphaned(act: () => void): void {
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    act()
  }, LOOK_MS).unref()
}

/**
 * Ends the process with 0, at once, when all is closed: while Node takes itself apart it no longer hears signals, and an
 * impatient second one would end it as if it had failed.
 */
export function endStopped(): never {
  process.exit(0)
}
