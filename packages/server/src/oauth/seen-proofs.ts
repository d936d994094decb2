import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { KeywayError } from '../base/errors.ts'
import type { Store } from '../store/store.ts'
import type { ShownProof } from './proof.ts'
import { badProof } from './proof-form.ts'

/** A proof is good for a minute before and after its time, and so for two after it was shown. */
const REMEMBERED_MS = 2 * 60_000
/** Of one key: 100 calls a second for as long as they are remembered. */
const OF_ONE_KEY = 12_000
/** Of all keys, 230 bytes each. */
const OF_ALL_KEYS = 200_000
/** One person's keys have no more than a quarter of the room that is left: whoever fills it leaves some to the others. */
const SHARE = 4
/** The store keeps them for longer: clocks of several processes differ, and are set back. */
const KEPT_LONGER_MS = 10 * 60_000
/** How often the store is asked to forget what is over: at every call, many at once would wait for one another. */
const TIDY_MS = 60_000
/** A moment at which nothing is over. */
const NEVER = 0
/** By when some room is free again. */
const RETRY_MS = 10_000

/** Which proofs were shown before. */
export type SeenProofs = {
  /**
   * Takes a proof, once.
   * @param userId whose key it is shown with
   * @throws KeywayError `proof_invalid` when it was shown before; `rate_limited` when no more can be remembered, since what
   *   is not remembered could be shown again
   */
  use(proof: ShownProof, userId: string): Promise<void>
}

/**
 * Remembers proofs twice. This process's memory has the bounds, and refuses what was just shown without asking anybody; the
 * store knows what other processes took, and what this one did before it was started anew. Only proofs that are true of
 * their request come here, so nobody can use up the room, or the names, of a key that is not theirs.
 */
export function createSeenProofs(
  { store, clock }: { store: Pick<Store, 'useChallenge'>; clock: Clock },
  limits: { ofOneKey: number; ofAllKeys: number } = { ofOneKey: OF_ONE_KEY, ofAllKeys: OF_ALL_KEYS },
): SeenProofs {
  // In the order in which they came, and so in that in which they go.
  const seen = new Map<string, { thumbprint: string; userId: string; until: number; at: number }>()
  // By thumbprint and by person; neither can be spelled as the other.
  const counts = new Map<string, number>()
  // Nothing as old as what was forgotten is taken, should the clock be set back to where it would be good again.
  let forgottenUntil = Number.NEGATIVE_INFINITY
  let tidiedAt = Number.NEGATIVE_INFINITY

  function forget(): void {
    const since = clock.monotonic() - REMEMBERED_MS
    for (const [hash, { thumbprint, userId, until, at }] of seen) {
      if (at > since) break
      seen.delete(hash)
      forgottenUntil = Math.max(forgottenUntil, until)
      count(thumbprint, -1)
      count(userId, -1)
    }
  }

  function tidyAt(): number {
    if (clock.monotonic() - tidiedAt < TIDY_MS) return NEVER
    tidiedAt = clock.monotonic()
    return clock.now()
  }

  function count(whose: string, change: 1 | -1): void {
    const now = (counts.get(whose) ?? 0) + change
    if (now === 0) counts.delete(whose)
    else counts.set(whose, now)
  }

  function isFull(thumbprint: string, userId: string): boolean {
    const share = Math.floor((limits.ofAllKeys - seen.size) / SHARE)
    return (counts.get(thumbprint) ?? 0) >= limits.ofOneKey || (counts.get(userId) ?? 0) >= share
  }

  return {
    async use({ thumbprint, id, until }, userId) {
      forget()
      const hash = createHash('sha256').update(`keyway/proof/v1\n${thumbprint}\n${id}`).digest('hex')
      if (seen.has(hash)) throw usedBefore()
      if (until <= forgottenUntil) throw badProof('is older than what this Keyway remembers: make another')
      if (isFull(thumbprint, userId)) {
        throw new KeywayError('rate_limited', 'More proofs came than are remembered for two minutes.', {
          retryAfterMs: RETRY_MS,
        })
      }
      seen.set(hash, { thumbprint, userId, until, at: clock.monotonic() })
      count(thumbprint, 1)
      count(userId, 1)
      const fresh = await store.useChallenge(hash, { expiresAt: until + KEPT_LONGER_MS, at: tidyAt() })
      if (!fresh) throw usedBefore()
    },
  }
}

function usedBefore(): KeywayError {
  return badProof('was shown before: each request needs one of its own, with another "jti"')
}
