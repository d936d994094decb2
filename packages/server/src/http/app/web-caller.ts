import type { Caller } from '../../keys/caller.ts'
import { issueKey, type KeyDeps } from '../../keys/issue.ts'
import { modelMatcher } from '../../keys/models-list.ts'
import type { KeyRecord, Reach, User } from '../../store/records.ts'

/** What the hidden key is called, where somebody looks into the ledger. */
const NAME = 'Web app'

/**
 * The hidden key under which a user's own web app calls, so that every row of the ledger has a key. Made once; its text is
 * thrown away, since nobody outside this process ever needs it.
 */
export async function webKey(deps: KeyDeps, user: User): Promise<KeyRecord> {
  const hash = await deps.store.findHiddenKey(user.id)
  const known = hash === undefined ? undefined : await deps.store.findKey(hash)
  if (known !== undefined) return known
  const wanted = {
    workspaceId: user.workspaceId,
    userId: user.id,
    kind: 'inference',
    name: NAME,
    hidden: true,
    reaches: ['own', 'shared', 'house'] as Reach[],
  } as const
  const { record } = await issueKey(deps, wanted, { id: user.id, workspaceId: user.workspaceId })
  return record
}

/** The user as the gateway's caller. */
export async function webCaller(deps: KeyDeps, user: User): Promise<Caller> {
  const key = await webKey(deps, user)
  return { key, user, allowsModel: modelMatcher(key.policy.models) }
}
