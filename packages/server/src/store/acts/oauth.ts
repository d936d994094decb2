import { type Selectable, sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { AppKeyTerms, AuthCodeRecord, AuthRequest, AuthTransactionRecord, GrantRecord } from '../oauth-records.ts'
import type { GrantsOf, KeptAuth } from '../oauth-store.ts'
import type { Actor, App, KeyRecord } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, numberOrNull, oneOf, oneOfOrNull } from './context.ts'
import { createKey } from './keys.ts'

/** Any fixed number: the name of the lock under which PostgreSQL's writers count the requests that are kept. */
const REQUESTS_LOCK = 0x6b77_7271

const FLOWS = ['compatible', 'standard'] as const
const METHODS = ['S256', 'plain'] as const
const WEAK = ['no_challenge', 'plain', 'short_verifier'] as const
const IDENTITIES = ['shared', 'withheld'] as const
const DECISIONS = ['allowed', 'denied'] as const

/** Amounts as decimal strings, so that none passes through a float. */
function encode(value: AuthRequest | AppKeyTerms): string {
  return JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
}

function decodeRequest(text: string): AuthRequest {
  const request = JSON.parse(text)
  const { limit, clientName = null, boundTo = null } = request
  return { ...request, clientName, boundTo, limit: limit === null ? null : BigInt(limit) }
}

function decodeTerms(text: string): AppKeyTerms {
  const terms = JSON.parse(text)
  return { ...terms, limit: BigInt(terms.limit) }
}

function toTransaction(row: Selectable<Schema['auth_transaction']>): AuthTransactionRecord {
  return {
    id: row.id,
    browserHash: row.browser_hash,
    request: decodeRequest(row.request),
    // PostgreSQL's driver gives a Buffer; callers are promised plain bytes.
    logo: row.logo && new Uint8Array(row.logo.buffer, row.logo.byteOffset, row.logo.byteLength),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    decidedAt: numberOrNull(row.decided_at),
    decision: oneOfOrNull(DECISIONS, row.decision),
  }
}

function toCode(row: Selectable<Schema['auth_code']>): AuthCodeRecord {
  return {
    hash: row.hash,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    appId: Number(row.app_id),
    flow: oneOf(FLOWS, row.flow),
    callbackUrl: row.callback_url,
    clientId: row.client_id,
    clientName: row.client_name,
    challenge: row.challenge,
    method: oneOfOrNull(METHODS, row.method),
    terms: decodeTerms(row.terms),
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    consumedAt: numberOrNull(row.consumed_at),
    failures: Number(row.failures),
    keyHash: row.key_hash,
    deliveredAt: numberOrNull(row.delivered_at),
    boundTo: row.bound_to,
  }
}

function toGrant(row: Selectable<Schema['auth_grant']>): GrantRecord {
  return {
    keyHash: row.key_hash,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    appId: Number(row.app_id),
    flow: oneOf(FLOWS, row.flow),
    callbackUrl: row.callback_url,
    clientId: row.client_id,
    clientName: row.client_name,
    weak: oneOfOrNull(WEAK, row.weak),
    identity: oneOf(IDENTITIES, row.identity),
    createdAt: Number(row.created_at),
  }
}

