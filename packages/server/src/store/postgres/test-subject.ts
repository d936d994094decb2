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

let made = 0

/** A database of its own on the test server. */
export async function makePostgresSubject(server: TestServer): Promise<Subject & { url: string }> {
  const name = `test_${process.pid}_${++made}`
  const url = await server.createDatabase(name)
  const folder = mkdtempSync(join(tmpdir(), 'keyway-store-'))
  return {
    folder,
    url,
    open: (clock) => openPostgresStore({ url, clock, waitMs: WAIT_MS }),
    async openAfterCrash(clock) {
      return openPostgresStore({ url: await server.copyDatabase(name, `${name}_crashed`), clock })
    },
    openBackup(path, clock) {
      // Its backups are homes for SQLite.
      const home = join(folder, 'restored')
      mkdirSync(home)
      copyFileSync(path, join(home, 'keyway.db'))
      return openSqliteStore({ home, clock })
    },
    async query(sql) {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        return (await client.query(sql)).rows
      } finally {
        await client.end()
      }
    },
    async remove() {
      rmSync(folder, { recursive: true })
    },
  }
}
