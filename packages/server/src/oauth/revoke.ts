import { setTimeout } from 'node:timers/promises'
import type { Client } from '../accounts/sessions.ts'
import { hashOf } from '../keys/token.ts'
import type { OauthDeps } from './oauth-deps.ts'
import { stranger } from './stranger.ts'

/**
 * Every answer takes at least so long, whatever was found: many times what the work takes, so that the time tells nothing,
 * and little for a program that tidies up. Milliseconds.
 */
export const ANSWER_AFTER_MS = 50

/**
 * Ends an app's key for whoever holds it. A token that is none of ours, or over, is the same to the caller, in words and
 * in work: one look and one row. A key that a person made for themselves is not an app's to end.
 * @see https://www.rfc-editor.org/rfc/rfc7009#section-2.2
 */
export async function revokeByHolder(deps: OauthDeps, token: string, client: Client): Promise<void> {
  await Promise.all([endGiven(deps, token, client), setTimeout(ANSWER_AFTER_MS)])
}

async function endGiven(deps: OauthDeps, token: string, client: Client): Promise<void> {
  const { store, clock, workspaceId } = deps
  const hash = hashOf(token)
  const grant = await store.findGrant(hash)
  const actor = stranger(grant?.workspaceId ?? workspaceId, client)
  if (grant !== undefined && (await store.revokeKey(hash, actor, clock.now()))) return
  await store.appendAudit(actor, 'oauth.revoke_refused', 'token', {}, clock.now())
}
