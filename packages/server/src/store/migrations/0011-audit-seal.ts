import { inBothDialects, type Migration } from './migration.ts'

/** The end of the audit log, sealed with the root key. */
export const auditSeal: Migration = {
  number: 11,
  name: 'audit-seal',
  statements: inBothDialects([
    // One row, of the chain of every workspace.
    `CREATE TABLE audit_seal (
      id {int} PRIMARY KEY NOT NULL CHECK (id = 1),
      seq {int} NOT NULL,
      hash TEXT NOT NULL,
      since {int} NOT NULL,
      broken_at {int},
      key_version {int} NOT NULL,
      mac TEXT NOT NULL
    ) {strict}`,
  ]),
}
