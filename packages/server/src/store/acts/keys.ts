import type { Insertable, Selectable } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { Actor, KeyPatch, KeyPolicy, KeyRecord } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, flag, numberOrNull, oneOf, oneOfOrNull, RESETS } from './context.ts'

const KINDS = ['inference', 'management'] as const

function encodePolicy(policy: KeyPolicy): string {
  return JSON.stringify({ ...policy, flatHold: policy.flatHold === null ? null : policy.flatHold.toString() })
}

function decodePolicy(text: string): KeyPolicy {
  const policy = JSON.parse(text)
  return { ...policy, flatHold: policy.flatHold === null ? null : BigInt(policy.flatHold) }
}

function fromRow(row: Selectable<Schema['api_key']>): KeyRecord {
  return {
    hash: row.hash,
    mac: row.mac,
    pepperVersion: Number(row.pepper_version),
    workspaceId: row.workspace_id,
    userId: row.user_id,
    kind: oneOf(KINDS, row.kind),
    name: row.name,
    label: row.label,
    environment: row.environment,
    limit: row.limit_amount,
    reset: oneOfOrNull(RESETS, row.reset),
    policy: decodePolicy(row.policy),
    appId: numberOrNull(row.app_id),
    hidden: row.hidden === 1n,
    disabled: row.disabled === 1n,
    createdAt: Number(row.created_at),
    updatedAt: numberOrNull(row.updated_at),
    expiresAt: numberOrNull(row.expires_at),
    revokedAt: numberOrNull(row.revoked_at),
    rotatedFrom: row.rotated_from,
    boundTo: row.bound_to,
  }
}

function toRow(key: KeyRecord, capId: string): Insertable<Schema['api_key']> {
  return {
    hash: key.hash,
    mac: key.mac,
    pepper_version: key.pepperVersion,
    cap_id: capId,
    workspace_id: key.workspaceId,
    user_id: key.userId,
    kind: key.kind,
    name: key.name,
    label: key.label,
    environment: key.environment,
    limit_amount: key.limit,
    reset: key.reset,
    policy: encodePolicy(key.policy),
    app_id: key.appId,
    hidden: flag(key.hidden),
    disabled: flag(key.disabled),
    created_at: key.createdAt,
    updated_at: key.updatedAt,
    expires_at: key.expiresAt,
    revoked_at: key.revokedAt,
    rotated_from: key.rotatedFrom,
    bound_to: key.boundTo,
  }
}

async function insertKey({ db }: ActContext, key: KeyRecord, capId: string): Promise<void> {
  const owner = await db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', key.userId)
    .where('workspace_id', '=', key.workspaceId)
    .executeTakeFirst()
  if (!owner) throw new KeywayError('not_found', `key.userId: no user ${key.userId} in that workspace`)
  const result = await db
    .insertInto('api_key')
    .values(toRow(key, capId))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) throw new KeywayError('conflict', `key.hash: ${key.hash} exists already`)
}

/** @throws KeywayError conflict when there is a key by that hash or verifier; not_found when its user is not there */
export async function createKey(context: ActContext, key: KeyRecord, actor: Actor): Promise<void> {
  await insertKey(context, key, key.hash)
  context.changes.push({ kind: 'key', hash: key.hash, mac: key.mac })
  const { name, userId, limit, reset, environment, kind, expiresAt } = key
  await writeAudit(context, {
    at: key.createdAt,
    actor,
    action: 'key.create',
    object: key.hash,
    details: { name, userId, kind, environment, limit, reset, expiresAt },
  })
}

export async function findKeyByMac({ db }: ActContext, mac: string): Promise<KeyRecord | undefined> {
  const row = await db.selectFrom('api_key').selectAll().where('mac', '=', mac).executeTakeFirst()
  return row && fromRow(row)
}

export async function findKey({ db }: ActContext, hash: string): Promise<KeyRecord | undefined> {
  const row = await db.selectFrom('api_key').selectAll().where('hash', '=', hash).executeTakeFirst()
  return row && fromRow(row)
}

