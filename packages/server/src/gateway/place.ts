import { KeywayError } from '../base/errors.ts'
import type { Call } from './call.ts'
import type { Gateway } from './house.ts'

/** More calls than the process may hold are refused before anything is done for them. @throws KeywayError overloaded */
export function takePlace(call: Call, { live, limits }: Gateway): void {
  const { hash: keyHash, userId } = call.caller.key
  if (live.size >= limits.calls || live.ofKey(keyHash) >= limits.callsPerKey) {
    throw new KeywayError('overloaded', 'Keyway has as many calls in progress as it may hold.', { retryAfterMs: 1_000 })
  }
  live.add({ id: call.id, keyHash, userId, credentialId: undefined, cancellation: call.cancellation })
}
