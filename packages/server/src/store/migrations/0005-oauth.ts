import { inBothDialects, type Migration } from './migration.ts'

/** Sign in with Keyway: requests under way, codes, and what stands behind the keys of apps. */
export const oauth: Migration = {
  number: 5,
  name: 'oauth',
  statements: inBothDialects([
    // Before anybody has signed in a request belongs to a browser and to no tenant.
    `CREATE TABLE auth_transaction (
      seq {serial},
      id TEXT NOT NULL UNIQUE,
      browser_hash TEXT NOT NULL,
      request TEXT NOT NULL,
      created_at {int} NOT NULL,
      expires_at {int} NOT NULL,
      decided_at {int},
      decision TEXT CHECK (decision IN ('allowed', 'denied')),
      decided_by TEXT REFERENCES user_account (id)
    ) {strict}`,
    'CREATE INDEX auth_transaction_by_browser ON auth_transaction (browser_hash)',
    'CREATE INDEX auth_transaction_by_end ON auth_transaction (expires_at)',

    `CREATE TABLE auth_code (
      seq {serial},
      hash TEXT NOT NULL UNIQUE,
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      app_id {int} NOT NULL REFERENCES app (id),
      flow TEXT NOT NULL CHECK (flow IN ('compatible', 'standard')),
      callback_url TEXT,
      client_id TEXT,
      challenge TEXT,
      method TEXT CHECK (method IN ('S256', 'plain')),
      terms TEXT NOT NULL,
      created_at {int} NOT NULL,
      expires_at {int} NOT NULL,
      consumed_at {int},
      failures {int} NOT NULL,
      key_hash TEXT,
      delivered_at {int}
    ) {strict}`,
    'CREATE INDEX auth_code_by_end ON auth_code (expires_at)',
    'CREATE INDEX auth_code_by_challenge ON auth_code (app_id, challenge)',
    'CREATE INDEX auth_code_undelivered ON auth_code (consumed_at) WHERE key_hash IS NOT NULL AND delivered_at IS NULL',

    `CREATE TABLE auth_grant (
      key_hash TEXT PRIMARY KEY NOT NULL REFERENCES api_key (hash),
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      app_id {int} NOT NULL REFERENCES app (id),
      flow TEXT NOT NULL CHECK (flow IN ('compatible', 'standard')),
      callback_url TEXT,
      client_id TEXT,
      weak TEXT CHECK (weak IN ('no_challenge', 'plain', 'short_verifier')),
      identity TEXT NOT NULL CHECK (identity IN ('shared', 'withheld')),
      created_at {int} NOT NULL
    ) {strict}`,
    'CREATE INDEX auth_grant_by_user ON auth_grant (user_id, created_at)',
  ]),
}
