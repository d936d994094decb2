import type { Clock } from '../base/clock.ts'
import { RecentMap } from '../base/recent-map.ts'
import type { Store } from '../store/store.ts'

/** A use is written down at most so often for each credential: people read it as minutes ago. Milliseconds. */
const NOTED_EVERY_MS = 60_000
/** Credentials whose last use is kept in memory. */
const CREDENTIALS_MAX = 10_000

/** When credentials were last used for a call: at once in this process, within a minute in the database. */
export type CredentialUses = {
  note(id: string): void
  /** The last use that is known. @param stored as the database has it */
  last(id: string, stored: number | null): number | null
}

/** @param report what went wrong in writing one down, which no call waits for */
export function createCredentialUses({
  store,
  clock,
  report,
}: {
  store: Pick<Store, 'noteCredential'>
  clock: Clock
  report: (error: unknown) => void
}): CredentialUses {
  const known = new RecentMap<string, { usedAt: number; notedAt: number }>(CREDENTIALS_MAX)
  return {
    note(id) {
      const now = clock.now()
      const notedAt = known.get(id)?.notedAt
      const due = notedAt === undefined || now - notedAt >= NOTED_EVERY_MS
      known.set(id, { usedAt: now, notedAt: due ? now : notedAt })
      if (due) store.noteCredential(id, { lastUsedAt: now }).catch(report)
    },
    last(id, stored) {
      const here = known.get(id)?.usedAt
      return here === undefined ? stored : Math.max(here, stored ?? here)
    },
  }
}
