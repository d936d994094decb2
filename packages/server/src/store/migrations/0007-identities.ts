import { inBothDialects, type Migration } from './migration.ts'

/** Accounts elsewhere by which people sign in. */
export const identities: Migration = {
  number: 7,
  name: 'identities',
  statements: inBothDialects([
    // An issuer's own id of a person, never their address: addresses are given to other people.
    `CREATE TABLE identity (
      id TEXT PRIMARY KEY NOT NULL,
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      provider TEXT NOT NULL,
      issuer TEXT NOT NULL,
      subject TEXT NOT NULL,
      label TEXT,
      created_at {int} NOT NULL,
      last_used_at {int},
      UNIQUE (issuer, subject)
    ) {strict}`,
    'CREATE INDEX identity_by_user ON identity (user_id, created_at)',
  ]),
}