/** Newest first. Hidden and revoked keys are left out; disabled ones unless asked for. */
export async function listKeys(
  { db }: ActContext,
  workspaceId: string,
  page: { offset: number; limit: number; includeDisabled: boolean; userId?: string },
): Promise<KeyRecord[]> {
  let query = db
    .selectFrom('api_key')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('hidden', '=', 0n)
    .where('revoked_at', 'is', null)
  if (!page.includeDisabled) query = query.where('disabled', '=', 0n)
  if (page.userId !== undefined) query = query.where('user_id', '=', page.userId)
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('seq', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return rows.map(fromRow)
}

/** The hash of the key under which the user's own web app calls: the first, should there be several. */
export async function findHiddenKey({ db }: ActContext, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('api_key')
    .select('hash')
    .where('user_id', '=', userId)
    .where('hidden', '=', 1n)
    .where('revoked_at', 'is', null)
    .orderBy('seq')
    .executeTakeFirst()
  return row?.hash
}

function toPatchColumns(patch: KeyPatch) {
  const { name, environment, limit, reset, policy, disabled, expiresAt } = patch
  return {
    ...(name === undefined ? {} : { name }),
    ...(environment === undefined ? {} : { environment }),
    ...(limit === undefined ? {} : { limit_amount: limit }),
    ...(reset === undefined ? {} : { reset }),
    ...(policy === undefined ? {} : { policy: encodePolicy(policy) }),
    ...(disabled === undefined ? {} : { disabled: flag(disabled) }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
  }
}

/** Only a key of the actor's workspace. */
export async function updateKey(
  context: ActContext,
  hash: string,
  change: { patch: KeyPatch; actor: Actor; at: number },
): Promise<KeyRecord | undefined> {
  const { patch, actor, at } = change
  const row = await context.db
    .updateTable('api_key')
    .set({ ...toPatchColumns(patch), updated_at: at })
    .where('hash', '=', hash)
    .where('workspace_id', '=', actor.workspaceId)
    .returningAll()
    .executeTakeFirst()
  if (!row) return undefined
  context.changes.push({ kind: 'key', hash, mac: row.mac })
  await writeAudit(context, { at, actor, action: 'key.update', object: hash, details: { ...patch } })
  return fromRow(row)
}

/** Only a key of the actor's workspace. */
export async function revokeKey(context: ActContext, hash: string, actor: Actor, at: number): Promise<boolean> {
  const row = await context.db
    .updateTable('api_key')
    .set({ revoked_at: at, updated_at: at })
    .where('hash', '=', hash)
    .where('workspace_id', '=', actor.workspaceId)
    .where('revoked_at', 'is', null)
    .returning(['mac', 'name'])
    .executeTakeFirst()
  if (!row) return false
  context.changes.push({ kind: 'key', hash, mac: row.mac })
  await writeAudit(context, { at, actor, action: 'key.revoke', object: hash, details: { name: row.name } })
  return true
}

/**
 * The successor spends under the same cap as the key it replaces, so that rotating is no way around one.
 * @throws KeywayError not_found when there is no such key, key_revoked when it is revoked, conflict as createKey
 */
export async function rotateKey(
  context: ActContext,
  hash: string,
  change: { successor: KeyRecord; oldExpiresAt: number; actor: Actor },
): Promise<void> {
  const { successor, oldExpiresAt, actor } = change
  const at = successor.createdAt
  const old = await context.db
    .selectFrom('api_key')
    .selectAll()
    .where('hash', '=', hash)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!old) throw new KeywayError('not_found', `key.hash: no key ${hash}`)
  if (old.revoked_at !== null)
    throw new KeywayError('key_revoked', `key.hash: ${hash} is revoked and cannot be rotated`)
  // An earlier end that the key already had stays: rotation shortens a life and never lengthens it.
  const end = old.expires_at === null ? oldExpiresAt : Math.min(oldExpiresAt, Number(old.expires_at))
  await context.db.updateTable('api_key').set({ expires_at: end, updated_at: at }).where('hash', '=', hash).execute()
  await insertKey(context, { ...successor, rotatedFrom: hash }, old.cap_id)
  // What stands behind an app's key stands behind the one that takes its place.
  const grant = await context.db.selectFrom('auth_grant').selectAll().where('key_hash', '=', hash).executeTakeFirst()
  if (grant) {
    await context.db
      .insertInto('auth_grant')
      .values({ ...grant, key_hash: successor.hash })
      .execute()
  }
  context.changes.push({ kind: 'key', hash, mac: old.mac }, { kind: 'key', hash: successor.hash, mac: successor.mac })
  await writeAudit(context, {
    at,
    actor,
    action: 'key.rotate',
    object: hash,
    details: { successor: successor.hash, oldExpiresAt: end },
  })
}
