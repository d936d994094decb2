/** The time, as an argument: tests move it, production reads the system's. */
export type Clock = {
  /** Milliseconds since the Unix epoch, UTC. For records and windows. */
  now(): number
  /** Milliseconds that never go backwards. For durations. */
  monotonic(): number
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
