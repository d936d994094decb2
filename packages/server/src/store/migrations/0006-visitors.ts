import { inBothDialects, type Migration } from './migration.ts'

/** What a session can have begun with. Where each is added, SQLite needs the table anew. */
const METHODS = `('passkey', 'password', 'this_machine', 'visitor', 'connect', 'sso')`

/** People who come in by an account elsewhere, and people who left. */
export const visitors: Migration = {
  number: 6,
  name: 'visitors',
  statements: withMethods(
    inBothDialects([
      'ALTER TABLE user_account ADD COLUMN deleted_at {int}',

      // Who they are at an issuer is known once they came back from there; of the same person there is one.
      `CREATE TABLE visitor (
        user_id TEXT PRIMARY KEY NOT NULL REFERENCES user_account (id),
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        created_at {int} NOT NULL,
        issuer TEXT,
        issuer_url TEXT,
        account_id TEXT,
        UNIQUE (issuer, issuer_url, account_id)
      ) {strict}`,
      'CREATE INDEX visitor_on_the_way ON visitor (created_at) WHERE account_id IS NULL',
    ]),
  ),
}

function withMethods(statements: Migration['statements']): Migration['statements'] {
  return {
    sqlite: [
      ...statements.sqlite,
      `CREATE TABLE session_anew (
        id TEXT PRIMARY KEY NOT NULL,
        mac TEXT NOT NULL UNIQUE,
        workspace_id TEXT NOT NULL REFERENCES workspace (id),
        user_id TEXT NOT NULL REFERENCES user_account (id),
        method TEXT NOT NULL CHECK (method IN ${METHODS}),
        authenticated_at INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        last_seen_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        ip TEXT,
        user_agent TEXT
      ) STRICT`,
      `INSERT INTO session_anew
        SELECT id, mac, workspace_id, user_id, method, authenticated_at, created_at, last_seen_at, expires_at, ip, user_agent
        FROM session`,
      'DROP TABLE session',
      'ALTER TABLE session_anew RENAME TO session',
      'CREATE INDEX session_by_user ON session (user_id, last_seen_at)',
    ],
    postgres: [
      ...statements.postgres,
      'ALTER TABLE session DROP CONSTRAINT session_method_check',
      `ALTER TABLE session ADD CONSTRAINT session_method_check CHECK (method IN ${METHODS})`,
    ],
  }
}
