import { includesRole, requireRole } from '../../accounts/roles.ts'
import { KeywayError } from '../../base/errors.ts'
import { customProvider } from '../../providers/custom.ts'
import type { Provider } from '../../providers/provider.ts'
import { recogniseKey } from '../../providers/recognise.ts'
import type { User } from '../../store/records.ts'
import { originOf } from '../../vault/credential.ts'

/** Names that a provider of one's own may have; also the beginning of its models' ids. */
const OWN_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/

/** Where a pasted key belongs. */
export type ProviderChoice = {
  provider: Provider
  /** Its row is new or has another address: it is to be stored. */
  changed: boolean
}

/**
 * The provider that a pasted key is for: as named, else by how the key begins. Another address than the provider's usual
 * one, or a server of one's own, changes where everyone's calls go, and is for an owner or admin.
 * @throws KeywayError `invalid_request`, `role_forbidden`
 */
export function chooseProvider(
  asked: { provider: string | undefined; baseUrl: string | undefined; secret: string },
  user: Pick<User, 'role'>,
  rows: readonly Provider[],
): ProviderChoice {
  const baseUrl = asked.baseUrl?.trim().replace(/\/+$/, '')
  const known =
    asked.provider === undefined ? recogniseKey(asked.secret, rows) : rows.find((row) => row.id === asked.provider)
  if (baseUrl !== undefined) refuseAddress(baseUrl)
  if (known !== undefined) {
    if (baseUrl === undefined || baseUrl === known.baseUrl) return { provider: known, changed: false }
    requireRole(user, 'admin')
    return { provider: { ...known, baseUrl }, changed: true }
  }
  if (asked.provider === undefined) {
    throw new KeywayError('invalid_request', '"provider" is missing: the key does not show whose it is.', {
      fix: 'Choose the provider from the list.',
    })
  }
  if (baseUrl === undefined) {
    throw new KeywayError(
      'invalid_request',
      '"provider" is unknown: expected one of the list, or a new name and its address.',
      {
        fix: includesRole(user.role, 'admin')
          ? 'Give the address of the server.'
          : 'Choose the provider from the list.',
      },
    )
  }
  requireRole(user, 'admin')
  if (!OWN_NAME.test(asked.provider)) {
    throw new KeywayError('invalid_request', '"provider" is invalid: expected lower-case letters, digits and hyphens.')
  }
  return { provider: customProvider({ id: asked.provider, baseUrl, free: false }), changed: true }
}

function refuseAddress(baseUrl: string): void {
  originOf(baseUrl)
  const { search, hash } = new URL(baseUrl)
  if (search !== '' || hash !== '') {
    throw new KeywayError('invalid_request', '"base_url" is invalid: expected an address without ? and #.')
  }
}
