import { type Selectable, sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import { rowId, uuid } from '../../base/ids.ts'
import type { Actor, User, UserPatch, Workspace } from '../records.ts'
import type { Schema } from '../schema.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, numberOrNull, oneOf, ROLES } from './context.ts'

function fromRow(row: Selectable<Schema['user_account']>): User {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    email: row.email,
    role: oneOf(ROLES, row.role),
    disabledAt: numberOrNull(row.disabled_at),
    createdAt: Number(row.created_at),
    ...(Number(row.guest) === 1 ? { guest: true } : {}),
  }
}

/** Any fixed number: the name of the lock under which one process at a time looks for the first workspace. */
const BOOTSTRAP_LOCK = 0x6b77_626f

/** The install id, the first workspace and its owner; made where the database has none. */
export async function bootstrap(
  context: ActContext,
): Promise<{ installId: string; workspace: Workspace; owner: User }> {
  const { db, now } = context
  if (context.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`.execute(db)
  const ready = await readBootstrap(context)
  if (ready) return ready
  const workspace: Workspace = { id: uuid(), name: 'Default', createdAt: now }
  await db.insertInto('workspace').values({ id: workspace.id, name: workspace.name, created_at: now }).execute()
  const ownerId = rowId('user')
  await db
    .insertInto('user_account')
    .values({ id: ownerId, workspace_id: workspace.id, name: 'Owner', role: 'owner', created_at: now })
    .execute()
  await db.insertInto('setting').values({ name: 'install_id', value: uuid() }).execute()
  const made = await readBootstrap(context)
  if (!made) throw new Error('the first workspace was written and cannot be read back')
  return made
}

async function readBootstrap({ db }: ActContext) {
  const install = await db.selectFrom('setting').select('value').where('name', '=', 'install_id').executeTakeFirst()
  const workspace = await db.selectFrom('workspace').selectAll().orderBy('created_at').orderBy('id').executeTakeFirst()
  if (!install || !workspace) return undefined
  const owner = await db
    .selectFrom('user_account')
    .selectAll()
    .where('workspace_id', '=', workspace.id)
    .where('role', '=', 'owner')
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirstOrThrow()
  const { id, name, created_at } = workspace
  return { installId: install.value, workspace: { id, name, createdAt: Number(created_at) }, owner: fromRow(owner) }
}

/** Only into the actor's workspace. @throws KeywayError conflict when the id is taken; not_found */
export async function createUser(context: ActContext, user: User, actor: Actor): Promise<void> {
  if (user.workspaceId !== actor.workspaceId) {
    throw new KeywayError('not_found', 'user.workspaceId: expected the workspace of whoever adds the user')
  }
  const result = await context.db
    .insertInto('user_account')
    .values({
      id: user.id,
      workspace_id: user.workspaceId,
      name: user.name,
      email: user.email,
      role: user.role,
      disabled_at: user.disabledAt,
      created_at: user.createdAt,
      guest: user.guest ? 1n : 0n,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) throw new KeywayError('conflict', `user.id: ${user.id} exists already`)
  context.changes.push({ kind: 'user', id: user.id })
  const details = { role: user.role }
  await writeAudit(context, { at: user.createdAt, actor, action: 'user.create', object: user.id, details })
}

export async function findUser({ db }: ActContext, id: string): Promise<User | undefined> {
  const row = await db.selectFrom('user_account').selectAll().where('id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

/** Oldest first. Without those who left, and visitors who have not arrived. */
export async function listUsers({ db }: ActContext, workspaceId: string): Promise<User[]> {
  const onTheWay = db.selectFrom('visitor').select('user_id').where('account_id', 'is', null)
  const query = db
    .selectFrom('user_account')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('deleted_at', 'is', null)
    .where('id', 'not in', onTheWay)
  const rows = await query.orderBy('created_at').orderBy('id').execute()
  return rows.map(fromRow)
}

/** Only a user of the actor's workspace. */
export async function updateUser(
  context: ActContext,
  id: string,
  change: { patch: UserPatch; actor: Actor },
): Promise<User | undefined> {
  const { patch, actor } = change
  const { name, email, role, disabledAt, guest } = patch
  const row = await context.db
    .updateTable('user_account')
    .set({
      // A patch may be empty, and SQL wants at least one column.
      id: sql.ref('id'),
      ...(name === undefined ? {} : { name }),
      ...(email === undefined ? {} : { email }),
      ...(role === undefined ? {} : { role }),
      ...(disabledAt === undefined ? {} : { disabled_at: disabledAt }),
      ...(guest === undefined ? {} : { guest: guest ? 1n : 0n }),
    })
    .where('id', '=', id)
    .where('workspace_id', '=', actor.workspaceId)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
  if (!row) return undefined
  context.changes.push({ kind: 'user', id })
  // What people are called is not kept where nothing can be deleted.
  const changed = Object.keys(patch).filter((field) => field === 'name' || field === 'email')
  const details = {
    ...(role && { role }),
    ...(disabledAt !== undefined && { disabledAt }),
    ...(guest !== undefined && { guest }),
    ...(changed.length > 0 && { changed }),
  }
  await writeAudit(context, { at: context.now, actor, action: 'user.update', object: id, details })
  return fromRow(row)
}

/** Only for a user of the actor's workspace. @throws KeywayError not_found */
export async function putSetupToken(
  context: ActContext,
  token: { hash: string; userId: string; expiresAt: number },
  actor: Actor,
): Promise<void> {
  const user = await context.db
    .selectFrom('user_account')
    .select('id')
    .where('id', '=', token.userId)
    .where('workspace_id', '=', actor.workspaceId)
    .executeTakeFirst()
  if (!user) throw new KeywayError('not_found', `user: no user ${token.userId}`)
  await context.db.deleteFrom('setup_token').where('user_id', '=', token.userId).execute()
  await context.db
    .insertInto('setup_token')
    .values({
      hash: token.hash,
      workspace_id: actor.workspaceId,
      user_id: token.userId,
      expires_at: token.expiresAt,
    })
    .execute()
  await writeAudit(context, {
    at: context.now,
    actor,
    action: 'user.setup-link',
    object: token.userId,
    details: { expiresAt: token.expiresAt },
  })
}

export async function redeemSetupToken({ db }: ActContext, hash: string, at: number): Promise<string | undefined> {
  const row = await db
    .updateTable('setup_token')
    .set({ redeemed_at: at })
    .where('hash', '=', hash)
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', BigInt(at))
    .returning('user_id')
    .executeTakeFirst()
  return row?.user_id
}
