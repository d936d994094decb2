import { rmSync } from 'node:fs'
import type pg from 'pg'
import { indexAll } from '../acts/chat-index.ts'
import type { SqlValue } from '../ledger-rows.ts'
import { MIGRATIONS } from '../migrations/all.ts'
import type { Schema } from '../schema.ts'
import { kyselyOver, openDatabase } from '../sqlite/database.ts'
import { makePrivateFile, migrate } from '../sqlite/migrate.ts'
import { inTransaction } from './pool.ts'

/** Rows read at a time. */
const PAGE = 500
/** Attachments read at a time: each may have 20 MB. */
const ATTACHMENT_PAGE = 4

/** Every table, those that are referred to first. */
const TABLES = [
  'workspace',
  'user_account',
  'api_key',
  'credit',
  'spend',
  'hold',
  'generation',
  'charge',
  'attempt',
  'explanation',
  'app',
  'audit',
  'audit_seal',
  'data_key',
  'credential',
  'custom_provider',
  'setup_token',
  'setting',
  'session',
  'password',
  'passkey',
  'identity',
  'mail_token',
  'verified_email',
  'second_factor',
  'recovery_code',
  'used_challenge',
  'daily_message',
  'visitor',
  'connect_flow',
  'connection',
  'auth_transaction',
  'auth_code',
  'auth_grant',
  'folder',
  'conversation',
  'message',
  'attachment',
  'attachment_use',
  'prompt',
  'prompt_version',
  'preference',
] as const satisfies readonly (keyof Schema)[]

type Nothing<T extends never> = T
/** Not to be compiled while a table is missing above: its rows would be in no backup. The words of chats are parted anew. */
export type Forgotten = Nothing<Exclude<keyof Schema, (typeof TABLES)[number] | 'chat_text'>>

/**
 * Copies the database as it is at one moment into a SQLite file, which `openSqliteStore` takes as its own: one format of
 * backup for both, and a way from the one to the other. @throws when the file exists
 */
export async function backUpToSqlite(pool: pg.Pool, path: string, now: number): Promise<void> {
  makePrivateFile(path)
  const copy = openDatabase(path)
  try {
    migrate(copy, path, { migrations: MIGRATIONS, now })
    copy.exec('BEGIN')
    await inTransaction(pool, async (client) => {
      await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
      for (const table of TABLES) {
        const page = table === 'attachment' ? ATTACHMENT_PAGE : PAGE
        await client.query(`DECLARE page_of_${table} NO SCROLL CURSOR FOR SELECT * FROM ${table}`)
        for (;;) {
          const { fields, rows } = await client.query<Record<string, SqlValue>>(`FETCH ${page} FROM page_of_${table}`)
          if (rows.length === 0) break
          const columns = fields.map((field) => field.name)
          const insert = copy.prepare(
            `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
          )
          for (const row of rows) insert.run(...columns.map((column) => row[column] ?? null))
        }
      }
    })
    await indexAll({ db: kyselyOver(copy), dialect: 'sqlite', now, instance: 0, changes: [], audit: {} })
    copy.exec('COMMIT')
    copy.exec('PRAGMA journal_mode = DELETE')
    copy.close()
  } catch (error) {
    copy.close()
    rmSync(path, { force: true })
    throw error
  }
}
