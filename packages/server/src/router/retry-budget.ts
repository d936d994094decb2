/** Permissions to ask a provider again that has just failed. */
export type RetryBudget = {
  /** Counts a call as active until the returned function is called. */
  enter(): () => void
  /** A permission to repeat, to be given back when that attempt is over; undefined when the budget is spent. */
  take(): (() => void) | undefined
}

// Envoy's defaults: when everything fails, retries add a fifth to the load instead of multiplying it.
// @see https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto (read 2026-11-21)
const SHARE = 0.2
const FLOOR = 3

/** Allows as many repetitions at a time as a fifth of the active calls, and never fewer than three. */
export function createRetryBudget(): RetryBudget {
  let active = 0
  let repeating = 0
  const once = (act: () => void) => {
    let done = false
    return () => {
      if (!done) act()
      done = true
    }
  }
  return {
    enter: () => {
      active++
      return once(() => {
        active--
      })
    },
    take: () => {
      if (repeating >= Math.max(FLOOR, Math.floor(active * SHARE))) return undefined
      repeating++
      return once(() => {
        repeating--
      })
    },
  }
}
