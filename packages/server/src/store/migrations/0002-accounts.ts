import { inBothDialects, type Migration } from './migration.ts'

/** How people sign in, and what they used of the operator's models today. */
export const accounts: Migration = {
  number: 2,
  name: 'accounts',
  statements: inBothDialects([
    // mac is of the cookie's secret, under the ring's key for sessions: a copy of the database signs nobody in.
    `CREATE TABLE session (
      id TEXT PRIMARY KEY NOT NULL,
      mac TEXT NOT NULL UNIQUE,
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      method TEXT NOT NULL CHECK (method IN ('passkey', 'password', 'this_machine')),
      authenticated_at {int} NOT NULL,
      created_at {int} NOT NULL,
      last_seen_at {int} NOT NULL,
      expires_at {int} NOT NULL,
      ip TEXT,
      user_agent TEXT
    ) {strict}`,
    'CREATE INDEX session_by_user ON session (user_id, last_seen_at)',

    `CREATE TABLE password (
      user_id TEXT PRIMARY KEY NOT NULL REFERENCES user_account (id),
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      login TEXT NOT NULL UNIQUE,
      cost {int} NOT NULL,
      block_size {int} NOT NULL,
      parallelism {int} NOT NULL,
      salt {bytes} NOT NULL,
      hash {bytes} NOT NULL,
      changed_at {int} NOT NULL
    ) {strict}`,

    `CREATE TABLE passkey (
      id TEXT PRIMARY KEY NOT NULL,
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      name TEXT NOT NULL,
      rp_id TEXT NOT NULL,
      public_key {bytes} NOT NULL,
      counter {int} NOT NULL CHECK (counter >= 0),
      transports TEXT NOT NULL,
      synced {int} NOT NULL CHECK (synced IN (0, 1)),
      created_at {int} NOT NULL,
      last_used_at {int}
    ) {strict}`,
    'CREATE INDEX passkey_by_user ON passkey (user_id, created_at)',

    // Challenges that were answered, until they would have ended anyway: each is good once.
    `CREATE TABLE used_challenge (
      hash TEXT PRIMARY KEY NOT NULL,
      expires_at {int} NOT NULL
    ) {strict}`,
    'CREATE INDEX used_challenge_by_end ON used_challenge (expires_at)',

    `CREATE TABLE daily_message (
      user_id TEXT NOT NULL REFERENCES user_account (id),
      day {int} NOT NULL,
      used {int} NOT NULL CHECK (used >= 0),
      PRIMARY KEY (user_id, day)
    ) {keyed}`,
  ]),
}
