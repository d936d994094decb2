/** The time, as an argument: tests move it, production reads the system's. */
export type Clock = {
  /** Milliseconds since the Unix epoch, UTC. For records and windows. */
  now(): number
  /** Milliseconds that never go backwards. For durations. */
  monotonic(): number
}

/**
 * Milliseconds since the Unix epoch that no clock set back makes earlier: what ends in ten minutes ends in ten minutes.
 * A clock set forward is followed.
 */
export function steadyNow(clock: Clock): () => number {
  let epoch = Number.NEGATIVE_INFINITY
  return () => {
    const monotonic = clock.monotonic()
    epoch = Math.max(epoch, clock.now() - monotonic)
    return Math.round(epoch + monotonic)
  }
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
