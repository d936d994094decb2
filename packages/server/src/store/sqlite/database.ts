import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import type { SqlValue } from '../ledger-rows.ts'
import type { Schema } from '../schema.ts'

/** How long a statement waits for a reader from outside (`doctor`, a backup tool), milliseconds. */
const BUSY_TIMEOUT_MS = 5_000
/** Pages (4 KiB) of log before it is copied into the database: 16 MB, so that busy pages are copied seldom. */
const CHECKPOINT_PAGES = 4_000
/** Kysely's statements kept prepared: more than there are acts, fewer than would matter to memory. */
const PREPARED_LIMIT = 256

/**
 * Opens the database for writing: write-ahead log, every commit synced to disk, foreign keys enforced, integers read as
 * bigint. One connection owns a home; see home-lock.ts.
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, {
    enableForeignKeyConstraints: true,
    readBigInts: true,
    timeout: BUSY_TIMEOUT_MS,
  })
  database.exec('PRAGMA journal_mode = WAL')
  // FULL syncs the log at each commit. NORMAL would lose the last commits when the power fails.
  database.exec('PRAGMA synchronous = FULL')
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  return database
}

/** Kysely over an open database, in the shape of better-sqlite3 that its dialect expects. */
export function kyselyOver(database: DatabaseSync): Kysely<Schema> {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string) => {
    const known = prepared.get(sql)
    if (known) return known
    if (prepared.size >= PREPARED_LIMIT) prepared.clear()
    const statement = database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  return new Kysely<Schema>({
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare(sql) {
          const statement = prepare(sql)
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...parameters.map(toInput)),
            run: (parameters) => statement.run(...parameters.map(toInput)),
            iterate: (parameters) => statement.iterate(...parameters.map(toInput)),
          }
        },
      },
    }),
  })
}

function toInput(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number')
    return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`a ${typeof value} cannot be a parameter`)
}

/** One column of every row, where each is an integer or a text. */
export function column(database: DatabaseSync, sql: string, ...parameters: SqlValue[]): (bigint | string)[] {
  return database
    .prepare(sql)
    .all(...parameters)
    .map((row) => {
      const [value] = Object.values(row)
      if (typeof value !== 'bigint' && typeof value !== 'string') throw new TypeError(`not an integer or text: ${sql}`)
      return value
    })
}
