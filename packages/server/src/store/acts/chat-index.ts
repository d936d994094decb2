import { createHash } from 'node:crypto'
import type { Part } from '@keyway/contract'
import { type SqlBool, sql } from 'kysely'
import type { Whose } from '../chat-records.ts'
import { indexedWords } from '../chat-words.ts'
import type { ActContext } from './context.ts'

/** Where a text stands; messageId null: the title. */
type Place = { conversationId: string; messageId: string | null }

export type TextKind = 'title' | 'message'

/**
 * Whose text of which kind, as one word of SQLite's index: by it a search looks at those alone. The index folds letter
 * case; ids differ by it, hexadecimal digits do not.
 */
export function placeWord(userId: string, kind: TextKind): string {
  return kind + createHash('sha256').update(userId).digest('hex').slice(0, 24)
}

/** What of a message can be found: what was written, and the names of what came with it. Thoughts and tools cannot. */
export function findableText(parts: readonly Part[]): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text
      if (part.kind === 'file' || part.kind === 'image') return part.name ?? ''
      return ''
    })
    .filter((text) => text !== '')
    .join('\n')
}

/** Makes a text findable, in place of the one that stood there. */
export async function indexText(context: ActContext, whose: Whose, at: Place & { text: string }): Promise<void> {
  const { db, dialect } = context
  const { conversationId, messageId } = at
  await forgetText(context, whose, at)
  const words = indexedWords(at.text)
  if (words.length === 0) return
  const row = { workspace_id: whose.workspaceId, user_id: whose.userId }
  if (dialect === 'postgres') {
    await sql`INSERT INTO chat_text (user_id, workspace_id, conversation_id, message_id, words)
      VALUES (${row.user_id}, ${row.workspace_id}, ${conversationId}, ${messageId}, ${vectorOf(words)}::tsvector)`.execute(
      db,
    )
    return
  }
  const { seq } = await db
    .insertInto('chat_text')
    .values({ ...row, conversation_id: conversationId, message_id: messageId })
    .returning('seq')
    .executeTakeFirstOrThrow()
  await sql`INSERT INTO chat_words (rowid, person, words)
    VALUES (${seq}, ${placeWord(whose.userId, messageId === null ? 'title' : 'message')}, ${words.join(' ')})`.execute(
    db,
  )
}

/** PostgreSQL's own form of a vector: each word with its places. Words are letters and digits only, so nothing is quoted. */
function vectorOf(words: readonly string[]): string {
  const places = new Map<string, number[]>()
  for (const [i, word] of words.entries()) {
    const known = places.get(word)
    // The database keeps 256 places of a word and refuses none, but there is no use in sending more.
    if (!known) places.set(word, [i + 1])
    else if (known.length < 255) known.push(i + 1)
  }
  return [...places].map(([word, at]) => `'${word}':${at.join(',')}`).join(' ')
}

async function forgetText(context: ActContext, whose: Whose, place: Place): Promise<void> {
  const rows = await context.db
    .deleteFrom('chat_text')
    .where('user_id', '=', whose.userId)
    .where('conversation_id', '=', place.conversationId)
    // As the index has it: without, all texts of the conversation would be gone through for each.
    .where(sql<SqlBool>`coalesce(message_id, '') = ${place.messageId ?? ''}`)
    .returning('seq')
    .execute()
  await forgetWords(
    context,
    rows.map((row) => row.seq),
  )
}

/** Forgets all words of a conversation. */
export async function forgetTexts(context: ActContext, userId: string, conversationId: string): Promise<void> {
  const rows = await context.db
    .deleteFrom('chat_text')
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .returning('seq')
    .execute()
  await forgetWords(
    context,
    rows.map((row) => row.seq),
  )
}

async function forgetWords({ db, dialect }: ActContext, seqs: readonly bigint[]): Promise<void> {
  if (dialect === 'postgres') return
  for (const seq of seqs) await sql`DELETE FROM chat_words WHERE rowid = ${seq}`.execute(db)
}

/** Texts read at a time. */
const PAGE = 100

/** Makes every title and message findable, in a database that has none of their words yet. */
export async function indexAll(context: ActContext): Promise<void> {
  const { db } = context
  const whoseOf = (row: { workspace_id: string; user_id: string }): Whose => ({
    workspaceId: row.workspace_id,
    userId: row.user_id,
  })
  let after: { user_id: string; id: string } | undefined
  for (;;) {
    let query = db.selectFrom('conversation').select(['workspace_id', 'user_id', 'id', 'title'])
    if (after) query = query.where(sql<SqlBool>`(user_id, id) > (${after.user_id}, ${after.id})`)
    const rows = await query.orderBy('user_id').orderBy('id').limit(PAGE).execute()
    for (const row of rows) {
      await indexText(context, whoseOf(row), { conversationId: row.id, messageId: null, text: row.title })
    }
    after = rows.at(-1)
    if (!after) break
  }
  for (let seq = -1n; ; ) {
    const rows = await db
      .selectFrom('message')
      .select(['seq', 'workspace_id', 'user_id', 'conversation_id', 'id', 'parts'])
      .where('seq', '>', seq)
      .where('status', '<>', 'streaming')
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    for (const row of rows) {
      const at = { conversationId: row.conversation_id, messageId: row.id }
      await indexText(context, whoseOf(row), { ...at, text: findableText(JSON.parse(row.parts)) })
    }
    const last = rows.at(-1)
    if (!last) return
    seq = last.seq
  }
}
