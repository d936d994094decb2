import type pg from 'pg'
import { checksumOf, type Migration } from '../migrations/migration.ts'
import { APPLIED_TABLE, type Applied, planMigrations } from '../migrations/plan.ts'
import { inTransaction } from './pool.ts'

/** Any fixed number: the name of the lock under which one process at a time migrates. */
const MIGRATION_LOCK = 0x6b77_6d69

async function readApplied(client: pg.PoolClient): Promise<Applied[]> {
  const known = await client.query("SELECT to_regclass('schema_migration') IS NOT NULL AS known")
  if (known.rows[0]?.known !== true) return []
  const { rows } = await client.query<{ number: bigint; name: string; checksum: string }>(
    'SELECT number, name, checksum FROM schema_migration ORDER BY number',
  )
  return rows.map((row) => ({ ...row, number: Number(row.number) }))
}

/**
 * Brings the database up to the newest migration, all of them in one transaction, so that a failure leaves it as it
 * was. Processes that start together do so one after another.
 * @param options.beforeUpgrade runs before the first change to a database that holds anything, to back it up
 * @throws MigrationRefused where the database is newer than this program or not made by it
 */
export async function migrate(
  pool: pg.Pool,
  options: { migrations: readonly Migration[]; now: number; beforeUpgrade: (() => Promise<void>) | undefined },
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const applied = await readApplied(client)
    const plan = planMigrations(applied, options.migrations, 'postgres')
    if (plan.length === 0) return
    if (applied.length > 0) await options.beforeUpgrade?.()
    await client.query(APPLIED_TABLE.postgres)
    for (const migration of plan) {
      for (const statement of migration.statements.postgres) await client.query(statement)
      await client.query('INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)', [
        migration.number,
        migration.name,
        checksumOf(migration, 'postgres'),
        options.now,
      ])
    }
  })
}
