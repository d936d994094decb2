import type { FolderItem, FolderRecord, Whose } from '../chat-records.ts'
import type { ActContext } from './context.ts'
import { ownedBy, personsTurn, refuseOver, storable } from './person.ts'

function foldersOf({ db }: ActContext, whose: Whose) {
  return db
    .selectFrom('folder')
    .select(['folder.id', 'folder.name', 'folder.created_at'])
    .select((build) =>
      build
        .selectFrom('conversation')
        .select(({ fn }) => fn.countAll<bigint>().as('count'))
        .whereRef('conversation.user_id', '=', 'folder.user_id')
        .whereRef('conversation.folder_id', '=', 'folder.id')
        .where('conversation.folder_id', 'is not', null)
        .where('conversation.deleted_at', 'is', null)
        .where('conversation.temporary_until', 'is', null)
        .as('conversations'),
    )
    .where('folder.user_id', '=', whose.userId)
    .where('folder.workspace_id', '=', whose.workspaceId)
}

type Row = { id: string; name: string; created_at: bigint; conversations: bigint | null }

function fromRow(row: Row): FolderItem {
  return {
    id: row.id,
    name: row.name,
    createdAt: Number(row.created_at),
    conversations: Number(row.conversations ?? 0),
  }
}

export async function listFolders(context: ActContext, whose: Whose): Promise<FolderItem[]> {
  const rows = await foldersOf(context, whose).orderBy('folder.name').orderBy('folder.id').execute()
  return rows.map(fromRow)
}

export async function createFolder(
  context: ActContext,
  whose: Whose,
  folder: FolderRecord,
  limits: { folders: number },
): Promise<void> {
  await personsTurn(context, whose)
  const { count } = await context.db
    .selectFrom('folder')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('user_id', '=', whose.userId)
    .executeTakeFirstOrThrow()
  refuseOver(limits.folders, Number(count), 'folders')
  await context.db
    .insertInto('folder')
    .values({ ...ownedBy(whose), id: folder.id, name: storable(folder.name), created_at: folder.createdAt })
    .execute()
}

export async function renameFolder(
  context: ActContext,
  whose: Whose,
  id: string,
  name: string,
): Promise<FolderItem | undefined> {
  await context.db
    .updateTable('folder')
    .set({ name: storable(name) })
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .execute()
  const row = await foldersOf(context, whose).where('folder.id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

export async function removeFolder({ db }: ActContext, whose: Whose, id: string): Promise<boolean> {
  await db
    .updateTable('conversation')
    .set(({ eb }) => ({ folder_id: null, revision: eb('revision', '+', 1n) }))
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('folder_id', '=', id)
    .execute()
  const row = await db
    .deleteFrom('folder')
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}
