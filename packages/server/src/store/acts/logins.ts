import type { Selectable } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { PasskeyRecord, PasswordRecord } from '../account-records.ts'
import type { Actor } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, flag, numberOrNull } from './context.ts'
import { demandWayIn } from './identities.ts'
import { endSessions } from './sessions.ts'
import { removeSetting, THIS_MACHINE_SETTING } from './settings.ts'

/** Bytes of our own: the drivers give views of different classes, some into a shared pool. */
const bytes = (value: Uint8Array) => new Uint8Array(value)

function passwordOf(row: Selectable<Schema['password']>): PasswordRecord {
  return {
    userId: row.user_id,
    workspaceId: row.workspace_id,
    login: row.login,
    cost: Number(row.cost),
    blockSize: Number(row.block_size),
    parallelism: Number(row.parallelism),
    salt: bytes(row.salt),
    hash: bytes(row.hash),
    changedAt: Number(row.changed_at),
  }
}

function passkeyOf(row: Selectable<Schema['passkey']>): PasskeyRecord {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    userId: row.user_id,
    name: row.name,
    rpId: row.rp_id,
    publicKey: bytes(row.public_key),
    counter: Number(row.counter),
    transports: JSON.parse(row.transports),
    synced: row.synced === 1n,
    createdAt: Number(row.created_at),
    lastUsedAt: numberOrNull(row.last_used_at),
  }
}

/** Does anyone have a way to sign in? */
export async function countLogins({ db }: ActContext): Promise<{ passkeys: number; passwords: number }> {
  const count = async (table: 'passkey' | 'password') => {
    const row = await db.selectFrom(table).select(db.fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow()
    return Number(row.count)
  }
  return { passkeys: await count('passkey'), passwords: await count('password') }
}

export async function findPassword(
  { db }: ActContext,
  by: { login: string } | { userId: string },
): Promise<PasswordRecord | undefined> {
  const query = db.selectFrom('password').selectAll()
  const found = 'login' in by ? query.where('login', '=', by.login) : query.where('user_id', '=', by.userId)
  const row = await found.executeTakeFirst()
  return row && passwordOf(row)
}

/** Only for a user of the actor's workspace. @throws KeywayError conflict when another user signs in by that name */
export async function insertPassword(context: ActContext, password: PasswordRecord, actor: Actor): Promise<void> {
  await takeLogin(context, password.userId, actor)
  const { db } = context
  const taken = await db
    .selectFrom('password')
    .select('user_id')
    .where('login', '=', password.login)
    .where('user_id', '!=', password.userId)
    .executeTakeFirst()
  if (taken) throw new KeywayError('conflict', '"login" is taken: somebody signs in by that name.')
  const columns = {
    workspace_id: password.workspaceId,
    login: password.login,
    cost: password.cost,
    block_size: password.blockSize,
    parallelism: password.parallelism,
    salt: password.salt,
    hash: password.hash,
    changed_at: password.changedAt,
  }
  await db
    .insertInto('password')
    .values({ user_id: password.userId, ...columns })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(columns))
    .execute()
}

/** Sets a password and ends the user's other sessions. @throws KeywayError as {@link insertPassword} */
export async function putPassword(
  context: ActContext,
  password: PasswordRecord,
  terms: { keepSession: string; actor: Actor },
): Promise<void> {
  const { keepSession, actor } = terms
  await insertPassword(context, password, actor)
  await writeAudit(context, {
    at: password.changedAt,
    actor,
    action: 'password.put',
    object: password.userId,
    details: {},
  })
  await endSessions(context, { userId: password.userId, except: keepSession }, actor)
}

export async function findPasskey({ db }: ActContext, id: string): Promise<PasskeyRecord | undefined> {
  const row = await db.selectFrom('passkey').selectAll().where('id', '=', id).executeTakeFirst()
  return row && passkeyOf(row)
}

/** Oldest first. */
export async function listPasskeys({ db }: ActContext, userId: string): Promise<PasskeyRecord[]> {
  const query = db.selectFrom('passkey').selectAll().where('user_id', '=', userId)
  return (await query.orderBy('created_at').orderBy('id').execute()).map(passkeyOf)
}

/** Only for a user of the actor's workspace. @throws KeywayError conflict when the authenticator's id is known already */
export async function insertPasskey(context: ActContext, passkey: PasskeyRecord, actor: Actor): Promise<void> {
  await takeLogin(context, passkey.userId, actor)
  const result = await context.db
    .insertInto('passkey')
    .values({
      id: passkey.id,
      workspace_id: passkey.workspaceId,
      user_id: passkey.userId,
      name: passkey.name,
      rp_id: passkey.rpId,
      public_key: passkey.publicKey,
      counter: passkey.counter,
      transports: JSON.stringify(passkey.transports),
      synced: flag(passkey.synced),
      created_at: passkey.createdAt,
      last_used_at: passkey.lastUsedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) throw new KeywayError('conflict', 'This passkey is registered already.')
}

/** Adds a passkey and ends the user's other sessions. @throws KeywayError as {@link insertPasskey} */
export async function addPasskey(
  context: ActContext,
  passkey: PasskeyRecord,
  terms: { keepSession: string; actor: Actor },
): Promise<void> {
  const { keepSession, actor } = terms
  await insertPasskey(context, passkey, actor)
  const details = { userId: passkey.userId, name: passkey.name }
  await writeAudit(context, { at: passkey.createdAt, actor, action: 'passkey.add', object: passkey.id, details })
  await endSessions(context, { userId: passkey.userId, except: keepSession }, actor)
}

/** Notes a use, if the counter still is what the check was made against. @returns false if another use came first */
export async function notePasskey(
  { db }: ActContext,
  id: string,
  use: { counterBefore: number; counter: number; synced: boolean; at: number },
): Promise<boolean> {
  const result = await db
    .updateTable('passkey')
    .set({ counter: use.counter, synced: flag(use.synced), last_used_at: use.at })
    .where('id', '=', id)
    .where('counter', '=', BigInt(use.counterBefore))
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/**
 * Removes one of a user's passkeys and ends their other sessions.
 * @returns false if there was none
 * @throws KeywayError conflict when it is the user's only way to sign in
 */
export async function removePasskey(
  context: ActContext,
  id: string,
  terms: { userId: string; keepSession: string; actor: Actor },
): Promise<boolean> {
  const { userId, keepSession, actor } = terms
  const { db } = context
  await lockUser(context, userId)
  const row = await db
    .deleteFrom('passkey')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .returning('name')
    .executeTakeFirst()
  if (!row) return false
  await demandWayIn(context, userId)
  await writeAudit(context, {
    at: context.now,
    actor,
    action: 'passkey.remove',
    object: id,
    details: { userId, ...row },
  })
  await endSessions(context, { userId, except: keepSession }, actor)
  return true
}

/** Two removals at once must not each count on what the other takes away. SQLite has one writer anyway. */
async function lockUser({ db, dialect }: ActContext, userId: string): Promise<void> {
  if (dialect !== 'postgres') return
  await db.selectFrom('user_account').select('id').where('id', '=', userId).forUpdate().execute()
}

/** Whether the user may have a login. An owner who has one is not let in on "this machine only" any more. */
async function takeLogin(context: ActContext, userId: string, actor: Actor): Promise<void> {
  const user = await context.db
    .selectFrom('user_account')
    .select('role')
    .where('id', '=', userId)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!user) throw new KeywayError('not_found', 'There is no user with that id in this workspace.')
  if (user.role === 'owner') await removeSetting(context, THIS_MACHINE_SETTING)
}
