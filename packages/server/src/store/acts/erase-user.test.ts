import { expect, test } from 'vitest'
import { MIGRATIONS } from '../migrations/all.ts'
import { OWN_TABLES } from './erase-user.ts'

/** Ledger and what it refers to: it stays, and knows a user without a name. */
const KEPT = ['api_key', 'auth_grant', 'credit', 'generation', 'hold']
/** Deleted by a condition of their own in the act. */
const BESIDE = ['credential', 'data_key']
/** Deleted by eraseChats, which goes before or after. */
const CHAT = [
  ...['attachment', 'attachment_use', 'chat_text', 'conversation', 'folder', 'message', 'preference', 'prompt'],
  'prompt_version',
]

test('every table that names a user is emptied of them, or has a reason to stay', () => {
  const named = new Set<string>()
  for (const statement of MIGRATIONS.flatMap(({ statements }) => statements.sqlite)) {
    const table = /^\s*CREATE TABLE (\w+)/.exec(statement)?.[1]
    if (table !== undefined && /\buser_id\b/.test(statement)) named.add(table.replace(/_anew$/, ''))
  }
  const known = new Set([...OWN_TABLES, ...KEPT, ...BESIDE, ...CHAT])
  expect([...named].filter((table) => !known.has(table))).toEqual([])
  expect(OWN_TABLES.filter((table) => !named.has(table))).toEqual([])
})
