import { rmSync } from 'node:fs'
import type pg from 'pg'
import type { SqlValue } from '../ledger-rows.ts'
import { MIGRATIONS } from '../migrations/all.ts'
import type { Schema } from '../schema.ts'
import { openDatabase } from '../sqlite/database.ts'
import { makePrivateFile, migrate } from '../sqlite/migrate.ts'
import { inTransaction } from './pool.ts'

/** Rows read at a time. */
const PAGE = 500

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
  'data_key',
  'credential',
  'custom_provider',
  'setup_token',
  'setting',
] as const satisfies readonly (keyof Schema)[]

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
        await client.query(`DECLARE page_of_${table} NO SCROLL CURSOR FOR SELECT * FROM ${table}`)
        for (;;) {
          const { fields, rows } = await client.query<Record<string, SqlValue>>(`FETCH ${PAGE} FROM page_of_${table}`)
          if (rows.length === 0) break
          const columns = fields.map((field) => field.name)
          const insert = copy.prepare(
            `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
          )
          for (const row of rows) insert.run(...columns.map((column) => row[column] ?? null))
        }
      }
    })
    copy.exec('COMMIT')
    copy.exec('PRAGMA journal_mode = DELETE')
    copy.close()
  } catch (error) {
    copy.close()
    rmSync(path, { force: true })
    throw error
  }
}
