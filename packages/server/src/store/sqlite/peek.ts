import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { MIGRATIONS } from '../migrations/all.ts'
import { checkHomeFiles, DATABASE_FILE } from './home-files.ts'
import { checkMigrations } from './migrate.ts'

/** What a database says of the keys that it needs, before it is opened. */
export type PeekedHome = {
  installId: string
  /** Does it hold anything that was sealed? */
  holdsDataKeys: boolean
  getSetting(name: string): string | undefined
}

/**
 * Looks at a home's database without opening it for writing: opening migrates it and settles what was left open, and
 * with a wrong root key neither may happen.
 * @returns undefined when there is none yet
 * @throws MigrationRefused by name when the database is not one of this version; HomeUnsound where a file of the home is none
 */
export function peekHome(home: string): PeekedHome | undefined {
  checkHomeFiles(home)
  const path = join(home, DATABASE_FILE)
  if (!existsSync(path)) return undefined
  checkMigrations(path, MIGRATIONS)
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    // A process that died in its first moment left a file without tables.
    const made = database.prepare("SELECT count(*) AS tables FROM sqlite_master WHERE name = 'setting'").get()
    if (made?.['tables'] !== 1) return undefined
    const rows = database.prepare('SELECT name, value FROM setting').all()
    const settings = new Map(rows.map((row) => [String(row['name']), String(row['value'])]))
    const installId = settings.get('install_id')
    if (installId === undefined) return undefined
    const holdsDataKeys = database.prepare('SELECT 1 FROM data_key LIMIT 1').get() !== undefined
    return { installId, holdsDataKeys, getSetting: (name) => settings.get(name) }
  } finally {
    database.close()
  }
}
