import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Query } from '../../store/invariants.ts'

/** A row of a query. */
export type Row = Record<string, unknown>

/** Runs one query in the database of a home that may be in use. Integers are bigints. */
export function queryHome(home: string, sql: string): Row[] {
  const database = new DatabaseSync(join(home, 'keyway.db'), { readBigInts: true, timeout: 5_000 })
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

/** The same for store/invariants.ts. */
export function queryOf(home: string): Query {
  return async (sql) => queryHome(home, sql)
}

/**
 * Runs one query in what a process that died left on disk, in a copy: looking at a database repairs it, and that is the
 * next server's work.
 */
export function queryRemains(home: string, sql: string): Row[] {
  const copy = mkdtempSync(join(tmpdir(), 'keyway-remains-'))
  try {
    for (const file of ['keyway.db', 'keyway.db-wal']) {
      if (existsSync(join(home, file))) copyFileSync(join(home, file), join(copy, file))
    }
    return queryHome(copy, sql)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

/** A column that holds a number. @throws Error when it holds anything else */
export function amountIn(row: Row, column: string): bigint {
  const value = row[column]
  if (typeof value !== 'bigint') throw new Error(`${column} is no integer`)
  return value
}