/** No audit row: anybody may begin one, and a chain that strangers can lengthen would hide what matters. */
export async function beginAuth(
  { db, dialect }: ActContext,
  transaction: AuthTransactionRecord,
  keep: KeptAuth,
): Promise<void> {
  const { id, browserHash, request, logo, createdAt, expiresAt } = transaction
  // Counted by one at a time, or many at once would each leave room for one more.
  if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${REQUESTS_LOCK})`.execute(db)
  await db.deleteFrom('auth_transaction').where('expires_at', '<=', BigInt(createdAt)).execute()
  await db
    .insertInto('auth_transaction')
    .values({
      id,
      browser_hash: browserHash,
      request: encode(request),
      logo,
      created_at: createdAt,
      expires_at: expiresAt,
      decided_at: null,
      decision: null,
      decided_by: null,
    })
    .execute()
  const newest = db.selectFrom('auth_transaction').select('seq').orderBy('seq', 'desc')
  const own = newest.where('browser_hash', '=', browserHash).offset(keep.perBrowser).limit(keep.all)
  const beyond = [...(await own.execute()), ...(await newest.offset(keep.all).limit(keep.all).execute())]
  const numbers = beyond.map(({ seq }) => seq)
  if (numbers.length > 0) await db.deleteFrom('auth_transaction').where('seq', 'in', numbers).execute()
  if (logo === null) return
  const drawn = await newest.where('logo', 'is not', null).offset(keep.logos).limit(1).executeTakeFirst()
  if (drawn === undefined) return
  await db
    .updateTable('auth_transaction')
    .set({ logo: null })
    .where('logo', 'is not', null)
    .where('seq', '<=', drawn.seq)
    .execute()
}

export async function findAuth({ db }: ActContext, id: string): Promise<AuthTransactionRecord | undefined> {
  const row = await db.selectFrom('auth_transaction').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toTransaction(row)
}

/** Decides it once; with a code where the person allowed it. */
export async function decideAuth(
  context: ActContext,
  id: string,
  { code, at, actor }: { code: AuthCodeRecord | null; at: number; actor: Actor },
): Promise<boolean> {
  const decision = code === null ? 'denied' : 'allowed'
  const row = await context.db
    .updateTable('auth_transaction')
    .set({ decided_at: at, decision, decided_by: code?.userId ?? null, logo: null })
    .where('id', '=', id)
    .where('decided_at', 'is', null)
    .where('expires_at', '>', BigInt(at))
    .returning('request')
    .executeTakeFirst()
  if (!row) return false
  const { origin, callbackUrl } = decodeRequest(row.request)
  if (code !== null) {
    await putAuthCode(context, code, actor)
    return true
  }
  const details = { transaction: id, callbackUrl }
  await writeAudit(context, { at, actor, action: 'oauth.deny', object: origin ?? 'headless', details })
  return true
}

export async function putAuthCode(context: ActContext, code: AuthCodeRecord, actor: Actor): Promise<void> {
  const { db } = context
  const user = await db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', code.userId)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!user || code.workspaceId !== actor.workspaceId) throw new KeywayError('not_found', 'code.userId: no user')
  await db
    .insertInto('auth_code')
    .values({
      hash: code.hash,
      workspace_id: code.workspaceId,
      user_id: code.userId,
      app_id: code.appId,
      flow: code.flow,
      callback_url: code.callbackUrl,
      client_id: code.clientId,
      client_name: code.clientName,
      challenge: code.challenge,
      method: code.method,
      terms: encode(code.terms),
      created_at: code.createdAt,
      expires_at: code.expiresAt,
      consumed_at: null,
      failures: 0,
      key_hash: null,
      delivered_at: null,
      bound_to: code.boundTo,
    })
    .execute()
  const { appId, callbackUrl, method, terms, flow } = code
  await writeAudit(context, {
    at: code.createdAt,
    actor,
    action: 'oauth.allow',
    object: `app:${appId}`,
    details: { flow, callbackUrl, challenge: code.challenge !== null, method, ...terms },
  })
}

export async function findAuthCode({ db }: ActContext, hash: string): Promise<AuthCodeRecord | undefined> {
  const row = await db.selectFrom('auth_code').selectAll().where('hash', '=', hash).executeTakeFirst()
  return row && toCode(row)
}

export async function countChallenge(
  { db }: ActContext,
  { appId, challenge, since }: { appId: number; challenge: string; since: number },
): Promise<number> {
  const row = await db
    .selectFrom('auth_code')
    .select(({ fn }) => fn.countAll<bigint>().as('codes'))
    .where('app_id', '=', BigInt(appId))
    .where('challenge', '=', challenge)
    .where('created_at', '>=', BigInt(since))
    .executeTakeFirstOrThrow()
  return Number(row.codes)
}

/** Counts a wrong verifier, and burns the code with the last that is allowed. */
export async function noteAuthFailure(
  context: ActContext,
  hash: string,
  { most, at }: { most: number; at: number },
): Promise<number> {
  const row = await context.db
    .updateTable('auth_code')
    .set({
      failures: sql`failures + 1`,
      consumed_at: sql`CASE WHEN failures + 1 >= ${BigInt(most)} THEN ${BigInt(at)} ELSE consumed_at END`,
    })
    .where('hash', '=', hash)
    .where('consumed_at', 'is', null)
    .returning(['failures', 'workspace_id', 'app_id'])
    .executeTakeFirst()
  if (!row) return 0
  const failures = Number(row.failures)
  if (failures >= most) {
    await writeAudit(context, {
      at,
      actor: { id: 'anonymous', workspaceId: row.workspace_id },
      action: 'oauth.code_burned',
      object: `app:${row.app_id}`,
      details: { failures },
    })
  }
  return failures
}

/** Uses the code up and makes its key, in one act: an abandoned flow leaves no key, and no race makes two. */
export async function redeemAuthCode(
  context: ActContext,
  hash: string,
  { key, grant, at, actor }: { key: KeyRecord; grant: GrantRecord; at: number; actor: Actor },
): Promise<boolean> {
  const { db } = context
  const row = await db
    .updateTable('auth_code')
    .set({ consumed_at: at, key_hash: key.hash })
    .where('hash', '=', hash)
    .where('workspace_id', '=', actor.workspaceId)
    .where('user_id', '=', key.userId)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', BigInt(at))
    .returning('hash')
    .executeTakeFirst()
  if (!row) return false
  await createKey(context, key, actor)
  await db
    .insertInto('auth_grant')
    .values({
      key_hash: grant.keyHash,
      workspace_id: grant.workspaceId,
      user_id: grant.userId,
      app_id: grant.appId,
      flow: grant.flow,
      callback_url: grant.callbackUrl,
      client_id: grant.clientId,
      client_name: grant.clientName,
      weak: grant.weak,
      identity: grant.identity,
      created_at: grant.createdAt,
    })
    .execute()
  const { appId, flow, weak } = grant
  const boundTo = key.boundTo === null ? {} : { boundTo: key.boundTo }
  await writeAudit(context, {
    at,
    actor,
    action: 'oauth.exchange',
    object: `app:${appId}`,
    details: { key: key.hash, flow, weak, limit: key.limit, expiresAt: key.expiresAt, ...boundTo },
  })
  return true
}

export async function noteAuthDelivered({ db }: ActContext, hash: string, at: number): Promise<void> {
  await db.updateTable('auth_code').set({ delivered_at: at }).where('hash', '=', hash).execute()
}

/** Exchanged before the moment, and neither known to have arrived nor revoked. */
export async function listUndelivered({ db }: ActContext, before: number, limit: number): Promise<AuthCodeRecord[]> {
  const rows = await db
    .selectFrom('auth_code')
    .innerJoin('api_key', 'api_key.hash', 'auth_code.key_hash')
    .selectAll('auth_code')
    .where('auth_code.delivered_at', 'is', null)
    .where('auth_code.consumed_at', '<', BigInt(before))
    .where('api_key.revoked_at', 'is', null)
    .orderBy('auth_code.seq')
    .limit(limit)
    .execute()
  return rows.map(toCode)
}

export async function pruneAuth({ db }: ActContext, before: number): Promise<number> {
  const requests = await db.deleteFrom('auth_transaction').where('expires_at', '<', BigInt(before)).executeTakeFirst()
  const codes = await db.deleteFrom('auth_code').where('expires_at', '<', BigInt(before)).executeTakeFirst()
  // Whoever uses one forgets these too, but nobody may.
  await db.deleteFrom('used_challenge').where('expires_at', '<', BigInt(before)).execute()
  return Number(requests.numDeletedRows + codes.numDeletedRows)
}

export async function findGrant({ db }: ActContext, keyHash: string): Promise<GrantRecord | undefined> {
  const row = await db.selectFrom('auth_grant').selectAll().where('key_hash', '=', keyHash).executeTakeFirst()
  return row && toGrant(row)
}

/** Newest first; without those whose key was revoked, or ended after another took its place. */
export async function listGrants({ db, now }: ActContext, { userId, appId, most }: GrantsOf): Promise<GrantRecord[]> {
  const rows = await db
    .selectFrom('auth_grant')
    .innerJoin('api_key', 'api_key.hash', 'auth_grant.key_hash')
    .selectAll('auth_grant')
    .where('auth_grant.user_id', '=', userId)
    .where('api_key.revoked_at', 'is', null)
    .where(({ or, eb, not, exists, selectFrom }) =>
      or([
        eb('api_key.expires_at', 'is', null),
        eb('api_key.expires_at', '>', BigInt(now)),
        not(
          exists(selectFrom('api_key as next').select('next.hash').whereRef('next.rotated_from', '=', 'api_key.hash')),
        ),
      ]),
    )
    .orderBy('auth_grant.created_at', 'desc')
    .orderBy('auth_grant.key_hash')
    .$if(appId !== undefined, (query) => query.where('auth_grant.app_id', '=', BigInt(appId ?? 0)))
    .$if(most !== undefined, (query) => query.limit(most ?? 0))
    .execute()
  return rows.map(toGrant)
}

export async function findApp({ db }: ActContext, id: number): Promise<App | undefined> {
  const row = await db.selectFrom('app').selectAll().where('id', '=', BigInt(id)).executeTakeFirst()
  return row && { id: Number(row.id), workspaceId: row.workspace_id, referer: row.referer, title: row.title }
}
