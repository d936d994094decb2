import { DatabaseSync } from 'node:sqlite'
import type { Migration } from '../migrations/migration.ts'

type Item = { type: string; name: string; sql: string }

/**
 * What stands in a database beside, or in the place of, what the migrations that it went through make: a trigger of
 * somebody else's runs with every write, and a view can stand where a table should. Looks read-only.
 * @returns 'trigger take_all', ...; nothing for a database that only Keyway wrote
 */
export function foreignObjects(path: string, migrations: readonly Migration[]): string[] {
  const own = new Map(ownObjects(path, migrations).map((item) => [`${item.type} ${item.name}`, item.sql]))
  const given = read(path)
  const strange = given.filter(({ type, name, sql }) => {
    const expected = own.get(`${type} ${name}`)
    return expected === undefined || (type === 'trigger' && expected !== sql)
  })
  return strange.map(({ type, name }) => `${type} ${name}`)
}

function read(path: string): Item[] {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    return items(database)
  } finally {
    database.close()
  }
}

/** Made anew in memory, as far as the database says that it got. */
function ownObjects(path: string, migrations: readonly Migration[]): Item[] {
  const applied = new DatabaseSync(path, { readOnly: true })
  let newest: number
  try {
    newest = Number(applied.prepare('SELECT max(number) AS newest FROM schema_migration').get()?.['newest'])
  } finally {
    applied.close()
  }
  const database = new DatabaseSync(':memory:')
  try {
    for (const migration of migrations) {
      if (migration.number > newest) continue
      for (const statement of migration.statements.sqlite) database.exec(statement)
    }
    return [...items(database), { type: 'table', name: 'schema_migration', sql: '' }]
  } finally {
    database.close()
  }
}

/** Without SQLite's own, such as the figures that it keeps for planning. */
function items(database: DatabaseSync): Item[] {
  return database
    .prepare(
      "SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .all()
    .map((row) => ({ type: String(row['type']), name: String(row['name']), sql: String(row['sql']) }))
}
