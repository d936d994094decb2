import type { ConnectedKey } from '@keyway/contract'

/** Keys of another Keyway begin so. */
const KEYWAY_PREFIX = 'kwy_'

/** Was a connection's key made by another Keyway, and not by OpenRouter? @param hint what is shown of the key */
export const isKeywayKey = (hint: string | undefined): boolean => hint?.startsWith(KEYWAY_PREFIX) === true

/** Where a connection's key can be revoked: at OpenRouter, or at the address of the Keyway that made it. */
export function placeOf({ hint, revoke_url: page }: Pick<ConnectedKey, 'hint' | 'revoke_url'>): string {
  return isKeywayKey(hint) && page !== null ? new URL(page).host : 'OpenRouter'
}
