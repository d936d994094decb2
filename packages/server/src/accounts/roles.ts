import { KeywayError } from '../base/errors.ts'
import type { Role, User } from '../store/records.ts'

const RANK: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 }

/** Whether a role includes another: an owner is also an admin, an admin also a member. */
export function includesRole(role: Role, needed: Role): boolean {
  return RANK[role] >= RANK[needed]
}

/** @throws KeywayError `role_forbidden` */
export function requireRole(user: Pick<User, 'role'>, needed: Exclude<Role, 'member'>): void {
  if (includesRole(user.role, needed)) return
  throw new KeywayError('role_forbidden', `Only ${needed === 'owner' ? 'an owner' : 'an owner or admin'} may do that.`)
}
