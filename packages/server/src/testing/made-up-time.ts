import type { Clock } from '../base/clock.ts'
import type { Repeat } from '../chores.ts'

/** Time that goes on when a test says so, and what comes round in it. */
export type MadeUpTime = {
  clock: Clock
  repeat: Repeat
  /** How many things come round. */
  count(): number
  /** Lets so much time go by, and all that comes round in it be done, each at its moment. */
  goOn(ms: number): Promise<void>
}

type Round = { act: () => Promise<void>; everyMs: number; next: number }

/** Begins at the machine's own time, so that certificates and the like are good in it. */
export function makeUpTime(): MadeUpTime {
  const rounds = new Set<Round>()
  let nowMs = Date.now()
  return {
    clock: { now: () => nowMs, monotonic: () => nowMs },
    repeat(act, everyMs) {
      const round = { act, everyMs, next: nowMs + everyMs }
      rounds.add(round)
      return () => rounds.delete(round)
    },
    count: () => rounds.size,
    async goOn(ms) {
      const until = nowMs + ms
      for (;;) {
        const [first] = [...rounds].toSorted((one, other) => one.next - other.next)
        if (first === undefined || first.next > until) break
        nowMs = Math.max(nowMs, first.next)
        first.next += first.everyMs
        await first.act()
      }
      nowMs = until
    },
  }
}
