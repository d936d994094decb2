import type { OauthDeps } from './oauth-deps.ts'

/** An answer that has not left by then never will: the process died, or the client was gone. */
const DELIVERY_MS = 30_000
/** Codes and requests are kept for so long after their end, so that a replay is known as one. */
const KEPT_MS = 24 * 60 * 60_000
/** Keys ended in one go; the rest come next time. */
const AT_ONCE = 100

/** Ends the keys that nobody received: the code is used up and the key was shown to no one. @returns how many */
export async function endUndelivered({ store, clock }: OauthDeps): Promise<number> {
  const now = clock.now()
  const codes = await store.listUndelivered(now - DELIVERY_MS, AT_ONCE)
  for (const { keyHash, workspaceId } of codes) {
    if (keyHash !== null) await store.revokeKey(keyHash, { id: 'keyway', workspaceId }, now)
  }
  return codes.length
}

/** Forgets what has been over for a day. */
export async function pruneAuthorizations({ store, clock }: OauthDeps): Promise<number> {
  return store.pruneAuth(clock.now() - KEPT_MS)
}
