import { inBothDialects, type Migration } from './migration.ts'

/** Whether a connection's key was ended at its issuer when the person disconnected; of those before, nobody knows. */
export const endedKeys: Migration = {
  number: 16,
  name: 'ended-keys',
  statements: inBothDialects(['ALTER TABLE connection ADD COLUMN key_ended {int} NOT NULL DEFAULT 0']),
}
