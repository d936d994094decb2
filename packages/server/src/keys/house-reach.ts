import { KeywayError } from '../base/errors.ts'
import type { Actor, KeyPolicy, KeyRecord, Reach } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { KeyTerms } from './terms.ts'

// What the operator pays for is counted by the day in chat alone. A key of a person's own is counted by nothing but its
// cap, so it gets there only by the word of somebody who answers for the bill.

/**
 * The credentials that a key reaches in truth: the operator's only with a grant, or under the web app's own key, whose
 * messages are counted.
 */
export function reachesOf({ hidden, policy }: Pick<KeyRecord, 'hidden' | 'policy'>): Reach[] {
  return hidden || policy.houseGranted ? policy.reaches : policy.reaches.filter((reach) => reach !== 'house')
}

/** A policy with its grant as its reaches have it now. The caller has asked who puts it there. */
export function withGrant(policy: KeyPolicy): KeyPolicy {
  const { houseGranted: _, ...plain } = policy
  return policy.reaches.includes('house') ? { ...plain, houseGranted: true } : plain
}

/** @throws KeywayError `role_forbidden` for everybody but owners and admins */
export async function requireHouseGrantor(store: Pick<Store, 'findUser'>, actor: Actor): Promise<void> {
  const user = await store.findUser(actor.id)
  const grants = user?.workspaceId === actor.workspaceId && user.disabledAt === null && user.role !== 'member'
  if (grants) return
  throw new KeywayError('role_forbidden', 'Only an owner or admin lets a key use what the operator pays for.', {
    fix: 'Use a credential of your own, or ask an owner or admin to set the key\u2019s terms.',
  })
}

/** What bounds a key. Whoever could move these on a granted key would move the operator's bill. */
const BOUNDS = ['limit', 'reset', 'expiresAt', 'models', 'reaches', 'rpm', 'noBrowser', 'ips', 'flatHold'] as const

/** Whether a change touches what only {@link requireHouseGrantor} may: the grant itself, or a granted key's bounds. */
export function touchesGrant(changes: Partial<KeyTerms>, before: KeyRecord): boolean {
  const granted = before.policy.houseGranted === true
  if (!granted) return changes.reaches?.includes('house') ?? false
  const now: Partial<KeyTerms> = {
    ips: null,
    ...before.policy,
    limit: before.limit,
    reset: before.reset,
    expiresAt: before.expiresAt,
  }
  return BOUNDS.some((name) => changes[name] !== undefined && textOf(changes[name]) !== textOf(now[name]))
}

function textOf(value: KeyTerms[(typeof BOUNDS)[number]] | undefined): string {
  return Array.isArray(value) ? JSON.stringify(value) : String(value)
}
