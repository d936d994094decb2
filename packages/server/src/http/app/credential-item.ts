import type { Credential } from '@keyway/contract'
import { includesRole } from '../../accounts/roles.ts'
import type { Provider } from '../../providers/provider.ts'
import type { User } from '../../store/records.ts'
import type { CredentialView } from '../../vault/credential.ts'
import { moment, momentOrNull } from './values.ts'

/** May this person see it in a list? Their own, and shared ones but for guests; the house's, for those who run the house. */
export function isVisible(credential: CredentialView, user: User): boolean {
  if (credential.workspaceId !== user.workspaceId) return false
  if (credential.reach === 'own') return credential.userId === user.id
  return (credential.reach === 'shared' && user.guest !== true) || includesRole(user.role, 'admin')
}

/** May this person replace and remove it? Their own; what others use too, for those who run the house. */
export function isManageable(credential: CredentialView, user: User): boolean {
  if (!isVisible(credential, user) || credential.origin === 'environment') return false
  return credential.reach === 'own' || includesRole(user.role, 'admin')
}

/** A credential as the app shows it: member by member, so that nothing is shown by accident. */
export function credentialItem(credential: CredentialView, user: User, providers: readonly Provider[]): Credential {
  const { id, provider, name, origin, reach, hint, baseUrl, disabledAt, createdAt, updatedAt } = credential
  const row = providers.find((one) => one.id === provider)
  return {
    id,
    provider: { id: provider, name: row?.name ?? provider },
    name,
    origin,
    reach,
    mine: isManageable(credential, user),
    hint,
    base_url: baseUrl,
    disabled: disabledAt !== null,
    created_at: moment(createdAt),
    updated_at: momentOrNull(updatedAt),
    last_used_at: momentOrNull(credential.lastUsedAt),
    last_error: credential.lastError,
  }
}
