import { KeywayError } from '../../base/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { CredentialView } from '../../vault/credential.ts'
import type { ActHouse } from './house.ts'

/** The row of a provider, or undefined. */
export function findProvider(house: ActHouse, id: string): Provider | undefined {
  return house.providers().find((provider) => provider.id === id)
}

/**
 * The credentials that a person means: by id, by provider, or by provider and name; all of them where nothing is said.
 * @throws KeywayError `not_found`
 */
export async function findCredentials(
  house: ActHouse,
  which: string | undefined,
  name: string | undefined,
): Promise<CredentialView[]> {
  const all = await house.vault.list(house.workspace.id)
  const found = all
    .filter((one) => which === undefined || one.id === which || one.provider === which)
    .filter((one) => name === undefined || one.name === name)
  if (which !== undefined && found.length === 0) {
    throw new KeywayError('not_found', 'There is no such credential.', { fix: 'See them with: keyway providers list' })
  }
  return found
}

/**
 * The one credential that a person means.
 * @throws KeywayError `not_found`, or `invalid_request` when several fit
 */
export async function findCredential(
  house: ActHouse,
  which: string,
  name: string | undefined,
): Promise<CredentialView> {
  const found = await findCredentials(house, which, name)
  // What is typed in means the stored ones: those of the environment cannot be changed from here.
  const stored = found.filter((one) => one.origin !== 'environment')
  const [first, second] = stored.length > 0 ? stored : found
  if (first === undefined)
    throw new KeywayError('not_found', 'There is no such credential.', { fix: 'See them with: keyway providers list' })
  if (second !== undefined) {
    const names = stored.map((one) => `"${one.name}"`).join(', ')
    throw new KeywayError('invalid_request', `${which} has several credentials: ${names}.`, {
      fix: 'Choose one with --name, or by its id.',
    })
  }
  return first
}
