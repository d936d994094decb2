import { actorOf, type Client } from '../../accounts/sessions.ts'
import type { Clock } from '../../base/clock.ts'
import { KeywayError } from '../../base/errors.ts'
import type { Link } from '../../link/link.ts'
import type { User } from '../../store/records.ts'
import type { Store } from '../../store/store.ts'

/**
 * Deletes a person's account. Who they are goes first, and with it every way in, so that nothing comes after what is deleted
 * next: their conversations. A key that they connected is revoked at its issuer, where the issuer has a way to do that.
 * @throws KeywayError `conflict` for the last owner, of whom nothing is changed
 */
export async function closeAccount(
  deps: { store: Store; clock: Clock; link: Pick<Link, 'disconnect'> },
  user: User,
  client: Client,
): Promise<void> {
  const { store, clock, link } = deps
  const actor = actorOf(user, client)
  if (user.role === 'owner') await requireOtherOwner(store, user)
  await link.disconnect({ userId: user.id, actor })
  await store.eraseUser(user.id, { at: clock.now(), actor })
  const whose = { userId: user.id, workspaceId: user.workspaceId }
  await store.eraseChats(whose, 'everything', { at: clock.now(), actor })
}

/** Asked before anything is undone at an issuer; the store decides. */
async function requireOtherOwner(store: Store, user: User): Promise<void> {
  const users = await store.listUsers(user.workspaceId)
  if (users.some(({ id, role, disabledAt }) => role === 'owner' && disabledAt === null && id !== user.id)) return
  throw new KeywayError('conflict', 'You are the last owner.', { fix: 'Make somebody else an owner first.' })
}
