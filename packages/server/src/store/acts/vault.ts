import type { Selectable } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { Actor, CredentialRecord, DekRecord } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, flag, numberOrNull, ORIGINS, oneOf, REACHES } from './context.ts'

/** Bytes of our own: the drivers give views of different classes, some into a shared pool. */
const bytes = (value: Uint8Array) => new Uint8Array(value)

function fromRow(row: Selectable<Schema['credential']>): CredentialRecord {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    provider: row.provider,
    name: row.name,
    origin: oneOf(ORIGINS, row.origin),
    reach: oneOf(REACHES, row.reach),
    baseUrl: row.base_url,
    sealed: row.sealed && bytes(row.sealed),
    reference: row.reference,
    dekId: row.dek_id,
    hint: row.hint,
    priority: Number(row.priority),
    allowPrivate: row.allow_private === 1n,
    disabledAt: numberOrNull(row.disabled_at),
    createdAt: Number(row.created_at),
    updatedAt: numberOrNull(row.updated_at),
    lastUsedAt: numberOrNull(row.last_used_at),
    lastError: row.last_error,
  }
}

/** Only in the actor's workspace. @throws KeywayError not_found when the row with that id is another workspace's */
export async function putCredential(context: ActContext, credential: CredentialRecord, actor: Actor): Promise<void> {
  const columns = {
    workspace_id: credential.workspaceId,
    user_id: credential.userId,
    provider: credential.provider,
    name: credential.name,
    origin: credential.origin,
    reach: credential.reach,
    base_url: credential.baseUrl,
    sealed: credential.sealed,
    reference: credential.reference,
    dek_id: credential.dekId,
    hint: credential.hint,
    priority: credential.priority,
    allow_private: flag(credential.allowPrivate),
    disabled_at: credential.disabledAt,
    created_at: credential.createdAt,
    updated_at: credential.updatedAt,
    last_used_at: credential.lastUsedAt,
    last_error: credential.lastError,
  }
  const result = await context.db
    .insertInto('credential')
    .values({ id: credential.id, ...columns })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(columns).where('credential.workspace_id', '=', actor.workspaceId),
    )
    .executeTakeFirst()
  if (credential.workspaceId !== actor.workspaceId || result.numInsertedOrUpdatedRows !== 1n) {
    throw new KeywayError('not_found', `credential: no credential ${credential.id} in that workspace`)
  }
  context.changes.push({ kind: 'credential', id: credential.id })
  const { provider, name, origin, reach, baseUrl, reference, priority, allowPrivate, userId } = credential
  await writeAudit(context, {
    at: credential.updatedAt ?? credential.createdAt,
    actor,
    action: 'credential.put',
    object: credential.id,
    details: { provider, name, origin, reach, baseUrl, reference, priority, allowPrivate, userId },
  })
}

export async function findCredential({ db }: ActContext, id: string): Promise<CredentialRecord | undefined> {
  const row = await db.selectFrom('credential').selectAll().where('id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

export async function listCredentials({ db }: ActContext, workspaceId: string): Promise<CredentialRecord[]> {
  const query = db.selectFrom('credential').selectAll().where('workspace_id', '=', workspaceId)
  const rows = await query.orderBy('priority').orderBy('created_at').orderBy('seq').execute()
  return rows.map(fromRow)
}

/** Only one of the actor's workspace. */
export async function removeCredential(context: ActContext, id: string, actor: Actor, at: number): Promise<boolean> {
  const row = await context.db
    .deleteFrom('credential')
    .where('id', '=', id)
    .where('workspace_id', '=', actor.workspaceId)
    .returning(['provider', 'name'])
    .executeTakeFirst()
  if (!row) return false
  context.changes.push({ kind: 'credential', id })
  await writeAudit(context, { at, actor, action: 'credential.remove', object: id, details: { ...row } })
  return true
}

export async function noteCredential(
  { db }: ActContext,
  id: string,
  note: { lastUsedAt?: number; lastError?: string | null },
): Promise<void> {
  const columns = {
    ...(note.lastUsedAt === undefined ? {} : { last_used_at: note.lastUsedAt }),
    ...(note.lastError === undefined ? {} : { last_error: note.lastError }),
  }
  if (Object.keys(columns).length === 0) return
  await db.updateTable('credential').set(columns).where('id', '=', id).execute()
}

export async function reseal(
  context: ActContext,
  id: string,
  from: Uint8Array,
  to: { sealed: Uint8Array; dekId: string },
): Promise<boolean> {
  const result = await context.db
    .updateTable('credential')
    .set({ sealed: to.sealed, dek_id: to.dekId })
    .where('id', '=', id)
    .where('sealed', '=', from)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  context.changes.push({ kind: 'credential', id })
  return true
}

function dekFromRow(row: Selectable<Schema['data_key']>): DekRecord {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    wrapped: bytes(row.wrapped),
    kekVersion: Number(row.kek_version),
    createdAt: Number(row.created_at),
  }
}

/** @throws KeywayError conflict when there is one by that id: a data key is never overwritten */
export async function putDek({ db }: ActContext, dek: DekRecord): Promise<void> {
  const result = await db
    .insertInto('data_key')
    .values({
      id: dek.id,
      workspace_id: dek.workspaceId,
      user_id: dek.userId,
      wrapped: dek.wrapped,
      kek_version: dek.kekVersion,
      created_at: dek.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) throw new KeywayError('conflict', `dek.id: ${dek.id} exists already`)
}

export async function findDek({ db }: ActContext, id: string): Promise<DekRecord | undefined> {
  const row = await db.selectFrom('data_key').selectAll().where('id', '=', id).executeTakeFirst()
  return row && dekFromRow(row)
}

/** The newest. */
export async function currentDek(
  { db }: ActContext,
  workspaceId: string,
  userId: string | null,
): Promise<DekRecord | undefined> {
  const row = await db
    .selectFrom('data_key')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('user_id', userId === null ? 'is' : '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && dekFromRow(row)
}

/** Oldest first. */
export async function listDeks({ db }: ActContext): Promise<DekRecord[]> {
  return (await db.selectFrom('data_key').selectAll().orderBy('seq').execute()).map(dekFromRow)
}

export async function rewrapDek(
  { db }: ActContext,
  id: string,
  from: Uint8Array,
  to: { wrapped: Uint8Array; kekVersion: number },
): Promise<boolean> {
  const result = await db
    .updateTable('data_key')
    .set({ wrapped: to.wrapped, kek_version: to.kekVersion })
    .where('id', '=', id)
    .where('wrapped', '=', from)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
