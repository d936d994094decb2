import { inBothDialects, type Migration } from './migration.ts'

/** The logo of an app that describes itself, drawn anew, for as long as a person decides. */
export const logos: Migration = {
  number: 14,
  name: 'logos',
  statements: inBothDialects([
    'ALTER TABLE auth_transaction ADD COLUMN logo {bytes}',
    'CREATE INDEX auth_transaction_drawn ON auth_transaction (seq) WHERE logo IS NOT NULL',
  ]),
}
