import { revokeKey } from '@keyway/connect'
import type { ConnectionRecord } from '../store/link-records.ts'
import type { Actor } from '../store/records.ts'
import { connectionId } from './connection-id.ts'
import { fetchOver } from './fetch-over.ts'
import { apiUrl } from './issuer.ts'
import { askKey } from './key-facts.ts'
import type { LinkDeps, LinkPerson } from './link-deps.ts'

/** How keys of a Keyway begin. */
const KEYWAY_PREFIX = 'kwy_'
/** A person waits for their disconnect. Milliseconds. */
const REVOKE_MS = 3_000
/** A connection is checked so often, in milliseconds. */
const CHECK_MS = 60 * 60_000
/** Connections looked at in one round; the longest unchecked come first, the rest in the next. */
const ROUND_MAX = 1_000
/** Checks at the same time: an issuer is not to be flooded. */
const AT_ONCE = 4

/**
 * Deletes the sealed key. OpenRouter has no way for us to end the key itself, which lives on there; another Keyway has.
 * @returns false when there was none
 * @see https://www.rfc-editor.org/rfc/rfc7009
 */
export async function disconnect(deps: LinkDeps, person: LinkPerson): Promise<boolean> {
  const id = connectionId({ installId: deps.store.installId, userId: person.userId, issuer: deps.issuer.id })
  const connection = await deps.store.findConnection(id)
  const keyEnded = connection?.state === 'connected' && (await revokeAtIssuer(deps, connection))
  return deps.store.endConnection(id, { state: 'disconnected', keyEnded, at: deps.clock.now(), actor: person.actor })
}

/** @returns whether the key is over there: not where it cannot be, and not where the issuer did not confirm it */
async function revokeAtIssuer(deps: LinkDeps, connection: ConnectionRecord): Promise<boolean> {
  const { vault, issuer, dispatch } = deps
  if (connection.issuerUrl !== issuer.url) return false
  const key = await vault.open(connection.credentialId, { baseUrl: apiUrl(issuer) })
  if (!key.startsWith(KEYWAY_PREFIX)) return false
  const fetch = fetchOver(dispatch, issuer.addresses)
  return revokeKey(key, { issuer: issuer.url, timeoutMs: REVOKE_MS, fetch }).then(
    () => true,
    (error: unknown) => {
      // What cannot be revoked is forgotten all the same: that is what was asked for.
      deps.report(error)
      return false
    },
  )
}

/** Asks the issuer whether it still knows the key. One that it refuses is over; one that it cannot be asked about stays. */
export async function checkConnection(deps: LinkDeps, credentialId: string): Promise<void> {
  const { store, vault, issuer, clock, dispatch } = deps
  const connection = await store.findConnection(credentialId)
  if (connection === undefined || connection.state !== 'connected' || connection.issuerUrl !== issuer.url) return
  const answer = await askKey(dispatch, issuer, await vault.open(credentialId, { baseUrl: apiUrl(issuer) }))
  const { keyHash } = connection
  if (answer.kind === 'refused') {
    await store.endConnection(credentialId, {
      state: 'revoked',
      keyHash,
      at: clock.now(),
      actor: noticedBy(connection),
    })
  } else if (answer.kind === 'known') {
    await store.noteConnection(credentialId, { keyHash, facts: answer.facts, at: clock.now() })
  }
}

/** Checks every connection that was not for an hour. Failures are reported, and do not keep the others from it. */
export async function checkConnections(deps: LinkDeps): Promise<void> {
  const due = deps.clock.now() - CHECK_MS
  const all = await deps.store.listConnections(ROUND_MAX)
  const waiting = all.filter(({ checkedAt }) => (checkedAt ?? 0) <= due)
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await checkConnection(deps, next.credentialId).catch(deps.report)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

/** Nobody's act: noticed by the program itself. */
function noticedBy({ workspaceId }: ConnectionRecord): Actor {
  return { id: 'keyway', workspaceId }
}
