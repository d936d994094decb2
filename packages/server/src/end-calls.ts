import { KeywayError } from './base/errors.ts'
import type { LiveCalls } from './gateway/live.ts'
import type { Store } from './store/store.ts'

/** What lost its right ends its calls in progress: a key revoked or disabled, a user disabled, a credential removed. */
export async function endRevoked(
  change: { kind: 'key'; hash: string } | { kind: 'user'; id: string } | { kind: 'credential'; id: string },
  { store, live }: { store: Store; live: LiveCalls },
): Promise<void> {
  if (change.kind === 'user') {
    const user = await store.findUser(change.id)
    if (user && user.disabledAt === null) return
    live.end(
      (call) => call.userId === change.id,
      new KeywayError('user_disabled', 'The user of this key was disabled.'),
    )
    return
  }
  if (change.kind === 'credential') {
    const credential = await store.findCredential(change.id)
    if (credential && credential.disabledAt === null) return
    const reason = new KeywayError('no_endpoints', "The provider's credential was removed while it was in use.")
    live.end((call) => call.credentialId === change.id, reason)
    return
  }
  const key = await store.findKey(change.hash)
  if (key && key.revokedAt === null && !key.disabled) return
  const revoked = key === undefined || key.revokedAt !== null
  const code = revoked ? 'key_revoked' : 'key_disabled'
  const reason = new KeywayError(code, `The key was ${revoked ? 'revoked' : 'disabled'} while it was in use.`)
  live.end((call) => call.keyHash === change.hash, reason)
}
