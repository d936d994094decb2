import { sql } from 'kysely'
import type { SearchFind, Whose } from '../chat-records.ts'
import { type Term, termsOf } from '../chat-words.ts'
import { findableText, placeWord, type TextKind } from './chat-index.ts'
import type { ActContext } from './context.ts'
import { findConversation } from './conversations.ts'
import { findMessage } from './messages.ts'

/** Places in one conversation that are told, so that one long chat does not fill the list. */
const PLACES_EACH = 3
/** Places in messages looked at for each that is told. */
const LOOKED_AT = 4
/** Places that are ranked, the newest of all: a common word is in a hundred thousand. */
const RANKED = 5_000

type Place = { conversation_id: string; message_id: string | null }

/** Titles and messages with every word of the query, the best first. */
export async function searchChats(
  context: ActContext,
  whose: Whose,
  query: string,
  limit: number,
): Promise<SearchFind[]> {
  const terms = termsOf(query)
  if (terms.length === 0) return []
  const titles = await findPlaces(context, whose, { terms, kind: 'title', limit })
  const messages = await findPlaces(context, whose, { terms, kind: 'message', limit: limit * LOOKED_AT })
  const finds: SearchFind[] = []
  const told = new Map<string, number>()
  for (const { conversation_id: id, message_id: messageId } of [...titles, ...messages]) {
    if (finds.length >= limit) break
    const before = told.get(id) ?? 0
    if (before >= PLACES_EACH) continue
    const conversation = await findConversation(context, whose, id)
    const text = messageId === null ? conversation?.title : await textOf(context, whose, messageId)
    if (!conversation || text === undefined) continue
    finds.push({ conversation, messageId, text })
    told.set(id, before + 1)
  }
  return finds
}

async function textOf(context: ActContext, whose: Whose, messageId: string): Promise<string | undefined> {
  const message = await findMessage(context, whose, messageId)
  return message && findableText(message.parts)
}

/** Where the terms stand, in what the person can see and find again; the best by the database's own rank first. */
async function findPlaces(
  { db, dialect }: ActContext,
  whose: Whose,
  of: { terms: readonly Term[]; kind: TextKind; limit: number },
): Promise<Place[]> {
  const { terms, kind, limit } = of
  const { userId, workspaceId } = whose
  const present = sql`chat_text.user_id = ${userId} AND chat_text.workspace_id = ${workspaceId}
      AND conversation.deleted_at IS NULL AND conversation.temporary_until IS NULL`
  const joined = sql`JOIN conversation
      ON conversation.user_id = chat_text.user_id AND conversation.id = chat_text.conversation_id`
  const ofKind = kind === 'title' ? sql`chat_text.message_id IS NULL` : sql`chat_text.message_id IS NOT NULL`
  const found =
    dialect === 'postgres'
      ? sql<Place>`SELECT newest.conversation_id, newest.message_id FROM (
          SELECT chat_text.* FROM chat_text ${joined}
          WHERE chat_text.words @@ CAST(${tsqueryOf(terms)} AS tsquery) AND ${ofKind} AND ${present}
          ORDER BY chat_text.seq DESC LIMIT ${RANKED}
        ) AS newest
        ORDER BY ts_rank(newest.words, CAST(${tsqueryOf(terms)} AS tsquery)) DESC, newest.seq DESC LIMIT ${limit}`
      : sql<Place>`SELECT chat_text.conversation_id, chat_text.message_id FROM (
          SELECT rowid, bm25(chat_words) AS score FROM chat_words
          WHERE chat_words MATCH ${matchOf(placeWord(userId, kind), terms)} ORDER BY rowid DESC LIMIT ${RANKED}
        ) AS newest JOIN chat_text ON chat_text.seq = newest.rowid ${joined}
        WHERE ${ofKind} AND ${present}
        ORDER BY newest.score, chat_text.seq DESC LIMIT ${limit}`
  return (await found.execute(db)).rows
}

/** FTS5's form. Words hold letters and digits alone, and stand in quotes: nothing of them is syntax. */
function matchOf(place: string, terms: readonly Term[]): string {
  const sought = terms.map(({ words, prefix }) => `"${words.join(' ')}"${prefix ? ' *' : ''}`)
  return `person : "${place}" AND words : (${sought.join(' AND ')})`
}

/** PostgreSQL's form, likewise. */
function tsqueryOf(terms: readonly Term[]): string {
  const phrase = ({ words, prefix }: Term) =>
    words.map((word, i) => `'${word}'${prefix && i === words.length - 1 ? ':*' : ''}`).join(' <-> ')
  return terms.map((term) => `( ${phrase(term)} )`).join(' & ')
}
