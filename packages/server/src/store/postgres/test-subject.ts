import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openSqliteStore } from '../sqlite/open.ts'
import type { Subject } from '../suite/subject.ts'
import { openPostgresStore } from './open.ts'
import type { TestServer } from './test-server.ts'

/** Ten thousand calls come at once, and the last of them waits for all the others. */
const WAIT_MS = 300_000

let crashes = 0

/** Every table but the migrations' is emptied, and every row counts from one again, whatever refuses that elsewhere. */
const EMPTY = `
  DO $$
  DECLARE one text;
  BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'schema_migration' LOOP
      EXECUTE format('DELETE FROM %I', one);
    END LOOP;
    FOR one IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
      EXECUTE format('ALTER SEQUENCE %I RESTART', one);
    END LOOP;
  END $$`

export type PostgresSubject = Subject & { url: string }

/**
 * Databases on the test server, each for one subject at a time. To make one and its tables takes longer than a test, so those
 * whose subject is removed are emptied, and `next` gives them out again; `fresh` gives one that no store has seen.
 */
export function postgresSubjects(server: TestServer) {
  const free: string[] = []
  let made = 0
  const lend = (name: string) => subjectOn(server, name, () => free.push(name))
  async function fresh(): Promise<PostgresSubject> {
    const name = `test_${++made}`
    await server.createDatabase(name)
    return lend(name)
  }
  return {
    fresh,
    async next(): Promise<PostgresSubject> {
      const name = free.pop()
      return name === undefined ? fresh() : lend(name)
    },
  }
}

function subjectOn(server: TestServer, name: string, giveBack: () => void): PostgresSubject {
  const url = server.url(name)
  const folder = mkdtempSync(join(tmpdir(), 'keyway-store-'))
  return {
    folder,
    url,
    open: (clock) => openPostgresStore({ url, clock, waitMs: WAIT_MS }),
    async openAfterCrash(clock) {
      return openPostgresStore({ url: await server.copyDatabase(name, `${name}_crashed_${++crashes}`), clock })
    },
    openBackup(path, clock) {
      // Its backups are homes for SQLite.
      const home = join(folder, 'restored')
      mkdirSync(home)
      copyFileSync(path, join(home, 'keyway.db'))
      return openSqliteStore({ home, clock })
    },
    query: async (sql) => (await ask(url, sql)).rows,
    async remove() {
      rmSync(folder, { recursive: true })
      await ask(url, EMPTY)
      giveBack()
    },
  }
}

async function ask(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}
