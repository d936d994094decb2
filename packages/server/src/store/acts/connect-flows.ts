import { type Selectable, sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { ConnectFlowRecord } from '../link-records.ts'
import type { Actor } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, numberOrNull } from './context.ts'

const bytes = (value: Uint8Array | null) => value && new Uint8Array(value)

function fromRow(row: Selectable<Schema['connect_flow']>): ConnectFlowRecord {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    issuer: row.issuer,
    issuerUrl: row.issuer_url,
    stateHash: row.state_hash,
    cookieHash: row.cookie_hash,
    verifier: bytes(row.verifier),
    returnTo: row.return_to,
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    consumedAt: numberOrNull(row.consumed_at),
    outcome: row.outcome,
    pending: bytes(row.pending),
  }
}

/** Lets the acts of one user on their connections run one after another. SQLite has one writer anyway. */
export async function takeTurn({ db, dialect }: ActContext, userId: string): Promise<void> {
  if (dialect === 'postgres') await sql`SELECT 1 FROM user_account WHERE id = ${userId} FOR NO KEY UPDATE`.execute(db)
}

/**
 * Begins a flow. The user's oldest open ones beyond `keep` go, and everybody's that began before `forgetBefore` (ms).
 * @throws KeywayError not_found when the user is not of the actor's workspace
 */
export async function beginConnectFlow(
  context: ActContext,
  flow: ConnectFlowRecord,
  terms: { keep: number; forgetBefore: number; actor: Actor },
): Promise<void> {
  const { db } = context
  // Counted by one at a time, or two at once would each leave room for one more.
  await takeTurn(context, flow.userId)
  const user = await db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', flow.userId)
    .where('workspace_id', '=', terms.actor.workspaceId)
    .executeTakeFirst()
  if (!user || flow.workspaceId !== terms.actor.workspaceId) throw new KeywayError('not_found', 'flow.userId: no user')
  await db.deleteFrom('connect_flow').where('created_at', '<', BigInt(terms.forgetBefore)).execute()
  await db
    .insertInto('connect_flow')
    .values({
      id: flow.id,
      workspace_id: flow.workspaceId,
      user_id: flow.userId,
      issuer: flow.issuer,
      issuer_url: flow.issuerUrl,
      state_hash: flow.stateHash,
      cookie_hash: flow.cookieHash,
      verifier: flow.verifier,
      return_to: flow.returnTo,
      created_at: flow.createdAt,
      expires_at: flow.expiresAt,
      consumed_at: flow.consumedAt,
      outcome: flow.outcome,
      pending: flow.pending,
    })
    .execute()
  const open = await db
    .selectFrom('connect_flow')
    .select('id')
    .where('user_id', '=', flow.userId)
    .where('consumed_at', 'is', null)
    .orderBy('seq', 'desc')
    .execute()
  const beyond = open.slice(terms.keep).map(({ id }) => id)
  if (beyond.length > 0) await db.deleteFrom('connect_flow').where('id', 'in', beyond).execute()
  const { issuer, issuerUrl } = flow
  await writeAudit(context, {
    at: flow.createdAt,
    actor: terms.actor,
    action: 'connect.start',
    object: issuer,
    details: { flow: flow.id, issuerUrl, headless: flow.stateHash === null },
  })
}

export async function findConnectFlow(
  { db }: ActContext,
  by: { id: string } | { stateHash: string },
): Promise<ConnectFlowRecord | undefined> {
  const query = db.selectFrom('connect_flow').selectAll()
  const row = await ('id' in by ? query.where('id', '=', by.id) : query.where('state_hash', '=', by.stateHash))
    .limit(1)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** The user's newest flow that was used up; what came of it may be unknown. */
export async function lastConnectFlow(
  { db }: ActContext,
  userId: string,
  issuer: string,
): Promise<ConnectFlowRecord | undefined> {
  const row = await db
    .selectFrom('connect_flow')
    .selectAll()
    .where('user_id', '=', userId)
    .where('issuer', '=', issuer)
    .where('consumed_at', 'is not', null)
    .orderBy('consumed_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && fromRow(row)
}

/** Uses it up, and forgets its verifier. @returns false if it was used up before, or is over */
export async function consumeConnectFlow({ db }: ActContext, id: string, at: number): Promise<boolean> {
  const row = await db
    .updateTable('connect_flow')
    .set({ consumed_at: at, verifier: null })
    .where('id', '=', id)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', BigInt(at))
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Notes how it ended, once; keeps a key that waits for the person's word, until a moment. */
export async function endConnectFlow(
  context: ActContext,
  id: string,
  end: { outcome: string; pending: { sealed: Uint8Array; until: number } | null; at: number; actor: Actor },
): Promise<void> {
  const { outcome, pending, at, actor } = end
  const row = await context.db
    .updateTable('connect_flow')
    .set((now) => ({
      consumed_at: now.fn.coalesce('consumed_at', now.val(BigInt(at))),
      verifier: null,
      outcome,
      ...(pending === null ? {} : { pending: pending.sealed, expires_at: pending.until }),
    }))
    .where('id', '=', id)
    .where('outcome', 'is', null)
    .returning('issuer')
    .executeTakeFirst()
  if (!row) return
  await writeAudit(context, {
    at,
    actor,
    action: 'connect.refused',
    object: row.issuer,
    details: { flow: id, outcome },
  })
}

/** Takes the key that waits, once. @returns the flow as it was, or undefined where there is none, or it waited too long */
export async function takePendingKey(
  context: ActContext,
  id: string,
  terms: { userId: string; outcome: string; at: number },
): Promise<ConnectFlowRecord | undefined> {
  const { userId, outcome, at } = terms
  const mine = await context.db
    .selectFrom('connect_flow')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('expires_at', '>', BigInt(at))
    .executeTakeFirst()
  if (!mine) return undefined
  const taken = await context.db
    .updateTable('connect_flow')
    .set({ pending: null, outcome })
    .where('id', '=', id)
    .where('pending', 'is not', null)
    .returning('id')
    .executeTakeFirst()
  return taken && fromRow(mine)
}
