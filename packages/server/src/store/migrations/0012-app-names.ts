import type { Migration } from './migration.ts'

/** What an app's own description calls it stays with its key; it is shown beside the address that is proved. */
const statements = ['auth_code', 'auth_grant'].map((table) => `ALTER TABLE ${table} ADD COLUMN client_name TEXT`)

export const appNames: Migration = {
  number: 12,
  name: 'app-names',
  statements: { sqlite: statements, postgres: statements },
}
