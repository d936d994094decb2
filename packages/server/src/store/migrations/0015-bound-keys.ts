import type { Migration } from './migration.ts'

/** The thumbprint of the key whose proofs an app's key needs; null, as for all keys so far: none. */
const statements = ['api_key', 'auth_code'].map((table) => `ALTER TABLE ${table} ADD COLUMN bound_to TEXT`)

export const boundKeys: Migration = {
  number: 15,
  name: 'bound-keys',
  statements: { sqlite: statements, postgres: statements },
}
