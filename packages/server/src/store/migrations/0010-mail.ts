import { inBothDialects, type Migration } from './migration.ts'

/** Links that go by mail, and addresses that were proved by one. */
export const mail: Migration = {
  number: 10,
  name: 'mail',
  statements: inBothDialects([
    // One for a person and purpose: a new one ends the one before. A link that was used is gone.
    `CREATE TABLE mail_token (
      hash TEXT PRIMARY KEY NOT NULL,
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      purpose TEXT NOT NULL CHECK (purpose IN ('invitation', 'address', 'password')),
      email TEXT NOT NULL,
      expires_at {int} NOT NULL,
      UNIQUE (user_id, purpose)
    ) {strict}`,
    // Beside the account: an address there that is another than here was written by somebody, and proved by nobody.
    `CREATE TABLE verified_email (
      user_id TEXT PRIMARY KEY NOT NULL REFERENCES user_account (id),
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      email TEXT NOT NULL,
      verified_at {int} NOT NULL
    ) {strict}`,
    'CREATE INDEX verified_email_by_address ON verified_email (workspace_id, email)',
  ]),
}
