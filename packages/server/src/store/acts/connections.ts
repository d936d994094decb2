import { type Selectable, sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { ConnectionRecord, KeyFacts } from '../link-records.ts'
import type { Actor, CredentialRecord } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { takeTurn } from './connect-flows.ts'
import { type ActContext, flag, numberOrNull, oneOf, oneOfOrNull, RESETS } from './context.ts'
import { putCredential } from './vault.ts'

const STATES = ['connected', 'disconnected', 'revoked'] as const

function fromRow(row: Selectable<Schema['connection']>): ConnectionRecord {
  const facts: KeyFacts = {
    label: row.label,
    limit: row.limit_amount,
    remaining: row.remaining_amount,
    reset: oneOfOrNull(RESETS, row.reset),
    freeTier: row.free_tier === null ? null : row.free_tier === 1n,
    expiresAt: numberOrNull(row.key_expires_at),
  }
  return {
    credentialId: row.credential_id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    issuer: row.issuer,
    issuerUrl: row.issuer_url,
    state: oneOf(STATES, row.state),
    accountId: row.account_id,
    email: row.email,
    keyHash: row.key_hash,
    previousKeyHash: row.previous_key_hash,
    facts: row.checked_at === null ? null : facts,
    connectedAt: Number(row.connected_at),
    checkedAt: numberOrNull(row.checked_at),
    endedAt: numberOrNull(row.ended_at),
    keyEnded: row.state === 'revoked' || row.key_ended === 1n,
  }
}

function factColumns(facts: KeyFacts | null) {
  return {
    label: facts?.label ?? null,
    limit_amount: facts?.limit ?? null,
    remaining_amount: facts?.remaining ?? null,
    reset: facts?.reset ?? null,
    free_tier: facts?.freeTier == null ? null : flag(facts.freeTier),
    key_expires_at: facts?.expiresAt ?? null,
  }
}

/**
 * Keeps a connection and its sealed key, in place of those that the user had at this issuer, and ends the flow: all or
 * nothing, so that however many arrive at once there is one, whole.
 * @throws KeywayError not_found when the credential is not of the actor's workspace
 */
export async function saveConnection(
  context: ActContext,
  connection: ConnectionRecord,
  kept: { credential: CredentialRecord; flowId: string; actor: Actor },
): Promise<ConnectionRecord> {
  const { credential, flowId, actor } = kept
  if (connection.credentialId !== credential.id || connection.userId !== credential.userId) {
    throw new KeywayError('internal', 'connection.credentialId: not the credential that comes with it')
  }
  // Two unique indexes guard the credential, and a race could fail on the one without an upsert.
  await takeTurn(context, connection.userId)
  await putCredential(context, credential, actor)
  const columns = {
    workspace_id: connection.workspaceId,
    user_id: connection.userId,
    issuer: connection.issuer,
    issuer_url: connection.issuerUrl,
    state: connection.state,
    account_id: connection.accountId,
    email: connection.email,
    key_hash: connection.keyHash,
    ...factColumns(connection.facts),
    connected_at: connection.connectedAt,
    checked_at: connection.checkedAt,
    ended_at: connection.endedAt,
    key_ended: flag(connection.keyEnded),
  }
  const row = await context.db
    .insertInto('connection')
    .values({ credential_id: connection.credentialId, previous_key_hash: null, ...columns })
    .onConflict((conflict) =>
      conflict.column('credential_id').doUpdateSet({
        ...columns,
        previous_key_hash: sql<
          string | null
        >`CASE WHEN connection.state <> 'revoked' AND connection.key_ended = 0 AND connection.key_hash <> excluded.key_hash
          THEN connection.key_hash ELSE NULL END`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  await context.db
    .updateTable('connect_flow')
    .set({ outcome: 'connected', pending: null })
    .where('id', '=', flowId)
    .execute()
  const { issuer, issuerUrl, userId, keyHash } = connection
  await writeAudit(context, {
    at: connection.connectedAt,
    actor,
    action: 'connect.connected',
    object: connection.credentialId,
    details: { issuer, issuerUrl, userId, keyHash, flow: flowId },
  })
  return fromRow(row)
}

export async function findConnection({ db }: ActContext, credentialId: string): Promise<ConnectionRecord | undefined> {
  const row = await db.selectFrom('connection').selectAll().where('credential_id', '=', credentialId).executeTakeFirst()
  return row && fromRow(row)
}

/** Those that stand, longest unchecked first. */
export async function listConnections({ db }: ActContext, limit: number): Promise<ConnectionRecord[]> {
  const rows = await db
    .selectFrom('connection')
    .selectAll()
    .where('state', '=', 'connected')
    .orderBy(sql`coalesce(checked_at, 0)`)
    .orderBy('credential_id')
    .limit(limit)
    .execute()
  return rows.map(fromRow)
}

/** Whoever connected this account last, also when they have disconnected since. */
export async function findConnectionByAccount(
  { db }: ActContext,
  of: { issuer: string; issuerUrl: string; accountId: string },
): Promise<ConnectionRecord | undefined> {
  const row = await db
    .selectFrom('connection')
    .selectAll()
    .where('issuer', '=', of.issuer)
    .where('issuer_url', '=', of.issuerUrl)
    .where('account_id', '=', of.accountId)
    .orderBy('connected_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** What the issuer says of the key, if it is still that key. */
export async function noteConnection(
  { db }: ActContext,
  credentialId: string,
  note: { keyHash: string; facts: KeyFacts; email?: string | null; at: number },
): Promise<void> {
  await db
    .updateTable('connection')
    .set({
      ...factColumns(note.facts),
      ...(note.email === undefined ? {} : { email: note.email }),
      checked_at: note.at,
    })
    .where('credential_id', '=', credentialId)
    .where('key_hash', '=', note.keyHash)
    .execute()
}

/**
 * Ends a connection and deletes its sealed key; the row stays.
 * @param end.keyHash only if this is still its key
 * @param end.keyEnded the issuer ended the key as well
 * @returns false when there was none to end
 */
export async function endConnection(
  context: ActContext,
  credentialId: string,
  end: { state: 'disconnected' | 'revoked'; keyHash?: string; keyEnded?: boolean; at: number; actor: Actor },
): Promise<boolean> {
  const { state, keyHash, keyEnded = false, at, actor } = end
  let query = context.db
    .updateTable('connection')
    .set({ state, ended_at: at, key_ended: flag(keyEnded) })
    .where('credential_id', '=', credentialId)
    .where('workspace_id', '=', actor.workspaceId)
    .where('state', '=', 'connected')
  if (keyHash !== undefined) query = query.where('key_hash', '=', keyHash)
  const row = await query.returningAll().executeTakeFirst()
  if (!row) return false
  await context.db.deleteFrom('credential').where('id', '=', credentialId).execute()
  context.changes.push({ kind: 'credential', id: credentialId })
  await writeAudit(context, {
    at,
    actor,
    action: `connect.${state}`,
    object: credentialId,
    details: { issuer: row.issuer, userId: row.user_id, keyHash: row.key_hash },
  })
  return true
}
