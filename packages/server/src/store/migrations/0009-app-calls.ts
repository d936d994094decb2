import { inBothDialects, type Migration } from './migration.ts'

/** The calls of one app's key, latest first: what its person reads on the Apps page. */
export const appCalls: Migration = {
  number: 9,
  name: 'app-calls',
  statements: inBothDialects([
    // Calls without an app, which are most, pay nothing for it.
    'CREATE INDEX generation_of_app ON generation (key_hash, seq) WHERE app_id IS NOT NULL',
  ]),
}
