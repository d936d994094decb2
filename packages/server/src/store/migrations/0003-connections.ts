import { inBothDialects, type Migration } from './migration.ts'

/** Connections to accounts elsewhere, and the authorizations that lead to them. */
export const connections: Migration = {
  number: 3,
  name: 'connections',
  statements: inBothDialects([
    `CREATE TABLE connect_flow (
      seq {serial},
      id TEXT NOT NULL UNIQUE,
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      issuer TEXT NOT NULL,
      issuer_url TEXT NOT NULL,
      state_hash TEXT UNIQUE,
      cookie_hash TEXT,
      verifier {bytes},
      return_to TEXT NOT NULL,
      created_at {int} NOT NULL,
      expires_at {int} NOT NULL,
      consumed_at {int},
      outcome TEXT,
      pending {bytes}
    ) {strict}`,
    'CREATE INDEX connect_flow_by_user ON connect_flow (user_id, created_at)',
    'CREATE INDEX connect_flow_by_age ON connect_flow (created_at)',

    // credential_id refers to nothing: the credential goes with the key, the connection stays.
    `CREATE TABLE connection (
      credential_id TEXT PRIMARY KEY NOT NULL,
      workspace_id TEXT NOT NULL REFERENCES workspace (id),
      user_id TEXT NOT NULL REFERENCES user_account (id),
      issuer TEXT NOT NULL,
      issuer_url TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('connected', 'disconnected', 'revoked')),
      account_id TEXT,
      email TEXT,
      key_hash TEXT NOT NULL,
      previous_key_hash TEXT,
      label TEXT,
      limit_amount {int},
      remaining_amount {int},
      reset TEXT CHECK (reset IN ('daily', 'weekly', 'monthly')),
      free_tier {int} CHECK (free_tier IN (0, 1)),
      key_expires_at {int},
      connected_at {int} NOT NULL,
      checked_at {int},
      ended_at {int},
      UNIQUE (user_id, issuer)
    ) {strict}`,
    'CREATE INDEX connection_by_account ON connection (issuer, account_id)',

    // Whatever the program does: one connected credential for each user and provider.
    `CREATE UNIQUE INDEX credential_connected_once ON credential (user_id, provider) WHERE origin = 'connected'`,
  ]),
}
