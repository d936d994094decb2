import { inBothDialects, type Migration } from './migration.ts'

/** Authenticator apps, and the codes for when the phone is gone. */
export const secondFactors: Migration = {
  number: 4,
  name: 'second-factors',
  statements: inBothDialects([
    // One for each user. It counts once it was confirmed; last_step is the last code's, so that none is good twice.
    `CREATE TABLE second_factor (
      user_id TEXT PRIMARY KEY NOT NULL REFERENCES user_account (id),
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      sealed {bytes} NOT NULL,
      last_step {int},
      created_at {int} NOT NULL,
      confirmed_at {int}
    ) {strict}`,

    // mac is under the ring's pepper: a copy of the database holds no code.
    `CREATE TABLE recovery_code (
      mac TEXT PRIMARY KEY NOT NULL,
      user_id TEXT NOT NULL REFERENCES user_account (id),
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      created_at {int} NOT NULL,
      used_at {int}
    ) {strict}`,
    'CREATE INDEX recovery_code_by_user ON recovery_code (user_id)',
  ]),
}
