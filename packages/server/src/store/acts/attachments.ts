import { KeywayError } from '../../base/errors.ts'
import type { AttachmentRecord, Whose } from '../chat-records.ts'
import type { ActContext } from './context.ts'
import { ownedBy, personsTurn, storable } from './person.ts'

/** Attachments pruned in one act, so that other acts come in between. */
const PRUNED_AT_ONCE = 50

const FACTS = ['id', 'name', 'media_type', 'bytes', 'created_at'] as const

type FactRow = { id: string; name: string; media_type: string; bytes: bigint; created_at: bigint }

function fromRow(row: FactRow): AttachmentRecord {
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    bytes: Number(row.bytes),
    createdAt: Number(row.created_at),
  }
}

export async function putAttachment(
  context: ActContext,
  whose: Whose,
  attachment: AttachmentRecord,
  content: { body: Uint8Array; quotaBytes: number },
): Promise<AttachmentRecord> {
  await personsTurn(context, whose)
  const { id, bytes, createdAt } = attachment
  const name = storable(attachment.name)
  const known = await context.db
    .updateTable('attachment')
    .set({ name, created_at: createdAt })
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .returning(FACTS)
    .executeTakeFirst()
  if (known) return fromRow(known)
  const used = await usedAttachmentBytes(context, whose)
  if (used + bytes > content.quotaBytes) {
    throw new KeywayError(
      'limit_reached',
      `attachments: ${used} of ${content.quotaBytes} bytes are in use, and this one has ${bytes}`,
    )
  }
  const row = await context.db
    .insertInto('attachment')
    .values({
      ...ownedBy(whose),
      id,
      name,
      media_type: attachment.mediaType,
      bytes,
      created_at: createdAt,
      body: content.body,
    })
    .returning(FACTS)
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

export async function findAttachment(
  { db }: ActContext,
  whose: Whose,
  id: string,
): Promise<AttachmentRecord | undefined> {
  const row = await db
    .selectFrom('attachment')
    .select(FACTS)
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function readAttachment(
  { db }: ActContext,
  whose: Whose,
  id: string,
): Promise<(AttachmentRecord & { body: Uint8Array }) | undefined> {
  const row = await db
    .selectFrom('attachment')
    .select([...FACTS, 'body'])
    .where('user_id', '=', whose.userId)
    .where('workspace_id', '=', whose.workspaceId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  // PostgreSQL's driver gives a Buffer; callers are promised plain bytes.
  const { buffer, byteOffset, byteLength } = row.body
  return { ...fromRow(row), body: new Uint8Array(buffer, byteOffset, byteLength) }
}

export async function usedAttachmentBytes({ db }: ActContext, whose: Whose): Promise<number> {
  const row = await db
    .selectFrom('attachment')
    .select(({ fn }) => fn.sum<bigint | string | null>('bytes').as('used'))
    .where('user_id', '=', whose.userId)
    .executeTakeFirst()
  // PostgreSQL's sum of integers is a numeric, which comes as text; of no rows it is null.
  return Number(row?.used ?? 0)
}

/** Notes which attachments a conversation names. @throws KeywayError not_found when the person has none of that id */
export async function attachmentUses(
  { db }: ActContext,
  whose: Whose,
  use: { conversationId: string; ids: readonly string[] },
): Promise<void> {
  for (const id of new Set(use.ids)) {
    const attachment = await db
      .selectFrom('attachment')
      .select('id')
      .where('user_id', '=', whose.userId)
      .where('workspace_id', '=', whose.workspaceId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!attachment) throw new KeywayError('not_found', 'attachment: there is no such attachment')
    await db
      .insertInto('attachment_use')
      .values({ ...ownedBy(whose), attachment_id: id, conversation_id: use.conversationId })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Removes some of those that no conversation names and that were last put before the moment. @returns how many */
export async function pruneAttachments({ db }: ActContext, before: number): Promise<number> {
  const rows = await db
    .selectFrom('attachment')
    .select(['user_id', 'id'])
    .where('created_at', '<', BigInt(before))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('attachment_use')
            .select('attachment_use.attachment_id')
            .whereRef('attachment_use.user_id', '=', 'attachment.user_id')
            .whereRef('attachment_use.attachment_id', '=', 'attachment.id'),
        ),
      ),
    )
    .limit(PRUNED_AT_ONCE)
    .execute()
  for (const { user_id, id } of rows) {
    await db.deleteFrom('attachment').where('user_id', '=', user_id).where('id', '=', id).execute()
  }
  return rows.length
}
