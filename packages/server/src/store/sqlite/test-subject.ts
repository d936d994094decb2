import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Subject } from '../suite/subject.ts'
import { openSqliteStore } from './open.ts'

/** A home of its own in the system's folder for temporary files. */
export async function makeSqliteSubject(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-store-'))
  const home = join(folder, 'home')
  const openCopy = (name: string, files: readonly [from: string, to: string][]) => {
    const copy = join(folder, name)
    mkdirSync(copy)
    for (const [from, to] of files) if (existsSync(from)) copyFileSync(from, join(copy, to))
    return copy
  }
  return {
    folder,
    open: (clock) => openSqliteStore({ home, clock }),
    openAfterCrash(clock) {
      const files = ['keyway.db', 'keyway.db-wal']
      const copy = openCopy(
        'crashed',
        files.map((file) => [join(home, file), file]),
      )
      return openSqliteStore({ home: copy, clock })
    },
    openBackup: (path, clock) => openSqliteStore({ home: openCopy('restored', [[path, 'keyway.db']]), clock }),
    async query(sql) {
      const database = new DatabaseSync(join(home, 'keyway.db'), { readBigInts: true, timeout: 5_000 })
      try {
        return database.prepare(sql).all()
      } finally {
        database.close()
      }
    },
    async remove() {
      rmSync(folder, { recursive: true })
    },
  }
}
