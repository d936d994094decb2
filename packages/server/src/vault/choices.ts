import type { Reach } from '../store/records.ts'
import type { CredentialView } from './credential.ts'

/** A credential as the router sees it: which one, never what it is. */
export type AvailableCredential = Readonly<
  Pick<CredentialView, 'id' | 'userId' | 'provider' | 'reach' | 'priority' | 'baseUrl' | 'allowPrivate'>
>

/**
 * The credentials that a call may use, in the order in which they are tried: by the key's reaches, then by priority.
 * @param available in order of priority, as the vault gives them
 */
export function choicesFor(
  available: readonly AvailableCredential[],
  caller: { userId: string; reaches: readonly Reach[] },
): AvailableCredential[] {
  return caller.reaches.flatMap((reach) =>
    available.filter((one) => one.reach === reach && (reach !== 'own' || one.userId === caller.userId)),
  )
}
