import { sql } from 'kysely'
import { KeywayError } from '../../base/errors.ts'
import type { Actor, App, CustomProviderRecord } from '../records.ts'
import { writeAudit } from './audit.ts'
import { type ActContext, flag } from './context.ts'

/** The setting under which "this machine only" is kept. */
export const THIS_MACHINE_SETTING = 'accounts.this_machine'

export async function ping({ db }: ActContext): Promise<void> {
  await sql`select 1`.execute(db)
}

export async function getSetting({ db }: ActContext, name: string): Promise<string | undefined> {
  return (await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst())?.value
}

export async function putSetting({ db }: ActContext, name: string, value: string): Promise<void> {
  await db
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

export async function removeSetting({ db }: ActContext, name: string): Promise<void> {
  await db.deleteFrom('setting').where('name', '=', name).execute()
}

/** Only in the actor's workspace. @throws KeywayError conflict when the name is another workspace's */
export async function putProvider(context: ActContext, provider: CustomProviderRecord, actor: Actor): Promise<void> {
  const { id, workspaceId, baseUrl, allowPrivate, free, createdAt } = provider
  const columns = { base_url: baseUrl, allow_private: flag(allowPrivate), free: flag(free) }
  const result = await context.db
    .insertInto('custom_provider')
    .values({ id, workspace_id: workspaceId, created_at: createdAt, ...columns })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(columns).where('custom_provider.workspace_id', '=', actor.workspaceId),
    )
    .executeTakeFirst()
  if (workspaceId !== actor.workspaceId || result.numInsertedOrUpdatedRows !== 1n) {
    throw new KeywayError('conflict', `provider.name: ${id} is taken`)
  }
  context.changes.push({ kind: 'provider', id })
  const details = { baseUrl, allowPrivate, free }
  await writeAudit(context, { at: createdAt, actor, action: 'provider.put', object: id, details })
}

/** By name. */
export async function listProviders({ db }: ActContext, workspaceId: string): Promise<CustomProviderRecord[]> {
  const query = db.selectFrom('custom_provider').selectAll().where('workspace_id', '=', workspaceId)
  return (await query.orderBy('id').execute()).map((row) => ({
    id: row.id,
    workspaceId: row.workspace_id,
    baseUrl: row.base_url,
    allowPrivate: row.allow_private === 1n,
    free: row.free === 1n,
    createdAt: Number(row.created_at),
  }))
}

/** Only one of the actor's workspace. */
export async function removeProvider(context: ActContext, id: string, actor: Actor, at: number): Promise<boolean> {
  const row = await context.db
    .deleteFrom('custom_provider')
    .where('id', '=', id)
    .where('workspace_id', '=', actor.workspaceId)
    .returning('base_url')
    .executeTakeFirst()
  if (!row) return false
  context.changes.push({ kind: 'provider', id })
  await writeAudit(context, { at, actor, action: 'provider.remove', object: id, details: { baseUrl: row.base_url } })
  return true
}

/** Finds the app by workspace and referer, or makes it; a title that is given replaces the one it had. */
export async function upsertApp(
  { db }: ActContext,
  workspaceId: string,
  referer: string,
  title: string | null,
): Promise<App> {
  const known = await db
    .selectFrom('app')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('referer', '=', referer)
    .executeTakeFirst()
  if (known && (title === null || known.title === title)) {
    return { id: Number(known.id), workspaceId, referer, title: known.title }
  }
  const row = await db
    .insertInto('app')
    .values({ workspace_id: workspaceId, referer, title })
    .onConflict((conflict) =>
      conflict.columns(['workspace_id', 'referer']).doUpdateSet({ title: sql`coalesce(excluded.title, app.title)` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow()
  return { id: Number(row.id), workspaceId, referer, title: row.title }
}
