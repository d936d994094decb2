import { checksumOf, type Dialect, type Migration } from './migration.ts'

/** The table that remembers what ran. Not itself a migration, since it must be there before the first. */
export const APPLIED_TABLE: Record<Dialect, string> = {
  sqlite: `CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
  ) STRICT`,
  postgres: `CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL
  )`,
}

/** A migration that ran, as the database remembers it. */
export type Applied = { number: number; name: string; checksum: string }

/** Why a database is not opened. It has not been touched. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused'
}

/**
 * The migrations still to run, oldest first.
 * @throws MigrationRefused where the database is newer than this program, or was made by other migrations
 */
export function planMigrations(
  applied: readonly Applied[],
  migrations: readonly Migration[],
  dialect: Dialect,
): readonly Migration[] {
  const newest = applied.reduce((highest, row) => Math.max(highest, row.number), 0)
  if (newest > migrations.length) {
    throw new MigrationRefused(
      `the database is at migration ${newest} and this Keyway knows ${migrations.length}: it was used by a newer version. ` +
        'Nothing was changed. Run that version, or restore the backup made before the upgrade.',
    )
  }
  const byNumber = new Map(applied.map((row) => [row.number, row]))
  for (const migration of migrations.slice(0, newest)) {
    const row = byNumber.get(migration.number)
    if (row?.checksum !== checksumOf(migration, dialect)) {
      throw new MigrationRefused(
        `migration ${migration.number} (${migration.name}) is not the one that the database was made with: ` +
          (row ? 'its checksum differs. ' : 'the database has no record of it. ') +
          'Nothing was changed. Run the version of Keyway that made this database, or restore a backup.',
      )
    }
  }
  return migrations.slice(newest)
}
