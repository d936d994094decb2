import type { Client } from '../accounts/sessions.ts'
import type { KeywayError } from '../base/errors.ts'
import type { User } from '../store/records.ts'
import type { OauthDeps } from './oauth-deps.ts'
import { stranger } from './stranger.ts'

/** Characters of what a row is about: ids are 29. */
const OBJECT_CHARACTERS_MAX = 64

/** Notes that a decision, an exchange or a revocation was refused, and why. @param of.object 'code', or a request's id */
export async function noteRefused(
  { store, clock, workspaceId }: OauthDeps,
  error: KeywayError,
  of: { client: Client; user: User | undefined; object: string },
): Promise<void> {
  const { client, user } = of
  const ip = client.ip === null ? {} : { ip: client.ip }
  const actor =
    user === undefined ? stranger(workspaceId, client) : { id: user.id, workspaceId: user.workspaceId, ...ip }
  const action = of.object === 'code' ? 'oauth.exchange_refused' : 'oauth.refused'
  const details = { reason: error.code, message: error.message }
  await store.appendAudit(actor, action, of.object.slice(0, OBJECT_CHARACTERS_MAX), details, clock.now())
}
