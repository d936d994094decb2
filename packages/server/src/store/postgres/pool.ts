import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Schema } from '../schema.ts'

/** Connections of one process. Each act holds one for a few milliseconds; a database has a hundred by default. */
const CONNECTIONS = 10
/** How long a connection may take to be made, milliseconds; one of the pool, unless it is told otherwise, to become free. */
const CONNECT_TIMEOUT_MS = 10_000

/** The numbers of PostgreSQL's integer types. @see https://www.postgresql.org/docs/current/catalog-pg-type.html */
const INTEGERS = new Set<number>([pg.types.builtins.INT2, pg.types.builtins.INT4, pg.types.builtins.INT8])

/** How values are read: every integer as a bigint, the rest as the driver does. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    INTEGERS.has(oid) ? (text: string) => BigInt(text) : pg.types.getTypeParser(oid, format),
}

/** What every connection of ours is made with. */
export function connectionOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'keyway',
    types,
    // A connection left inside a transaction would hold its locks for ever.
    idle_in_transaction_session_timeout: 60_000,
  }
}

export function openPool(url: string, waitMs = CONNECT_TIMEOUT_MS): pg.Pool {
  const pool = new pg.Pool({ ...connectionOptions(url), connectionTimeoutMillis: waitMs, max: CONNECTIONS })
  // An idle connection that breaks is dropped by the pool and the next query makes another, or fails and says why.
  // Without a listener the event would end the process.
  pool.on('error', (error) => void error)
  return pool
}

export function kyselyOver(pool: pg.Pool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}

/** Runs the work in one transaction; an error rolls it back. A connection that cannot even do that is thrown away. */
export async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error('rollback failed', { cause })
    })
    throw error
  } finally {
    client.release(broken)
  }
}
