import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checksumOf, type Migration } from '../migrations/migration.ts'
import { APPLIED_TABLE, type Applied, planMigrations } from '../migrations/plan.ts'

/** Copies made before migrations that are kept: enough to go back over several upgrades. */
const BACKUPS_KEPT = 5
export const BACKUP_FOLDER = 'backups'

function readApplied(database: DatabaseSync): Applied[] {
  const known = database.prepare("SELECT name FROM sqlite_master WHERE name = 'schema_migration'").get()
  if (!known) return []
  return database
    .prepare('SELECT number, name, checksum FROM schema_migration ORDER BY number')
    .all()
    .map((row) => ({ number: Number(row['number']), name: String(row['name']), checksum: String(row['checksum']) }))
}

/**
 * Refuses a database that this program must not touch, by looking at it read-only.
 * @throws MigrationRefused
 */
export function checkMigrations(path: string, migrations: readonly Migration[]): void {
  if (!existsSync(path) || statSync(path).size === 0) return
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    planMigrations(readApplied(database), migrations, 'sqlite')
  } finally {
    database.close()
  }
}

/** An empty file that only its owner can read, for SQLite to write a copy into: copies hold what the database holds. */
export function makePrivateFile(path: string): void {
  closeSync(openSync(path, 'wx', 0o600))
}

function backUp(database: DatabaseSync, path: string, name: string): void {
  const folder = join(dirname(path), BACKUP_FOLDER)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const copy = join(folder, `${name}.db`)
  rmSync(copy, { force: true })
  makePrivateFile(copy)
  database.prepare('VACUUM INTO ?').run(copy)
  const copies = readdirSync(folder).filter((file) => /^before-\d{4}-.*\.db$/.test(file))
  const byAge = copies.map((file) => ({ file, at: statSync(join(folder, file)).mtimeMs })).sort((a, b) => b.at - a.at)
  for (const { file } of byAge.slice(BACKUPS_KEPT)) rmSync(join(folder, file))
}

/**
 * Brings the database up to the newest migration, all of them in one transaction. Where it holds anything already, a
 * copy is first put into `backups/` beside it, and the newest five are kept.
 * @throws MigrationRefused as {@link checkMigrations}
 */
export function migrate(
  database: DatabaseSync,
  path: string,
  options: { migrations: readonly Migration[]; now: number },
): void {
  const applied = readApplied(database)
  const plan = planMigrations(applied, options.migrations, 'sqlite')
  const [first] = plan
  if (!first) return
  if (applied.length > 0) {
    const stamp = new Date(options.now).toISOString().replace(/[:.]/g, '-')
    backUp(database, path, `before-${String(first.number).padStart(4, '0')}-${stamp}`)
  }
  database.exec('BEGIN IMMEDIATE')
  try {
    database.exec(APPLIED_TABLE.sqlite)
    const remember = database.prepare(
      'INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)',
    )
    for (const migration of plan) {
      for (const statement of migration.statements.sqlite) database.exec(statement)
      remember.run(migration.number, migration.name, checksumOf(migration, 'sqlite'), options.now)
    }
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}
