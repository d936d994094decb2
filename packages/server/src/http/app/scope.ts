import { requireRole } from '../../accounts/roles.ts'
import { KeywayError } from '../../base/errors.ts'
import type { User } from '../../store/records.ts'

/**
 * Whose rows a list is of: the person's own unless `?scope=workspace` asks for everyone's.
 * @throws KeywayError `invalid_request`, `role_forbidden`
 */
export function scopeOf(asked: string | undefined, user: Pick<User, 'role'>): 'own' | 'workspace' {
  if (asked === undefined || asked === 'own') return 'own'
  if (asked !== 'workspace') throw new KeywayError('invalid_request', '"scope" is invalid: expected own or workspace.')
  requireRole(user, 'admin')
  return 'workspace'
}
